use proptest::prelude::*;

use super::import::Import;
use super::*;

/// A row of a raw list: the given cells, the others empty.
fn raw(cells: &[(usize, &str)]) -> String {
    let mut row = vec![String::new(); 27];
    for (index, text) in cells {
        row[*index] = format!("\"{text}\"");
    }
    row.join(",") + "\r\n"
}

fn practice(code: &str, status: &str, setting: &str, opened: &str, closed: &str) -> String {
    raw(&[(0, code), (1, "SYNTHETIC SURGERY"), (3, "QZZ"), (10, opened), (11, closed), (12, status), (14, "99Z"), (15, opened), (16, closed), (25, setting)])
}

fn five() -> String {
    [
        practice("Z99001", "A", "4", "19740401", ""),
        practice("Z99002", "C", "4", "19740401", "20200331"),
        practice("Z99003", "D", "4", "19740401", ""),
        practice("Z99004", "A", "2", "20100401", ""),
        practice("Z99005", "A", "4", "20300401", ""),
    ]
    .concat()
}

fn day(text: &str) -> Date {
    Date::parse(text).expect("a day")
}

#[test]
fn an_active_practice_is_setting_4_status_a_and_open_that_day() {
    let list = read(five().as_bytes()).expect("read");
    assert_eq!(list.layout, Layout::Epraccur);
    let states: Vec<_> = list.organisations.iter().map(|one| (one.kind, one.state_on(day("2024-01-01")))).collect();
    assert_eq!(
        states,
        [
            ("gp_practice", State::Active),
            ("gp_practice", State::Closed),
            ("gp_practice", State::Dormant),
            ("out_of_hours", State::Active),
            ("gp_practice", State::OpensLater)
        ]
    );
    assert_eq!(list.organisations[0].state_on(day("1974-03-31")), State::OpensLater);
}

#[test]
fn the_last_day_is_open() {
    let list = read((0..4).map(|n| raw(&[(0, &format!("RZ{n}")), (1, "T"), (3, "QZZ"), (10, "20000401"), (11, "20200331")])).collect::<String>().as_bytes())
        .expect("read");
    assert_eq!(list.layout, Layout::Etr);
    assert_eq!(list.organisations[0].state_on(day("2020-03-31")), State::Active);
    assert_eq!(list.organisations[0].state_on(day("2020-04-01")), State::Closed);
}

#[test]
fn every_bad_row_has_its_reason_and_the_books_balance() {
    let good = five();
    let bad = [
        ("\"Z99010\",\"SHORT\"\r\n".to_owned(), Reason::Ragged),
        (practice("Z9901", "A", "4", "19740401", ""), Reason::Code),
        (practice("Z99001", "A", "4", "19740401", ""), Reason::Duplicate),
        (practice("z99001", "A", "4", "19740401", ""), Reason::Duplicate),
        (practice("Z99011", "A", "4", "01/04/1974", ""), Reason::Date),
        (practice("Z99012", "A", "4", "20230229", ""), Reason::Date),
        (practice("Z99013", "C", "4", "20200401", "20190331"), Reason::Order),
        (practice("Z99014", "X", "4", "20200401", ""), Reason::Status),
        (practice("Z99015", "C", "4", "20200401", ""), Reason::ClosedWhen),
        (practice("Z99016", "A", "four", "20200401", ""), Reason::Setting),
        (practice("Z99017", "A", "4", "20200401", "").replace("SYNTHETIC SURGERY", ""), Reason::NoName),
        (practice("Z99018", "A", "4", "20200401", "").replace("SYNTHETIC", "\u{1b}[31m"), Reason::ControlCharacter),
        (practice("Z99019", "A", "4", "20200401", "").replace("99Z", "9-Z"), Reason::ParentCode),
    ];
    for (row, reason) in bad {
        let mut bytes = good.clone().into_bytes();
        // Enough good rows that the layout is beyond doubt.
        for n in 100..120 {
            bytes.extend(practice(&format!("Z98{n}"), "A", "4", "19740401", "").bytes());
        }
        bytes.extend(row.bytes());
        let list = read(&bytes).expect("read");
        assert_eq!(list.quarantined.iter().map(|row| row.reason).collect::<Vec<_>>(), [reason], "{row}");
        assert_eq!(list.quarantined[0].line, 26);
        assert_eq!(list.rows, list.organisations.len() as u64 + 1);
    }
}

#[test]
fn one_name_in_another_encoding_is_one_row_quarantined() {
    let mut bytes = five().into_bytes();
    let at = bytes.windows(9).rposition(|part| part == b"SYNTHETIC").expect("there");
    bytes[at] = 0xC9;
    let list = read(&bytes).expect("read");
    assert_eq!(list.quarantined, [Quarantined { line: 5, reason: Reason::NotUtf8 }]);
}

#[test]
fn what_is_no_list_is_refused_in_words() {
    let error = |bytes: &[u8]| read(bytes).expect_err("refused");
    assert_eq!(error(b""), ListError::Empty);
    assert_eq!(error(b"\xEF\xBB\xBF\r\n\r\n"), ListError::Empty);
    assert_eq!(error(b"\xFF\xFEZ\0"), ListError::Utf16);
    assert_eq!(error(&five().bytes().flat_map(|byte| [byte, 0]).collect::<Vec<_>>()), ListError::Utf16);
    assert_eq!(error(b"PK\x03\x04\x14\x00\x06"), ListError::Binary);
    assert_eq!(error(five().replace(',', ";").as_bytes()), ListError::Separator("semicolons"));
    assert_eq!(error(b"ods_code,name,open_date,close_date\n"), ListError::NoRows);
    let unknown = error(b"ods_code,name,open_date,close_date,list_size\nRZ1,T,20000401,,5\n");
    assert_eq!(unknown.to_string(), "the layout is not known: a header with 5 columns, of which this version does not know `list_size`");
    assert_eq!(unknown.next().len(), Layout::ALL.len() + 1);
    let twice = error(b"ods_code,org_code,name,open_date,close_date\nRZ1,RZ1,T,20000401,\n");
    assert_eq!(twice.to_string(), "the layout is not known: a header with 5 columns, where two columns mean the same (`org_code` is the second)");
    let narrow = error(b"RZ1,Oak,2000\nRZ2,Elm,2001\n");
    assert_eq!(narrow.to_string(), "the layout is not known: no header that is known, and rows of 3 cells (a list without a header has 27)");
    let people = (0..5).map(|n| raw(&[(0, &format!("{n}")), (1, "x")])).collect::<String>();
    assert!(error(people.as_bytes()).to_string().contains("codes like P82001 in 0 of 5 rows"));
}

#[test]
fn a_mark_at_the_start_is_no_part_of_the_first_code() {
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend(five().bytes());
    let list = read(&bytes).expect("read");
    assert_eq!((list.organisations.len(), list.organisations[0].ods.as_str()), (5, "Z99001"));
}

#[test]
fn an_undated_membership_holds_from_the_day_read_and_no_earlier() {
    let text = "ods_code,name,open_date,close_date,icb\nRZ1,Oak,20000401,,QZZ\nRZ2,Elm,20000401,20100331,QZZ\nRZ3,Ash,20300401,,QZZ\n";
    let mut import = Import::default();
    import.add("trusts.csv", read(text.as_bytes()).expect("read"));
    let tables = import.tables(day("2024-01-01"));
    let memberships = &tables.files.iter().find(|(name, _)| *name == "memberships.csv").expect("there").1;
    assert_eq!(memberships, "ods,place,kind,from,to\nRZ1,qzz,icb,2024-01-01,\nRZ3,qzz,icb,2030-04-01,\n");
    assert_eq!(tables.undated_of_closed, 1);
}

#[test]
fn a_code_of_an_earlier_list_is_quarantined() {
    let mut import = Import::default();
    import.add("a.csv", read(five().as_bytes()).expect("read"));
    import.add("b.csv", read(five().as_bytes()).expect("read"));
    let balance = import.balance();
    assert!(balance.iter().all(crate::diagnostics::results::Balance::holds));
    assert_eq!((balance[1].out, balance[1].quarantined.get(Reason::Duplicate.words())), (0, Some(&5)));
}

#[test]
fn names_agree_but_for_capitals_and_ampersands() {
    use super::compare::same_name;
    assert!(same_name("St. Oak's & Elm  Surgery", "ST OAKS AND ELM SURGERY"));
    assert!(!same_name("Oak Surgery", "Oak Medical Centre"));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_and_the_books_always_balance(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 0..12),
        headed in any::<bool>(),
    ) {
        let mut bytes = if headed {
            "ods_code,name,status,commissioner_code,open_date,close_date,icb\nZ99001,A,Active,99Z,20000401,,QZZ\nZ99002,B,Closed,99Z,20000401,20100331,QZZ\nZ99003,C,Dormant,99Z,,,\n".to_owned().into_bytes()
        } else {
            five().into_bytes()
        };
        for (at, byte, how) in changes {
            if bytes.is_empty() { break; }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.truncate(at); }
            }
        }
        if let Ok(list) = read(&bytes) {
            prop_assert_eq!(list.rows, (list.organisations.len() + list.quarantined.len()) as u64);
            let mut import = Import::default();
            import.add("x", list);
            let day = Date::parse("2024-01-01").expect("a day");
            prop_assert!(import.balance()[0].holds());
            let kinds: u64 = import.by_kind(day).values().map(import::Tally::total).sum();
            prop_assert_eq!(kinds, import.len() as u64);
            import.tables(day);
        }
    }
}

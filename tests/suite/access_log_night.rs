//! The two nights on which clocks change, against an independent computation of British time.

use std::sync::atomic::AtomicBool;

use carepact::access_log::clock::TimeReader;
use carepact::access_log::event::TimeQuality::{self, ExplicitOffset, FoldFirst, FoldSecond, FoldUnknown, Local, Skipped};
use carepact::access_log::read::{Books, Log};

use super::access_log::profile;

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day number of the last Sunday of a month of 31 days. Day 0 was a Thursday.
fn last_sunday(year: i64, month: i64) -> i64 {
    let last = days(year, month, 31);
    last - (last + 4).rem_euclid(7)
}

/// Summer Time Order 2002: from 01:00 GMT on the last Sunday of March to 01:00 GMT on the last Sunday of October.
fn offset(utc: i64) -> i64 {
    let year = (2000..2100).rev().find(|year| utc >= days(*year, 1, 1) * 86_400).expect("this century");
    let summer = last_sunday(year, 3) * 86_400 + 3600..last_sunday(year, 10) * 86_400 + 3600;
    if summer.contains(&utc) { 3600 } else { 0 }
}

fn written(year: i64, month: i64, local: i64) -> String {
    let day = local.div_euclid(86_400) - days(year, month, 1) + 1;
    let of_day = local.rem_euclid(86_400);
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}", of_day / 3600, of_day % 3600 / 60, of_day % 60)
}

#[test]
fn every_ten_minutes_of_both_nights_of_twenty_years_are_what_british_law_makes_them() {
    let reader = TimeReader::london();
    let mut seen = std::collections::BTreeMap::new();
    for year in 2015..2035 {
        for month in [3, 10] {
            let midnight = last_sunday(year, month) * 86_400;
            for local in (midnight - 3600..midnight + 4 * 3600).step_by(600) {
                // Every instant at which a clock in London showed this.
                let shown: Vec<i64> = [local - 3600, local].into_iter().filter(|utc| utc + offset(*utc) == local).collect();
                let (at, quality) = match shown[..] {
                    [] => (local, Skipped),
                    [only] => (only, Local),
                    [first, ..] => (first, FoldUnknown),
                };
                let text = written(year, month, local);
                let read = reader.read(&text).expect("a time");
                assert_eq!((read.at, read.quality), (at, quality), "{text}");
                *seen.entry(quality.name()).or_insert(0) += 1;
                // With its offset, or in UTC, it is always sure.
                for (zone, by) in [("Z", 0), ("+01:00", 3600), ("+00", 0), ("-0530", -19_800)] {
                    let read = reader.read(&format!("{text}{zone}")).expect("a time");
                    assert_eq!((read.at, read.quality), (local - by, ExplicitOffset), "{text}{zone}");
                }
            }
        }
    }
    assert_eq!((seen["skipped_hour"], seen["fold_unknown"]), (20 * 6, 20 * 6));
}

fn read(profile_text: &str, files: &[&str]) -> Log {
    let profile = profile(profile_text);
    let mut log = Log::default();
    for (at, text) in files.iter().enumerate() {
        log.add(&format!("log-{at}"), &mut text.as_bytes(), &profile, 1, &AtomicBool::new(false)).expect("readable");
    }
    log.settle();
    assert!(log.books.iter().all(Books::hold), "{:#?}", log.books);
    log
}

/// Minutes after 2026-10-25T00:00:00Z and how sure, by time.
fn told(log: &Log) -> Vec<(i64, TimeQuality)> {
    let start = days(2026, 10, 25) * 86_400;
    log.events.iter().map(|event| ((event.at - start) / 60, event.quality)).collect()
}

const CSV: &str = "format: csv\nfields: {time: time, user: user, system: system, correlation: id}\n";
const HEADER: &str = "time,user,system,id\n";

#[test]
fn the_record_of_the_other_side_settles_the_hour_lived_twice_and_both_are_one_access() {
    let client =
        format!("{HEADER}2026-10-25T01:30:00,u1,viewer,a\n2026-10-25T01:20:00,u2,viewer,b\n2026-10-25T01:25:00,u3,viewer,c\n2026-10-25T01:40:00,u4,viewer,\n");
    let server = format!("{HEADER}2026-10-25T00:30:02Z,u1,archive,a\n2026-10-25T01:20:02Z,u2,archive,b\n2026-10-25T03:25:02Z,u3,archive,c\n");
    for files in [[&*client, &*server], [&*server, &*client]] {
        let log = read(CSV, &files);
        let mut expected = [(30, FoldFirst), (80, FoldSecond), (25, FoldUnknown), (40, FoldUnknown), (205, ExplicitOffset)];
        if files[0] == server {
            (expected[0].1, expected[1].1) = (ExplicitOffset, ExplicitOffset);
        }
        expected.sort_unstable();
        assert_eq!(told(&log), expected);
        assert_eq!(log.books.iter().map(|books| books.folded).sum::<u64>(), 2);
        assert_eq!(log.skew.iter().map(|skew| (skew.pairs, skew.median)).collect::<Vec<_>>(), [(2, -2)], "an hour is no skew");
    }
}

#[test]
fn a_witness_that_fits_both_passes_settles_nothing() {
    let log = read(CSV, &[&format!("{HEADER}2026-10-25T01:30:00,u1,viewer,a\n2026-10-25T00:30:00Z,u2,x,a\n2026-10-25T01:30:00Z,u3,x,a\n")]);
    assert_eq!(told(&log).iter().filter(|(_, quality)| *quality == FoldUnknown).count(), 1, "{:?}", told(&log));
}

#[test]
fn an_overlapping_export_that_cannot_tell_is_a_duplicate_of_one_that_can() {
    let whole = format!("{HEADER}2026-10-25T01:50:00,u1,v,\n2026-10-25T01:10:00,u2,v,\n");
    let part = format!("{HEADER}2026-10-25T01:10:00,u2,v,\n");
    for files in [[&*whole, &*part], [&*part, &*whole]] {
        let log = read(CSV, &files);
        assert_eq!(told(&log), [(50, FoldFirst), (70, FoldSecond)], "the surer time stays");
        assert_eq!(log.books[1].duplicates, 1);
    }
    // One line in each pass of one file: equal bytes, an hour apart, two accesses.
    let twice = format!("{HEADER}2026-10-25T01:10:00,u1,v,\n2026-10-25T01:50:00,u2,v,\n2026-10-25T01:10:00,u1,v,\n");
    assert_eq!(told(&read(CSV, &[&twice])), [(10, FoldFirst), (50, FoldFirst), (70, FoldSecond)]);
}

#[test]
fn every_format_says_how_sure_its_times_are() {
    let time = |text: &str| -> [(&str, String); 4] {
        [
            (CSV, format!("{HEADER}{text},u1,v,a\n")),
            ("format: ndjson\nfields: {time: at, user: who}\n", format!("{{\"at\":\"{text}\",\"who\":\"u1\"}}\n")),
            (
                "format: fhir\n",
                format!(r#"{{"resourceType":"AuditEvent","recorded":"{text}","agent":[{{"requestor":true,"who":{{"identifier":{{"value":"u1"}}}}}}]}}"#),
            ),
            (
                "format: atna\n",
                format!(
                    r#"<AuditMessage><EventIdentification EventActionCode="R" EventDateTime="{text}"><EventID code="110110"/></EventIdentification><ActiveParticipant UserID="u1" UserIsRequestor="true"/></AuditMessage>"#
                ),
            ),
        ]
    };
    for (text, expected) in [
        ("2026-10-25T01:30:00", (30, FoldUnknown)),
        ("2026-10-25T01:30:00.123Z", (90, ExplicitOffset)),
        ("2026-10-25T01:30:00+01:00", (30, ExplicitOffset)),
        ("2026-10-25T02:30:00", (150, Local)),
        ("2026-03-29T01:30:00", ((days(2026, 3, 29) - days(2026, 10, 25)) * 1440 + 90, Skipped)),
    ] {
        for (profile, log) in time(text) {
            assert_eq!(told(&read(profile, &[&log])), [expected], "{profile} {text}");
        }
    }
    // Said to be UTC in the profile: no night is special.
    let utc = format!("tz: UTC\n{CSV}");
    assert_eq!(told(&read(&utc, &[&format!("{HEADER}2026-10-25T01:30:00,u1,v,a\n")])), [(90, Local)]);
}

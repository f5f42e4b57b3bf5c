//! Detectors of patterns: each fires on a planted case and is silent on the near miss beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use carepact::access_log::read::Log;
use carepact::access_log::tables::{People, Tables};
use carepact::identifier::Date;

use super::access_log::profile;
use super::audit::{judge_with, number};
use super::audit_personal::{Allows, detected, look};

const NOTHING: [String; 0] = [];

/// Codes from AUD-027 on with the user they are about.
fn found(tables: &[(&str, String)], lines: &[String]) -> Vec<String> {
    let (log, detected) = detected(tables, lines, &Allows);
    let mine = detected.signals.iter().filter(|signal| signal.code >= "AUD-027");
    let all: BTreeSet<String> = mine.map(|signal| format!("{} {}", log.symbols.text(signal.user), signal.code).trim().to_owned()).collect();
    all.into_iter().collect()
}

fn blind(code: &str, lines: &[String]) -> Option<String> {
    let (_, detected) = detected(&[], lines, &Allows);
    detected.not_assessed.into_iter().find(|(page, _)| page.code == code).map(|(_, why)| why)
}

/// `n1` to `n9` look at person 3, an hour apart each.
fn viewers(count: usize, hours: usize) -> Vec<String> {
    (0..count)
        .map(|at| look(&[("user", &format!("n{}", at + 1)), ("time", &format!("2026-05-{:02}T{:02}:00:00Z", 12 + at * hours / 24, at * hours % 24))]))
        .collect()
}

#[test]
fn five_users_within_a_day_are_many_and_four_or_five_in_two_days_are_not() {
    assert_eq!(found(&[], &viewers(5, 1)), ["AUD-027"]);
    assert_eq!(found(&[], &viewers(4, 1)), NOTHING);
    assert_eq!(found(&[], &viewers(5, 6)), NOTHING, "the fifth a day after the first");
    assert_eq!(found(&[], &viewers(5, 5)), ["AUD-027"], "the fifth twenty hours after the first");
    let (_, told) = detected(&[], &viewers(8, 1), &Allows);
    let one: Vec<_> = told.signals.iter().filter(|signal| signal.code == "AUD-027").collect();
    assert_eq!((one.len(), one[0].seen.accesses, one[0].facts["users"].as_str()), (1, 8, "8"));
    // Registered where they work: explained.
    let registered = [("registrations", format!("nhs_number,ods,from,to\n{},R9A,2020-01-01,\n{},Y99009,2020-01-01,\n", number(3), number(90)))];
    assert_eq!(found(&registered, &viewers(8, 1)), NOTHING);
    let portal: Vec<String> = (0..8).map(|at| look(&[("user", &format!("p{at}")), ("role", "proxy"), ("organisation", "")])).collect();
    assert_eq!(found(&[], &portal), NOTHING);
}

/// People of these numbers, a minute apart, by n1 in the morning.
fn one_by_one(people: &[u32]) -> Vec<String> {
    people
        .iter()
        .enumerate()
        .map(|(at, person)| look(&[("nhs_number", &number(*person)), ("time", &format!("2026-05-12T{:02}:{:02}:00Z", 8 + at / 60, at % 60))]))
        .collect()
}

#[test]
fn fifteen_people_in_the_order_of_their_numbers_are_a_list_that_was_walked() {
    let rising: Vec<u32> = (100..115).collect();
    assert_eq!(found(&[], &one_by_one(&rising)), ["n1 AUD-028"]);
    assert_eq!(found(&[], &one_by_one(&rising[1..])), NOTHING, "fourteen");
    assert_eq!(found(&[], &one_by_one(&rising.iter().rev().copied().collect::<Vec<_>>())), ["n1 AUD-028"], "downwards");
    let broken = [&rising[..7], &[99], &rising[7..]].concat();
    assert_eq!(found(&[], &one_by_one(&broken)), NOTHING, "one out of order");
    let twice: Vec<u32> = rising.iter().flat_map(|person| [*person, *person]).collect();
    assert_eq!(found(&[], &one_by_one(&twice)), ["n1 AUD-028"], "each looked at twice");
    // The middle ones have an appointment there that week: the rest is no run of fifteen, and those count for nothing.
    let seen: String = (105..108).map(|person| format!("{},R9A,2026-05-13\n", number(person))).collect::<Vec<_>>().concat();
    let appointments = [("appointments", format!("nhs_number,ods,at\n{0},R9B,2026-01-01\n{0},R9B,2026-12-31\n{seen}", number(90)))];
    assert_eq!(found(&appointments, &one_by_one(&rising)), NOTHING);
    let local = [look(&[("nhs_number", "")])];
    assert_eq!(blind("AUD-028", &local).as_deref(), Some("the log names nobody by NHS number, and local ids have no order"));
}

#[test]
fn an_account_that_slept_for_sixty_days_wakes() {
    let days = |first: &str, then: &str| vec![look(&[("time", &format!("{first}T10:00:00Z"))]), look(&[("time", &format!("{then}T10:00:00Z"))])];
    // 1 March to 1 May: sixty days between them.
    assert_eq!(found(&[], &days("2026-03-01", "2026-05-01")), ["n1 AUD-029"]);
    // Others make the log long enough to tell.
    let other = look(&[("user", "n2"), ("time", "2026-01-01T10:00:00Z")]);
    let shorter = [days("2026-03-01", "2026-04-30"), vec![other]].concat();
    assert_eq!(found(&[], &shorter), NOTHING, "fifty-nine, and n2 only once");
    assert_eq!(blind("AUD-029", &[look(&[])]).as_deref(), Some("the log spans 0 days, and a silence takes 60"));
}

fn emergencies(user: &str, people: std::ops::Range<u32>) -> Vec<String> {
    let reason = "collapsed at home; no history to be had";
    people
        .map(|person| {
            look(&[
                ("user", user),
                ("nhs_number", &number(person)),
                ("emergency", "yes"),
                ("reason", reason),
                ("time", &format!("2026-05-{:02}T10:00:00Z", 1 + person % 28)),
            ])
        })
        .collect()
}

#[test]
fn emergency_access_is_told_beside_others_of_the_role() {
    assert_eq!(found(&[], &emergencies("n1", 1..6)), ["n1 AUD-030"], "nobody else uses it");
    assert_eq!(found(&[], &emergencies("n1", 1..5)), NOTHING, "four");
    let beside = |each: u32| [emergencies("n1", 1..8), emergencies("n2", 1..1 + each), emergencies("n3", 1..1 + each), emergencies("n4", 1..1 + each)].concat();
    assert_eq!(found(&[], &beside(2)), ["n1 AUD-030"], "seven are more than three times two");
    assert_eq!(found(&[], &beside(3)), NOTHING, "and not more than three times three");
    let spread: Vec<String> =
        emergencies("n1", 1..6).into_iter().enumerate().map(|(at, line)| line.replacen("2026-05-", &format!("2026-{:02}-", 1 + at), 1)).collect();
    assert_eq!(found(&[], &spread), NOTHING, "one a month");
}

fn printed(people: u32, action: &str) -> Vec<String> {
    (0..people)
        // Not in the order of their numbers.
        .map(|at| {
            look(&[("nhs_number", &number(100 + at * 7 % 31)), ("action", action), ("time", &format!("2026-05-12T{:02}:{:02}:00Z", 8 + at / 60, at % 60))])
        })
        .collect()
}

#[test]
fn thirty_people_on_paper_are_many() {
    assert_eq!(found(&[], &printed(30, "print")), ["n1 AUD-031"]);
    assert_eq!(found(&[], &printed(30, "export")), ["n1 AUD-031"]);
    assert_eq!(found(&[], &printed(29, "print")), NOTHING);
    assert_eq!(found(&[], &printed(30, "view")), NOTHING);
    let again = [printed(20, "print"), printed(20, "print").iter().map(|line| line.replacen("T08", "T12", 1)).collect()].concat();
    assert_eq!(found(&[], &again), NOTHING, "twenty people twice");
}

#[test]
fn an_account_at_work_in_twenty_hours_or_at_ten_devices_is_not_one_person() {
    let hours = |count: u32| (0..count).map(|at| look(&[("time", &format!("2026-02-12T{at:02}:10:00Z"))])).collect::<Vec<_>>();
    assert_eq!(found(&[], &hours(20)), ["n1 AUD-032"]);
    assert_eq!(found(&[], &hours(19)), NOTHING);
    let devices =
        |count: u32| (0..count).map(|at| look(&[("device", &format!("ward-{at}")), ("time", &format!("2026-02-12T10:{at:02}:00Z"))])).collect::<Vec<_>>();
    assert_eq!(found(&[], &devices(10)), ["n1 AUD-032"]);
    assert_eq!(found(&[], &devices(9)), NOTHING);
}

#[test]
fn refused_then_opened_in_another_role_is_told_and_a_second_try_is_not() {
    let try_at = |time: &str, role: &str, outcome: &str| look(&[("time", time), ("role", role), ("outcome", outcome)]);
    let pair = |time: &str, role: &str| vec![try_at("2026-05-12T10:00:00Z", "nurse", "denied"), try_at(time, role, "ok")];
    assert_eq!(found(&[], &pair("2026-05-12T10:15:00Z", "doctor")), ["n1 AUD-035"]);
    assert_eq!(found(&[], &pair("2026-05-12T10:15:01Z", "doctor")), NOTHING, "more than a quarter of an hour");
    assert_eq!(found(&[], &pair("2026-05-12T10:01:00Z", "nurse")), NOTHING, "a password typed wrongly");
    assert_eq!(
        found(&[], &[try_at("2026-05-12T10:00:00Z", "doctor", "ok"), try_at("2026-05-12T10:05:00Z", "nurse", "denied")]),
        NOTHING,
        "the other way round"
    );
    let other_person =
        vec![try_at("2026-05-12T10:00:00Z", "nurse", "denied"), look(&[("time", "2026-05-12T10:01:00Z"), ("role", "doctor"), ("nhs_number", &number(5))])];
    assert_eq!(found(&[], &other_person), NOTHING);
    let elsewhere = vec![try_at("2026-05-12T10:00:00Z", "nurse", "denied"), look(&[("time", "2026-05-12T10:01:00Z"), ("organisation", "R9B")])];
    assert_eq!(found(&[], &elsewhere), ["n1 AUD-035"]);
    assert!(blind("AUD-035", &[look(&[])]).is_some_and(|why| why.contains("no record that was refused")));
}

#[test]
fn people_searched_for_and_viewed_once_are_told_from_three_on() {
    let visit = |at: u32, gap: u32, more: &[(&str, &str)]| {
        let (search, view) = (format!("2026-05-12T1{at}:00:00Z"), format!("2026-05-12T1{at}:{:02}:{:02}Z", gap / 60, gap % 60));
        let person = number(40 + at);
        let second = [&[("time", view.as_str()), ("nhs_number", person.as_str())][..], more].concat();
        vec![look(&[("time", &search), ("action", "search"), ("nhs_number", "")]), look(&second)]
    };
    let three = |gap: u32, more: &[(&str, &str)]| (0..3).flat_map(|at| visit(at, gap, more)).collect::<Vec<_>>();
    assert_eq!(found(&[], &three(120, &[])), ["n1 AUD-036"]);
    assert_eq!(found(&[], &three(121, &[])), NOTHING, "no look that came of the search");
    assert_eq!(found(&[], &three(60, &[])[..4]), NOTHING, "two people");
    assert_eq!(found(&[], &three(60, &[("action", "amend")])), NOTHING, "something was done");
    assert_eq!(found(&[], &three(60, &[("role", "receptionist")])), NOTHING);
    let mut back = three(60, &[]);
    back.push(look(&[("time", "2026-05-13T10:00:00Z"), ("nhs_number", &number(40))]));
    assert_eq!(found(&[], &back), NOTHING, "one was looked at again");
    let registered = [("registrations", format!("nhs_number,ods,from,to\n{},R9A,2020-01-01,\n{},Y99009,2020-01-01,\n", number(40), number(90)))];
    assert_eq!(found(&registered, &three(60, &[])), NOTHING, "one is registered there");
    assert!(blind("AUD-036", &[look(&[])]).is_some_and(|why| why.contains("searched for")));
}

#[test]
fn those_who_watch_need_a_reason_too() {
    let opened = |role: &str, reason: &str| vec![look(&[("role", role), ("reason", reason)])];
    for role in ["privacy_officer", "system_administrator"] {
        assert_eq!(found(&[], &opened(role, "")), ["n1 AUD-037"], "{role}");
        assert_eq!(found(&[], &opened(role, "audit")), ["n1 AUD-037"], "{role}: a word that says nothing");
        assert_eq!(found(&[], &opened(role, "case 2026-0412 a complaint")), NOTHING, "{role}");
    }
    assert_eq!(found(&[], &opened("nurse", "")), NOTHING);
    let registered = [("registrations", format!("nhs_number,ods,from,to\n{},R9A,2020-01-01,\n", number(3)))];
    assert_eq!(found(&registered, &opened("privacy_officer", "")), NOTHING, "explained");
}

const COUNTED: &str = "format: csv\nfields: {time: time, user: user, system: system, sequence: number}\n";

/// Codes about the log itself, with the sentence, of `time,system,number` lines.
fn of_log(lines: &[String]) -> Vec<(&'static str, String)> {
    of_logs(&[lines], &[])
}

/// The same of several files, with quiet days.
fn of_logs(files: &[&[String]], quiet: &[&str]) -> Vec<(&'static str, String)> {
    let mut log = Log::default();
    for (at, lines) in files.iter().enumerate() {
        let text = format!("time,user,system,number\n{}", lines.concat());
        log.add(&format!("{at}.csv"), &mut text.as_bytes(), &profile(COUNTED), 1, &AtomicBool::new(false)).expect("readable");
    }
    log.settle();
    let tables = Tables::read(&BTreeMap::new(), &mut log.symbols, &People::new()).expect("readable");
    let quiet = quiet.iter().map(|day| Date::parse(day).expect("a day")).collect();
    let (_, detected) = judge_with(&log, &tables, &Allows, 4, None, &quiet);
    let mine = detected.signals.into_iter().filter(|signal| matches!(signal.code, "AUD-033" | "AUD-034"));
    mine.map(|signal| (signal.code, signal.sentence)).collect()
}

fn numbered(numbers: &[u32]) -> Vec<String> {
    numbers.iter().map(|number| format!("2026-05-12T10:{:02}:00Z,u1,viewer,{number}\n", number % 60)).collect()
}

#[test]
fn numbers_that_are_missing_are_told_unless_records_that_were_not_read_could_have_had_them() {
    assert_eq!(of_log(&numbered(&[5, 6, 7, 8, 9])), []);
    assert_eq!(of_log(&numbered(&[9, 7, 8, 5, 6])), [], "written in another order");
    let told = of_log(&numbered(&[1, 2, 5, 6, 9]));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].0 == "AUD-033" && told[0].1.starts_with("4 are missing of the numbers") && told[0].1.contains("in 2 gaps, first after 2026-05-12 11:02"),
        "{told:?}"
    );
    let damaged = |bad: usize| {
        let mut lines = numbered(&[1, 2, 5, 6]);
        lines.extend((0..bad).map(|_| "no time at all,u1,viewer,3\n".to_owned()));
        lines
    };
    assert_eq!(of_log(&damaged(2)), [], "two records could not be read");
    assert_eq!(of_log(&damaged(1)).len(), 1);
    // Two systems count by themselves.
    let two: Vec<String> = (1..9)
        .map(|number| format!("2026-05-12T10:{number:02}:00Z,u1,{},{}\n", if number % 2 == 0 { "viewer" } else { "archive" }, 100 + number / 2))
        .collect();
    assert_eq!(of_log(&two), []);
}

#[test]
fn files_without_a_system_count_each_for_itself_and_a_system_in_two_files_is_one_series() {
    let nameless = |numbers: &[u32]| numbered(numbers).iter().map(|line| line.replace(",viewer,", ",,")).collect::<Vec<_>>();
    assert_eq!(of_logs(&[&nameless(&[1, 2, 3]), &nameless(&[41, 42, 43])], &[]), [], "two counters");
    let told = of_logs(&[&nameless(&[1, 2, 3]), &nameless(&[41, 43])], &[]);
    assert!(told.len() == 1 && told[0].1.starts_with("1 is missing"), "{told:?}");
    assert_eq!(of_logs(&[&numbered(&[1, 3, 5]), &numbered(&[2, 4])], &[]), [], "one counter, split");
    let told = of_logs(&[&numbered(&[1, 2]), &numbered(&[5, 6])], &[]);
    assert!(told.len() == 1 && told[0].1.starts_with("2 are missing"), "{told:?}");
}

#[test]
fn a_series_with_a_gap_after_most_records_is_an_excerpt_and_is_told_once() {
    let every =
        |step: usize, count: usize| (1..).step_by(step).take(count).map(|number| format!("2026-05-12T10:00:00Z,u1,viewer,{number}\n")).collect::<Vec<_>>();
    let told = of_log(&every(3, 20));
    assert!(told.len() == 1 && told[0].1.contains("19 of the 20 records") && told[0].1.contains("looks like an excerpt"), "{told:?}");
    let told = of_log(&every(3, 19));
    assert!(told.len() == 1 && told[0].1.starts_with("36 are missing"), "too few to tell: {told:?}");
    // One hole, however wide, is no excerpt.
    let hole = [every(1, 30), vec!["2026-05-12T10:00:00Z,u1,viewer,9000\n".to_owned()]].concat();
    let told = of_log(&hole);
    assert!(told.len() == 1 && told[0].1.contains("in 1 gap,"), "{told:?}");
}

#[test]
fn a_number_on_two_records_and_a_clock_that_goes_back_are_told() {
    let at = |minute: u32, user: &str, number: u32| format!("2026-05-12T10:{minute:02}:00Z,{user},viewer,{number}\n");
    let told = of_log(&[at(1, "u1", 1), at(2, "u1", 2), at(2, "u2", 2), at(3, "u1", 3)]);
    assert!(told.len() == 1 && told[0].1.starts_with("1 number stands") && told[0].1.contains("first at 2026-05-12 11:02"), "{told:?}");
    assert_eq!(of_log(&[at(1, "u1", 1), at(2, "u1", 2), at(2, "u1", 2), at(3, "u1", 3)]), [], "the same record twice");
    let told = of_log(&[at(1, "u1", 1), at(30, "u1", 2), at(24, "u1", 3), at(31, "u1", 4)]);
    assert!(told.len() == 1 && told[0].1.contains("goes back 1 time while its numbers rise, by up to 6 minutes"), "{told:?}");
    assert_eq!(of_log(&[at(1, "u1", 1), at(30, "u1", 2), at(25, "u1", 3), at(31, "u1", 4)]), [], "five minutes are borne");
}

/// Weeks with a record every ten minutes of each working day from nine to five, without those of some hours.
fn weeks(count: i64, without: &[i64]) -> Vec<String> {
    let mut lines = Vec::new();
    for day in (0..count * 7).filter(|day| day % 7 < 5) {
        // By the clock on the wall: in the middle of six weeks from there it is put forward.
        let date = Date::parse("2026-03-09").expect("a day").plus_days(i32::try_from(day).expect("few"));
        for hour in (9..17).filter(|hour| !without.contains(&(day * 24 + hour))) {
            lines.extend((0..6).map(|minute| format!("{date}T{hour:02}:{minute}0:00,u1,viewer,\n")));
        }
    }
    lines
}

#[test]
fn hours_without_records_are_told_where_other_weeks_have_many() {
    assert_eq!(of_log(&weeks(6, &[])), [], "nights and weekends are always quiet");
    // Wednesday of the third week, ten to three: five hours of six records.
    let day = 2 * 7 * 24 + 2 * 24;
    let five: Vec<i64> = (10..15).map(|hour| day + hour).collect();
    let told = of_log(&weeks(6, &five));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == "AUD-034" && told[0].1.contains("between 2026-03-25 09:50 and 2026-03-25 15:00, where about 30 would be expected"), "{told:?}");
    assert_eq!(of_log(&weeks(6, &five[1..])), [], "four hours are twenty-four records");
    assert_eq!(of_log(&weeks(3, &five)), [], "three weeks are not assessed");
    // Every Wednesday: usual.
    let every: Vec<i64> = (0..6).flat_map(|week| five.iter().map(move |hour| hour + (week - 2) * 7 * 24)).collect();
    assert_eq!(of_log(&weeks(6, &every)), []);
    // A public holiday that the pack names, and one that it does not.
    assert_eq!(of_logs(&[&weeks(6, &five)], &["2026-03-25"]), []);
    assert_eq!(of_logs(&[&weeks(6, &five)], &["2026-03-24"]).len(), 1);
    // One record of 1970, as systems write that know no time: no silence of decades, and the true one is still told.
    let mut stray = weeks(6, &five);
    stray.push("1970-01-01T00:00:00,u1,viewer,\n".to_owned());
    let told = of_log(&stray);
    assert!(told.len() == 1 && told[0].1.contains("between 2026-03-25 09:50"), "{told:?}");
    // Two months without anything are told once.
    let mut broken = weeks(6, &[]);
    broken.extend(weeks(6, &[]).iter().map(|line| line.replacen("2026-0", "2026-1", 1).replacen("2026-13", "2026-10", 1).replacen("2026-14", "2026-11", 1)));
    let told = of_log(&broken);
    assert!(told.len() == 1, "{told:?} {:?} {}", broken.last(), broken.len());
}

#[test]
fn what_is_explained_or_a_portals_is_silent_for_accounts_and_bulk() {
    // Emergency access to people who are there that week.
    let there: String = (1..6).map(|person| format!("{},R9A,2026-05-{:02}\n", number(person), 1 + person % 28)).collect::<Vec<_>>().concat();
    let appointments = [("appointments", format!("nhs_number,ods,at\n{0},R9B,2026-01-01\n{0},R9B,2026-12-31\n{there}", number(90)))];
    assert_eq!(found(&appointments, &emergencies("n1", 1..6)), NOTHING);
    assert_eq!(found(&[], &emergencies("n1", 1..6)), ["n1 AUD-030"]);
    let portal = |lines: Vec<String>| lines.iter().map(|line| line.replace(",nurse,", ",proxy,")).collect::<Vec<_>>();
    assert_eq!(found(&[], &portal(printed(30, "print"))), NOTHING, "their own copies");
    let hours: Vec<String> = (0..20).map(|at| look(&[("time", &format!("2026-02-12T{at:02}:10:00Z"))])).collect();
    assert_eq!(found(&[], &portal(hours)), NOTHING);
    let slept: Vec<String> = ["2026-03-01", "2026-05-01"].map(|day| look(&[("time", &format!("{day}T10:00:00Z"))])).to_vec();
    assert_eq!(found(&[], &portal(slept)), NOTHING);
}

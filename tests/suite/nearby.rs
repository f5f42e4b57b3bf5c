//! The single changes that open a refused case: each one does, and none that does is left out.

use carepact::decision::compiled::spread::Said;
use carepact::decision::nearby::{Change, nearby};
use carepact::decision::{Compiled, Facts, Question, Verdict, decide};
use carepact::identifier::Date;
use carepact::pack::Pack;
use proptest::prelude::*;

use super::{compiled::cells, generated_pack};

fn said(pack: &Pack, case: &Question, facts: Facts) -> Option<Said> {
    decide(pack, case, facts).ok().map(Said::of)
}

/// Every case that a change stands for.
fn changed(case: &Question, change: &Change) -> Vec<Question> {
    match change {
        Change::Facts(_) => vec![*case],
        Change::Role(roles) => roles.iter().map(|role| Question { role: *role, ..*case }).collect(),
        Change::Purpose(purposes) => purposes.iter().map(|purpose| Question { purpose: *purpose, ..*case }).collect(),
        Change::Way(ways) => ways.iter().map(|(action, form)| Question { action: *action, form: *form, ..*case }).collect(),
        Change::At(orgs) => orgs.iter().map(|org| Question { at: Some(*org), ..*case }).collect(),
        Change::Later(during) | Change::Earlier(during) => [during.first.max(Date::MIN), during.last].into_iter().map(|on| Question { on, ..*case }).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 40 } else { 300 }))]

    #[test]
    fn every_change_opens_the_case_and_no_role_or_purpose_that_does_is_left_out(seed: u64, yes: u64, no: u64, pick: usize) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let on = Date::parse("2026-05-14").expect("a date");
        let all = (1u64 << pack.words.conditions.len()) - 1;
        let facts = Facts { yes: yes & all & !no, no: no & all };
        let cells = cells(&compiled, &compiled.classes(on), on);
        let denied: Vec<&Question> = cells.iter().skip(pick % cells.len()).filter(|case| said(&pack, case, facts).is_some_and(|said| said.verdict == Verdict::Deny)).take(8).collect();
        for case in denied {
            let Ok(found) = nearby(&compiled, case, facts) else { continue };
            for one in &found {
                let given = match &one.change {
                    Change::Facts(set) => set.iter().fold(facts, |facts, literal| facts.with(literal.fact, literal.value)),
                    _ => facts,
                };
                for other in changed(case, &one.change) {
                    prop_assert_eq!(said(&pack, &other, given), Some(one.said.clone()), "seed {} {:?} {:?}", seed, case, one);
                    prop_assert_ne!(one.said.verdict, Verdict::Deny);
                }
                if let Change::Facts(set) = &one.change {
                    let withdrawn = set.iter().filter(|literal| (if literal.value { facts.no } else { facts.yes }) >> literal.fact.0 & 1 == 1).count();
                    prop_assert_eq!(withdrawn, 1);
                }
            }
            let listed = |is: &dyn Fn(&Change) -> bool| found.iter().any(|one| is(&one.change));
            for role in compiled.axes.roles.nodes().iter().copied().filter(|role| *role != case.role && pack.words.is_person(*role) == case.at.is_none()) {
                let opens = said(&pack, &Question { role, ..*case }, facts).is_some_and(|said| said.verdict == Verdict::Permit);
                prop_assert!(!opens || listed(&|change| matches!(change, Change::Role(roles) if roles.contains(&role))), "seed {} {:?} {:?}", seed, case, role);
            }
            for purpose in compiled.axes.purposes.nodes().iter().copied().filter(|purpose| *purpose != case.purpose) {
                let opens = said(&pack, &Question { purpose, ..*case }, facts).is_some_and(|said| said.verdict == Verdict::Permit);
                prop_assert!(!opens || listed(&|change| matches!(change, Change::Purpose(list) if list.contains(&purpose))), "seed {} {:?}", seed, case);
            }
        }
    }
}

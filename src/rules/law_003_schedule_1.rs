//! LAW-003: the condition of Schedule 1 fits the one of Article 9.

use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Fix, Severity};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    code: "LAW-003",
    name: "schedule_1",
    title: "Schedule 1 fits Article 9",
    severity: Severity::Error,
    statement: "Conditions b, g, h, i and j of Article 9(2) name the condition of Schedule 1 they need: b P1.1, g P2.6 to P2.28, h P1.2, i P1.3, j P1.4.",
    source: "Data Protection Act 2018 s10 and Schedule 1",
    certainty: Certainty::Confirmed,
    next: "Write the condition of Schedule 1 that belongs to the letter.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.4, power: NHS Act 2006, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Whether a condition of Schedule 1 is the one wanted, or lies in the range wanted.
fn fits(written: &str, wanted: &str) -> bool {
    let number = |text: &str| text.trim().strip_prefix('P').and_then(|rest| rest.split_once('.')).and_then(|(part, paragraph)| Some((part.parse::<u8>().ok()?, paragraph.parse::<u8>().ok()?)));
    let Some(at) = number(written) else { return false };
    match wanted.split_once('-') {
        Some((first, last)) => number(first).is_some_and(|first| first <= at) && number(last).is_some_and(|last| at <= last),
        None => number(wanted) == Some(at),
    }
}

/// `P1.2`, where it was written `P1-2`, `p1 2` or `1.2`, and is the one wanted.
fn pointed(written: &Spanned<String>, wanted: &str) -> Option<Fix> {
    let text = written.value.trim().to_ascii_uppercase();
    let text = text.strip_prefix('P').unwrap_or(&text);
    let parts: Vec<&str> = text.split(['.', '-', ' ', '/']).filter(|part| !part.is_empty()).collect();
    let [part, paragraph] = parts[..] else { return None };
    let pointed = format!("P{part}.{paragraph}");
    fits(&pointed, wanted).then(|| Fix::write(written.span, pointed, true))
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for basis in &agreement.draft.basis {
            let Some((letter, row)) = basis.article_9.as_ref().and_then(|letter| Some((letter, data::row(&context.facts().article_9, &letter.value)?))) else { continue };
            let wanted = row[1].as_str();
            if wanted.is_empty() {
                continue;
            }
            let place = format!("{}/schedule_1", basis.place);
            let help = format!("Write `schedule_1: {}`.", wanted.replace('-', "` up to `"));
            match &basis.schedule_1 {
                Some(written) if fits(&written.value, wanted) => {}
                Some(written) => found.push(pointed(written, wanted).into_iter().fold(
                    RULE.finding(place, format!("Article 9(2)({}) does not go with {} of Schedule 1", letter.value, written.value))
                        .at(written.span, format!("should be {wanted}"))
                        .at(letter.span, row[2].clone())
                        .help(help),
                    Finding::fix,
                )),
                None => found.push(
                    RULE.finding(place, format!("Article 9(2)({}) needs a condition of Schedule 1, and none is named", letter.value))
                        .at(letter.span, format!("needs {wanted}"))
                        .at(basis.purpose.span, "this purpose; `schedule_1:` is missing")
                        .help(help),
                ),
            }
        }
    }
}

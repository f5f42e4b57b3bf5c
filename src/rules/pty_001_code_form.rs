//! PTY-001: organisation codes have the form of their kind. Codes that are none at all are found by the reader.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-001",
    name: "code_form",
    title: "Organisation codes are well formed",
    severity: Severity::Error,
    statement: "An organisation code has three to ten letters and digits, and the form that codes of its kind have (a practice: one letter and five digits; a trust: R or T \
                and two more). A form that does not fit the kind is a warning: the register is the authority, patterns are only a hint.",
    source: "Organisation Data Service: organisation codes",
    certainty: Certainty::Confirmed,
    next: "Correct the code, or the organisation's kind, in register/organisations.csv.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nQ99,Synthetic Board,trust,2010-01-01,,,no,,\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nQ99,Synthetic Board,icb,2010-01-01,,,no,,\n",
    adjustable: false,
    waivable: false,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for organisation in &context.pack.register.organisations {
        let Some(kind) = context.organisation_kind(organisation) else { continue };
        let code = organisation.ods.as_str();
        if kind[1].is_empty() || kind[1].split('|').any(|form| fits(code, form)) {
            continue;
        }
        let mut finding = RULE
            .finding(format!("register/{code}"), format!("{code} does not have the form of a code of a {}", kind[0].replace('_', " ")))
            .at(organisation.span, format!("expected {}", kind[1].split('|').map(in_words).collect::<Vec<_>>().join(" or ")))
            .at(organisation.cell("kind"), "its kind");
        finding.severity = Severity::Warning;
        found.push(finding);
    }
}

/// `A` a letter, `9` a digit, `X` either; another character is itself. The first place of a form that starts with a
/// letter other than these is that letter.
fn fits(code: &str, form: &str) -> bool {
    code.len() == form.len()
        && code.chars().zip(form.chars()).all(|(written, wanted)| match wanted {
            'A' => written.is_ascii_uppercase(),
            '9' => written.is_ascii_digit(),
            'X' => written.is_ascii_alphanumeric(),
            other => written == other,
        })
}

fn in_words(form: &str) -> String {
    let mut parts: Vec<(char, usize)> = Vec::new();
    for letter in form.chars() {
        match parts.last_mut() {
            Some((last, count)) if *last == letter => *count += 1,
            _ => parts.push((letter, 1)),
        }
    }
    let words: Vec<String> = parts
        .into_iter()
        .map(|(letter, count)| match letter {
            'A' => crate::text::count(count as u64, "letter", "letters"),
            '9' => crate::text::count(count as u64, "digit", "digits"),
            'X' => crate::text::count(count as u64, "letter or digit", "letters or digits"),
            other => other.to_string(),
        })
        .collect();
    words.join(" and ")
}

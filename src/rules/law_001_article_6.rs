//! LAW-001: every purpose has a basis in Article 6.

use super::context::{entry_span, node_at};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::{Agreement, Clause};
use crate::diagnostics::{Finding, Fix, Severity};
use crate::source::Spanned;
use crate::source::Span;
use crate::vocabulary::NodeId;
use crate::yaml::Node;

pub(super) static RULE: Rule = Rule {
    code: "LAW-001",
    name: "article_6",
    title: "Every purpose has an Article 6 basis",
    severity: Severity::Error,
    statement: "Every purpose for which an agreement grants something to anybody but the person has an entry in `basis:` with `article_6:` a, b, c, d, e, ea or f.",
    source: "UK GDPR Article 6(1)",
    certainty: Certainty::FromMemory,
    next: "State the basis; for NHS bodies and councils it is normally e, with the power it rests on.",
    failing: "basis:\n  individual_care:\n    - {article_6: g, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

const LETTERS: [&str; 7] = ["a", "b", "c", "d", "e", "ea", "f"];

/// What the letters are called.
const NAMES: [(&str, &str); 7] = [
    ("consent", "a"),
    ("contract", "b"),
    ("legal obligation", "c"),
    ("vital interests", "d"),
    ("public task", "e"),
    ("recognised legitimate interest", "ea"),
    ("legitimate interests", "f"),
];

/// The letter alone, where the article was written out around it: `6(1)(e)`, `Article 6(1)(e)`, `E`.
pub(super) fn lettered(article: &str, written: &Spanned<String>, letters: &[&str]) -> Option<Fix> {
    let plain: String = written.value.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let rest = plain.strip_prefix("ukgdpr").unwrap_or(&plain);
    let rest = rest.strip_prefix("article").or_else(|| rest.strip_prefix("art")).unwrap_or(rest);
    let paragraph = if article == "6" { "61" } else { "92" };
    // `6e` would do for a letter of Article 6, but not for one of a paragraph that is not there.
    let letter = rest.strip_prefix(paragraph).unwrap_or(rest);
    letters.contains(&letter).then(|| Fix::write(written.span, letter, true))
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for basis in &agreement.draft.basis {
            match &basis.article_6 {
                Some(letter) if LETTERS.contains(&letter.value.as_str()) => {}
                Some(letter) => {
                    let finding = RULE
                        .finding(format!("{}/article_6", basis.place), format!("Article 6(1) has no basis `{}`", letter.value))
                        .at(letter.span, "should be a, b, c, d, e, ea or f");
                    let named = NAMES.iter().find(|(name, _)| letter.value.trim().eq_ignore_ascii_case(name)).map(|(_, letter)| *letter);
                    let finding = match named {
                        // Consent to treatment is often taken for it.
                        Some("a") => finding.help(
                            "Consent in Article 6(1) is `a`; but care by NHS bodies and councils normally rests on e, a task in the public interest, and confidentiality on \
                             `confidentiality: implied_consent`.",
                        ),
                        Some(_) | None => finding.help(format!("Use {}: the letter alone.", crate::text::or_list(&LETTERS))),
                    };
                    let fix = lettered("6", letter, &LETTERS).or_else(|| named.map(|named| Fix::write(letter.span, named, named != "a")));
                    found.push(fix.into_iter().fold(finding, Finding::fix));
                }
                None if node_at(&agreement.draft.node, basis.span).is_none_or(|node| context.lacks(node, "article_6")) => found.push(
                    RULE.finding(format!("{}/article_6", basis.place), format!("{} has no basis in Article 6", basis.purpose.value))
                        .at(basis.purpose.span, "`article_6:` is missing"),
                ),
                None => {}
            }
        }
        if agreement.draft.node.get("basis").is_none_or(Node::is_null) {
            continue; // DOC-001 says so.
        }
        let tree = &context.words().purposes;
        let mut told: Vec<NodeId> = Vec::new();
        for grant in agreement.grants.iter().filter(|grant| !context.for_the_person(grant)) {
            for purpose in &grant.reach.purposes {
                let lacking = |leaf: &NodeId| {
                    let based = agreement.bases.iter().any(|basis| tree.covers(basis.purpose, *leaf));
                    !based && !grant.reach.except_purposes.iter().any(|except| tree.covers(*except, *leaf)) && !told.contains(leaf)
                };
                let leaves: Vec<NodeId> = tree.leaves(*purpose).into_iter().filter(lacking).collect();
                if leaves.is_empty() {
                    continue;
                }
                let names: Vec<&str> = if leaves.len() == tree.leaves(*purpose).len() { vec![tree.short(*purpose)] } else { leaves.iter().map(|leaf| tree.short(*leaf)).collect() };
                told.extend(leaves);
                let names = crate::text::and_list(&names);
                let mut finding = RULE
                    .finding(format!("{}/basis/{}", agreement.id, tree.short(*purpose)), format!("`{}` is for {names}, and `basis:` has nothing for it", grant.name))
                    .at(purpose_span(agreement, grant), "this purpose");
                if let Some(block) = entry_span(&agreement.draft.node, "basis") {
                    finding = finding.at(block, "no entry for it here");
                }
                found.push(finding);
            }
        }
    }
}

/// Where a grant or release says what it is for.
fn purpose_span(agreement: &Agreement, grant: &Clause) -> Span {
    let draft = &agreement.draft;
    let clause = draft.grants.iter().find(|clause| clause.name.value == grant.name).and_then(|clause| clause.purposes.first());
    let release = || draft.releases.iter().find(|release| release.name.value == grant.name).and_then(|release| release.purpose.as_ref());
    clause.or_else(release).map_or(grant.span, |purpose| purpose.span)
}

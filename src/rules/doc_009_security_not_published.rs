//! DOC-009: how data is secured is not for the public copy.

use super::context::{entry_span, key_span};
use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    code: "DOC-009",
    name: "security_not_published",
    title: "What is published says nothing of security",
    severity: Severity::Error,
    statement: "The published copy of an agreement does not hold its `security:` block, and its summary and title do not say how data is stored or secured. `check` sees only what the \
                document says: an error where `publication.withhold` lists what is left out and `security` is not among it, a warning where the summary or title uses a word of \
                src/rules/data/security_words.csv or repeats a value of `security:`. It does not read the published copy itself.",
    source: "IG framework for shared care records, appendix 2: members publish their impact assessments, and not storage and security arrangements",
    certainty: Certainty::Confirmed,
    next: "Add `security` to publication.withhold, or take the words out of the summary; `security:` itself stays in the agreement.",
    failing: "security: {encryption_in_transit: TLS 1.3, authentication: smartcards, audit_to_individual: every access}\npublication: {url: https://example.nhs.uk/agreements/EX-DSA-0001, withhold: [signatures]}\n",
    fixed: "security: {encryption_in_transit: TLS 1.3, authentication: smartcards, audit_to_individual: every access}\npublication: {url: https://example.nhs.uk/agreements/EX-DSA-0001, withhold: [signatures, security]}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let draft = &agreement.draft;
        let security = draft.node.get("security").filter(|block| block.as_map().is_some_and(|entries| !entries.is_empty()));
        let withhold = draft.publication.as_ref().filter(|_| draft.node.get("publication").and_then(|block| block.get("withhold")).is_some());
        if let (Some(_), Some(block)) = (security, withhold.filter(|block| !block.withhold.iter().any(|part| part.value == "security"))) {
            let written = draft.node.get("publication").and_then(|block| entry_span(block, "withhold")).unwrap_or(block.span);
            found.push(
                RULE.finding(format!("{}/publication/withhold", agreement.id), format!("the published copy of {} holds how its data is secured", agreement.id))
                    .at(written, "`security` is not withheld")
                    .at(key_span(draft, "security"), "not for the public"),
            );
        }
        let values: Vec<Spanned<String>> = security
            .and_then(|block| block.as_map())
            .unwrap_or_default()
            .iter()
            .filter_map(|(_, value)| Some(Spanned::new(value.as_text()?.to_lowercase(), value.span)))
            .filter(|value| value.value.len() >= 6)
            .collect();
        let public = draft.publication.as_ref().and_then(|block| block.summary.as_ref());
        for (key, text) in [("title", draft.title.as_ref()), ("summary", draft.summary.as_ref()), ("publication/summary", public)] {
            let Some(text) = text else { continue };
            let lower = text.value.to_lowercase();
            let word = context.facts().security_words.iter().filter(|row| data::date(&row[1]) <= context.as_of).find(|row| holds(&lower, &row[0]));
            let value = values.iter().find(|value| holds(&lower, &value.value));
            if word.is_none() && value.is_none() {
                continue;
            }
            let mut finding = RULE
                .finding(format!("{}/{key}", agreement.id), format!("the {} of {}, which the public reads, says how its data is secured", key.trim_start_matches("publication/"), agreement.id))
                .at(text.span, word.map_or_else(|| "repeats a value of `security:`".to_owned(), |row| format!("\"{}\" is not for the public", row[0])));
            if let Some(value) = value {
                finding = finding.at(value.span, "said here, where it belongs");
            }
            finding.severity = Severity::Warning;
            found.push(finding);
        }
    }
}

/// Whether a text holds a word or phrase that is not part of a longer word.
fn holds(text: &str, phrase: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(phrase).any(|(at, found)| !inside(text[..at].chars().next_back()) && !inside(text[at + found.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_within_a_longer_one_is_another_word() {
        assert!(holds("kept behind a firewall.", "firewall"));
        assert!(!holds("the decipherment of old letters", "cipher"));
        assert!(holds("é tls 1.3", "tls 1.3"));
    }
}

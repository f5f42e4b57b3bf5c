//! LIF-011: data is encrypted, and every access is one person's.

use super::context::{entry_span, key_span};
use super::{Certainty, Check, Context, Rule, data, written};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-011",
    name: "security",
    title: "Security measures are stated",
    severity: Severity::Warning,
    statement: "`security:` says how data is encrypted on its way (encryption_in_transit), and where it lies if there are releases (encryption_at_rest), how people prove who they are \
                (authentication), and that every access is recorded against one person (audit_to_individual). Shared or generic accounts do not do that.",
    source: "UK GDPR Article 32; measures that the GM Care Record states",
    certainty: Certainty::Confirmed,
    next: "Add security: {encryption_in_transit: ..., authentication: individual accounts, audit_to_individual: ...}.",
    failing: "security: {encryption_in_transit: TLS 1.3, authentication: shared ward logins, audit_to_individual: every access is recorded}\n",
    fixed: "security: {encryption_in_transit: TLS 1.3, authentication: individual accounts, audit_to_individual: every access is recorded against a person}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Whether a text says that several people use one account. `No shared logins` says that they do not.
fn shared_accounts(table: &[data::Row], text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let row_has = |row: &data::Row, word: &str| row[0] == "security" && row[1] == word;
    words.iter().enumerate().any(|(at, word)| {
        let near = at.saturating_sub(2)..words.len().min(at + 4);
        table.iter().any(|row| row_has(row, word))
            // The shared record, and what is common to several systems, are something else.
            && !words.get(at + 1).is_some_and(|next| SHARED_THINGS.contains(next))
            && words[near].iter().any(|near| ACCOUNTS.contains(near))
            && !words[..at].iter().rev().take(4).any(|before| ["no", "not", "never", "without", "nor", "neither", "forbidden", "none"].contains(before))
            && !words[at..].iter().any(|after| ["forbidden", "prohibited", "disabled", "banned", "not", "never"].contains(after))
    })
}

/// What one person signs in with.
const ACCOUNTS: [&str; 14] =
    ["login", "logins", "account", "accounts", "password", "passwords", "user", "users", "card", "cards", "smartcard", "smartcards", "credentials", "pin"];

/// What may be shared without an account being so.
const SHARED_THINGS: [&str; 14] =
    ["care", "record", "records", "view", "service", "services", "platform", "across", "system", "systems", "portal", "between", "infrastructure", "directory"];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let place = format!("{}/security", agreement.id);
        let Some(security) = &draft.security else {
            if context.lacks(&draft.node, "security") {
                found.push(RULE.finding(place, format!("{} does not say how data is secured", agreement.id)).at(draft.head(), "`security:` is missing"));
            }
            continue;
        };
        let block = draft.node.get("security");
        let releases = draft.releases.first();
        let wanted = [
            ("encryption_in_transit", &security.encryption_in_transit, true),
            ("encryption_at_rest", &security.encryption_at_rest, releases.is_some()),
            ("authentication", &security.authentication, true),
            ("audit_to_individual", &security.audit_to_individual, true),
        ];
        let missing: Vec<&str> = wanted
            .into_iter()
            .filter(|(key, text, wanted)| *wanted && text.as_ref().map_or_else(|| block.is_none_or(|block| context.lacks(block, key)), |text| written::says_nothing(&text.value)))
            .map(|(key, _, _)| key)
            .collect();
        if !missing.is_empty() {
            let span = missing.first().and_then(|key| entry_span(block?, key)).unwrap_or(key_span(draft, "security"));
            let mut finding = RULE
                .finding(place.clone(), format!("{} does not state {} among its security measures", agreement.id, crate::text::and_list(&missing)))
                .at(span, format!("without {}", crate::text::and_list(&missing)))
                .discriminator("missing");
            if let Some(release) = releases.filter(|_| missing.contains(&"encryption_at_rest")) {
                finding = finding.at(release.name.span, "data that is handed over lies somewhere");
            }
            found.push(finding);
        }
        let shared = [&security.authentication, &security.audit_to_individual].into_iter().flatten().find(|text| shared_accounts(&context.facts().vague_phrases, &text.value));
        if let Some(text) = shared {
            found.push(
                RULE.finding(place, format!("{} lets several people use one account, so an access is nobody's in particular", agreement.id))
                    .at(text.span, "should be individual accounts")
                    .discriminator("shared"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn with(authentication: &str) -> Vec<&'static str> {
        run(&format!("security: {{encryption_in_transit: TLS 1.2, authentication: \"{authentication}\", audit_to_individual: each access}}\n")).codes
    }

    #[test]
    fn shared_accounts_are_told_from_their_prohibition() {
        for good in ["smartcards", "individual accounts, no shared logins", "shared accounts are forbidden", "NHS login and MFA", "single sign-on shared across systems with personal tokens", "generic accounts are disabled", "users of the shared care record sign in with their own smartcard", "shared care record users have individual accounts"] {
            assert_eq!(with(good), [""; 0], "{good}");
        }
        for bad in ["shared logins", "a generic user account for each ward", "one shared password for the team", "smartcard shared by the ward", "none"] {
            assert_eq!(with(bad), ["LIF-011"], "{bad}");
        }
    }

    #[test]
    fn what_is_missing_is_one_finding() {
        assert_eq!(run("security: {authentication: smartcards}\n").count, 1);
        assert_eq!(run("security: {encription_in_transit: TLS, authentication: smartcards, audit_to_individual: each access}\n").codes, ["DOC-007"]);
    }
}

//! PTY-020: contacts are mailboxes of a role, on a domain of the organisation.

use std::collections::BTreeMap;

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::register::{CONTACTS, OrgId};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "PTY-020",
    name: "role_mailboxes",
    title: "Contacts are mailboxes of a role",
    severity: Severity::Info,
    statement: "A contact (in the register, or the `email:` of an agreement's IG lead) is the mailbox of a role, not of a person, on a domain of public bodies (nhs.net, nhs.uk, gov.uk ...) \
                or of the organisation itself: the column email_domain of the register says which are its own. The words are those of src/rules/data/mail_words.csv.",
    source: "Continuity: a person's mailbox goes unread when the person leaves; a personal one is under nobody's control",
    certainty: Certainty::FromMemory,
    next: "Ask for a role mailbox; if the domain is the organisation's own, add it to the column email_domain.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,siro,dpo\nR9B,Synthetic Elm Trust,trust,2010-01-01,,siro.elm@gmail.com,dpo.elm@example.nhs.uk\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,siro,dpo\nR9B,Synthetic Elm Trust,trust,2010-01-01,,siro.elm@example.nhs.uk,dpo.elm@example.nhs.uk\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut parties: Vec<OrgId> = context.in_force().flat_map(|agreement| context.parties_on(agreement, context.as_of, |_| true)).collect();
    parties.sort_unstable();
    parties.dedup();
    // One cause, one finding: the same mistake in many rows is told once.
    let mut by_why: BTreeMap<&'static str, Vec<(OrgId, Span)>> = BTreeMap::new();
    for org in parties {
        let organisation = context.organisation(org);
        for (address, span) in CONTACTS.iter().filter_map(|office| context.contact(org, office)) {
            if let Some(why) = wrong(context, address, &organisation.email_domains) {
                by_why.entry(why).or_default().push((org, span));
            }
        }
    }
    for (why, rows) in by_why {
        let Some((first, span)) = rows.first() else { continue };
        let mut orgs: Vec<OrgId> = rows.iter().map(|(org, _)| *org).collect();
        orgs.dedup();
        let finding = RULE
            .finding(
                "register/contacts",
                format!(
                    "{} of {} {} {why}: {}",
                    crate::text::count(rows.len() as u64, "contact", "contacts"),
                    Context::count(&orgs),
                    if rows.len() == 1 { "is" } else { "are" },
                    context.some_codes(&orgs)
                ),
            )
            .at(*span, if rows.len() == 1 { "this one" } else { "this one, for example" })
            .discriminator(why)
            .fact("organisations", context.codes(&orgs));
        found.push(context.with_party(finding, *first, |_| true));
    }
    for agreement in context.in_force() {
        let Some(node) = agreement.draft.node.get("ig_lead").and_then(|block| block.get("email")) else { continue };
        if let Some(why) = node.as_text().and_then(|address| wrong(context, address, &[])) {
            found.push(
                RULE.finding(format!("{}/ig_lead/email", agreement.id), format!("the contact of the information governance lead of {} is {why}", agreement.id))
                    .at(node.span, "this one"),
            );
        }
    }
}

/// What is wrong with an address, if anything. It is never shown in words: it may be a person's.
fn wrong(context: &Context<'_>, address: &str, own: &[String]) -> Option<&'static str> {
    let class = |word: &str, class: &str| context.facts().mail_words.iter().any(|row| row[1] == class && row[0] == word);
    let ends = |domain: &str, known: &str| domain == known || domain.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    let lower = address.trim().to_lowercase();
    let Some((name, domain)) = lower.split_once('@').filter(|(name, domain)| !name.is_empty() && domain.contains('.') && !lower.contains(' ')) else {
        return Some("no mail address");
    };
    if class(domain, "free") {
        return Some("on a domain for personal mail");
    }
    let public = context.facts().mail_words.iter().any(|row| row[1] == "public" && ends(domain, &row[0]));
    if !public && !own.is_empty() && !own.iter().any(|one| ends(domain, one)) {
        return Some("not on a domain of the organisation");
    }
    let words: Vec<&str> = name.split(['.', '-', '_']).collect();
    let personal = words.len() == 2 && words.iter().all(|word| word.chars().all(char::is_alphabetic)) && !words.iter().any(|word| class(word, "role"));
    personal.then_some("named after a person, as it seems")
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn notes(contact: &str, domain: &str) -> Vec<&'static str> {
        run(&format!("# file: register/organisations.csv\nods,siro,email_domain\nR9B,{contact},{domain}\n")).notes
    }

    #[test]
    fn a_mailbox_of_a_role_on_an_own_or_public_domain_is_fine() {
        for (contact, domain) in [("siro@elm.example.org", "elm.example.org"), ("siro@mail.elm.example.org", "elm.example.org"), ("ig.elm@nhs.net", "elm.example.org")] {
            assert!(notes(contact, domain).is_empty(), "{contact}");
        }
        // Where no domain is known, only what is personal is told.
        assert!(notes("siro@elsewhere.example.com", "").is_empty());
    }

    #[test]
    fn a_name_a_free_domain_and_another_bodys_domain_are_told() {
        for (contact, domain) in [("Pat Doe", ""), ("siro@gmail.com", ""), ("pat.doe@nhs.net", ""), ("siro@notelm.example.org", "elm.example.org")] {
            assert_eq!(notes(contact, domain), ["PTY-020"], "{contact}");
        }
    }
}

//! CON-012: services that people may use without saying who they are do not feed a shared record by default.

use super::context::PurposeKind;
use super::{Certainty, Check, Context, Rule, written};
use crate::agreement::Agreement;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "CON-012",
    name: "anonymous_services",
    title: "Anonymous services are excluded, or justified apart",
    severity: Severity::Warning,
    statement: "The duty to share for care does not reach services that people may use anonymously (sexual health and the like, src/rules/data/anonymous_services.csv). Where one is among those \
                who give data for care, it is excluded (`except:`, or `gives: false`), or an entry of `basis:` is written `for:` it by name.",
    source: "Health and Social Care Act 2012 s251A(6)(c); CAF-aligned DSPT outcome E3.a",
    certainty: Certainty::Confirmed,
    next: "Exclude the service, or write an entry of basis: with `for:` it that says why its data is shared.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Sexual Health Trust,trust,2010-01-01,,,no,Z9000002,caldicott.elm@example.nhs.uk\n",
    fixed: "parties:\n  providers: {function: nhs, except: {org: R9B}, as: joint_controller, joined: accessions/0001.csv}\n# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Sexual Health Trust,trust,2010-01-01,,,no,Z9000002,caldicott.elm@example.nhs.uk\n# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nR9B,2026-04-01,2026-04-02,2026-03-20,SIRO\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// The anonymous services of the register, by what they are or are called, and what kind each is. One that has such a
/// function at some time only is judged on the day by [`Services::serves_on`].
struct Services<'c> {
    named: Vec<(OrgId, &'c str)>,
    functions: Vec<(NodeId, &'c str)>,
}

impl<'c> Services<'c> {
    fn of(context: &Context<'c>) -> Self {
        let (register, functions) = (&context.pack.register, &context.words().functions);
        let rows = |place: &'static str| context.facts().anonymous_services.iter().filter(move |row| row[0] == place);
        let named = register.ids().filter_map(|org| {
            let organisation = register.organisation(org);
            let kind = rows("kind").find(|row| row[1] == organisation.kind);
            let name = organisation.name.to_lowercase();
            // Whole words: a `hive` is no HIV service.
            let whole = |words: &str| {
                name.match_indices(words).any(|(at, _)| {
                    let (before, after) = (name[..at].chars().next_back(), name[at + words.len()..].chars().next());
                    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
                })
            };
            kind.or_else(|| rows("name").find(|row| whole(&row[1]))).map(|row| (org, row[2].as_str()))
        });
        let functions = functions.ids().filter_map(|id| rows("function").find(|row| row[1] == functions.node(id).name).map(|row| (id, row[2].as_str())));
        Self { named: named.collect(), functions: functions.collect() }
    }

    fn serves_on(&self, context: &Context<'_>, org: OrgId, on: Date) -> Option<&'c str> {
        let organisation = context.organisation(org);
        let by_function = self.functions.iter().find(|(id, _)| organisation.has_function_on(&context.words().functions, *id, on)).map(|(_, what)| *what);
        by_function.or_else(|| self.named.iter().find(|(one, _)| *one == org).map(|(_, what)| *what))
    }
}

/// Whether an entry of `basis:` is written for an organisation or for what it does, not for more.
fn justified_apart(context: &Context<'_>, agreement: &Agreement, org: OrgId) -> bool {
    let functions = &context.words().functions;
    let services = &context.facts().anonymous_services;
    agreement.bases.iter().any(|basis| {
        basis.parties.orgs.contains(&org)
            || basis.parties.functions.iter().any(|id| functions.ancestors(*id).any(|at| services.iter().any(|row| row[0] == "function" && row[1] == functions.node(at).name)))
    })
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let services = Services::of(context);
    if services.named.is_empty() && services.functions.is_empty() {
        return;
    }
    for agreement in context.current().filter(|agreement| !Context::is_framework(agreement)) {
        let on = context.law_date(agreement);
        let care: Vec<_> = agreement
            .grants
            .iter()
            .filter(|clause| !context.for_the_person(clause) && context.identifiable(clause))
            .filter(|clause| clause.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&PurposeKind::Care)))
            .collect();
        for party in agreement.parties.iter().filter(|party| party.gives) {
            let giving: Vec<(OrgId, &str)> = written::members(context, party, on)
                .filter_map(|org| Some((org, services.serves_on(context, org, on)?)))
                .filter(|(org, _)| !justified_apart(context, agreement, *org) && care.iter().any(|clause| context.selects(&clause.of, *org, on)))
                .collect();
            let Some((first, what)) = giving.first() else { continue };
            let orgs: Vec<OrgId> = giving.iter().map(|(org, _)| *org).collect();
            found.push(
                RULE.finding(
                    format!("{}/parties/{}", agreement.id, party.name),
                    format!("`{}` of {} gives the records of an anonymous service ({what}): {}", party.name, agreement.id, context.some_codes(&orgs)),
                )
                .at(party.span, "neither excluded nor justified apart")
                .at(context.organisation(*first).span, "this service")
                .fact("organisations", context.codes(&orgs)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    const VOCABULARY: &str = "# file: vocabulary.yaml\nfunctions:\n  nhs: {acute: {}, gp_practice: {}, gum: {}}\n  council: {adult_social_care: {}}\n  supplier: {}\n  analytics: {}\n# file: register/functions.csv\nods,function,from,to\nR9B,gum,2010-01-01,\n";

    #[test]
    fn a_service_is_known_by_what_it_does_and_may_be_justified_apart() {
        assert_eq!(run(VOCABULARY).codes, ["CON-012"]);
        let basis = "basis:\n  individual_care:\n    - {for: {function: [acute, gp_practice]}, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n    - {for: {function: gum}, description: share what a person asked to be shared, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n";
        assert_eq!(run(&format!("{basis}{VOCABULARY}")).codes, [""; 0]);
        let grants = "grants:\n  g1: {to: {role: clinician}, see: [medications, results], of: {function: acute}, for: individual_care, when: relationship and not objection_upheld}\n";
        assert_eq!(run(&format!("{grants}{VOCABULARY}")).codes, [""; 0]);
        let gives = "parties:\n  providers: {function: [acute, gp_practice], as: joint_controller, joined: accessions/0001.csv}\n  clinic: {function: gum, as: recipient, gives: false, joined: accessions/0001.csv}\n";
        assert!(!run(&format!("{gives}{VOCABULARY}")).codes.contains(&"CON-012"));
    }
}

//! XAG-008: where care is handed over, who takes over may see what they need.

use super::coverage::{Grants, is_party, members_without_care};
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "XAG-008",
    name: "transitions_covered",
    title: "Every transition of care is covered",
    severity: Severity::Warning,
    statement: "For every transition of pathways.yaml, from every organisation that hands over to every one that takes over, a grant in force covers the data that must be seen, by the role \
                that needs it. It is judged for organisations of the community's own register that are party to an agreement in force; members without one for direct care are left to XAG-004. Conditions and prohibitions are not looked at: `carepact ask` does.",
    source: "Health and Social Care Act 2012 s251B, duty to share for care; Caldicott principle 7",
    certainty: Certainty::Confirmed,
    next: "Add the data, the role or the group to a grant, or have those who lack it join.",
    failing: "# file: pathways.yaml\npathways:\n  discharge:\n    transitions:\n      hospital_to_practice: {from: acute, to: gp_practice, see: discharge, role: doctor, for: direct_care}\n",
    fixed: "# file: pathways.yaml\npathways:\n  discharge:\n    transitions:\n      hospital_to_practice: {from: acute, to: gp_practice, see: medications, role: doctor, for: direct_care}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed || context.pack.pathways.is_empty() {
        return;
    }
    let words = context.words();
    let left_out = members_without_care(context);
    let grants = Grants::in_force(context, None);
    let doing = |function: NodeId| -> Vec<OrgId> {
        let open = |org: &OrgId| {
            let organisation = context.organisation(*org);
            organisation.open.contains(context.as_of) && organisation.has_function_on(&words.functions, function, context.as_of)
        };
        context.pack.register.ids().filter(|org| open(org) && context.is_own(*org) && !left_out.contains(org) && is_party(context, *org, None)).collect()
    };
    for transition in &context.pack.pathways {
        let (from, to) = (doing(transition.from), doing(transition.to));
        let name = transition.name.replace('_', " ");
        let place = format!("pathways/{}/{}", transition.pathway, transition.name);
        if from.is_empty() || to.is_empty() {
            let side = if from.is_empty() { transition.from } else { transition.to };
            context.not_judged("XAG-008", format!("{name}: no organisation that does {} is open and party to an agreement", words.functions.short(side)));
            continue;
        }
        let gap = grants.gap(&from, &to, Some(transition.role), &transition.see, transition.purpose);
        let Some((giver, getter)) = gap.example else { continue };
        let data = gap.data.map(|data| words.data.short(data)).unwrap_or_default();
        let role = words.roles.short(transition.role);
        let message = if gap.open == gap.pairs {
            format!("{name} is not covered: no grant in force shows {data} of {} to {role} at {}", words.functions.short(transition.from), words.functions.short(transition.to))
        } else {
            format!(
                "{name} is not covered for {} of {} pairs of organisations: no grant in force shows {data} of {} to {role} at {}",
                crate::text::thousands(gap.open as u64),
                crate::text::thousands(gap.pairs as u64),
                context.organisation(giver).ods,
                context.organisation(getter).ods
            )
        };
        found.push(
            RULE.finding(place, message)
                .at(transition.span, "goes dark here")
                .help(format!(
                    "See why: carepact ask --role {role} --at {} --see {data} --of {} --for {} --as-of {}",
                    context.organisation(getter).ods,
                    context.organisation(giver).ods,
                    words.purposes.short(transition.purpose),
                    context.as_of
                ))
                .help(RULE.next)
                .fact("pairs", gap.pairs)
                .fact("not_covered", gap.open),
        );
    }
}

//! XAG-014: what one agreement leaves out, another does not bring back for the same people.

use super::overlap::{Clauses, Standing};
use super::xag_001_no_contradiction::contradictions;
use super::{Certainty, Check, Context, Rule};
use crate::decision::reach::Product;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "XAG-014",
    name: "exclusions_hold",
    title: "What one agreement leaves out, no other brings back",
    severity: Severity::Error,
    statement: "Data that a grant leaves out with `except: {see: ...}`, and that no other grant of its agreement allows, is not allowed by another agreement to the same recipients in the same \
                role, of the same sources and for the same purpose, action and form, on a day on which both are in force and with facts under which both conditions are true. The same holds for restricted data that another \
                agreement prohibits.",
    source: "DAT-003, legally restricted data: an exclusion that a second agreement undoes is none",
    certainty: Certainty::Design,
    next: "Leave it out of the second grant too, or write into both agreements why these people may see it, and by which legal route.",
    failing: concat!(
        "grants:\n  g1: {to: {role: clinician}, see: record, except: {see: documents}, for: individual_care, when: relationship and not objection_upheld}\n",
        "  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\n",
        "data:\n  record: {identifiability: identifiable, justification: to treat safely}\n",
        second!(
            "grants:\n  g1: {to: {role: doctor}, see: documents, for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  documents: {identifiability: identifiable, justification: letters for continuity}\n",
            care_basis!()
        )
    ),
    fixed: concat!(
        "grants:\n  g1: {to: {role: clinician}, see: record, except: {see: documents}, for: individual_care, when: relationship and not objection_upheld}\n",
        "  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\n",
        "data:\n  record: {identifiability: identifiable, justification: to treat safely}\n",
        second!(
            "grants:\n  g1: {to: {role: student}, see: documents, for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  documents: {identifiability: identifiable, justification: letters for continuity}\n",
            care_basis!()
        )
    ),
    adjustable: true,
    waivable: false,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    contradictions(context, &RULE, true, found);
    let clauses = Clauses::new(context);
    let grants = clauses.grants();
    for narrow in grants.iter().filter(|grant| !grant.clause.reach.except_see.is_empty()) {
        for wide in grants.iter().filter(|grant| !std::ptr::eq(grant.agreement, narrow.agreement)) {
            found.extend(brought_back(&clauses, &grants, narrow, wide));
        }
    }
}

/// What `narrow` leaves out and `wide` allows.
fn brought_back<'p>(clauses: &Clauses<'_, 'p>, grants: &[Standing<'p>], narrow: &Standing<'p>, wide: &Standing<'p>) -> Option<Finding> {
    let on = Clauses::first_common_day(narrow, wide)?;
    let allowed = clauses.reach(wide, false, on);
    let mut out: Vec<Product> = clauses.products.left_out(narrow.agreement, narrow.clause, on);
    out = out.iter().flat_map(|left| allowed.iter().filter_map(move |other| left.and(other))).collect();
    for own in grants.iter().filter(|own| std::ptr::eq(own.agreement, narrow.agreement) && own.during.contains(on)) {
        for reach in clauses.reach(own, false, on).iter() {
            out = out.into_iter().flat_map(|left| if left.meets(reach) { left.minus(reach) } else { vec![left] }).collect();
        }
    }
    let (back, facts) = out.into_iter().find_map(|left| clauses.allowed(wide, left, &[&narrow.clause.condition], on))?;
    let (data, roles) = (clauses.data_words(&back), clauses.role_words(&back));
    let mut finding = RULE
        .finding(wide.clause.place.as_str(), format!("{} leaves out {data} for {roles} and {} allows it to the same people", narrow.clause.place, wide.clause.place))
        .discriminator(narrow.clause.place.as_str())
        .at(wide.clause.span, "allowed here")
        .at(narrow.clause.span, "left out here")
        .fact("grant", wide.clause.place.as_str())
        .fact("left_out_by", narrow.clause.place.as_str())
        .fact("data", data)
        .fact("on", on.to_string());
    if let Some(line) = clauses.witness(&back, facts, on) {
        finding = finding.help(format!("See it: {line}")).fact("witness", line);
    }
    Some(finding.help(RULE.next))
}

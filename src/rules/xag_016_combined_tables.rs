//! XAG-016: tables of counts under two agreements are made safe together.

use super::overlap::{Clauses, Standing};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::decision::reach::{Product, Set, Side};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "XAG-016",
    name: "combined_tables",
    title: "Counts for one recipient are assessed together",
    severity: Severity::Warning,
    statement: "Where two agreements in force allow the same recipient aggregate data of the same sources and category, both name the same assessment of disclosure (`data: {NAME: {disclosure_control: {assessment: ...}}}`): one table taken from \
                another can leave small numbers that neither shows. The tables themselves are not looked at.",
    source: "ISB 1523, anonymisation standard for publishing health and social care data; ICO anonymisation guidance: differencing",
    certainty: Certainty::FromMemory,
    next: "Assess both tables together, with secondary suppression, and name that assessment in both agreements.",
    failing: tables!("EX-DCA-2"),
    fixed: tables!("EX-DCA-1"),
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let Some(aggregate) = context.words().forms.iter().position(|form| form == "aggregate").filter(|_| !context.reading_failed) else { return };
    let (clauses, on) = (Clauses::new(context), context.as_of);
    let form = Set::of([aggregate]);
    let grants: Vec<(Standing<'_>, Vec<Product>)> = clauses
        .grants()
        .into_iter()
        .filter(|grant| grant.during.contains(on) && grant.agreement.in_force_on(on))
        .filter_map(|grant| {
            let reach: Vec<Product> =
                clauses.reach(&grant, false, on).iter().filter(|reach| reach.side(Side::Forms).meets(&form)).map(|reach| reach.with(Side::Forms, form.clone())).collect();
            (!reach.is_empty()).then_some((grant, reach))
        })
        .collect();
    for (index, (second, reach)) in grants.iter().enumerate() {
        // Told once for each grant, beside the first it meets.
        let hit = grants[..index].iter().filter(|(first, _)| !std::ptr::eq(first.agreement, second.agreement)).find_map(|(first, others)| {
            let both = reach.iter().flat_map(|one| others.iter().filter_map(move |other| shared(one, other))).find(|both| !assessed_together(context, first.agreement, second.agreement, both))?;
            Some((first, both))
        });
        let Some((first, both)) = hit else { continue };
        let mut finding = RULE
            .finding(
                second.clause.place.as_str(),
                format!("{} and {} give the same recipients counts of {} of the same sources, and no assessment covers both", first.clause.place, second.clause.place, clauses.data_words(&both)),
            )
            .discriminator(first.clause.place.as_str())
            .at(second.clause.span, "counts here")
            .at(first.clause.span, "and here")
            .fact("recipients", both.side(Side::At).len())
            .fact("sources", both.side(Side::Of).len());
        if let Some((product, facts)) = clauses.allowed(second, both, &[], on)
            && let Some(line) = clauses.witness(&product, facts, on)
        {
            finding = finding.help(format!("See a case: {line}")).fact("witness", line);
        }
        found.push(finding.help(RULE.next));
    }
}

/// The recipients, sources and data of both, the rest of the first: two tables need not have one purpose or role.
fn shared(one: &Product, other: &Product) -> Option<Product> {
    let both = [Side::At, Side::Of, Side::Data].into_iter().fold(one.clone(), |both, side| both.with(side, one.side(side).and(other.side(side))));
    (!both.is_empty()).then_some(both)
}

fn assessed_together(context: &Context<'_>, first: &Agreement, second: &Agreement, both: &Product) -> bool {
    let tree = &context.words().data;
    let assessment = |agreement: &Agreement, leaf: NodeId| {
        agreement
            .draft
            .data
            .iter()
            .filter(|item| tree.find(&item.node.value).is_ok_and(|node| tree.covers(node, leaf)))
            .find_map(|item| item.disclosure_control.as_ref().and_then(|control| control.assessment.as_ref()).map(|text| text.value.clone()))
    };
    both.side(Side::Data).iter().filter_map(|leaf| u16::try_from(leaf).ok().map(NodeId)).all(|leaf| {
        let (one, other) = (assessment(first, leaf), assessment(second, leaf));
        one.is_some() && one == other
    })
}

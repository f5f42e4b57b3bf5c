//! DAT-003: what a statute closes is opened only through its gateways.

use super::{Certainty, Check, Context, Rule, data};
use crate::agreement::valid::Clause;
use crate::diagnostics::{Finding, Severity};
use crate::source::Span;
use crate::vocabulary::{NodeId, Restriction};

pub(super) static RULE: Rule = Rule {
    code: "DAT-003",
    name: "restricted",
    title: "Data closed by statute stays closed",
    severity: Severity::Error,
    statement: "Categories that a statute closes (assisted conception, gender recognition, adoption) are marked `restricted: statute` in the vocabulary. A grant that names one has a \
                condition that cannot be true without one of its gateways; a release never names one.",
    source: "Human Fertilisation and Embryology Act 1990 s33A; Gender Recognition Act 2004 s22; Adoption and Children Act 2002",
    certainty: Certainty::Confirmed,
    next: "Take the category out, or make the grant depend on a gateway, for example `when: person_consent`.",
    failing: "grants:\n  g1: {to: {role: doctor}, see: [medications, results, assisted_conception], for: individual_care, when: relationship and not objection_upheld}\ndata:\n  record: {identifiability: identifiable, justification: to treat safely}\n",
    fixed: "grants:\n  g1: {to: {role: doctor}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: doctor}, see: assisted_conception, for: individual_care, when: relationship and person_consent}\ndata:\n  record: {identifiability: identifiable, justification: to treat safely}\n",
    adjustable: false,
    waivable: false,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    let tree = &words.data;
    for category in tree.ids() {
        let node = tree.node(category);
        let Some(row) = data::row(&context.facts().categories, &node.name).filter(|row| row[1] == "restricted") else { continue };
        if !tree.ancestors(category).any(|at| matches!(tree.node(at).restriction, Restriction::Statute(_))) {
            let mut finding = RULE
                .finding(format!("vocabulary/data/{}", node.path), format!("`{}` is not marked as closed by statute, so a grant on what lies above it reaches it", node.name))
                .help(format!("Write `{}: {{restricted: statute, gateways: [...]}}` ({}).", node.name, row[2]));
            if let Some(span) = node.span {
                finding = finding.at(span, "declared without `restricted: statute`");
            }
            found.push(finding);
        }
    }
    for (category, gateways) in tree.ids().filter_map(|id| match &tree.node(id).restriction {
        Restriction::Statute(gateways) => Some((id, gateways)),
        _ => None,
    }) {
        for gateway in gateways.iter().filter(|gateway| words.condition(gateway).is_none()) {
            let node = tree.node(category);
            let mut finding = RULE
                .finding(format!("vocabulary/data/{}", node.path), format!("the gateway `{gateway}` of {} is no condition of the vocabulary, so nothing can open it", node.name))
                .discriminator(gateway.clone())
                .help("Declare it under conditions:, with its meaning and its evidence.");
            if let Some(span) = node.span {
                finding = finding.at(span, "this gateway");
            }
            found.push(finding);
        }
    }
    for agreement in &context.pack.agreements {
        for grant in agreement.grants.iter().filter(|grant| !context.for_the_person(grant)) {
            for category in &grant.reach.see {
                let Some(gateways) = closed(context, *category) else { continue };
                let bits = gateways.iter().filter_map(|gateway| words.condition(gateway)).fold(0, |bits, id| bits | 1 << id.0);
                if bits != 0 && grant.condition.requires_one_of(bits) {
                    continue;
                }
                let name = tree.short(*category);
                let finding = RULE.finding(format!("{}/see/{name}", grant.place), format!("`{}` names {name}, which a statute closes, and depends on none of its gateways", grant.name));
                let finding = finding.at(written(agreement, grant, name).unwrap_or(grant.span), "closed by statute");
                let finding = match tree.node(*category).span {
                    Some(span) => finding.at(span, "declared here"),
                    None => finding,
                };
                found.push(if grant.release {
                    finding.help("Take it out of the release: its columns go to somebody whatever the person said.")
                } else if gateways.is_empty() {
                    finding.help("The vocabulary names no gateway for it: take it out.")
                } else {
                    finding.help(format!("Take it out, or give it a grant of its own with `when: {}`.", crate::text::or_list(gateways)))
                });
            }
        }
    }
}

/// The gateways of the nearest statute that closes a category.
fn closed<'p>(context: &Context<'p>, category: NodeId) -> Option<&'p Vec<String>> {
    let tree = &context.pack.words.data;
    tree.ancestors(category).find_map(|at| match &tree.node(at).restriction {
        Restriction::Statute(gateways) => Some(gateways),
        _ => None,
    })
}

/// Where a clause names a category.
fn written(agreement: &crate::agreement::Agreement, grant: &Clause, name: &str) -> Option<Span> {
    let is = |text: &&crate::source::Spanned<String>| text.value == name || text.value.ends_with(&format!(".{name}")) || name.ends_with(&format!(".{}", text.value));
    let draft = &agreement.draft;
    if grant.release {
        return draft.releases.iter().find(|release| release.name.value == grant.name)?.categories.iter().find(is).map(|text| text.span);
    }
    draft.grants.iter().find(|clause| clause.name.value == grant.name)?.see.iter().find(is).map(|text| text.span)
}

//! DAT-003: what a statute closes is opened only through its gateways.

use super::{Certainty, Check, Context, Rule, data};
use crate::agreement::Agreement;
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
                condition that cannot be true without one of its gateways, and an item of `data:` for it names the legal route and who approved it; a release never names one.",
    source: "Human Fertilisation and Embryology Act 1990 s33A; Gender Recognition Act 2004 s22; Adoption and Children Act 2002",
    certainty: Certainty::Confirmed,
    next: "Take the category out, or make the grant depend on a gateway, for example `when: person_consent`.",
    failing: "grants:\n  g1: {to: {role: doctor}, see: [medications, results, assisted_conception], for: individual_care, when: relationship and not objection_upheld}\ndata:\n  record: {identifiability: identifiable, justification: to treat safely}\n",
    fixed: "grants:\n  g1: {to: {role: doctor}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: doctor}, see: assisted_conception, for: individual_care, when: relationship and person_consent}\ndata:\n  record: {identifiability: identifiable, justification: to treat safely}\n  assisted_conception: {identifiability: identifiable, justification: to treat whoever asked for it, legal_route: consent of the person to this disclosure, approved_by: Caldicott Guardian}\n",
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
                    route(context, agreement, grant, *category, found);
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

/// What is opened through a gateway has an item of its own under `data:` that names the legal route and who approved it.
fn route(context: &Context<'_>, agreement: &Agreement, grant: &Clause, category: NodeId, found: &mut Vec<Finding>) {
    let tree = &context.words().data;
    let draft = &agreement.draft;
    // What is not listed at all is the finding of DAT-001.
    let items = || draft.data.iter().filter_map(|item| Some((item, tree.find(&item.node.value).ok()?)));
    if !items().any(|(_, id)| tree.covers(id, category)) {
        return;
    }
    let name = tree.short(category);
    let own = items().find(|(_, id)| tree.ancestors(category).any(|at| at == *id && closed_here(context, at)) || *id == category).map(|(item, _)| item);
    let place = format!("{}/data/{name}/legal_route", agreement.id);
    let see = super::written::category(context, agreement, grant, category);
    let Some(item) = own else {
        found.push(
            RULE.finding(place, format!("`{}` opens {name}, which a statute closes, and no item of `data:` names its legal route and who approved it", grant.name))
                .at(see, "opened here")
                .help(format!("Add under data: `{name}: {{identifiability: ..., justification: ..., legal_route: ..., approved_by: ...}}`.")),
        );
        return;
    };
    let node = super::context::node_at(&draft.node, item.span);
    let said = |text: &Option<crate::source::Spanned<String>>| text.as_ref().is_some_and(|text| !super::written::says_nothing(&text.value));
    let missing: Vec<&str> = [("legal_route", &item.legal_route), ("approved_by", &item.approved_by)]
        .into_iter()
        .filter(|(key, text)| !said(text) && (text.is_some() || node.is_none_or(|node| context.lacks(node, key))))
        .map(|(key, _)| key)
        .collect();
    if !missing.is_empty() {
        found.push(
            RULE.finding(place, format!("{name}, which a statute closes, is opened without {}", crate::text::and_list(&missing)))
                .at(item.node.span, format!("without {}", crate::text::and_list(&missing)))
                .at(see, "opened here")
                .help("Name the provision that allows it, and the role that approved it."),
        );
    }
}

/// Whether a category is itself closed by a statute, not by lying beneath one that is.
fn closed_here(context: &Context<'_>, category: NodeId) -> bool {
    matches!(context.words().data.node(category).restriction, Restriction::Statute(_))
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
fn written(agreement: &Agreement, grant: &Clause, name: &str) -> Option<Span> {
    let is = |text: &&crate::source::Spanned<String>| text.value == name || text.value.ends_with(&format!(".{name}")) || name.ends_with(&format!(".{}", text.value));
    let draft = &agreement.draft;
    if grant.release {
        return draft.releases.iter().find(|release| release.name.value == grant.name)?.categories.iter().find(is).map(|text| text.span);
    }
    draft.grants.iter().find(|clause| clause.name.value == grant.name)?.see.iter().find(is).map(|text| text.span)
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn a_gateway_has_a_route_and_an_approver() {
        let with = |from: &str, to: &str| {
            let changed = super::RULE.fixed.replace(from, to);
            assert_ne!(changed, super::RULE.fixed);
            run(&changed)
        };
        assert_eq!(with(", approved_by: Caldicott Guardian", "").codes, ["DAT-003"]);
        assert_eq!(with("consent of the person to this disclosure", "none").codes, ["DAT-003"]);
        // The item of everything above it is not its own.
        let item = super::RULE.fixed.lines().find(|line| line.starts_with("  assisted_conception")).expect("the item");
        assert_eq!(with(&format!("{item}\n"), "").count, 1);
    }
}

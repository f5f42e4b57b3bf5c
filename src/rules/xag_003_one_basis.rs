//! XAG-003: the same purpose between the same parties rests on one legal basis.

use std::collections::BTreeSet;

use super::overlap::Clauses;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::agreement::valid::Basis;
use crate::agreement::written::{BasisDraft, PartyRole};
use crate::decision::reach::{Products, Set};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    code: "XAG-003",
    name: "one_basis",
    title: "One purpose between the same parties has one legal basis",
    severity: Severity::Warning,
    statement: "Two agreements in force that share at least two parties, and state a basis for the same purpose and the same party, state the same letters of UK GDPR Articles 6(1) and 9(2).",
    source: "UK GDPR Articles 13(1)(c) and 14(1)(c): people are told the legal basis of a purpose, and cannot be told two",
    certainty: Certainty::FromMemory,
    next: "Decide which basis these parties rely on for this purpose, and state it in both agreements and in the privacy notice.",
    failing: concat!(
        second!(
            "grants:\n  g1: {to: {role: doctor}, see: documents, for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  documents: {identifiability: identifiable, justification: letters for continuity, free_text: read by the sender before it is shared}\n",
            "basis:\n  direct_care:\n    - {description: show letters to staff at the time they treat a person, article_6: c, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n"
        )
    ),
    fixed: concat!(
        second!(
            "grants:\n  g1: {to: {role: doctor}, see: documents, for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  documents: {identifiability: identifiable, justification: letters for continuity, free_text: read by the sender before it is shared}\n",
            care_basis!()
        )
    ),
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let clauses = Clauses::new(context);
    let products = &clauses.products;
    // A basis that differs from many is told once, beside the first of them.
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let in_force: Vec<(&Agreement, Set)> = context.in_force().filter(|agreement| !Context::is_framework(agreement)).map(|agreement| (agreement, parties(products, agreement, context))).collect();
    for (index, (first, first_parties)) in in_force.iter().enumerate() {
        for (second, second_parties) in &in_force[index + 1..] {
            let shared = first_parties.and(second_parties);
            if shared.len() < 2 {
                continue;
            }
            for (basis, draft) in context.bases(first) {
                for (other, other_draft) in context.bases(second) {
                    if !told.contains(other_draft.place.as_str())
                        && let Some(finding) = differing(&clauses, (first, basis, draft), (second, other, other_draft), &shared)
                    {
                        told.insert(&other_draft.place);
                        found.push(finding);
                    }
                }
            }
        }
    }
}

fn parties(products: &Products<'_>, agreement: &Agreement, context: &Context<'_>) -> Set {
    let processors = agreement
        .parties
        .iter()
        .filter(|party| party.role == PartyRole::Processor)
        .fold(Set::new(), |all, party| all.or(&products.selected(&party.who, None, context.as_of)));
    products.parties(agreement, true, context.as_of).or(&products.parties(agreement, false, context.as_of)).minus(&processors)
}

type Stated<'p> = (&'p Agreement, &'p Basis, &'p BasisDraft);

fn differing(clauses: &Clauses<'_, '_>, (first, basis, draft): Stated<'_>, (second, other, other_draft): Stated<'_>, shared: &Set) -> Option<Finding> {
    let (context, products) = (clauses.context, &clauses.products);
    let tree = &context.words().purposes;
    // Equal letters are the common case and the cheap test.
    let differs = |one: &Option<Spanned<String>>, two: &Option<Spanned<String>>| matches!((one, two), (Some(one), Some(two)) if one.value != two.value);
    let article = if differs(&draft.article_6, &other_draft.article_6) {
        "6"
    } else if differs(&draft.article_9, &other_draft.article_9) {
        "9"
    } else {
        return None;
    };
    let purpose = tree.leaves(basis.purpose).into_iter().find(|leaf| tree.covers(other.purpose, *leaf))?;
    let (on, words, register) = (context.as_of, context.words(), &context.pack.register);
    let both = shared.and(&products.selected(&basis.parties, None, on)).and(&products.selected(&other.parties, None, on));
    // What is stated for a narrower purpose, or for some parties before others, goes before.
    let holds = |agreement: &Agreement, which: usize, org: OrgId| agreement.basis_for(words, register, purpose, Some(org), on).is_some_and(|basis| basis.draft == which);
    let orgs: Vec<OrgId> = both
        .iter()
        .filter_map(|id| u32::try_from(id).ok().map(OrgId))
        .filter(|org| holds(first, basis.draft, *org) && holds(second, other.draft, *org))
        .collect();
    if orgs.is_empty() {
        return None;
    }
    let pick = |draft: &BasisDraft| if article == "6" { draft.article_6.clone() } else { draft.article_9.clone() };
    let (one, two) = (pick(draft)?, pick(other_draft)?);
    let paragraph = if article == "6" { "6(1)" } else { "9(2)" };
    let witness = clauses.witness_of(second, purpose);
    let mut finding = RULE
        .finding(
            other_draft.place.as_str(),
            format!(
                "{} rests on Article {paragraph}({}) in {} and on ({}) in {} for {}: {}",
                tree.short(purpose),
                two.value,
                second.id,
                one.value,
                first.id,
                Context::count(&orgs),
                context.some_codes(&orgs)
            ),
        )
        .discriminator(draft.place.as_str())
        .at(two.span, format!("Article {paragraph}({})", two.value))
        .at(one.span, format!("Article {paragraph}({})", one.value))
        .fact("organisations", orgs.len())
        .fact("purpose", tree.path(purpose));
    if let Some(line) = witness {
        finding = finding.help(format!("See the stated basis: {line}")).fact("witness", line);
    }
    Some(finding.help(RULE.next))
}

//! Whether the national data opt-out reaches a release: from its purpose, the legal basis, and how far what leaves
//! identifies people. What is not stated is never taken for an exemption.
//!
//! Source: National data opt-out operational policy guidance: it applies to confidential patient information about care in
//! England that is used beyond individual care, unless people consented to that use, a law requires it, regulation 3
//! (communicable disease and other risks to public health) or an overriding public interest is its ground, what leaves is
//! anonymous, or an exemption was recorded.

use std::collections::BTreeSet;

use crate::agreement::Agreement;
use crate::agreement::written::BasisDraft;
use crate::identifier::Date;
use crate::pack::Pack;
use crate::pseudonymise::release::Release;
use crate::register::OrgId;
use crate::source::{Span, Spanned};
use crate::vocabulary::NodeId;

/// An assessment that what leaves is anonymous where it goes, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Its reference.
    pub reference: String,
    /// Who signed it.
    pub by: String,
    /// When.
    pub date: Date,
    /// The environment in which it holds.
    pub environment: String,
    /// Where it stands.
    pub span: Span,
}

/// Whether the opt-out applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub applies: bool,
    /// Why, in words.
    pub reason: String,
    /// What it rests on.
    pub ground: Span,
}

impl Decision {
    fn no(reason: impl Into<String>, ground: Span) -> Self {
        Self { applies: false, reason: reason.into(), ground }
    }

    fn yes(reason: impl Into<String>, ground: Span) -> Self {
        Self { applies: true, reason: reason.into(), ground }
    }
}

/// Decides it for one release on one day. Where the bases of several organisations differ, the one to which it applies
/// decides. `individual_care` says of a purpose without parts whether it is individual care or the person's own access.
pub fn decide(pack: &Pack, agreement: &Agreement, release: &Release, individual_care: impl Fn(NodeId) -> bool, on: Date) -> Decision {
    let words = &pack.words;
    let purpose = &release.purpose;
    let Ok(node) = words.purposes.find(&purpose.value) else {
        return Decision::yes(format!("the vocabulary has no purpose `{}`", purpose.value), purpose.span);
    };
    let leaves = words.purposes.leaves(node);
    if !leaves.is_empty() && leaves.iter().all(|leaf| individual_care(*leaf)) {
        return Decision::no(format!("`{}` is individual care", purpose.value), purpose.span);
    }
    let national = &release.opt_outs.national;
    if let Some(applies) = national.applies.as_ref().filter(|applies| applies.value) {
        return Decision::yes("the release says that it does", applies.span);
    }
    if let Some(assessment) = &national.anonymous {
        return anonymous(assessment, release, on);
    }
    let givers: Vec<OrgId> = pack.register.ids().filter(|org| agreement.has_party_on(words, &pack.register, *org, true, on)).collect();
    let mut bases: BTreeSet<usize> = BTreeSet::new();
    for leaf in leaves {
        for giver in &givers {
            match agreement.basis_for(words, &pack.register, leaf, Some(*giver), on) {
                Some(basis) => bases.insert(basis.draft),
                None => return no_basis(pack, leaf, release),
            };
        }
    }
    let mut exempt = None;
    for basis in bases.into_iter().filter_map(|index| agreement.draft.basis.get(index)) {
        let decision = by_basis(basis, on);
        if decision.applies {
            return decision;
        }
        exempt = exempt.or(Some(decision));
    }
    exempt.unwrap_or_else(|| Decision::yes(format!("no basis of {} sets it aside", agreement.id), purpose.span))
}

fn no_basis(pack: &Pack, leaf: NodeId, release: &Release) -> Decision {
    let purpose = pack.words.purposes.short(leaf);
    Decision::yes(format!("`{purpose}` is a use beyond individual care, and no basis for it sets the opt-out aside"), release.purpose.span)
}

fn anonymous(assessment: &Assessment, release: &Release, on: Date) -> Decision {
    let Assessment { reference, by, date, environment, span } = assessment;
    if release.form == "identifiable" {
        return Decision::yes(format!("what leaves is identifiable, whatever the assessment {reference} says"), *span);
    }
    if [reference, by, environment].into_iter().any(|text| says_nothing(text)) {
        return Decision::yes("the assessment that what leaves is anonymous does not say which it is, who signed it, or where it holds", *span);
    }
    if *date > on {
        return Decision::yes(format!("the assessment {reference} that what leaves is anonymous was signed on {date}, after {on}"), *span);
    }
    Decision::no(format!("what leaves is anonymous in {environment}, by the assessment {reference} that {by} signed on {date}"), *span)
}

/// Whether somebody wrote that there is nothing.
fn says_nothing(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    matches!(
        text.as_str(),
        "" | "-" | "no" | "none" | "n/a" | "na" | "tbc" | "tbd" | "todo" | "unknown" | "false" | "not applicable" | "to be confirmed" | "not granted"
    )
}

/// What one entry of `basis:` says, and whether what it names bears it out.
fn by_basis(basis: &BasisDraft, on: Date) -> Decision {
    let purpose = &basis.purpose.value;
    let Some(ndoo) = &basis.ndoo else {
        return Decision::yes(format!("`{purpose}` is a use beyond individual care, and its basis does not set the opt-out aside"), basis.span);
    };
    if ndoo.applies.as_ref().is_none_or(|applies| applies.value) {
        return Decision::yes(format!("`{purpose}` is a use beyond individual care, and its basis says that the opt-out applies"), ndoo.span);
    }
    let duty = basis.confidentiality.as_ref();
    let route = duty.and_then(|duty| duty.route.as_ref()).map_or("none", |route| route.value.as_str());
    let named = |text: Option<&Option<Spanned<String>>>| text.and_then(Option::as_ref).map(|text| text.value.clone()).filter(|text| !says_nothing(text));
    let reason = ndoo.reason.as_ref().map_or("", |reason| reason.value.as_str());
    let unproved = |what: &str| Decision::yes(format!("the basis of `{purpose}` sets the opt-out aside for `{reason}`, and {what}"), ndoo.span);
    if let Some(approved) = duty.and_then(|duty| duty.approved.as_ref()).filter(|approved| approved.value > on) {
        return unproved(&format!("its support begins on {} only", approved.value));
    }
    match reason {
        "" => Decision::yes(format!("the basis of `{purpose}` sets the opt-out aside and does not say why"), ndoo.span),
        "consent" if route != "explicit_consent" => unproved(&format!("its route is {route}, not explicit_consent")),
        "consent" => Decision::no("people consented to this use", ndoo.span),
        "required_by_law" => match named(duty.map(|duty| &duty.provision)).filter(|_| route == "statutory") {
            Some(law) => Decision::no(format!("a law requires it: {law}"), ndoo.span),
            None => unproved("it names no statutory route with its `provision:`"),
        },
        "overriding_public_interest" => match named(duty.map(|duty| &duty.decision_log)).filter(|_| route == "public_interest") {
            Some(log) => Decision::no(format!("there is an overriding public interest, decided case by case: {log}"), ndoo.span),
            None => unproved("it names no public_interest route with its `decision_log:`"),
        },
        "communicable_disease_reg3" if !matches!(route, "s251" | "statutory") => unproved(&format!("its route is {route}, not s251 or statutory")),
        "communicable_disease_reg3" => Decision::no("it is for communicable disease or another risk to public health (regulation 3)", ndoo.span),
        "policy_exemption" => match named(duty.map(|duty| &duty.ndoo_exemption)) {
            Some(exemption) => {
                let support = named(duty.map(|duty| &duty.cag_ref)).map_or_else(String::new, |cag| format!(" ({cag})"));
                Decision::no(format!("an exemption is recorded{support}: {exemption}"), ndoo.span)
            }
            None => unproved("it names no exemption that was granted (`ndoo_exemption:`)"),
        },
        "anonymised" => unproved("the release names no signed assessment (`opt_outs: {national: {anonymous: {ref, by, date, environment}}}`)"),
        "individual_care" => unproved("it is a use beyond individual care"),
        _ => unproved("that is none of the known reasons"),
    }
}

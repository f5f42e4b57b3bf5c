//! Two communities put beside each other, before anyone signs: what their agreements that join them would open on either
//! side, what would not pass, what would not be honoured, and what differs.
//!
//! Everything is decided on one joined pack in our words: our agreements, theirs translated name by name, their
//! organisations as the map places them. Nothing is written anywhere.

pub mod gains;
pub mod honoured;
pub mod joined;
pub mod names;
pub mod signing;
pub mod terms;

pub use honoured::{NotHonoured, NotProtected};
pub use joined::Joined;
pub use names::{Names, Side, Unmapped, Wrong};
pub use signing::Signing;
pub use terms::Term;

use crate::agreement::{Agreement, Clause};
use crate::decision::compiled::spread::AnswerBlock;
use crate::decision::plain::{Facts, TooManyConditions};
use crate::pack::Pack;
use crate::pack::names::{Kind, NameMap};
use crate::register::OrgId;
use crate::rules::Context;
use crate::rules::coverage::care_agreements;
use crate::source::Sources;
use crate::vocabulary::Vocabulary;

/// An agreement that joins the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    /// Its id in the joined pack.
    pub id: String,
    /// Whose pack holds it.
    pub side: Side,
    /// Its title.
    pub title: String,
    /// Whether it is in force on the day, for those who have joined.
    pub in_force: bool,
    /// Whether the other pack holds one of the same id.
    pub held_by_both: bool,
    /// Where both hold it: whether the terms are the same.
    pub same_terms: bool,
}

/// The plan.
#[derive(Debug)]
pub struct Plan {
    /// Both packs as one, with the joining agreements as if everybody had signed.
    pub joined: Joined,
    /// What passes between the two.
    pub names: Names,
    /// The joining agreements.
    pub joining: Vec<Joining>,
    /// Names through which nothing passes.
    pub unmapped: Vec<Unmapped>,
    /// What they would see of ours.
    pub they_gain: Vec<AnswerBlock>,
    /// What we would see of theirs.
    pub we_gain: Vec<AnswerBlock>,
    /// Protections that the other side would not keep.
    pub not_honoured: Vec<NotHonoured>,
    /// Categories that the other side does not protect.
    pub not_protected: Vec<NotProtected>,
    /// Terms side by side.
    pub terms: Vec<Term>,
    /// Who has still to sign.
    pub signing: Vec<Signing>,
}

/// The organisations of a pack's own register, not those it imports.
fn own(context: &Context<'_>) -> Vec<OrgId> {
    context.pack.register.ids().filter(|org| context.is_own(*org)).collect()
}

impl Plan {
    /// Puts theirs beside ours on the day of the contexts. `again` is our pack read once more, which becomes the joined one.
    pub fn new(ours: &Context<'_>, theirs: &Context<'_>, again: Pack, map: &NameMap, sources: &Sources) -> Result<Self, TooManyConditions> {
        let on = ours.as_of;
        let names = Names::new(ours.pack, theirs.pack, map);
        let mut joined = Joined::new(again, theirs.pack, &names, own(ours), &own(theirs), on);
        let prefix = joined::id_of(theirs.pack, "");
        joined.joining = joined.with_parties_on_both_sides(on);
        if !map.agreements.is_empty() {
            // Ours are those that the map names; theirs are found in their pack.
            joined.joining.retain(|id| id.starts_with(&prefix));
            joined.joining.extend(map.agreements.iter().filter(|named| ours.pack.agreement(&named.value).is_some()).map(|named| named.value.clone()));
        }
        joined.joining.sort();
        joined.joining.dedup();
        let joining: Vec<Joining> =
            joined.pack.agreements.iter().filter(|one| joined.joining.contains(&one.id)).map(|one| describe(one, ours.pack, theirs.pack, on)).collect();
        let (own_here, joining_here) = apart(ours.pack, &joining, Side::Ours, &prefix);
        let (own_there, joining_there) = apart(theirs.pack, &joining, Side::Theirs, &prefix);

        let signing = signing::to_sign(&joined, ours.facts(), sources, on);
        // Without the joining agreements first, then with them as if everybody had signed.
        joined.sign(on);
        let all = joined.pack.agreements.clone();
        joined.pack.agreements.retain(|agreement| !joined.joining.contains(&agreement.id));
        let before = gains::open_both_ways(&joined, &names, on, Facts::default())?;
        joined.pack.agreements = all;
        let [of_ours, of_theirs] = gains::open_both_ways(&joined, &names, on, Facts::default())?;
        let (they_gain, we_gain) = (gains::gained(of_ours, &before[0]), gains::gained(of_theirs, &before[1]));

        let mut unmapped = names::unmapped(&names, ours.pack, theirs.pack);
        for name in &mut unmapped {
            let (words, joining) = if name.side == Side::Ours { (&ours.pack.words, &joining_here) } else { (&theirs.pack.words, &joining_there) };
            let grants = joining.iter().flat_map(|agreement| &agreement.grants);
            name.used_by = grants.filter(|grant| reaches(words, grant, name.kind, &name.name)).map(|grant| grant.place.clone()).collect();
        }
        let not_honoured =
            if joining.is_empty() { Vec::new() } else { honoured::not_honoured(&joined, (ours.pack, &own_here), (theirs.pack, &own_there), &names, on)? };
        let for_care = |context: &Context<'_>, own: &[&Agreement]| -> Vec<usize> {
            let care: Vec<&str> = care_agreements(context).into_iter().map(|one| one.id.as_str()).collect();
            (0..own.len()).filter(|index| care.contains(&own[*index].id.as_str())).collect()
        };
        let care_here: Vec<&Agreement> = for_care(ours, &own_here).into_iter().map(|index| own_here[index]).collect();
        let care_there: Vec<&Agreement> = for_care(theirs, &own_there).into_iter().map(|index| own_there[index]).collect();
        let across: Vec<&Agreement> = joined.pack.agreements.iter().filter(|one| joined.joining.contains(&one.id)).collect();
        let terms = terms::compare(&care_here, &care_there, &across);
        Ok(Self {
            not_protected: honoured::not_protected(ours.pack, theirs.pack, &names),
            joined,
            names,
            joining,
            unmapped,
            they_gain,
            we_gain,
            not_honoured,
            terms,
            signing,
        })
    }

    /// Whether something stands in the way of joining.
    pub fn is_blocked(&self) -> bool {
        self.joining.is_empty()
            || !self.names.wrong.is_empty()
            || self.unmapped.iter().any(|name| !name.used_by.is_empty())
            || !self.not_honoured.is_empty()
            || !self.not_protected.is_empty()
    }
}

/// The agreements of a pack that do not join the two, and those that do.
fn apart<'p>(pack: &'p Pack, joining: &[Joining], side: Side, prefix: &str) -> (Vec<&'p Agreement>, Vec<&'p Agreement>) {
    let joins = |agreement: &&Agreement| joining.iter().any(|one| one.side == side && one.id.strip_prefix(prefix).unwrap_or(&one.id) == agreement.id);
    let (joining, own) = pack.agreements.iter().partition(joins);
    (own, joining)
}

fn describe(agreement: &Agreement, ours: &Pack, theirs: &Pack, on: crate::identifier::Date) -> Joining {
    let prefix = joined::id_of(theirs, "");
    let written = agreement.id.strip_prefix(&prefix).unwrap_or(&agreement.id);
    let side = if agreement.id.starts_with(&prefix) { Side::Theirs } else { Side::Ours };
    let other = if side == Side::Ours { theirs.agreement(written) } else { ours.agreement(written) };
    Joining {
        id: agreement.id.clone(),
        side,
        title: agreement.title.clone(),
        in_force: agreement.in_force_on(on),
        held_by_both: other.is_some(),
        same_terms: other.is_some_and(|other| other.terms == agreement.terms),
    }
}

/// Whether a grant is about a leaf, or a word, of its pack's vocabulary.
fn reaches(words: &Vocabulary, grant: &Clause, kind: Kind, name: &str) -> bool {
    let node = kind.tree(words).and_then(|tree| tree.find(name).ok());
    let word = kind.list(words).iter().position(|one| *one == name);
    match (kind, node, word) {
        (Kind::Roles, Some(role), _) => grant.is_for_role(words, role),
        (Kind::Data, Some(data), _) => grant.reaches_data(words, data, false),
        (Kind::Purposes, Some(purpose), _) => {
            let covers = |names: &[crate::vocabulary::NodeId]| names.iter().any(|name| words.purposes.covers(*name, purpose));
            covers(&grant.reach.purposes) && !covers(&grant.reach.except_purposes)
        }
        (Kind::Actions, _, Some(index)) => grant.reach.actions >> index & 1 == 1,
        (Kind::Forms, _, Some(index)) => grant.reach.forms >> index & 1 == 1,
        (Kind::Conditions, _, Some(index)) => grant.condition.facts() >> index & 1 == 1,
        _ => false,
    }
}

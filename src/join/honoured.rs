//! Protections of one side that the other would not keep: upheld objections, seals, restricted categories.

use super::gains::{across, open};
use super::joined::Joined;
use super::names::{Names, Side, protected};
use crate::agreement::Agreement;
use crate::decision::Compiled;
use crate::decision::compiled::spread::AnswerBlock;
use crate::decision::plain::{Facts, TooManyConditions, Verdict};
use crate::identifier::Date;
use crate::journey::{objections, ordinary};
use crate::pack::Pack;
use crate::pack::names::Kind;
use crate::vocabulary::{ConditionId, Evidence, Vocabulary};

/// A fact that closes data on one side, and does not on the other.
#[derive(Clone, Debug)]
pub struct NotHonoured {
    /// Whose protection it is.
    pub side: Side,
    /// The fact.
    pub condition: String,
    /// What it means.
    pub meaning: String,
    /// Whether the person objected, where it is true.
    pub is_objection: bool,
    /// Nothing of the other side means it, so that it cannot tell.
    pub unknown: bool,
    /// What of that side's data would be seen across although it is true, by no emergency access.
    pub open: Vec<AnswerBlock>,
}

/// A category that one side protects and the other does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotProtected {
    /// Who protects it.
    pub side: Side,
    /// Its name there.
    pub protected: String,
    /// What the other side calls it.
    pub other: String,
}

/// Facts that are exceptions to ordinary care: kept in a table, or named for an objection.
fn exceptions(words: &Vocabulary) -> Vec<ConditionId> {
    let objecting = objections(words);
    let kept = |id: &ConditionId| matches!(words.conditions[usize::from(id.0)].evidence, Some(Evidence::Table(_)));
    (0..u8::try_from(words.conditions.len()).unwrap_or(u8::MAX)).map(ConditionId).filter(|id| kept(id) || objecting.contains(id)).collect()
}

fn asks_for(agreements: &[&Agreement], pack: &Pack, id: ConditionId) -> bool {
    let clauses = agreements.iter().flat_map(|agreement| agreement.grants.iter().chain(&agreement.prohibits)).chain(&pack.guards);
    clauses.into_iter().any(|clause| clause.condition.facts() >> id.0 & 1 == 1)
}

/// Every exception that a side's own clauses ask for and that the other side does not know, or that closes nothing across.
/// `own` are the agreements of each side that do not join the two.
pub fn not_honoured(
    joined: &Joined,
    ours: (&Pack, &[&Agreement]),
    theirs: (&Pack, &[&Agreement]),
    names: &Names,
    on: Date,
) -> Result<Vec<NotHonoured>, TooManyConditions> {
    let words = &joined.pack.words;
    let compiled = Compiled::new(&joined.pack);
    // A fact that one side cannot tell is not assumed either.
    let everyday = ordinary(words);
    let everyday = Facts { yes: everyday.yes & !joined.untold, no: everyday.no & !joined.untold };
    let events = words
        .conditions
        .iter()
        .enumerate()
        .filter(|(_, condition)| matches!(condition.evidence, Some(Evidence::Event(_))))
        .fold(0u64, |bits, (index, _)| bits | 1 << index);
    let mut list = Vec::new();
    for (side, (pack, own)) in [(Side::Ours, ours), (Side::Theirs, theirs)] {
        let (at, of) = if side == Side::Ours { (&joined.theirs, &joined.ours) } else { (&joined.ours, &joined.theirs) };
        let scope = across(&joined.pack, names, at, of);
        let objecting = objections(&pack.words);
        for id in exceptions(&pack.words).into_iter().filter(|id| asks_for(own, pack, *id)) {
            let condition = &pack.words.conditions[usize::from(id.0)];
            let (unknown, here) = match side {
                Side::Ours => (!names.words(Kind::Conditions).contains(&usize::from(id.0)), Some(id)),
                Side::Theirs => {
                    let mapped = names.word(Kind::Conditions, usize::from(id.0));
                    let here = mapped.and_then(|index| u8::try_from(index).ok()).map(ConditionId);
                    (mapped.is_none(), here.or_else(|| words.condition(&format!("{}:{}", pack.id, condition.name))))
                }
            };
            let mut seen = match here {
                Some(here) => open(&compiled, &scope, joined.untold & !(1 << here.0), on, everyday.with(here, true))?,
                None => Vec::new(),
            };
            // What emergency access opens is meant to open, and is reviewed.
            seen.retain(|block| {
                block.said.verdict == Verdict::Permit
                    || block.said.needs.iter().any(|set| !set.iter().any(|literal| literal.value && events >> literal.fact.0 & 1 == 1))
            });
            if unknown || !seen.is_empty() {
                let (condition, meaning) = (condition.name.clone(), condition.meaning.clone());
                list.push(NotHonoured { side, condition, meaning, is_objection: objecting.contains(&id), unknown, open: seen });
            }
        }
    }
    Ok(list)
}

/// Every category that is mapped to one that is less protected.
pub fn not_protected(ours: &Pack, theirs: &Pack, names: &Names) -> Vec<NotProtected> {
    let (here, there) = (&ours.words.data, &theirs.words.data);
    let mut list = Vec::new();
    for leaf in there.ids().filter(|id| there.node(*id).children.is_empty()) {
        for own in names.leaves(Kind::Data, leaf) {
            // The other way round is an error of the map, which does not carry it.
            if protected(here, *own) && !protected(there, leaf) {
                list.push(NotProtected { side: Side::Ours, protected: here.path(*own).to_owned(), other: there.path(leaf).to_owned() });
            }
        }
    }
    list
}

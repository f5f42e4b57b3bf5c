//! What each side would gain: cases that the joining agreements open and that are closed without them.

use super::joined::Joined;
use super::names::Names;
use crate::decision::Compiled;
use crate::decision::compiled::spread::{AnswerBlock, Scope};
use crate::decision::plain::{Facts, Literal, TooManyConditions, Verdict};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::pack::names::Kind;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// The cases of one side: who asks there, of the data of the other, through names that both sides have.
pub fn across(pack: &Pack, names: &Names, at: &[OrgId], of: &[OrgId]) -> Scope {
    let leaves = |kind| -> Vec<NodeId> { names.image(kind).into_iter().collect() };
    let words = |kind| -> Vec<u8> { names.words(kind).into_iter().filter_map(|index| u8::try_from(index).ok()).collect() };
    let (actions, forms) = (words(Kind::Actions), words(Kind::Forms));
    Scope {
        // A person asks at no organisation, and gains nothing by an agreement between communities.
        roles: leaves(Kind::Roles).into_iter().filter(|role| !pack.words.is_person(*role)).collect(),
        at: at.to_vec(),
        of: of.to_vec(),
        data: leaves(Kind::Data),
        purposes: leaves(Kind::Purposes),
        ways: actions.iter().flat_map(|action| forms.iter().map(move |form| (*action, *form))).collect(),
    }
}

/// What of a scope is open: what is allowed, and what needs facts that both sides can tell. An empty side of a scope is
/// nothing here, not everything.
pub fn open(compiled: &Compiled<'_>, scope: &Scope, untold: u64, on: Date, known: Facts) -> Result<Vec<AnswerBlock>, TooManyConditions> {
    let nothing =
        scope.roles.is_empty() || scope.at.is_empty() || scope.of.is_empty() || scope.data.is_empty() || scope.purposes.is_empty() || scope.ways.is_empty();
    if nothing {
        return Ok(Vec::new());
    }
    let told = |set: &Vec<Literal>| set.iter().all(|literal| untold >> literal.fact.0 & 1 == 0);
    let mut blocks = compiled.spread(scope, on, known)?;
    blocks.retain_mut(|block| {
        block.said.needs.retain(told);
        match block.said.verdict {
            Verdict::Permit => true,
            Verdict::Needs => !block.said.needs.is_empty(),
            Verdict::Deny => false,
        }
    });
    Ok(blocks)
}

/// Everything open across, on the joined pack as it stands.
pub fn open_both_ways(joined: &Joined, names: &Names, on: Date, known: Facts) -> Result<[Vec<AnswerBlock>; 2], TooManyConditions> {
    let compiled = Compiled::new(&joined.pack);
    let of_ours = across(&joined.pack, names, &joined.theirs, &joined.ours);
    let of_theirs = across(&joined.pack, names, &joined.ours, &joined.theirs);
    Ok([open(&compiled, &of_ours, joined.untold, on, known)?, open(&compiled, &of_theirs, joined.untold, on, known)?])
}

/// What is open in `after` and was not in `before`.
pub fn gained(after: Vec<AnswerBlock>, before: &[AnswerBlock]) -> Vec<AnswerBlock> {
    let mut gained = after;
    for old in before {
        gained = gained.into_iter().flat_map(|block| if as_open(old, &block) { without(block, old) } else { vec![block] }).collect();
    }
    gained.sort_by(|a, b| (&a.said, &a.roles, &a.at, &a.of, &a.data).cmp(&(&b.said, &b.roles, &b.at, &b.of, &b.data)));
    gained
}

/// Whether wherever the new answer opens a case, the old one did.
fn as_open(old: &AnswerBlock, new: &AnswerBlock) -> bool {
    match (old.said.verdict, new.said.verdict) {
        (Verdict::Permit, _) => true,
        (Verdict::Needs, Verdict::Needs) => new.said.needs.iter().all(|set| old.said.needs.iter().any(|less| less.iter().all(|literal| set.contains(literal)))),
        _ => false,
    }
}

/// A block without the cases of another, as blocks that share no case.
fn without(block: AnswerBlock, other: &AnswerBlock) -> Vec<AnswerBlock> {
    macro_rules! meets {
        ($($side:ident)*) => { true $(&& block.$side.iter().any(|one| other.$side.contains(one)))* };
    }
    if !meets!(roles at of data purposes ways) {
        return vec![block];
    }
    let mut parts = Vec::new();
    let mut rest = block;
    macro_rules! cut {
        ($($side:ident)*) => { $(
            let (inside, outside): (Vec<_>, Vec<_>) = rest.$side.iter().copied().partition(|one| other.$side.contains(one));
            if !outside.is_empty() {
                parts.push(AnswerBlock { $side: outside, ..rest.clone() });
            }
            rest.$side = inside;
        )* };
    }
    cut!(roles at of data purposes ways);
    parts
}

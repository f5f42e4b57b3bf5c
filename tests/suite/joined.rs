//! What a plan of joining says, held against the plain decision, over generated packs.

use carepact::decision::compiled::spread::AnswerBlock;
use carepact::decision::plain::{Literal, decide};
use carepact::decision::{Facts, Question, Verdict};
use carepact::identifier::Date;
use carepact::join::{Joined, Plan};
use carepact::pack::Pack;
use carepact::pack::names::{KINDS, Kind, NameMap, Pairing};
use carepact::register::OrgId;
use carepact::rules::Context;
use carepact::rules::data::Facts as Tables;
use carepact::source::{Sources, Spanned};
use carepact::vocabulary::ROOT;
use proptest::prelude::*;

use super::generated_pack;

/// Every name of a pack that is a leaf or a word, mapped to itself, but for those that `keep` leaves out.
fn identity(pack: &Pack, keep: impl Fn(usize) -> bool) -> NameMap {
    let span = pack.words.conditions[0].span;
    let mut number = 0;
    let mut pairings = Vec::new();
    for (kind, _) in KINDS {
        let names: Vec<String> = match kind.tree(&pack.words) {
            Some(tree) => {
                // Organisations may have an inner function or place.
                let inner = matches!(kind, Kind::Functions | Kind::Places);
                tree.ids().filter(|id| inner || tree.node(*id).children.is_empty()).map(|id| tree.path(id).to_owned()).collect()
            }
            None => kind.list(&pack.words).into_iter().map(str::to_owned).collect(),
        };
        let kept = names.into_iter().filter(|_| {
            number += 1;
            matches!(kind, Kind::Functions | Kind::Places) || keep(number)
        });
        pairings.push((kind, kept.map(|name| Pairing { theirs: Spanned::new(name.clone(), span), ours: Spanned::new(name, span) }).collect()));
    }
    NameMap { pack: pack.id.clone(), file: "maps/generated.yaml".to_owned(), span, agreements: Vec::new(), pairings }
}

struct Together {
    sources: Sources,
    packs: Vec<Pack>,
    on: Date,
}

/// The pack of a seed, read as often as it is needed.
fn together(seed: u64, times: usize) -> Together {
    let dir = tempfile::tempdir().expect("a folder");
    generated_pack::write(dir.path(), &generated_pack::files(seed));
    let mut sources = Sources::new();
    let packs = (0..times).map(|_| Pack::load(dir.path(), &mut sources).expect("readable").0).collect();
    Together { sources, packs, on: Date::new(2026, 1 + i8::try_from(seed % 12).expect("a month"), 15).expect("a day") }
}

/// The plan of joining a pack with itself; none where more conditions meet than are decided.
fn plan(with: &mut Together, keep: impl Fn(usize) -> bool) -> Option<Plan> {
    let again = with.packs.pop().expect("one more");
    let (ours, theirs) = (&with.packs[0], &with.packs[1]);
    let tables = Tables::of(ours, &with.sources).0;
    let context = Context::new(ours, &tables, &[], with.on, &with.sources);
    let there = Context::new(theirs, &tables, &[], with.on, &with.sources);
    Plan::new(&context, &there, again, &identity(ours, keep), &with.sources).ok()
}

fn holds(block: &AnswerBlock, case: &Question) -> bool {
    block.roles.contains(&case.role)
        && case.at.is_some_and(|at| block.at.contains(&at))
        && block.of.contains(&case.of)
        && block.data.contains(&case.data)
        && block.purposes.contains(&case.purpose)
        && block.ways.contains(&(case.action, case.form))
}

/// Every case between two organisations that are open, in two ways.
fn cases(pack: &Pack, on: Date) -> Vec<Question> {
    let words = &pack.words;
    let open = |org: &OrgId| pack.register.organisation(*org).open.contains(on);
    let mut all = Vec::new();
    for role in words.roles.leaves(ROOT).into_iter().filter(|role| !words.is_person(*role)) {
        for at in pack.register.ids().filter(open) {
            for of in pack.register.ids().filter(open) {
                for data in words.data.leaves(ROOT) {
                    for purpose in words.purposes.leaves(ROOT) {
                        for (action, form) in [(0, 0), (2, 1)] {
                            all.push(Question { role, at: Some(at), action, form, data, of, purpose, on });
                        }
                    }
                }
            }
        }
    }
    all
}

fn as_open(old: (Verdict, &[Vec<Literal>]), new: (Verdict, &[Vec<Literal>])) -> bool {
    match (old.0, new.0) {
        (Verdict::Permit, _) => true,
        (Verdict::Needs, Verdict::Needs) => new.1.iter().all(|set| old.1.iter().any(|less| less.iter().all(|one| set.contains(one)))),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 8 } else { 80 }))]

    /// A pack joined with a copy of itself, every name mapped to itself: each side gains what the joining agreements of the
    /// pack open when everybody has signed, and nothing beyond.
    #[test]
    fn a_pack_joined_with_itself_gains_what_its_agreements_grant(seed: u64) {
        let mut with = together(seed, 4);
        let alone = with.packs.pop().expect("one more");
        let Some(plan) = plan(&mut with, |_| true) else { return Ok(()) };
        prop_assert_eq!(&plan.they_gain, &plan.we_gain);
        prop_assert!(plan.names.wrong.is_empty(), "{:?}", plan.names.wrong);
        let joining: Vec<String> = plan.joined.joining.iter().filter(|id| !id.contains(':')).cloned().collect();
        let everybody: Vec<_> = alone.register.ids().collect();
        let mut alone = Joined { pack: alone, ours: everybody.clone(), theirs: everybody, joining: joining.clone(), untold: 0 };
        alone.sign(with.on);
        let mut without = with.packs.pop().expect("one more");
        without.agreements.retain(|agreement| !joining.contains(&agreement.id));
        for case in cases(&alone.pack, with.on) {
            let (Ok(now), Ok(then)) = (decide(&alone.pack, &case, Facts::default()), decide(&without, &case, Facts::default())) else { return Ok(()) };
            let expected = now.verdict != Verdict::Deny && !as_open((then.verdict, &then.needs), (now.verdict, &now.needs));
            let found: Vec<&AnswerBlock> = plan.they_gain.iter().filter(|block| holds(block, &case)).collect();
            prop_assert_eq!(found.len(), usize::from(expected), "{:?}: {:?} before, {:?} after; {:?}", case, then.verdict, now.verdict, found);
            if let Some(block) = found.first() {
                prop_assert_eq!((block.said.verdict, &block.said.needs), (now.verdict, &now.needs));
            }
        }
    }

    /// With names left out of the map, nothing passes through them, and nothing passes that did not with all of them.
    #[test]
    fn nothing_passes_through_a_name_left_out_and_less_is_mapped_less_is_gained(seed: u64, left_out: u64) {
        let keep = |number: usize| left_out >> (number % 64) & 1 == 0 || left_out.rotate_left(17) >> (number % 64) & 1 == 0;
        let Some(less) = plan(&mut together(seed, 3), keep) else { return Ok(()) };
        let mut with = together(seed, 3);
        let Some(all) = plan(&mut with, |_| true) else { return Ok(()) };
        let tells = less.names.words(Kind::Conditions);
        for block in less.they_gain.iter().chain(&less.we_gain) {
            for (kind, nodes) in [(Kind::Roles, &block.roles), (Kind::Data, &block.data), (Kind::Purposes, &block.purposes)] {
                let image = less.names.image(kind);
                prop_assert!(nodes.iter().all(|node| image.contains(node)), "{:?}", kind);
            }
            let words = [(Kind::Actions, block.ways.iter().map(|way| way.0).collect::<Vec<_>>()), (Kind::Forms, block.ways.iter().map(|way| way.1).collect())];
            for (kind, indices) in words {
                prop_assert!(indices.iter().all(|index| less.names.words(kind).contains(&usize::from(*index))));
            }
            prop_assert!(block.said.needs.iter().flatten().all(|literal| tells.contains(&usize::from(literal.fact.0))));
        }
        for case in cases(&with.packs[0], with.on) {
            if less.they_gain.iter().any(|block| holds(block, &case)) {
                prop_assert!(all.they_gain.iter().any(|block| holds(block, &case)), "{:?}", case);
            }
        }
    }
}

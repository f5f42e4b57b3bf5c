//! Clauses of the whole pack beside each other: on which days two of them stand together, what both reach, and a
//! question that shows it.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Context;
use crate::agreement::condition::Expression;
use crate::agreement::{Agreement, Clause};
use crate::decision::analysis::Witness;
use crate::decision::reach::{Product, Products, Set, Side, satisfying};
use crate::decision::{Compiled, Question};
use crate::identifier::{Date, Interval};
use crate::vocabulary::NodeId;

/// A clause with the agreement it stands in.
#[derive(Clone, Copy)]
pub(super) struct Standing<'p> {
    /// The agreement; of an inherited prohibition the one that inherits it.
    pub(super) agreement: &'p Agreement,
    /// The clause.
    pub(super) clause: &'p Clause,
    /// Days on which it holds, suspensions aside.
    pub(super) during: Interval,
}

/// Products already worked out.
type Known = BTreeMap<(usize, usize, usize), Rc<Vec<Product>>>;

/// The clauses that hold on the day asked about or later.
pub(super) struct Clauses<'c, 'p> {
    pub(super) context: &'c Context<'p>,
    pub(super) products: Products<'p>,
    known: RefCell<Known>,
    stretches: OnceCell<Vec<Interval>>,
}

impl<'c, 'p> Clauses<'c, 'p> {
    pub(super) fn new(context: &'c Context<'p>) -> Self {
        Self { context, products: Products::new(context.pack), known: RefCell::default(), stretches: OnceCell::new() }
    }

    /// Grants that are not only for the person.
    pub(super) fn grants(&self) -> Vec<Standing<'p>> {
        self.standing(|agreement| &agreement.grants).into_iter().filter(|one| !self.context.for_the_person(one.clause)).collect()
    }

    /// Prohibitions, inherited ones among them.
    pub(super) fn prohibitions(&self) -> Vec<Standing<'p>> {
        self.standing(|agreement| &agreement.prohibits)
    }

    fn standing(&self, clauses: impl Fn(&'p Agreement) -> &'p Vec<Clause>) -> Vec<Standing<'p>> {
        let now = self.context.as_of;
        let mut all = Vec::new();
        for agreement in self.context.pack.agreements.iter().filter(|agreement| agreement.status.grants()) {
            let Some(term) = agreement.term.filter(|term| term.last >= now) else { continue };
            for clause in clauses(agreement) {
                let (first, last) = (term.first.max(clause.during.first).max(now), term.last.min(clause.during.last));
                all.extend(Interval::new(first, last).map(|during| Standing { agreement, clause, during }));
            }
        }
        all
    }

    /// The first day, from the one asked about, on which both hold and neither agreement is suspended.
    pub(super) fn first_common_day(one: &Standing<'_>, other: &Standing<'_>) -> Option<Date> {
        let last = one.during.last.min(other.during.last);
        let mut day = one.during.first.max(other.during.first);
        while day <= last {
            match one.agreement.suspended.iter().chain(&other.agreement.suspended).find(|gap| gap.contains(day)) {
                Some(gap) if gap.last >= last => return None,
                Some(gap) => day = gap.last.next(),
                None => return Some(day),
            }
        }
        None
    }

    /// The first day of each stretch on which both hold and neither agreement is suspended, from the day asked about; nothing
    /// changes within a stretch.
    pub(super) fn common_days<'a>(&'a self, one: &'a Standing<'p>, other: &'a Standing<'p>) -> impl Iterator<Item = Date> + 'a {
        let both = Interval::new(one.during.first.max(other.during.first), one.during.last.min(other.during.last));
        let suspended = |on: Date| one.agreement.suspended.iter().chain(&other.agreement.suspended).any(|gap| gap.contains(on));
        let stretches = self.stretches.get_or_init(|| Compiled::new(self.context.pack).stretches().collect());
        both.into_iter()
            .flat_map(move |both| {
                let from = stretches.partition_point(|during| during.last < both.first);
                stretches[from..].iter().map(move |during| during.first.max(both.first)).take_while(move |on| *on <= both.last)
            })
            .filter(move |on| !suspended(*on))
    }

    /// What a clause reaches on a day.
    pub(super) fn reach(&self, one: &Standing<'p>, prohibits: bool, on: Date) -> Rc<Vec<Product>> {
        let key = (std::ptr::from_ref(one.clause).addr(), std::ptr::from_ref(one.agreement).addr(), self.products.epoch(on));
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let reach = Rc::new(self.products.of(Some(one.agreement), one.clause, prohibits, on));
        self.known.borrow_mut().insert(key, Rc::clone(&reach));
        reach
    }

    /// What a grant still allows of a product once the guards and its own agreement's prohibitions are taken out, with
    /// facts under which it does. `also` must hold as well.
    pub(super) fn allowed(&self, grant: &Standing<'p>, product: Product, also: &[&Expression], on: Date) -> Option<(Product, (u64, u64))> {
        let guards = self.context.pack.guards.iter().map(|guard| (guard, self.products.of(None, guard, true, on)));
        let own = grant.agreement.prohibits.iter().map(|clause| {
            let standing = Standing { agreement: grant.agreement, clause, during: grant.during };
            (clause, self.reach(&standing, true, on).as_ref().clone())
        });
        let mut left: Vec<(Product, Vec<&Expression>)> = vec![(product, Vec::new())];
        for (clause, closed) in guards.chain(own).filter(|(clause, _)| clause.during.contains(on)) {
            for closed in closed {
                left = left
                    .into_iter()
                    .flat_map(|(product, conditions)| match product.and(&closed) {
                        None => vec![(product, conditions)],
                        Some(both) => {
                            let mut parts: Vec<_> = product.minus(&closed).into_iter().map(|part| (part, conditions.clone())).collect();
                            let conditions: Vec<&Expression> = conditions.into_iter().chain([&clause.condition]).collect();
                            parts.push((both, conditions));
                            parts
                        }
                    })
                    .collect();
            }
        }
        let hold: Vec<&Expression> = also.iter().copied().chain([&grant.clause.condition]).collect();
        left.into_iter().find_map(|(product, fail)| satisfying(&hold, &fail).filter(|_| product.example().is_some()).map(|facts| (product, facts)))
    }

    /// A command that shows one case of a product.
    pub(super) fn witness(&self, product: &Product, (atoms, truth): (u64, u64), on: Date) -> Option<String> {
        let case = product.example()?;
        let small = |bit: usize| u8::try_from(bit).unwrap_or(u8::MAX);
        let question = Question {
            role: case.role,
            at: Some(case.at),
            action: small(case.action),
            form: small(case.form),
            data: case.data,
            of: case.of,
            purpose: case.purpose,
            on,
        };
        Some(super::analyses::ask_line(self.context, &Witness::new(question, atoms, truth)))
    }

    /// A command that shows a case which an agreement allows for a purpose on the day asked about.
    pub(super) fn witness_of(&self, agreement: &Agreement, purpose: NodeId) -> Option<String> {
        let on = self.context.as_of;
        let purposes = Set::of([usize::from(purpose.0)]);
        self.grants().iter().filter(|grant| std::ptr::eq(grant.agreement, agreement) && grant.during.contains(on)).find_map(|grant| {
            self.reach(grant, false, on).iter().find_map(|reach| {
                let reach = reach.with(Side::Purposes, reach.side(Side::Purposes).and(&purposes));
                let (reach, facts) = Some(reach).filter(|reach| !reach.is_empty()).and_then(|reach| self.allowed(grant, reach, &[], on))?;
                self.witness(&reach, facts, on)
            })
        })
    }

    /// Names of data in words: `medications, results and 3 more`.
    pub(super) fn data_words(&self, product: &Product) -> String {
        let tree = &self.context.words().data;
        let names: Vec<&str> = product.side(Side::Data).iter().filter_map(|id| u16::try_from(id).ok()).map(|id| tree.short(NodeId(id))).collect();
        some_of(&names)
    }

    /// Names of roles in words.
    pub(super) fn role_words(&self, product: &Product) -> String {
        let tree = &self.context.words().roles;
        let names: Vec<&str> = product.side(Side::Roles).iter().filter_map(|id| u16::try_from(id).ok()).map(|id| tree.short(NodeId(id))).collect();
        some_of(&names)
    }
}

/// `a, b, c and 9 more`.
pub(super) fn some_of<T: AsRef<str>>(names: &[T]) -> String {
    if names.len() <= 4 {
        return crate::text::and_list(names);
    }
    let shown: Vec<&str> = names.iter().take(3).map(AsRef::as_ref).collect();
    format!("{} and {} more", shown.join(", "), names.len() - 3)
}

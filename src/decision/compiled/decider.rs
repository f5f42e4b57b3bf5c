//! Questions in great number: who asks and whose data it is are looked up as bits over the clauses, and answers are kept.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Compiled;
use super::bits::Bits;
use super::cell::Cell;
use super::epoch::Effect;
use super::orgs::OrgSet;
use crate::decision::plain::{self, Cause, Decision, Facts, Question, TooManyConditions, Verdict};
use crate::register::OrgId;

/// Answers kept that were given last; a question has two places among them, side by side.
const RECENT: usize = 1 << 15;

/// Words for each organisation that has some.
type PerOrganisation = Box<[Option<Box<[u64]>>]>;

/// Answers questions one after another, for one thread. It holds what it has looked up.
pub struct Decider<'c, 'p> {
    compiled: &'c Compiled<'p>,
    /// In the order of their lines.
    products: Box<[Product]>,
    /// For each role, category, purpose and way the products that hold it.
    roles: Box<[Bits]>,
    data: Box<[Bits]>,
    purposes: Box<[Bits]>,
    ways: Box<[Bits]>,
    forms: usize,
    /// Products by the set on a side, at first and of second.
    by_set: [Box<[Vec<u32>]>; 2],
    /// Sets by organisation where they are few, and those that are many.
    few: Few,
    many: Vec<u32>,
    /// For each organisation on a side the products that it can be in: first a bit for each word that is not empty, then
    /// the words, in one piece of memory.
    organisations: [PerOrganisation; 2],
    nowhere: Box<[u64]>,
    /// Organisations that are in some of those products at times only.
    changing: [Bits; 2],
    /// Words before the words of products.
    head: usize,
    cells: HashMap<Box<[u32]>, u32, BuildHasherDefault<Folding>>,
    answers: Vec<Answers<'p>>,
    recent: Box<[Recent]>,
}

/// The sets of each organisation: those of number `o` stand from `starts[o]` to `starts[o + 1]`.
struct Few {
    starts: Box<[u32]>,
    sets: Box<[u32]>,
}

/// What is asked of a product on the way: its line, and the first run of stretches in which that is in force.
#[derive(Clone, Copy)]
struct Product {
    line: u32,
    first: u32,
    last: u32,
    grants: bool,
    /// The line has more than that run.
    more: bool,
}

/// What the clauses of a case make of it.
struct Answers<'p> {
    cell: Result<Cell<'p>, TooManyConditions>,
    facts: u64,
    unknown: (Verdict, Cause),
    known: HashMap<(u64, u64), (Verdict, Cause), BuildHasherDefault<Folding>>,
}

#[derive(Clone, Copy, Default)]
struct Recent {
    organisations: u64,
    names: u64,
    stretch: u32,
    /// One more than the number of the answers; 0 while the place is free.
    answers: u32,
}

/// A hash of a few words, for tables whose keys nobody outside chooses.
#[derive(Default)]
pub(super) struct Folding(u64);

impl Folding {
    fn fold(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(26) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.fold(word.try_into().map_or(0, u64::from_le_bytes));
        }
        self.fold(words.remainder().iter().fold(bytes.len() as u64, |all, byte| all << 8 | u64::from(*byte)));
    }

    fn write_u8(&mut self, byte: u8) {
        self.fold(u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        self.fold(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.fold(word as u64);
    }
}

impl<'c, 'p> Decider<'c, 'p> {
    /// For a compiled pack.
    pub fn new(compiled: &'c Compiled<'p>) -> Self {
        let (axes, lines, words) = (&compiled.axes, &compiled.lines, &compiled.pack.words);
        let products: Vec<_> = (0u32..).zip(&lines.all).flat_map(|(number, line)| line.parts.iter().map(move |part| (number, line, part))).collect();
        let count = products.len();
        let those = |holds: &dyn Fn(usize) -> bool| Bits::of(count, (0..count).filter(|product| holds(*product)));
        let roles = (0..axes.roles.len()).map(|leaf| those(&|product| products[product].2.roles.has(leaf))).collect();
        let data = (0..axes.data.len()).map(|leaf| those(&|product| products[product].2.data.has(leaf))).collect();
        let purposes = (0..axes.purposes.len()).map(|leaf| those(&|product| products[product].1.purposes.has(leaf))).collect();
        let forms = words.forms.len();
        let ways = (0..words.actions.len() * forms)
            .map(|way| {
                those(&|product| {
                    let reach = &products[product].1.clause.reach;
                    reach.actions >> (way / forms) & reach.forms >> (way % forms) & 1 == 1
                })
            })
            .collect();
        let mut by_set = [vec![Vec::new(); lines.sets.len()], vec![Vec::new(); lines.sets.len()]];
        for (product, (_, _, part)) in (0u32..).zip(&products) {
            by_set[0][part.at.index()].push(product);
            by_set[1][part.of.index()].push(product);
        }
        let many = (0u32..).zip(&lines.sets).filter(|(_, set)| matches!(set.always, OrgSet::Many(_))).map(|(number, _)| number).collect();
        let head = count.div_ceil(64 * 64);
        let nowhere = vec![u64::MAX; head + count.div_ceil(64)].into();
        let product = |(number, line, _): &(u32, &super::lines::Line<'_>, _)| Product {
            line: *number,
            first: line.force[0].0,
            last: line.force[0].1,
            grants: line.effect == Effect::Grants,
            more: line.force.len() > 1,
        };
        Self {
            compiled,
            products: products.iter().map(product).collect(),
            roles,
            data,
            purposes,
            ways,
            forms,
            by_set: by_set.map(Vec::into_boxed_slice),
            few: Few::new(compiled),
            many,
            organisations: [(); 2].map(|()| (0..lines.size).map(|_| None).collect()),
            nowhere,
            changing: [Bits::none(lines.size), Bits::none(lines.size)],
            head,
            cells: HashMap::default(),
            answers: Vec::new(),
            recent: vec![Recent::default(); RECENT].into(),
        }
    }

    /// The answer to one case and why, as [`plain::decide`] has them.
    pub fn decide(&mut self, question: &Question, facts: Facts) -> Result<(Verdict, Cause), TooManyConditions> {
        match self.answers(question) {
            Some(number) => {
                let answers = &mut self.answers[number as usize];
                let (yes, no) = (answers.facts & facts.yes, answers.facts & facts.no);
                if yes | no == 0 {
                    return if answers.cell.is_ok() { Ok(answers.unknown) } else { Err(answers.error()) };
                }
                answers.known(Facts { yes, no })
            }
            None => plain::decide(self.compiled.pack, question, facts).map(|decision| (decision.verdict, decision.cause)),
        }
    }

    /// The answer with its grounds.
    pub fn explain(&mut self, question: &Question, facts: Facts) -> Result<Decision<'p>, TooManyConditions> {
        match self.answers(question) {
            Some(number) => match &self.answers[number as usize].cell {
                Ok(cell) => Ok(cell.decide(facts)),
                Err(error) => Err(error.clone()),
            },
            None => plain::decide(self.compiled.pack, question, facts),
        }
    }

    /// The number of the answers to a case; none if it is not one of leaves.
    fn answers(&mut self, question: &Question) -> Option<u32> {
        let stretch = self.compiled.calendar.stretch(question.on);
        let at = question.at.map_or(u32::MAX, |org| org.0);
        let organisations = u64::from(at) << 32 | u64::from(question.of.0);
        let names = u64::from(question.role.0) << 48
            | u64::from(question.data.0) << 32
            | u64::from(question.purpose.0) << 16
            | u64::from(question.action) << 8
            | u64::from(question.form);
        let mixed = (organisations.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ names.rotate_left(29) ^ u64::from(stretch) << 17).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let place = (usize::try_from(mixed >> 32).unwrap_or(0) % RECENT) & !1;
        for recent in &self.recent[place..place + 2] {
            if recent.organisations == organisations && recent.names == names && recent.stretch == stretch && recent.answers > 0 {
                return Some(recent.answers - 1);
            }
        }
        let answers = self.look_up(question, stretch)?;
        self.recent[place + 1] = self.recent[place];
        self.recent[place] = Recent { organisations, names, stretch, answers: answers + 1 };
        Some(answers)
    }

    fn look_up(&mut self, question: &Question, stretch: u32) -> Option<u32> {
        let (axes, lines) = (&self.compiled.axes, &self.compiled.lines);
        let (role, data, purpose) = (axes.roles.leaf(question.role)?, axes.data.leaf(question.data)?, axes.purposes.leaf(question.purpose)?);
        if question.at.is_some() == lines.own.has(role) || usize::from(question.form) >= self.forms {
            return None;
        }
        let way = usize::from(question.action) * self.forms + usize::from(question.form);
        if way >= self.ways.len() {
            return None;
        }
        for (side, org) in [(0, question.at), (1, Some(question.of))] {
            if let Some(org) = org
                && self.organisations[side].get(org.0 as usize)?.is_none()
            {
                self.place(side, org);
            }
        }
        let side = |side: usize, org: OrgId| self.organisations[side][org.0 as usize].as_deref();
        let (at, of) = (question.at.map_or(Some(&*self.nowhere), |org| side(0, org))?, side(1, question.of)?);
        let changing = (question.at.is_some_and(|org| self.changing[0].has(org.0 as usize)), self.changing[1].has(question.of.0 as usize));
        let way = self.ways[way].words();
        let (roles, data, purposes) = (self.roles[role].words(), self.data[data].words(), self.purposes[purpose].words());
        let ((at_filled, at), (of_filled, of)) = (at.split_at(self.head), of.split_at(self.head));
        let (mut list, mut length, mut granted) = ([0u32; 32], 0, false);
        let mut more = Vec::new();
        for (index, (a, b)) in at_filled.iter().zip(of_filled).enumerate() {
            let mut filled = a & b;
            while filled != 0 {
                let word = index * 64 + filled.trailing_zeros() as usize;
                filled &= filled - 1;
                // Nowhere has all words; there are fewer.
                let Some(here) = of.get(word) else { break };
                let mut found = at[word] & here & roles[word] & data[word] & purposes[word] & way[word];
                while found != 0 {
                    let product = self.products[word * 64 + found.trailing_zeros() as usize];
                    found &= found - 1;
                    if !(product.first <= stretch && stretch <= product.last || product.more && lines.all[product.line as usize].is_in_force(stretch)) {
                        continue;
                    }
                    if changing != (false, false) {
                        // A role is in one product of a clause only.
                        let part = lines.all[product.line as usize].parts.iter().find(|part| part.roles.has(role))?;
                        if changing.1 && !lines.set(part.of).has(question.of.0, stretch)
                            || changing.0 && !question.at.is_none_or(|org| lines.set(part.at).has(org.0, stretch))
                        {
                            continue;
                        }
                    }
                    granted |= product.grants;
                    if length < list.len() {
                        list[length] = product.line;
                        length += 1;
                    } else {
                        more.push(product.line);
                    }
                }
            }
        }
        if !granted {
            length = 0;
            more.clear();
        }
        if more.is_empty() {
            return Some(self.kept(&list[..length]));
        }
        more.splice(0..0, list);
        Some(self.kept(&more))
    }

    /// The number of the answers of clauses that apply together.
    fn kept(&mut self, applying: &[u32]) -> u32 {
        if let Some(number) = self.cells.get(applying) {
            return *number;
        }
        let number = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
        let cell = Cell::new(self.compiled.pack, &self.compiled.lines, applying);
        let facts = cell.as_ref().map_or(0, |cell| cell.atoms.facts);
        let unknown = cell.as_ref().map_or((Verdict::Deny, Cause::NoGrant), |cell| cell.verdict(Facts::default()));
        self.answers.push(Answers { cell, facts, unknown, known: HashMap::default() });
        self.cells.insert(applying.into(), number);
        number
    }

    /// Looks up the products that an organisation is in on a side at any time.
    fn place(&mut self, side: usize, org: OrgId) {
        let lines = &self.compiled.lines;
        let mut words = vec![0u64; self.nowhere.len()];
        let many = self.many.iter().filter(|set| lines.sets[**set as usize].always.has(org.0 as usize));
        for set in self.few.of(org).iter().chain(many) {
            let products = &self.by_set[side][*set as usize];
            if !products.is_empty() && !lines.sets[*set as usize].always.has(org.0 as usize) {
                self.changing[side].add(org.0 as usize);
            }
            for product in products {
                let product = *product as usize;
                words[self.head + product / 64] |= 1 << (product % 64);
                words[product / 4096] |= 1 << (product / 64 % 64);
            }
        }
        self.organisations[side][org.0 as usize] = Some(words.into());
    }

    /// Bytes it holds, roughly.
    pub fn bytes(&self) -> usize {
        let tables = self.roles.len() + self.data.len() + self.purposes.len() + self.ways.len();
        let words = self.products.len().div_ceil(64) * 8;
        let sides = self.organisations.iter().flatten().flatten().count();
        tables * words
            + self.products.len() * (size_of::<Product>() + 8)
            + self.few.sets.len() * 4
            + self.few.starts.len() * 4
            + sides * self.nowhere.len() * 8
            + self.recent.len() * size_of::<Recent>()
    }
}

impl Few {
    fn new(compiled: &Compiled<'_>) -> Self {
        let lines = &compiled.lines;
        let mut starts = vec![0u32; lines.size + 1];
        let each = |visit: &mut dyn FnMut(u32, u32)| {
            for (number, set) in (0u32..).zip(&lines.sets) {
                if let OrgSet::Few(list) = &set.always {
                    list.iter().for_each(|org| visit(number, *org));
                }
                set.sometimes.chunk_by(|one, other| one.0 == other.0).for_each(|runs| visit(number, runs[0].0));
            }
        };
        each(&mut |_, org| starts[org as usize + 1] += 1);
        for org in 0..lines.size {
            starts[org + 1] += starts[org];
        }
        let mut next = starts.clone();
        let mut sets = vec![0u32; starts[lines.size] as usize];
        each(&mut |set, org| {
            sets[next[org as usize] as usize] = set;
            next[org as usize] += 1;
        });
        Self { starts: starts.into(), sets: sets.into() }
    }

    fn of(&self, org: OrgId) -> &[u32] {
        let org = org.0 as usize;
        &self.sets[self.starts[org] as usize..self.starts[org + 1] as usize]
    }
}

impl Answers<'_> {
    fn error(&self) -> TooManyConditions {
        self.cell.as_ref().err().cloned().unwrap_or(TooManyConditions { count: 0, clauses: Vec::new() })
    }

    fn known(&mut self, facts: Facts) -> Result<(Verdict, Cause), TooManyConditions> {
        match &self.cell {
            Ok(cell) => Ok(*self.known.entry((facts.yes, facts.no)).or_insert_with(|| cell.verdict(facts))),
            Err(error) => Err(error.clone()),
        }
    }
}

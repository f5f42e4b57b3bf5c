//! One stretch of days, as far as a scope meets it: classes with their members in the scope, and which clauses meet where.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Selected, Sides};
use crate::decision::compiled::axes::Axis;
use crate::decision::compiled::classes::Classes;
use crate::decision::compiled::{Cell, Compiled, Effect, Epoch, EpochClasses};
use crate::decision::plain::TooManyConditions;
use crate::identifier::Date;
use crate::vocabulary::NodeId;

/// Members of a class that are in a scope, the lowest first; the number of the class beside them.
pub(super) type Group = (usize, Vec<usize>);

/// The numbers of rows with the numbers of their blocks.
type Meeting = Vec<(u32, u32)>;

/// What a clause set makes of a case: none where no grant is among them, so that nothing is allowed.
pub(super) type Met<'p> = Option<Arc<Result<Cell<'p>, TooManyConditions>>>;

/// A way by what the clauses of the stretch make of it: those of one entry are told apart by no clause.
pub(super) type Ways = Vec<Vec<(u8, u8)>>;

/// A side of a case that stands for "at no organisation".
pub(super) const NOWHERE: usize = usize::MAX;

/// The sides of a scope on a stretch of days.
pub(super) struct Scoped {
    /// Roles that work somewhere.
    pub(super) roles: Vec<Group>,
    /// The person's own roles.
    pub(super) own: Vec<Group>,
    /// Where.
    pub(super) at: Vec<Group>,
    /// Whose.
    pub(super) of: Vec<Group>,
    /// Categories.
    pub(super) data: Vec<Group>,
    /// Purposes.
    pub(super) purposes: Vec<Group>,
    /// Actions with forms.
    pub(super) ways: Ways,
}

/// One stretch of days.
pub(super) struct View<'c, 'p> {
    pub(super) compiled: &'c Compiled<'p>,
    pub(super) on: Date,
    pub(super) classes: EpochClasses,
    epoch: &'c Epoch<'p>,
    asking: HashMap<(usize, usize), usize>,
    askings: Vec<Meeting>,
    asking_ids: HashMap<Meeting, usize>,
    meeting: HashMap<(usize, usize), usize>,
    meetings: Vec<Meeting>,
    meeting_ids: HashMap<Meeting, usize>,
}

impl<'c, 'p> View<'c, 'p> {
    pub(super) fn new(compiled: &'c Compiled<'p>, on: Date) -> Self {
        Self {
            compiled,
            on,
            classes: compiled.classes(on),
            epoch: compiled.epoch(on),
            asking: HashMap::new(),
            askings: Vec::new(),
            asking_ids: HashMap::new(),
            meeting: HashMap::new(),
            meetings: Vec::new(),
            meeting_ids: HashMap::new(),
        }
    }

    /// The sides of a scope.
    pub(super) fn scoped(&self, sides: &Sides) -> Scoped {
        let axes = &self.compiled.axes;
        let words = &self.compiled.pack.words;
        let (own, roles): (Vec<Group>, Vec<Group>) =
            named(&self.classes.roles, &axes.roles, sides.roles.as_deref()).into_iter().partition(|(_, members)| self.epoch.own.has(members[0]));
        let list = |chosen: &Option<Vec<u8>>, count: usize| chosen.clone().unwrap_or_else(|| (0..u8::try_from(count).unwrap_or(u8::MAX)).collect());
        let mut ways: BTreeMap<Vec<u32>, Vec<(u8, u8)>> = BTreeMap::new();
        for action in list(&sides.actions, words.actions.len()) {
            for form in list(&sides.forms, words.forms.len()) {
                let rows = (0u32..).zip(&self.epoch.rows).filter(|(_, row)| row.clause.reach.actions >> action & row.clause.reach.forms >> form & 1 == 1);
                ways.entry(rows.map(|(index, _)| index).collect()).or_default().push((action, form));
            }
        }
        let mut ways: Ways = ways.into_values().collect();
        ways.sort_unstable();
        Scoped {
            roles,
            own: if sides.at.is_some() { Vec::new() } else { own },
            at: self.organisations(sides.at.as_deref()),
            of: self.organisations(sides.of.as_deref()),
            data: named(&self.classes.data, &axes.data, sides.data.as_deref()),
            purposes: named(&self.classes.purposes, &axes.purposes, sides.purposes.as_deref()),
            ways,
        }
    }

    /// The classes of organisations that some words select.
    pub(super) fn organisations(&self, chosen: Option<&[Selected]>) -> Vec<Group> {
        let pack = self.compiled.pack;
        (0..self.classes.organisations.len())
            .map(|class| {
                let members =
                    self.classes.organisations_of(class).filter(|org| chosen.is_none_or(|words| words.iter().any(|word| word.selects(pack, *org, self.on))));
                (class, members.map(|org| org.0 as usize).collect::<Vec<_>>())
            })
            .filter(|(_, members)| !members.is_empty())
            .collect()
    }

    /// Which blocks somebody of a class of roles meets at a class of organisations, as a number that tells them apart.
    pub(super) fn asking(&mut self, role: usize, at: usize) -> usize {
        if let Some(known) = self.asking.get(&(role, at)) {
            return *known;
        }
        let leaf = self.classes.roles.members[role][0];
        let member = (at != NOWHERE).then(|| self.classes.organisations.members[at][0]);
        let blocks = self.epoch.blocks_for(leaf).filter(|(_, block)| member.is_none_or(|org| self.epoch.set(block.at).has(org)));
        let mut list: Meeting = blocks.map(|(index, _)| index).collect();
        self.drop_without_grant(&mut list);
        let next = self.askings.len();
        let id = *self.asking_ids.entry(list.clone()).or_insert(next);
        if id == next {
            self.askings.push(list);
        }
        self.asking.insert((role, at), id);
        id
    }

    /// Which blocks are left when the data is that of a class of organisations.
    pub(super) fn meeting(&mut self, asking: usize, of: usize) -> usize {
        if let Some(known) = self.meeting.get(&(asking, of)) {
            return *known;
        }
        let giver = self.classes.organisations.members[of][0];
        let of_block = |(row, block): (u32, u32)| self.epoch.rows[row as usize].blocks[block as usize].of;
        let mut list: Meeting = self.askings[asking].iter().copied().filter(|index| self.epoch.set(of_block(*index)).has(giver)).collect();
        self.drop_without_grant(&mut list);
        let next = self.meetings.len();
        let id = *self.meeting_ids.entry(list.clone()).or_insert(next);
        if id == next {
            self.meetings.push(list);
        }
        self.meeting.insert((asking, of), id);
        id
    }

    fn drop_without_grant(&self, list: &mut Meeting) {
        if !list.iter().any(|(row, _)| self.epoch.rows[*row as usize].effect == Effect::Grants) {
            list.clear();
        }
    }

    /// Whether some grant is among the clauses of a meeting.
    pub(super) fn grants(&self, meeting: usize) -> bool {
        !self.meetings[meeting].is_empty()
    }

    /// What the clauses of a meeting make of a leaf of the data, a leaf of the purposes and a way.
    pub(super) fn met(&self, meeting: usize, data: usize, purpose: usize, way: (u8, u8)) -> (Vec<u32>, Met<'p>) {
        let rows: Vec<u32> = self.meetings[meeting]
            .iter()
            .filter(|(row, block)| {
                let row = &self.epoch.rows[*row as usize];
                row.blocks[*block as usize].data.has(data)
                    && row.purposes.has(purpose)
                    && row.clause.reach.actions >> way.0 & row.clause.reach.forms >> way.1 & 1 == 1
            })
            .map(|(row, _)| *row)
            .collect();
        if rows.iter().any(|row| self.epoch.rows[*row as usize].effect == Effect::Grants) {
            let cell = self.compiled.cell(self.on, &rows);
            (rows, Some(cell))
        } else {
            (Vec::new(), None)
        }
    }
}

fn named(classes: &Classes, axis: &Axis, chosen: Option<&[NodeId]>) -> Vec<Group> {
    classes
        .members
        .iter()
        .enumerate()
        .map(|(class, members)| {
            (class, members.iter().copied().filter(|leaf| chosen.is_none_or(|names| names.contains(&axis.node(*leaf)))).collect::<Vec<_>>())
        })
        .filter(|(_, members)| !members.is_empty())
        .collect()
}

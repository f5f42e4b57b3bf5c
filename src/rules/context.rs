//! What a rule may look at, and the questions several rules ask.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

use super::analyses::Analyses;
use super::data::{self, Facts};
use crate::agreement::valid::{Basis, Clause, OrgSelector};
use crate::agreement::written::{AgreementDraft, BasisDraft};
use crate::agreement::{Agreement, Status};
use crate::diagnostics::results::NotAssessed;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::pack::{Flow, Pack};
use crate::register::{OrgId, Organisation};
use crate::source::{Sources, Span};
use crate::vocabulary::{NodeId, ROOT, Tree, Vocabulary};
use crate::yaml::Node;

/// What a purpose is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PurposeKind {
    /// Individual care.
    Care,
    /// The person's own access.
    Own,
    /// Research, archiving, statistics.
    Research,
    /// Any other use that is not individual care.
    Secondary,
    /// Staff, audit, support, safeguarding: regimes of their own.
    Other,
}

/// A pack, the day, and what reading it found.
pub struct Context<'p> {
    /// The pack.
    pub pack: &'p Pack,
    /// The day everything is judged on.
    pub as_of: Date,
    /// The texts.
    pub sources: &'p Sources,
    /// Whether reading found errors: then names may be missing, and what is about the whole is not judged.
    pub reading_failed: bool,
    unknown_keys: BTreeSet<Span>,
    /// What was not judged.
    pub not_assessed: RefCell<Vec<NotAssessed>>,
    facts: &'p Facts,
    analyses: OnceCell<Analyses<'p>>,
}

impl<'p> Context<'p> {
    /// A context for one run of the rules.
    pub fn new(pack: &'p Pack, facts: &'p Facts, reading: &[Finding], as_of: Date, sources: &'p Sources) -> Self {
        let unknown_keys =
            reading.iter().filter(|finding| finding.code == "DOC-007").filter_map(|finding| finding.labels.first()).map(|label| label.span).collect();
        let reading_failed = reading.iter().any(|finding| finding.severity == Severity::Error);
        Self { pack, as_of, sources, reading_failed, unknown_keys, not_assessed: RefCell::default(), facts, analyses: OnceCell::new() }
    }

    /// The facts that change: what carepact ships, or the pack's own in its place.
    pub fn facts(&self) -> &'p Facts {
        self.facts
    }

    /// What each clause does, worked out once.
    pub(super) fn analyses(&self) -> &Analyses<'p> {
        self.analyses.get_or_init(|| Analyses::new(self))
    }

    /// The words.
    pub fn words(&self) -> &'p Vocabulary {
        &self.pack.words
    }

    /// An organisation.
    pub fn organisation(&self, id: OrgId) -> &'p Organisation {
        self.pack.register.organisation(id)
    }

    /// Says that something was not judged.
    pub fn not_judged(&self, what: &str, why: impl Into<String>) {
        self.not_assessed.borrow_mut().push(NotAssessed { what: what.to_owned(), why: why.into() });
    }

    /// Agreements that are not over on the day: drafts, and those whose last day has not passed.
    pub fn current(&self) -> impl Iterator<Item = &'p Agreement> + '_ {
        self.pack.agreements.iter().filter(|agreement| {
            !matches!(agreement.status, Status::Terminated | Status::Expired | Status::Superseded) && agreement.term.is_none_or(|term| term.last >= self.as_of)
        })
    }

    /// Agreements that grant on the day.
    pub fn in_force(&self) -> impl Iterator<Item = &'p Agreement> + '_ {
        self.pack.agreements.iter().filter(|agreement| agreement.in_force_on(self.as_of))
    }

    /// Whether it is a framework (tier 1), which grants nothing itself.
    pub fn is_framework(agreement: &Agreement) -> bool {
        agreement.draft.tier.as_ref().is_some_and(|tier| tier.value == 1) && agreement.grants.is_empty()
    }

    /// The day whose law an agreement is judged by: within its term the day asked about, else the nearer end of it.
    pub fn law_date(&self, agreement: &Agreement) -> Date {
        agreement.term.map_or(self.as_of, |term| term.first.max(self.as_of.min(term.last)))
    }

    /// Whether a block lacks a key. A key that is there and misspelt is already found by its own rule.
    pub fn lacks(&self, node: &Node, key: &str) -> bool {
        node.get(key).is_none_or(Node::is_null)
            && !node.as_map().unwrap_or_default().iter().any(|(written, _)| {
                self.unknown_keys.contains(&written.span) && crate::text::near::near(crate::text::near::Place::Key, &written.text, [key]).is_some()
            })
    }

    /// The kind of a purpose: by its own name, by the nearest name above it, or by its ActReason code.
    pub fn purpose_kind(&self, purpose: NodeId) -> Option<PurposeKind> {
        self.purpose_word(purpose).map(|word| match word {
            "care" | "emergency" => PurposeKind::Care,
            "own" => PurposeKind::Own,
            "research" => PurposeKind::Research,
            "secondary" => PurposeKind::Secondary,
            _ => PurposeKind::Other,
        })
    }

    fn purpose_word(&self, purpose: NodeId) -> Option<&'p str> {
        let tree = &self.words().purposes;
        tree.ancestors(purpose).find_map(|at| {
            let node = tree.node(at);
            data::row(&self.facts().purposes, &node.name)
                .or_else(|| node.purpose_of_use.as_ref().and_then(|code| data::row(&self.facts().purposes_of_use, code)))
                .map(|row| row[1].as_str())
        })
    }

    /// Whether a purpose is, or holds, individual care other than in an emergency.
    pub fn is_direct_care(&self, purpose: NodeId) -> bool {
        self.words().purposes.leaves(purpose).iter().any(|leaf| self.purpose_word(*leaf) == Some("care"))
    }

    /// Whether a purpose is, or holds, nothing but emergency care.
    pub fn is_emergency_only(&self, purpose: NodeId) -> bool {
        let leaves = self.words().purposes.leaves(purpose);
        !leaves.is_empty() && leaves.iter().all(|leaf| self.purpose_word(*leaf) == Some("emergency"))
    }

    /// Whether an organisation stands in the community's own register, not in a neighbour's that is imported.
    pub fn is_own(&self, org: OrgId) -> bool {
        self.sources.name(self.organisation(org).span.file) == "register/organisations.csv"
    }

    /// The kinds of the leaves of a purpose.
    pub fn purpose_kinds(&self, purpose: NodeId) -> BTreeSet<PurposeKind> {
        let tree = &self.words().purposes;
        let leaves = if purpose == ROOT { tree.ids().filter(|id| tree.node(*id).children.is_empty()).collect() } else { tree.leaves(purpose) };
        leaves.into_iter().filter_map(|leaf| self.purpose_kind(leaf)).collect()
    }

    /// Whether a purpose is a use beyond individual care (research included).
    pub fn is_secondary(&self, purpose: NodeId) -> bool {
        self.purpose_kinds(purpose).iter().any(|kind| matches!(kind, PurposeKind::Secondary | PurposeKind::Research))
    }

    /// The entries of `basis:` as valid and as written.
    pub fn bases<'a>(&self, agreement: &'a Agreement) -> impl Iterator<Item = (&'a Basis, &'a BasisDraft)> {
        agreement.bases.iter().filter_map(|basis| Some((basis, agreement.draft.basis.get(basis.draft)?)))
    }

    /// Organisations that are parties on a day, by the groups a test accepts, in the order of the register.
    pub fn parties_on(&self, agreement: &Agreement, on: Date, which: impl Fn(&crate::agreement::Party) -> bool) -> Vec<OrgId> {
        let (words, register) = (self.words(), &self.pack.register);
        register
            .ids()
            .filter(|org| register.organisation(*org).open.contains(on))
            .filter(|org| agreement.parties.iter().any(|party| which(party) && party.includes_on(words, register, *org, on)))
            .collect()
    }

    /// The group by which an organisation is a party of an agreement in force on the day asked about, the first that a test accepts.
    pub fn party_of(&self, org: OrgId, which: impl Fn(&crate::agreement::Party) -> bool) -> Option<(&'p Agreement, &'p crate::agreement::Party)> {
        let (words, register) = (self.words(), &self.pack.register);
        self.pack.agreements.iter().filter(|agreement| agreement.in_force_on(self.as_of)).find_map(|agreement| {
            let party = agreement.parties.iter().find(|party| which(party) && party.includes_on(words, register, org, self.as_of))?;
            Some((agreement, party))
        })
    }

    /// Whom to write to for an office of an organisation, and where that is written: in the register, else in a group by which it is a party of an agreement in force.
    pub fn contact(&self, org: OrgId, office: &str) -> Option<(&'p str, Span)> {
        let organisation = self.organisation(org);
        if let Some(address) = organisation.contacts.get(office) {
            return Some((address, organisation.cell(office)));
        }
        let (words, register) = (self.words(), &self.pack.register);
        self.pack.agreements.iter().filter(|agreement| agreement.in_force_on(self.as_of)).find_map(|agreement| {
            agreement.parties.iter().zip(&agreement.draft.parties).filter(|(party, _)| party.includes_on(words, register, org, self.as_of)).find_map(
                |(_, draft)| {
                    let email = draft.contacts.iter().find(|(name, _)| *name == office)?.1.email.as_ref()?;
                    Some((email.value.as_str(), email.span))
                },
            )
        })
    }

    /// A finding about a row of the register also points to the group that makes the organisation a party.
    pub fn with_party(&self, finding: Finding, org: OrgId, which: impl Fn(&crate::agreement::Party) -> bool) -> Finding {
        match self.party_of(org, which) {
            Some((agreement, party)) => finding.at(party.span, format!("a party of {} by this group", agreement.id)),
            None => finding,
        }
    }

    /// Whether an organisation is selected that day.
    pub fn selects(&self, selector: &OrgSelector, org: OrgId, on: Date) -> bool {
        selector.selects(self.words(), &self.pack.register, org, None, on)
    }

    /// Whether a flow, and the system it runs through, is live on a day.
    pub fn is_live(&self, flow: &Flow, on: Date) -> bool {
        flow.live.contains(on) && self.pack.systems.iter().find(|system| system.id == flow.system).is_none_or(|system| system.live.contains(on))
    }

    /// A number that rules work with, as the pack or the shipped table sets it.
    pub fn parameter(&self, name: &str, default: u32) -> u32 {
        data::row(&self.facts().parameters, name).and_then(|row| row.get(1)?.trim().parse().ok()).unwrap_or(default)
    }

    /// The bit of a form.
    pub fn form(&self, name: &str) -> u32 {
        self.words().forms.iter().position(|form| form == name).map_or(0, |index| 1 << index)
    }

    /// Whether a clause shows who a person is.
    pub fn identifiable(&self, clause: &Clause) -> bool {
        clause.reach.forms & self.form("identifiable") != 0
    }

    /// Whether a clause is only for the person the record is about, or who acts for them.
    pub fn for_the_person(&self, clause: &Clause) -> bool {
        !clause.to.roles.is_empty() && clause.to.roles.iter().all(|role| self.words().is_person(*role))
    }

    /// What a name and those above it are called in one of the tables.
    pub fn class_of<'t>(tree: &Tree, id: NodeId, table: &'t [data::Row]) -> Option<&'t data::Row> {
        tree.ancestors(id).find_map(|at| data::row(table, &tree.node(at).name))
    }

    /// Whether a data category has clinical content: all have that are not known to be ordinary.
    pub fn clinical(&self, category: NodeId) -> bool {
        let tree = &self.words().data;
        tree.leaves(category).iter().any(|leaf| Self::class_of(tree, *leaf, &self.facts().categories).is_none_or(|row| row[1] != "ordinary"))
            || category == ROOT
    }

    /// What a role is: `admin`, `analyst` or `student`, by its code or name.
    pub fn role_kind(&self, role: NodeId) -> Option<&'p str> {
        let tree = &self.words().roles;
        tree.ancestors(role)
            .find_map(|at| {
                let node = tree.node(at);
                node.rbac.iter().map(|code| code.value.as_str()).chain([node.name.as_str()]).find_map(|word| data::row(&self.facts().roles, word))
            })
            .map(|row| row[1].as_str())
    }

    /// Where the vocabulary says what a role is: its first national code, else its name; of the nearest above it that is known
    /// by one.
    pub fn role_line(&self, role: NodeId) -> Option<Span> {
        let tree = &self.words().roles;
        tree.ancestors(role).find_map(|at| {
            let node = tree.node(at);
            let code = node.rbac.iter().find(|code| data::row(&self.facts().roles, &code.value).is_some()).map(|code| code.span);
            code.or_else(|| data::row(&self.facts().roles, &node.name).and(node.span))
        })
    }

    /// What is known of a kind of organisation.
    pub fn organisation_kind(&self, organisation: &Organisation) -> Option<&'p data::Row> {
        data::row(&self.facts().organisation_kinds, &organisation.kind)
    }

    /// `R9A, R9B, Y99001 and 9 more`.
    pub fn some_codes(&self, orgs: &[OrgId]) -> String {
        let codes: Vec<String> = orgs.iter().take(if orgs.len() == 4 { 4 } else { 3 }).map(|org| self.organisation(*org).ods.to_string()).collect();
        let more = orgs.len() - codes.len();
        if more == 0 { crate::text::and_list(&codes) } else { format!("{} and {more} more", codes.join(", ")) }
    }

    /// All the codes, for machines.
    pub fn codes(&self, orgs: &[OrgId]) -> Vec<String> {
        orgs.iter().map(|org| self.organisation(*org).ods.to_string()).collect()
    }

    /// `12 organisations`.
    pub fn count(orgs: &[OrgId]) -> String {
        crate::text::count(orgs.len() as u64, "organisation", "organisations")
    }
}

/// Where a key of an agreement stands, or its head where the key is missing.
pub fn key_span(draft: &AgreementDraft, key: &str) -> Span {
    entry_span(&draft.node, key).unwrap_or(draft.head())
}

/// Where a key of a block stands.
pub fn entry_span(node: &Node, key: &str) -> Option<Span> {
    node.as_map()?.iter().find(|(written, _)| written.text == key).map(|(written, _)| written.span)
}

/// The node of an entry of `basis:`, `data:` and the like, by its span.
pub fn node_at(node: &Node, span: Span) -> Option<&Node> {
    if node.span == span {
        return Some(node);
    }
    match &node.kind {
        crate::yaml::Kind::Map(entries) => entries.iter().find_map(|(_, value)| node_at(value, span)),
        crate::yaml::Kind::List(items) => items.iter().find_map(|item| node_at(item, span)),
        crate::yaml::Kind::Scalar { .. } => None,
    }
}

/// The first line of a block, so that a long one is not drawn whole.
pub fn first_line(sources: &Sources, span: Span) -> Span {
    let text = sources.slice(span);
    let length = text.find('\n').unwrap_or(text.len());
    Span::new(span.file, span.start as usize, span.start as usize + length)
}

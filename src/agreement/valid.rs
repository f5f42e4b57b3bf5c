//! An agreement with every name resolved, ready to decide on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::condition::Expression;
use super::written::{AgreementDraft, ClauseDraft, OrgSelectorDraft, PartyRole, ReleaseDraft, Status, WhoDraft};
use crate::diagnostics::{Finding, Fix};
use crate::identifier::{Date, Interval};
use crate::register::{OrgId, Register};
use crate::source::{Span, Spanned};
use crate::text::near;
use crate::vocabulary::{NodeId, ROOT, Restriction, Vocabulary};
use crate::yaml::Sink;

/// Selects organisations. Empty parts select all.
#[derive(Clone, Debug, Default)]
pub struct OrgSelector {
    /// Any of these functions.
    pub functions: Vec<NodeId>,
    /// Any of these places.
    pub places: Vec<NodeId>,
    /// Any of these organisations.
    pub orgs: Vec<OrgId>,
    /// Not these.
    pub except: Option<Box<Who>>,
}

/// Selects people: roles at organisations.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// Any of these roles; empty is any role but the person's own.
    pub roles: Vec<NodeId>,
    /// At these organisations.
    pub at: OrgSelector,
}

impl OrgSelector {
    /// Whether an organisation is selected that day, for somebody of this role (none: role does not matter).
    pub fn selects(&self, words: &Vocabulary, register: &Register, org: OrgId, role: Option<NodeId>, on: Date) -> bool {
        let organisation = register.organisation(org);
        (self.functions.is_empty() || self.functions.iter().any(|function| organisation.has_function_on(&words.functions, *function, on)))
            && (self.places.is_empty() || self.places.iter().any(|place| organisation.is_in_on(&words.places, *place, on)))
            && (self.orgs.is_empty() || self.orgs.contains(&org))
            && !self.except.as_ref().is_some_and(|except| {
                let role_hit = except.roles.is_empty() || role.is_some_and(|role| except.roles.iter().any(|name| words.roles.covers(*name, role)));
                role_hit && except.at.selects(words, register, org, role, on)
            })
    }

    /// Whether it selects everything.
    pub fn is_all(&self) -> bool {
        self.functions.is_empty() && self.places.is_empty() && self.orgs.is_empty() && self.except.is_none()
    }
}

/// When an organisation joined and left, and who signed.
#[derive(Clone, Debug)]
pub struct Accession {
    /// From the day it joined to the day it left.
    pub during: Interval,
    /// When it signed.
    pub signed_on: Option<Date>,
    /// In which position.
    pub signed_by: Option<String>,
    /// Digest of the terms that were signed, `sha256:...`, where the row names it.
    pub terms: Option<Spanned<String>>,
    /// Its row.
    pub span: Span,
}

/// The rows of an accession file, by organisation.
pub type Accessions = BTreeMap<OrgId, Vec<Accession>>;

/// How parties of a group join.
#[derive(Clone, Debug)]
pub enum Joined {
    /// On the agreement's first day, by its signatures.
    OnStart,
    /// One by one, by a file.
    ByFile(Arc<Accessions>),
}

/// A group of parties.
#[derive(Clone, Debug)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its block.
    pub span: Span,
    /// What its members are.
    pub role: PartyRole,
    /// Whether they give data.
    pub gives: bool,
    /// Whether they get data.
    pub gets: bool,
    /// Who may belong.
    pub who: OrgSelector,
    /// Who does.
    pub joined: Joined,
}

impl Party {
    /// Whether an organisation belongs to the group and has joined that day. The agreement's term is judged apart.
    pub fn includes_on(&self, words: &Vocabulary, register: &Register, org: OrgId, on: Date) -> bool {
        let joined = match &self.joined {
            Joined::OnStart => true,
            Joined::ByFile(accessions) => accessions.get(&org).is_some_and(|list| list.iter().any(|one| one.during.contains(on))),
        };
        joined && self.who.selects(words, register, org, None, on)
    }
}

/// How far a prohibition reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Grants of its own agreement (and, inherited, of agreements beneath it).
    Agreement,
    /// Every grant over data of its agreement's providers.
    Source,
    /// Every grant of the pack.
    Pack,
}

/// The data, purposes, actions and forms a clause reaches.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Data categories named.
    pub see: Vec<NodeId>,
    /// Data categories taken out.
    pub except_see: Vec<NodeId>,
    /// Purposes named.
    pub purposes: Vec<NodeId>,
    /// Purposes taken out.
    pub except_purposes: Vec<NodeId>,
    /// Who is taken out.
    pub except_who: Option<Who>,
    /// Actions, one bit each in the order of the vocabulary.
    pub actions: u32,
    /// Forms, likewise.
    pub forms: u32,
}

/// A grant or a prohibition.
#[derive(Clone, Debug)]
pub struct Clause {
    /// `GM-DSA-0007/g1`.
    pub place: String,
    /// `g1`.
    pub name: String,
    /// Its key.
    pub span: Span,
    /// Who.
    pub to: Who,
    /// What, what for, how.
    pub reach: Reach,
    /// Whose.
    pub of: OrgSelector,
    /// When it holds.
    pub condition: Expression,
    /// Duties, name and value.
    pub duties: Vec<(String, String)>,
    /// Days on which it can hold, within the agreement's.
    pub during: Interval,
    /// Only for prohibitions.
    pub scope: Scope,
    /// Whether it is a release.
    pub release: bool,
}

/// The lawful basis of one purpose for some of the parties.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The purpose.
    pub purpose: NodeId,
    /// For whom.
    pub parties: OrgSelector,
    /// Index of the entry in the draft.
    pub draft: usize,
}

/// An agreement, ready to decide on.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// `GM-DSA-0007`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Where it stands in its life.
    pub status: Status,
    /// From its first to its last day; none if it has no first day, or none that it grants on.
    pub term: Option<Interval>,
    /// Days on which it grants nothing though its term holds them.
    pub suspended: Vec<Interval>,
    /// Groups of parties, its own and its parents'.
    pub parties: Vec<Party>,
    /// Grants, releases among them.
    pub grants: Vec<Clause>,
    /// Prohibitions, its own and its parents'.
    pub prohibits: Vec<Clause>,
    /// Lawful bases.
    pub bases: Vec<Basis>,
    /// SHA-256 of its terms, hex.
    pub terms: String,
    /// What was written.
    pub draft: AgreementDraft,
}

impl Agreement {
    /// Whether it grants anything that day: its status grants, the day is within its term and not suspended.
    pub fn in_force_on(&self, on: Date) -> bool {
        self.status.grants() && self.term.is_some_and(|term| term.contains(on)) && !self.suspended.iter().any(|gap| gap.contains(on))
    }

    /// Whether an organisation is a party that day which gives (or gets).
    pub fn has_party_on(&self, words: &Vocabulary, register: &Register, org: OrgId, giving: bool, on: Date) -> bool {
        self.parties.iter().any(|party| if giving { party.gives } else { party.gets } && party.includes_on(words, register, org, on))
    }

    /// Whether a digest as written in a signature (`sha256:...`) is that of the terms as they stand.
    pub fn has_terms(&self, written: &str) -> bool {
        written.strip_prefix("sha256:").is_some_and(|hex| hex.eq_ignore_ascii_case(&self.terms))
    }

    /// A grant by its name.
    pub fn grant(&self, name: &str) -> Option<&Clause> {
        self.grants.iter().find(|grant| grant.name == name)
    }

    /// The basis of a purpose for an organisation (none: the person), the most specific that is written for it.
    pub fn basis_for(&self, words: &Vocabulary, register: &Register, purpose: NodeId, org: Option<OrgId>, on: Date) -> Option<&Basis> {
        self.bases
            .iter()
            .filter(|basis| words.purposes.covers(basis.purpose, purpose))
            .filter(|basis| org.is_none_or(|org| basis.parties.selects(words, register, org, None, on)))
            .max_by_key(|basis| words.purposes.ancestors(basis.purpose).count())
    }
}

/// Resolves names against the vocabulary and the register of a pack.
#[derive(Clone, Copy)]
pub struct Resolver<'r> {
    /// The words.
    pub words: &'r Vocabulary,
    /// The organisations.
    pub register: &'r Register,
    /// Where findings go.
    pub sink: &'r Sink,
}

impl Resolver<'_> {
    fn functions(&self, names: &[Spanned<String>], place: &str) -> Vec<NodeId> {
        names.iter().filter_map(|name| self.words.functions.resolve(name, place, "READ-006", self.sink)).collect()
    }

    fn orgs(&self, names: &[Spanned<String>], place: &str) -> Vec<OrgId> {
        names
            .iter()
            .filter_map(|name| {
                let found = self.register.find(&name.value.to_ascii_uppercase());
                if found.is_none() {
                    let mut finding = Finding::error("PTY-002", place, format!("{} is not in the register", name.value))
                        .at(name.span, "this code")
                        .discriminator(name.value.clone());
                    finding = finding.ground("organisation codes are only closed, never reused; the register is the authority");
                    self.sink.push(match self.register.near(&name.value) {
                        Some(near) => finding.help(format!("Did you mean {near}?")),
                        None => finding.help("Add it to register/organisations.csv, or correct the code."),
                    });
                }
                found
            })
            .collect()
    }

    /// Organisations.
    pub fn org_selector(&self, draft: &OrgSelectorDraft, place: &str) -> OrgSelector {
        OrgSelector {
            functions: self.functions(&draft.function, place),
            places: draft.within.iter().filter_map(|name| self.words.places.resolve(name, place, "READ-006", self.sink)).collect(),
            orgs: self.orgs(&draft.org, place),
            except: draft.except.as_ref().map(|who| Box::new(self.who(who, place))),
        }
    }

    /// Roles at organisations.
    pub fn who(&self, draft: &WhoDraft, place: &str) -> Who {
        Who {
            roles: draft.role.iter().filter_map(|name| self.words.roles.resolve(name, place, "ROL-001", self.sink)).collect(),
            at: self.org_selector(&draft.at, place),
        }
    }

    /// Data categories.
    pub fn data(&self, names: &[Spanned<String>], place: &str) -> Vec<NodeId> {
        names.iter().filter_map(|name| self.words.data.resolve(name, place, "READ-006", self.sink)).collect()
    }

    /// Purposes.
    pub fn purposes(&self, names: &[Spanned<String>], place: &str) -> Vec<NodeId> {
        names.iter().filter_map(|name| self.words.purposes.resolve(name, place, "PUR-001", self.sink)).collect()
    }

    /// Words of a flat list as bits; `any` is all of them.
    fn bits(&self, names: &[Spanned<String>], known: &[String], what: &str, place: &str) -> u32 {
        names.iter().fold(0, |bits, name| {
            if name.value == "any" {
                return bits | all_bits(known.len());
            }
            match known.iter().position(|word| *word == name.value) {
                Some(index) => bits | 1 << index,
                None => {
                    let finding = Finding::error("READ-006", place, format!("there is no {what} `{}` in the vocabulary", name.value))
                        .at(name.span, "this name")
                        .discriminator(name.value.clone());
                    self.sink.push(match near::near(near::Place::Name, &name.value, known.iter().map(String::as_str)) {
                        Some(near) => finding.help(near.question()).fix(Fix::write(name.span, near.name, near.certain)),
                        None => finding.help(format!("Use {}.", crate::text::or_list(known))),
                    });
                    bits
                }
            }
        })
    }

    /// A grant or prohibition. None if a name in it is unknown: half a clause must not decide.
    pub fn clause(&self, draft: &ClauseDraft, prohibits: bool) -> Option<Clause> {
        let place = &draft.place;
        let words = self.words;
        let missing = |key: &str, what: &str| {
            self.sink.push(
                Finding::error("DOC-001", place.clone(), format!("`{}` does not say {what}", draft.name.value))
                    .at(draft.span, format!("`{key}:` is missing"))
                    .discriminator(key),
            );
        };
        if !draft.has_to && !prohibits {
            missing("to", "whom it is for");
        }
        if draft.see.is_empty() {
            missing("see", "which data it is about");
        }
        if draft.purposes.is_empty() {
            missing("for", "which purpose it is for");
        }
        let to = self.who(&draft.to, place);
        let see = self.data(&draft.see, place);
        let purposes = self.purposes(&draft.purposes, place);
        // "A grant that names neither `may` nor `form` covers `view` of `identifiable` only; a prohibition that names
        // neither covers all." Naming one of the two leaves the other at that default.
        let (mut actions, mut forms) = (self.bits(&draft.may, &words.actions, "action", place), self.bits(&draft.form, &words.forms, "form", place));
        if draft.may.is_empty() {
            actions = if prohibits { all_bits(words.actions.len()) } else { bit_of(&words.actions, "view") };
        }
        if draft.form.is_empty() {
            forms = if prohibits { all_bits(words.forms.len()) } else { bit_of(&words.forms, "identifiable") };
        }
        let when = draft.when.as_ref().map_or(Some(Expression::Always), |text| Expression::parse(text, words, place, self.sink))?;
        let condition = match &draft.unless {
            None => when,
            Some(text) => {
                let unless = Expression::Not(Box::new(Expression::parse(text, words, place, self.sink)?));
                if when == Expression::Always { unless } else { Expression::And(vec![when, unless]) }
            }
        };
        let scope = match draft.scope.as_ref().map(|text| text.value.as_str()) {
            None | Some("agreement") => Scope::Agreement,
            Some("source") => Scope::Source,
            Some("pack") => Scope::Pack,
            Some(other) => {
                self.sink.push(
                    Finding::error("READ-005", place.clone(), format!("{other:?} is not a scope"))
                        .at(draft.scope.as_ref().map_or(draft.span, |text| text.span), "here")
                        .help("Use agreement, source or pack."),
                );
                return None;
            }
        };
        let during = Interval::open(draft.starts.as_ref().map(|day| day.value), draft.ends.as_ref().map(|day| day.value)).or_else(|| {
            self.sink.push(Finding::error("DOC-003", place.clone(), format!("`{}` ends before it starts", draft.name.value)).at(draft.span, "this clause"));
            None
        })?;
        let except_see = self.data(&draft.except.see, place);
        let except_purposes = self.purposes(&draft.except.purposes, place);
        let resolved = see.len() == draft.see.len() && purposes.len() == draft.purposes.len() && to.roles.len() == draft.to.role.len();
        if !resolved || see.is_empty() || purposes.is_empty() {
            return None;
        }
        Some(Clause {
            place: place.clone(),
            name: draft.name.value.clone(),
            span: draft.name.span,
            to,
            reach: Reach { see, except_see, purposes, except_purposes, except_who: draft.except.who.as_ref().map(|who| self.who(who, place)), actions, forms },
            of: self.org_selector(&draft.of, place),
            condition,
            duties: draft.then.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect(),
            during,
            scope,
            release: false,
        })
    }

    /// A release is a grant to `export` what its columns name, in its form.
    pub fn release(&self, draft: &ReleaseDraft) -> Option<Clause> {
        let place = &draft.place;
        let words = self.words;
        let missing = |key: &str| {
            self.sink.push(
                Finding::error("DOC-001", place.clone(), format!("the release does not say `{key}:`")).at(draft.node.span, "this release").discriminator(key),
            );
        };
        let Some(to) = &draft.to else {
            missing("to");
            return None;
        };
        let Some(purpose) = &draft.purpose else {
            missing("for");
            return None;
        };
        let orgs = self.orgs(std::slice::from_ref(to), place);
        let purposes = self.purposes(std::slice::from_ref(purpose), place);
        let see = self.data(&draft.categories, place);
        let forms = draft
            .form
            .as_ref()
            .map_or_else(|| bit_of(&words.forms, "pseudonymised"), |form| self.bits(std::slice::from_ref(form), &words.forms, "form", place));
        if orgs.is_empty() || purposes.is_empty() || see.len() != draft.categories.len() {
            return None;
        }
        Some(Clause {
            place: place.clone(),
            name: draft.name.value.clone(),
            span: draft.name.span,
            to: Who { roles: vec![ROOT], at: OrgSelector { orgs, ..OrgSelector::default() } },
            reach: Reach {
                see,
                except_see: Vec::new(),
                purposes,
                except_purposes: Vec::new(),
                except_who: None,
                actions: bit_of(&words.actions, "export"),
                forms,
            },
            of: OrgSelector::default(),
            condition: Expression::Always,
            duties: Vec::new(),
            during: Interval::ALWAYS,
            scope: Scope::Agreement,
            release: true,
        })
    }
}

fn all_bits(count: usize) -> u32 {
    if count >= 32 { u32::MAX } else { (1 << count) - 1 }
}

fn bit_of(known: &[String], word: &str) -> u32 {
    known.iter().position(|name| name == word).map_or(0, |index| 1 << index)
}

impl Clause {
    /// Whether it is about this data, this purpose, action and form. Restricted data is reached only as its
    /// restriction says; a prohibition reaches everything beneath, and so does a person's grant to their own record.
    pub fn reaches(&self, words: &Vocabulary, data: NodeId, purpose: NodeId, action: u8, form: u8, unrestricted: bool) -> bool {
        let reach = &self.reach;
        reach.actions >> action & 1 == 1
            && reach.forms >> form & 1 == 1
            && reach.purposes.iter().any(|name| words.purposes.covers(*name, purpose))
            && !reach.except_purposes.iter().any(|name| words.purposes.covers(*name, purpose))
            && self.reaches_data(words, data, unrestricted)
    }

    /// Whether it is about this data.
    pub fn reaches_data(&self, words: &Vocabulary, data: NodeId, unrestricted: bool) -> bool {
        let reach = &self.reach;
        !reach.except_see.iter().any(|name| words.data.covers(*name, data))
            && reach.see.iter().any(|name| words.data.covers(*name, data) && (unrestricted || self.opens(words, *name, data)))
    }

    /// Whether naming `name` opens `data` beneath it: every restricted name on the way down must be opened.
    fn opens(&self, words: &Vocabulary, name: NodeId, data: NodeId) -> bool {
        words.data.ancestors(data).all(|at| match &words.data.node(at).restriction {
            Restriction::None => true,
            // The name stands at the restricted node or beneath it.
            Restriction::NamedOnly => words.data.covers(at, name),
            Restriction::Statute(gateways) => {
                let bits = gateways.iter().filter_map(|gateway| words.condition(gateway)).fold(0, |bits, id| bits | 1 << id.0);
                bits != 0 && self.condition.requires_one_of(bits)
            }
        })
    }

    /// Whether it is for this role, wherever that works.
    pub fn is_for_role(&self, words: &Vocabulary, role: NodeId) -> bool {
        // The person's own roles are meant only where they are named: `any` role is anybody but the person.
        if words.is_person(role) {
            self.to.roles.iter().any(|name| *name != ROOT && words.roles.covers(*name, role))
        } else {
            self.to.roles.is_empty() || self.to.roles.iter().any(|name| words.roles.covers(*name, role))
        }
    }

    /// Whether it is for this role at this organisation.
    pub fn is_for(&self, words: &Vocabulary, register: &Register, role: NodeId, at: Option<OrgId>, on: Date) -> bool {
        let selected = |who: &OrgSelector| match at {
            Some(org) => who.selects(words, register, org, Some(role), on),
            None => who.is_all(),
        };
        self.is_for_role(words, role) && (words.is_person(role) || selected(&self.to.at)) && !self.leaves_out(words, register, role, at, on)
    }

    fn leaves_out(&self, words: &Vocabulary, register: &Register, role: NodeId, at: Option<OrgId>, on: Date) -> bool {
        self.reach.except_who.as_ref().is_some_and(|who| {
            let role_hit = who.roles.is_empty() || who.roles.iter().any(|name| words.roles.covers(*name, role));
            let org_hit = match at {
                Some(org) => who.at.selects(words, register, org, Some(role), on),
                None => who.at.is_all(),
            };
            role_hit && org_hit
        })
    }
}

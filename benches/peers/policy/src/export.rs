//! A pack as Cedar: one policy a grant, a guard and a prohibition that reaches beyond its agreement; the trees and the
//! register of one day as entities.
//!
//! Nothing here asks carepact what covers what: names become entities, and Cedar's own `in` says what lies beneath them.
//! The same conditions are written in CEL for Cerbos, where a request brings the names above its own as lists.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::str::FromStr as _;

use carepact::agreement::condition::Expression;
use carepact::agreement::valid::{Joined, OrgSelector, Party, Who};
use carepact::agreement::{Agreement, Clause, Scope};
use carepact::decision::Question;
use carepact::identifier::{Date, Interval};
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::vocabulary::{NodeId, ROOT, Restriction, Tree, Vocabulary};
use cedar_policy::{Context, Entities, Entity, EntityUid, Policy, PolicyId, PolicySet, Request, RestrictedExpression};

/// The language conditions are written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Cedar,
    /// The Common Expression Language, as Cerbos has it.
    Cel,
}

impl Language {
    /// A variable, by its name in Cedar.
    fn variable(self, name: &str) -> &str {
        match (self, name) {
            (Self::Cedar, name) => name,
            (Self::Cel, "principal") => "P.attr.role",
            (Self::Cel, "resource") => "R.attr.data",
            (Self::Cel, "context.at") => "P.attr.at",
            (Self::Cel, name) => ["of", "purpose", "form", "day", "facts"]
                .iter()
                .zip(["R.attr.of", "R.attr.purpose", "R.attr.form", "R.attr.day", "R.attr.facts"])
                .find(|(own, _)| name.strip_prefix("context.") == Some(own))
                .map_or_else(|| panic!("{name}"), |(_, cel)| cel),
        }
    }

    /// A text out of a list.
    fn among(self, list: &[String], what: &str) -> String {
        match self {
            Self::Cedar => format!("[{}].contains({what})", list.join(", ")),
            Self::Cel => format!("{} in [{}]", self.variable(what), list.join(", ")),
        }
    }

    /// Beneath one of the names of a tree. `kind` is what Cedar calls its entities.
    fn beneath(self, what: &str, kind: &str, names: &[String]) -> String {
        if self == Self::Cedar {
            let names: Vec<String> = names.iter().map(|name| format!("{kind}::\"{name}\"")).collect();
            return match names.as_slice() {
                [one] => format!("{what} in {one}"),
                _ => format!("{what} in [{}]", names.join(", ")),
            };
        }
        let above = match kind {
            "Function" | "Place" | "Joined" => format!("{}_{}", self.variable(what), kind.to_lowercase()),
            _ => self.variable(what).to_owned(),
        };
        match names {
            [one] => format!("\"{one}\" in {above}"),
            _ => format!("hasIntersection({above}, [{}])", names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The person themselves, or who acts for them.
    fn own(self) -> &'static str {
        match self {
            Self::Cedar => "principal in Role::\"(own)\"",
            Self::Cel => "P.attr.own",
        }
    }

    fn works(self) -> &'static str {
        match self {
            Self::Cedar => "context has at",
            Self::Cel => "P.attr.at != \"\"",
        }
    }

    fn within(self, days: Interval) -> String {
        let day = self.variable("context.day");
        format!("({day} >= {} && {day} <= {})", days.first.days(), days.last.days())
    }

    fn actions(self, names: &[&String]) -> String {
        match self {
            Self::Cedar => format!(
                "({})",
                if names.is_empty() {
                    "false".to_owned()
                } else {
                    names.iter().map(|name| format!("action == Action::\"{name}\"")).collect::<Vec<_>>().join(" || ")
                }
            ),
            // A rule of Cerbos does not see which action it is asked for, so the request says it again.
            Self::Cel => format!("R.attr.action in [{}]", names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// A policy: its id, whether it allows, the actions it is for, when, and unless what.
pub struct Written {
    pub id: String,
    pub allows: bool,
    pub actions: Vec<String>,
    pub when: String,
    pub unless: Vec<String>,
}

/// The Cedar policies of a pack, as text with their ids.
pub fn policies(pack: &Pack) -> Vec<(String, String)> {
    let text = |written: Written| {
        let actions: Vec<String> = written.actions.iter().map(|name| format!("Action::\"{name}\"")).collect();
        let unless = if written.unless.is_empty() { String::new() } else { format!("\nunless {{ {} }}", written.unless.join("\n  || ")) };
        let effect = if written.allows { "permit" } else { "forbid" };
        (written.id, format!("{effect} (principal, action in [{}], resource)\nwhen {{ {} }}{unless};", actions.join(", "), written.when))
    };
    written(pack, Language::Cedar).into_iter().map(text).collect()
}

/// The policies of a pack.
pub fn written(pack: &Pack, language: Language) -> Vec<Written> {
    let words = &pack.words;
    let writer = Writer { words, pack, language };
    let mut written = Vec::new();
    for guard in &pack.guards {
        written.push(writer.policy(guard.place.clone(), false, guard, &writer.covers(guard, true), &[]));
    }
    for agreement in pack.agreements.iter().filter(|agreement| agreement.status.grants()) {
        let Some(term) = agreement.term else { continue };
        let mut force = language.within(term);
        for gap in &agreement.suspended {
            let _ = write!(force, " && !({})", language.within(*gap));
        }
        let gives = writer.party(agreement, true, "context.of");
        // The person and their proxy need no party.
        let gets = format!("({} || ({} && {}))", language.own(), language.works(), writer.party(agreement, false, "context.at"));
        // Cedar's forbid reaches every permit. One that withholds grants of its own agreement only goes into those.
        let local: Vec<String> = agreement
            .prohibits
            .iter()
            .filter(|clause| clause.scope == Scope::Agreement)
            .map(|clause| format!("({} && {} && {})", writer.actions(clause), writer.covers(clause, true), writer.condition(&clause.condition)))
            .collect();
        for clause in &agreement.grants {
            let body = format!("{} && {force} && {gives} && {gets}", writer.covers(clause, false));
            written.push(writer.policy(format!("{} in {}", clause.place, agreement.id), true, clause, &body, &local));
        }
        for clause in agreement.prohibits.iter().filter(|clause| clause.scope == Scope::Source) {
            let body = format!("{} && {force} && {gives}", writer.covers(clause, true));
            written.push(writer.policy(format!("{} in {}", clause.place, agreement.id), false, clause, &body, &[]));
        }
    }
    written
}

/// Parses them.
pub fn policy_set(policies: &[(String, String)]) -> PolicySet {
    let mut set = PolicySet::new();
    for (id, text) in policies {
        let policy = Policy::parse(Some(PolicyId::new(id)), text).unwrap_or_else(|error| panic!("{id}: {error}\n{text}"));
        set.add(policy).unwrap_or_else(|error| panic!("{id}: {error}"));
    }
    set
}

struct Writer<'p> {
    words: &'p Vocabulary,
    pack: &'p Pack,
    language: Language,
}

impl Writer<'_> {
    fn policy(&self, id: String, allows: bool, clause: &Clause, body: &str, unless: &[String]) -> Written {
        let actions = named_bits(&self.words.actions, clause.reach.actions).cloned().collect();
        Written { id, allows, actions, when: format!("{body} && {}", self.condition(&clause.condition)), unless: unless.to_vec() }
    }

    /// The action, where a clause stands within another's policy.
    fn actions(&self, clause: &Clause) -> String {
        self.language.actions(&named_bits(&self.words.actions, clause.reach.actions).collect::<Vec<_>>())
    }

    fn beneath(&self, what: &str, kind: &str, tree: &Tree, names: &[NodeId]) -> String {
        self.language.beneath(what, kind, &names.iter().map(|id| tree.path(*id).to_owned()).collect::<Vec<_>>())
    }

    /// Everything of a clause but its action and its condition.
    fn covers(&self, clause: &Clause, prohibits: bool) -> String {
        let (words, reach) = (self.words, &clause.reach);
        let forms: Vec<String> = named_bits(&words.forms, reach.forms).map(|name| format!("\"{name}\"")).collect();
        let mut parts = vec![self.language.among(&forms, "context.form")];
        parts.push(self.beneath("context.purpose", "Purpose", &words.purposes, &reach.purposes));
        parts.extend(
            (!reach.except_purposes.is_empty()).then(|| format!("!({})", self.beneath("context.purpose", "Purpose", &words.purposes, &reach.except_purposes))),
        );
        parts.push(self.data(clause, prohibits));
        parts.extend((!reach.except_see.is_empty()).then(|| format!("!({})", self.beneath("resource", "Data", &words.data, &reach.except_see))));
        parts.push(self.recipient(clause));
        if let Some(who) = &reach.except_who {
            parts.push(format!("!({})", self.who(who, "context.at")));
        }
        parts.push(self.organisations(&clause.of, "context.of", true));
        if clause.during != Interval::ALWAYS {
            parts.push(self.language.within(clause.during));
        }
        parts.join(" && ")
    }

    /// The data, restricted nodes taken out where the clause does not open them. Prohibitions and a person's grant to
    /// their own record reach everything beneath a name.
    fn data(&self, clause: &Clause, prohibits: bool) -> String {
        let tree = &self.words.data;
        let all = self.beneath("resource", "Data", tree, &clause.reach.see);
        if prohibits || tree.ids().all(|id| tree.node(id).restriction == Restriction::None) {
            return all;
        }
        let statute: Vec<NodeId> = tree
            .ids()
            .filter(|id| match &tree.node(*id).restriction {
                Restriction::Statute(gateways) => !self.passes(&clause.condition, gateways),
                _ => false,
            })
            .collect();
        let each: Vec<String> = clause
            .reach
            .see
            .iter()
            .map(|name| {
                let mut closed: Vec<NodeId> = tree
                    .ids()
                    .filter(|id| tree.node(*id).restriction == Restriction::NamedOnly && id != name && above(tree, *id).any(|up| up == *name))
                    .collect();
                closed.extend(&statute);
                let name = self.beneath("resource", "Data", tree, std::slice::from_ref(name));
                if closed.is_empty() { name } else { format!("({name} && !({}))", self.beneath("resource", "Data", tree, &closed)) }
            })
            .collect();
        format!("(({} && {all}) || {})", self.language.own(), each.join(" || "))
    }

    /// Whether a condition can only be true with one of the gateways: tried for every other fact it names.
    fn passes(&self, condition: &Expression, gateways: &[String]) -> bool {
        let gateways = gateways.iter().filter_map(|name| self.words.condition(name)).fold(0u64, |bits, id| bits | 1 << id.0);
        let others: Vec<u8> = (0..64).filter(|bit| condition.facts() & !gateways & 1 << bit != 0).collect();
        condition.facts() & gateways != 0
            && (0u64..1 << others.len()).all(|number| {
                let truth = others.iter().enumerate().fold(0u64, |truth, (place, bit)| truth | (number >> place & 1) << bit);
                !holds(condition, truth)
            })
    }

    /// Whom a clause is for. `any` and no role at all are anybody but the person; where the person works is not asked.
    fn recipient(&self, clause: &Clause) -> String {
        let roles = &clause.to.roles;
        let staff = if roles.is_empty() || roles.contains(&ROOT) { "true".to_owned() } else { self.beneath("principal", "Role", &self.words.roles, roles) };
        let named: Vec<NodeId> = roles.iter().copied().filter(|role| *role != ROOT).collect();
        let own = if named.is_empty() { "false".to_owned() } else { self.beneath("principal", "Role", &self.words.roles, &named) };
        let at = self.organisations(&clause.to.at, "context.at", true);
        let works = self.language.works();
        match self.language {
            Language::Cedar => format!("(if {} then {own} else {staff} && {works} && {at})", self.language.own()),
            Language::Cel => format!("({} ? {own} : ({staff} && {works} && {at}))", self.language.own()),
        }
    }

    /// Roles at organisations, as an exception names them.
    fn who(&self, who: &Who, org: &str) -> String {
        let role = if who.roles.is_empty() { "true".to_owned() } else { self.beneath("principal", "Role", &self.words.roles, &who.roles) };
        if who.at.is_all() {
            return role;
        }
        let at = self.organisations(&who.at, org, true);
        if org == "context.at" { format!("({role} && {} && {at})", self.language.works()) } else { format!("({role} && {at})") }
    }

    /// Organisations. Where no role is known (who is a party), an exception that names one takes nothing out.
    fn organisations(&self, selector: &OrgSelector, org: &str, role_known: bool) -> String {
        let mut parts = Vec::new();
        if !selector.functions.is_empty() {
            parts.push(self.beneath(org, "Function", &self.words.functions, &selector.functions));
        }
        if !selector.places.is_empty() {
            parts.push(self.beneath(org, "Place", &self.words.places, &selector.places));
        }
        if !selector.orgs.is_empty() {
            let kind = if self.language == Language::Cedar { "Org::" } else { "" };
            let codes: Vec<String> = selector.orgs.iter().map(|id| format!("{kind}\"{}\"", self.pack.register.organisation(*id).ods.as_str())).collect();
            parts.push(self.language.among(&codes, org));
        }
        if let Some(who) = &selector.except
            && (role_known || who.roles.is_empty())
        {
            let role = if who.roles.is_empty() { "true".to_owned() } else { self.beneath("principal", "Role", &self.words.roles, &who.roles) };
            parts.push(format!("!({role} && {})", self.organisations(&who.at, org, role_known)));
        }
        if parts.is_empty() { "true".to_owned() } else { format!("({})", parts.join(" && ")) }
    }

    /// Whether an organisation is a party that gives (or gets).
    fn party(&self, agreement: &Agreement, giving: bool, org: &str) -> String {
        let groups: Vec<String> = agreement
            .parties
            .iter()
            .enumerate()
            .filter(|(_, party)| if giving { party.gives } else { party.gets })
            .map(|(number, party)| {
                let joined = match party.joined {
                    Joined::OnStart => "true".to_owned(),
                    Joined::ByFile(_) => self.language.beneath(org, "Joined", &[joined(agreement, number, party)]),
                };
                format!("({joined} && {})", self.organisations(&party.who, org, false))
            })
            .collect();
        if groups.is_empty() { "false".to_owned() } else { format!("({})", groups.join(" || ")) }
    }

    fn condition(&self, condition: &Expression) -> String {
        let list = |all: &[Expression], word: &str| format!("({})", all.iter().map(|one| self.condition(one)).collect::<Vec<_>>().join(word));
        match condition {
            Expression::Always => "true".to_owned(),
            Expression::Fact(id) => format!("{}[\"{}\"]", self.language.variable("context.facts"), self.words.conditions[usize::from(id.0)].name),
            Expression::Not(inner) => format!("!({})", self.condition(inner)),
            Expression::And(all) => list(all, " && "),
            Expression::Or(any) => list(any, " || "),
        }
    }
}

fn holds(condition: &Expression, truth: u64) -> bool {
    match condition {
        Expression::Always => true,
        Expression::Fact(id) => truth >> id.0 & 1 == 1,
        Expression::Not(inner) => !holds(inner, truth),
        Expression::And(all) => all.iter().all(|one| holds(one, truth)),
        Expression::Or(any) => any.iter().any(|one| holds(one, truth)),
    }
}

/// The name of the list of those who joined a party.
pub fn joined(agreement: &Agreement, number: usize, party: &Party) -> String {
    format!("{}/{number}/{}", agreement.id, party.name)
}

fn named_bits(names: &[String], bits: u32) -> impl Iterator<Item = &String> {
    names.iter().enumerate().filter(move |(index, _)| bits >> index & 1 == 1).map(|(_, name)| name)
}

/// From a node up to the root.
fn above(tree: &Tree, id: NodeId) -> impl Iterator<Item = NodeId> {
    std::iter::successors(Some(id), |at| tree.node(*at).parent)
}

fn uid(kind: &str, name: &str) -> EntityUid {
    EntityUid::from_str(&format!("{kind}::\"{name}\"")).expect("a name")
}

/// The trees, and the register as it stands on a day. Cedar's hierarchies have no dates, so a day has entities of its own.
pub fn entities(pack: &Pack, on: Date) -> Entities {
    let words = &pack.words;
    let mut all = Vec::new();
    let bare = |uid: EntityUid| Entity::new_no_attrs(uid, HashSet::new());
    for (kind, tree) in [("Role", &words.roles), ("Data", &words.data), ("Purpose", &words.purposes), ("Function", &words.functions), ("Place", &words.places)]
    {
        all.push(bare(uid(kind, "any")));
        for id in tree.ids() {
            let mut parents: HashSet<EntityUid> = tree.node(id).parent.map(|up| uid(kind, tree.path(up))).into_iter().collect();
            if kind == "Role" && words.is_person(id) {
                parents.insert(uid("Role", "(own)"));
            }
            all.push(Entity::new_no_attrs(uid(kind, tree.path(id)), parents));
        }
    }
    all.push(bare(uid("Role", "(own)")));
    all.extend(words.actions.iter().map(|name| bare(uid("Action", name))));
    for id in pack.register.ids() {
        let organisation = pack.register.organisation(id);
        let mut parents = HashSet::new();
        parents.extend(organisation.functions.iter().filter(|held| held.during.contains(on)).map(|held| uid("Function", words.functions.path(held.value))));
        parents.extend(organisation.places.iter().filter(|held| held.during.contains(on)).map(|held| uid("Place", words.places.path(held.value))));
        for agreement in &pack.agreements {
            for (number, party) in agreement.parties.iter().enumerate() {
                if let Joined::ByFile(list) = &party.joined
                    && list.get(&id).is_some_and(|list| list.iter().any(|one| one.during.contains(on)))
                {
                    parents.insert(uid("Joined", &joined(agreement, number, party)));
                }
            }
        }
        all.push(Entity::new_no_attrs(organisation_uid(pack, id), parents));
    }
    Entities::from_entities(all, None).expect("a hierarchy")
}

fn organisation_uid(pack: &Pack, id: OrgId) -> EntityUid {
    uid("Org", pack.register.organisation(id).ods.as_str())
}

/// A case with every fact settled: those of `truth` are true, the others false.
pub fn request(pack: &Pack, question: &Question, truth: u64) -> Request {
    let words = &pack.words;
    let entity = RestrictedExpression::new_entity_uid;
    let facts = words.conditions.iter().enumerate().map(|(bit, fact)| (fact.name.clone(), RestrictedExpression::new_bool(truth >> bit & 1 == 1)));
    let mut pairs = vec![
        ("day".to_owned(), RestrictedExpression::new_long(i64::from(question.on.days()))),
        ("of".to_owned(), entity(organisation_uid(pack, question.of))),
        ("purpose".to_owned(), entity(uid("Purpose", words.purposes.path(question.purpose)))),
        ("form".to_owned(), RestrictedExpression::new_string(words.forms[usize::from(question.form)].clone())),
        ("facts".to_owned(), RestrictedExpression::new_record(facts).expect("each fact once")),
    ];
    pairs.extend(question.at.map(|at| ("at".to_owned(), entity(organisation_uid(pack, at)))));
    Request::new(
        uid("Role", words.roles.path(question.role)),
        uid("Action", &words.actions[usize::from(question.action)]),
        uid("Data", words.data.path(question.data)),
        Context::from_pairs(pairs).expect("each key once"),
        None,
    )
    .expect("no schema to break")
}

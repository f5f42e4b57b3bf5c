//! Whether a release may be made at all: asked before the first row is read. Every refusal names its ground.

use super::release::{Action, ColumnRule, Release};
use crate::agreement::valid::{Joined, OrgSelector, Party, Who};
use crate::agreement::written::PartyRole;
use crate::agreement::{Agreement, Clause};
use crate::decision::plain::{Facts, Question, Verdict, decide};
use crate::identifier::{Date, OdsCode};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::source::Span;
use crate::vocabulary::{NodeId, ROOT, Restriction};

/// An agreement does not allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One sentence.
    pub message: String,
    /// The clause it rests on.
    pub ground: Option<Span>,
    /// What would mend it.
    pub next: Vec<String>,
}

impl Refusal {
    fn new(message: impl Into<String>, ground: impl Into<Option<Span>>, next: impl Into<String>) -> Self {
        Self { message: message.into(), ground: ground.into(), next: vec![next.into()] }
    }
}

/// Whether the agreement is in force, its parties have signed, the recipient is one of them, and nothing closes the
/// data that the release lets out.
pub fn allowed(pack: &Pack, agreement: &Agreement, release: &Release, on: Date) -> Result<(), Refusal> {
    in_force(agreement, on)?;
    let recipient = recipient(pack, agreement, release, on)?;
    signed(pack, agreement, recipient, on)?;
    decided(pack, agreement, release, recipient, on)
}

fn in_force(agreement: &Agreement, on: Date) -> Result<(), Refusal> {
    let draft = &agreement.draft;
    let id = &agreement.id;
    if !agreement.status.grants() {
        let span = draft.status.as_ref().map_or(draft.id.span, |status| status.span);
        return Err(Refusal::new(
            format!("{id} is {}, and grants nothing", agreement.status.name().replace('_', " ")),
            span,
            "Release under it once it is signed.",
        ));
    }
    if agreement.in_force_on(on) {
        return Ok(());
    }
    let refuse = |message: String, span: Option<Span>| {
        Err(Refusal::new(message, span.unwrap_or(draft.id.span), "Renew the agreement, or release under one that is in force."))
    };
    match agreement.term {
        Some(term) if on < term.first => {
            refuse(format!("{id} is not in force on {on}: it starts on {}", term.first), draft.starts.as_ref().map(|day| day.span))
        }
        Some(term) if on > term.last => refuse(
            format!("{id} is not in force on {on}: it ended on {}", term.last),
            draft.terminated_on.as_ref().filter(|day| day.value <= term.last.next()).or(draft.ends.as_ref()).map(|day| day.span),
        ),
        Some(_) => refuse(format!("{id} is suspended on {on}"), None),
        None => refuse(format!("{id} has no term, so it is never in force"), draft.starts.as_ref().map(|day| day.span)),
    }
}

fn recipient(pack: &Pack, agreement: &Agreement, release: &Release, on: Date) -> Result<OrgId, Refusal> {
    let to = &release.to;
    let org = pack
        .register
        .open_on(&to.value, on)
        .map_err(|error| Refusal::new(format!("the recipient of {} cannot receive: {error}", release.place), to.span, "Correct `to:`, or the register."))?;
    if agreement.has_party_on(&pack.words, &pack.register, org, false, on) {
        return Ok(org);
    }
    let belongs = agreement.parties.iter().find(|party| party.who.selects(&pack.words, &pack.register, org, None, on));
    let (message, ground, next) = match belongs {
        Some(party) if !party.gets => {
            (format!("{} is a party of {} that gets no data (`{}`)", to.value, agreement.id, party.name), party.span, "Name a recipient that is to get data.")
        }
        Some(party) => (format!("{} has not joined {} on {on} (`{}`)", to.value, agreement.id, party.name), party.span, "Let it sign, and add its accession."),
        None => (format!("{} is not a party of {}", to.value, agreement.id), to.span, "Only a party can receive: add it to `parties`, or correct `to:`."),
    };
    Err(Refusal::new(message, ground, next))
}

/// Organisations that a group names one by one.
fn named(party: &Party) -> &[OrgId] {
    &party.who.orgs
}

fn signed(pack: &Pack, agreement: &Agreement, recipient: OrgId, on: Date) -> Result<(), Refusal> {
    let (words, register) = (&pack.words, &pack.register);
    for party in &agreement.parties {
        match &party.joined {
            Joined::OnStart => {
                let mut must: Vec<OrgId> = named(party).iter().copied().filter(|org| party.includes_on(words, register, *org, on)).collect();
                if !must.contains(&recipient) && party.includes_on(words, register, recipient, on) {
                    must.push(recipient);
                }
                for org in must {
                    signature(agreement, &register.organisation(org).ods, party, on)?;
                }
            }
            Joined::ByFile(accessions) => {
                let Some(accession) = accessions.get(&recipient).and_then(|list| list.iter().find(|one| one.during.contains(on))) else { continue };
                if accession.signed_on.is_none_or(|day| day > on) {
                    let ods = &register.organisation(recipient).ods;
                    return Err(Refusal::new(
                        format!("{ods} joined {} and has not signed it by {on}", agreement.id),
                        accession.span,
                        "Add `signed_on` and `signed_by` to its accession.",
                    ));
                }
            }
        }
    }
    Ok(())
}

fn signature(agreement: &Agreement, ods: &OdsCode, party: &Party, on: Date) -> Result<(), Refusal> {
    let id = &agreement.id;
    let theirs = || agreement.draft.signatures.iter().filter(|one| one.org.as_ref().is_some_and(|org| org.value == *ods));
    let Some(last) = theirs().filter(|one| one.date.as_ref().is_some_and(|day| day.value <= on)).max_by_key(|one| one.date.as_ref().map(|day| day.value))
    else {
        let span = theirs().next().map_or(party.span, |one| one.span);
        return Err(Refusal::new(
            format!("{ods}, a party of {id} (`{}`), has not signed it by {on}", party.name),
            span,
            "Add its signature under `signatures`.",
        ));
    };
    match &last.terms {
        Some(terms) if terms.value.trim_start_matches("sha256:") != agreement.terms => Err(Refusal::new(
            format!("{ods} signed other terms than {id} has now"),
            terms.span,
            "Let the parties sign the terms as they are; their digest is what `carepact explain` and the manifest show.",
        )),
        _ => Ok(()),
    }
}

/// One leaf role for each way in which clauses tell roles apart.
fn roles(pack: &Pack) -> Vec<NodeId> {
    fn of_selector(selector: &OrgSelector, names: &mut Vec<NodeId>) {
        if let Some(except) = &selector.except {
            of_who(except, names);
        }
    }
    fn of_who(who: &Who, names: &mut Vec<NodeId>) {
        names.extend(&who.roles);
        of_selector(&who.at, names);
    }
    let mut names = Vec::new();
    let clauses = pack.guards.iter().chain(pack.agreements.iter().flat_map(|agreement| agreement.prohibits.iter().chain(&agreement.grants)));
    for clause in clauses {
        of_who(&clause.to, &mut names);
        of_selector(&clause.of, &mut names);
        if let Some(who) = &clause.reach.except_who {
            of_who(who, &mut names);
        }
    }
    names.sort_unstable();
    names.dedup();
    let words = &pack.words;
    let mut seen: Vec<Vec<bool>> = Vec::new();
    words
        .roles
        .leaves(ROOT)
        .into_iter()
        .filter(|role| !words.is_person(*role))
        .filter(|role| {
            let key: Vec<bool> = names.iter().map(|name| words.roles.covers(*name, *role)).collect();
            let new = !seen.contains(&key);
            if new {
                seen.push(key);
            }
            new
        })
        .collect()
}

fn decided(pack: &Pack, agreement: &Agreement, release: &Release, recipient: OrgId, on: Date) -> Result<(), Refusal> {
    let (words, register) = (&pack.words, &pack.register);
    let index = |known: &[String], word: &str| known.iter().position(|name| name == word).and_then(|index| u8::try_from(index).ok());
    let unknown = |what: &str, word: &str| Refusal::new(format!("the vocabulary has no {what} `{word}`"), release.span, "Add it to vocabulary.yaml.");
    let action = index(&words.actions, "export").ok_or_else(|| unknown("action", "export"))?;
    let form = index(&words.forms, &release.form).ok_or_else(|| unknown("form", &release.form))?;
    let purpose = words.purposes.find(&release.purpose.value).map_err(|error| Refusal::new(error.to_string(), release.purpose.span, "Correct `for:`."))?;
    let sources: Vec<OrgId> = register.ids().filter(|org| agreement.has_party_on(words, register, *org, true, on)).collect();
    if sources.is_empty() {
        return Err(Refusal::new(
            format!("no organisation gives data under {} on {on}", agreement.id),
            agreement.draft.id.span,
            "Check `parties` and their accessions.",
        ));
    }
    let case = Case { pack, release, action, form, purpose, recipient, sources: &sources, on };
    let named = working_roles(pack, agreement, purpose, recipient, on);
    if !named.is_empty() {
        return named.into_iter().try_for_each(|role| case.open_to(role));
    }
    // Nobody is named who works on it: somebody at the recipient must be allowed to hold all of it.
    let mut first = None;
    for role in roles(pack) {
        match case.open_to(role) {
            Ok(()) => return Ok(()),
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    Err(first.unwrap_or_else(|| Refusal::new("the vocabulary has no roles", release.span, "Add roles to vocabulary.yaml.")))
}

/// Roles that other grants of the agreement name for this purpose at the recipient: those who work on the release.
pub fn working_roles(pack: &Pack, agreement: &Agreement, purpose: NodeId, recipient: OrgId, on: Date) -> Vec<NodeId> {
    let (words, register) = (&pack.words, &pack.register);
    let grants: Vec<&Clause> = agreement
        .grants
        .iter()
        .filter(|grant| !grant.release && grant.during.contains(on) && !grant.to.roles.is_empty() && !grant.to.roles.contains(&ROOT))
        .filter(|grant| words.purposes.leaves(purpose).into_iter().any(|leaf| grant.reach.purposes.iter().any(|name| words.purposes.covers(*name, leaf))))
        .collect();
    words
        .roles
        .leaves(ROOT)
        .into_iter()
        .filter(|role| !words.is_person(*role) && grants.iter().any(|grant| grant.is_for(words, register, *role, Some(recipient), on)))
        .collect()
}

/// What is asked of every column, source and role.
struct Case<'a> {
    pack: &'a Pack,
    release: &'a Release,
    action: u8,
    form: u8,
    purpose: NodeId,
    recipient: OrgId,
    sources: &'a [OrgId],
    on: Date,
}

impl Case<'_> {
    /// Whether this role at the recipient may hold every column from every source.
    fn open_to(&self, role: NodeId) -> Result<(), Refusal> {
        let (words, release) = (&self.pack.words, self.release);
        for column in release.columns.iter().filter(|column| column.action != Action::Drop) {
            let Some(category) = &column.category else {
                return Err(Refusal::new(format!("the column `{}` names no data category", column.name.value), column.name.span, "Add `category:`."));
            };
            let node = words.data.find(&category.value).map_err(|error| Refusal::new(error.to_string(), category.span, "Correct `category:`."))?;
            // A category means what is beneath it but for what is restricted, which must be named itself.
            let restricted = |leaf: NodeId| {
                words.data.ancestors(leaf).any(|at| at != node && words.data.covers(node, at) && !matches!(words.data.node(at).restriction, Restriction::None))
            };
            for data in words.data.leaves(node).into_iter().filter(|leaf| !restricted(*leaf)) {
                for purpose in words.purposes.leaves(self.purpose) {
                    for of in self.sources {
                        let question = Question { role, at: Some(self.recipient), action: self.action, form: self.form, data, of: *of, purpose, on: self.on };
                        self.ask(&question, column)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn ask(&self, question: &Question, column: &ColumnRule) -> Result<(), Refusal> {
        let (pack, release) = (self.pack, self.release);
        let decision = decide(pack, question, Facts::default())
            .map_err(|error| Refusal::new(error.to_string(), column.name.span, "Simplify the conditions of these clauses."))?;
        if decision.verdict == Verdict::Permit && decision.clauses.iter().any(|(_, clause)| clause.release && clause.place == release.place) {
            return Ok(());
        }
        let said = format!(
            "the column `{}` ({}, {}) of {} may not be released to {} at {}",
            column.name.value,
            pack.words.data.path(question.data),
            release.form,
            pack.register.organisation(question.of).ods,
            pack.words.roles.short(question.role),
            release.to.value
        );
        let closing = decision.clauses.iter().find(|(_, clause)| !clause.release).or(decision.clauses.first());
        Err(match (decision.verdict, closing) {
            (Verdict::Deny, Some((_, clause))) => {
                Refusal::new(format!("{said}: {} closes it", clause.place), clause.span, "Drop the column, or mend the clause.")
            }
            (Verdict::Needs, Some((_, clause))) => {
                Refusal::new(format!("{said}: {} depends on facts of each case, which a release cannot give", clause.place), clause.span, "Drop the column.")
            }
            _ => Refusal::new(
                format!("{said}: the data are restricted or not covered"),
                column.category.as_ref().map(|category| category.span),
                "Drop the column, or name the restricted category itself.",
            ),
        })
    }
}

/// Whether a keyring may serve this release: whose it is, and what for.
pub fn keyring_fits(pack: &Pack, agreement: &Agreement, release: &Release, controller: &OdsCode, purpose: &str, on: Date) -> Result<(), Refusal> {
    let (words, register) = (&pack.words, &pack.register);
    let same = words.purposes.find(purpose).ok().is_some_and(|known| words.purposes.find(&release.purpose.value).ok() == Some(known));
    if !same {
        return Err(Refusal::new(
            format!("the keyring is for `{purpose}`, and the release {} is for `{}`", release.place, release.purpose.value),
            release.purpose.span,
            "One keyring serves one controller and one purpose: take the other one, or make it with `carepact keys new`.",
        ));
    }
    let org = register.find(controller.as_str());
    if controller.as_str().eq_ignore_ascii_case(&release.to.value) {
        return Err(Refusal::new(
            format!("the keyring belongs to {controller}, the recipient of {}: whoever receives pseudonyms must not hold their key", release.place),
            release.to.span,
            "A giving controller, or the processor that is named `key_holder`, holds the key.",
        ));
    }
    let gives = org.is_some_and(|org| {
        agreement
            .parties
            .iter()
            .any(|party| matches!(party.role, PartyRole::Controller | PartyRole::JointController) && party.gives && party.includes_on(words, register, org, on))
    });
    let holder = agreement.draft.data.iter().any(|item| item.key_holder.as_ref().is_some_and(|holder| holder.value.eq_ignore_ascii_case(controller.as_str())))
        && org.is_some_and(|org| agreement.parties.iter().any(|party| party.role == PartyRole::Processor && party.includes_on(words, register, org, on)));
    if gives || holder {
        return Ok(());
    }
    Err(Refusal::new(
        format!("the keyring belongs to {controller}, which neither gives data under {} as a controller nor holds its key as a processor", agreement.id),
        agreement.draft.id.span,
        "Use the keyring of a giving controller, or of the processor that `key_holder:` names.",
    ))
}

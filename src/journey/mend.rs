//! The smallest change that would let somebody see what nobody lets them see: the grant that comes nearest, and what is
//! missing in it, in words that can be acted on.

use crate::agreement::condition::submasks;
use crate::agreement::valid::Joined;
use crate::agreement::{Agreement, Clause};
use crate::decision::plain::{Facts, NearMiss, Question, misses};
use crate::pack::Pack;
use crate::register::OrgId;

/// A grant that comes near, and what would have to be so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mend {
    /// The grant, `GM-DSA-0007/g4`.
    pub clause: String,
    /// What does not fit, by the names of [`NearMiss::fails`].
    pub fails: Vec<&'static str>,
    /// The same as what would have to be so, each after "if".
    pub changes: Vec<String>,
    /// Its condition, where the facts known do not settle it: the change alone is not enough.
    pub condition: Option<String>,
}

impl Mend {
    /// Whether one change is enough.
    pub fn is_one_edit(&self) -> bool {
        self.changes.len() == 1
    }
}

/// The nearest grant with what would mend it. None where no grant comes within three parts of the question: then a grant
/// has to be written. Of grants equally near, one of an agreement that nothing has taken the place of, and that ended last.
pub fn smallest(pack: &Pack, question: &Question, known: Facts) -> Option<Mend> {
    const FAR: usize = 3;
    let superseded = |id: &str| pack.agreements.iter().any(|agreement| agreement.draft.supersedes.iter().any(|one| one.value == id));
    let near = misses(pack, question)
        .filter(|near| !near.fails.is_empty() && near.fails.len() <= FAR && !near.clause.release)
        .min_by_key(|near| (near.distance(), superseded(&near.agreement.id), std::cmp::Reverse(near.agreement.term.map(|term| term.last.min(question.on)))))?;
    let changes = near.fails.iter().map(|part| change(pack, question, &near, part)).collect();
    let condition = &near.clause.condition;
    let unknown = condition.facts() & !(known.yes | known.no);
    let settled = submasks(unknown).all(|guess| condition.holds(known.yes | guess));
    let condition = (!settled).then(|| condition.display(&pack.words));
    Some(Mend { clause: near.clause.place.clone(), fails: near.fails, changes, condition })
}

fn change(pack: &Pack, question: &Question, near: &NearMiss<'_>, part: &str) -> String {
    let words = &pack.words;
    let (agreement, clause) = (near.agreement, near.clause);
    let name = |org: OrgId| super::name(pack, org);
    match part {
        "term" if !agreement.status.grants() => {
            format!("{} were signed and in force (its status is {})", agreement.id, agreement.status.name().replace('_', " "))
        }
        "term" => match agreement.term {
            Some(term) if term.last < question.on => format!("{} had not ended on {}", agreement.id, term.last.in_words()),
            Some(term) if term.first > question.on => format!("{} started before {}", agreement.id, term.first.in_words()),
            _ => format!("{} were in force", agreement.id),
        },
        "recipient party" => question.at.map_or_else(|| "the person were a party".to_owned(), |at| joining(pack, question, agreement, at, false, &name(at))),
        "source party" => joining(pack, question, agreement, question.of, true, &name(question.of)),
        "role" => format!("it named the role {}", words.roles.short(question.role)),
        "organisation" => match question.at {
            Some(at) => format!("its `to:` took in {}", name(at)),
            None => "its `to:` took in the person".to_owned(),
        },
        "data" if restricted(pack, clause, question) => {
            format!("it named {}, which a grant on what lies above it does not reach", words.data.short(question.data))
        }
        "data" => format!("it showed {}", words.data.short(question.data)),
        "source" => format!("its `of:` took in {}", name(question.of)),
        "purpose" => format!("it were for {} too", words.purposes.short(question.purpose)),
        "action or form" => format!(
            "it allowed to {} {} data",
            words.actions.get(usize::from(question.action)).map_or("view", String::as_str),
            words.forms.get(usize::from(question.form)).map_or("identifiable", String::as_str)
        ),
        "dates of the clause" => match clause.during {
            days if days.last < question.on => format!("it had not ended on {}", days.last.in_words()),
            days => format!("it held before {}", days.first.in_words()),
        },
        other => format!("its {other} fitted"),
    }
}

/// Whether the clause covers the data but for its restriction.
fn restricted(pack: &Pack, clause: &Clause, question: &Question) -> bool {
    clause.reaches_data(&pack.words, question.data, true)
}

/// An organisation is no party that day: it belongs to a group and has not joined, or to none.
fn joining(pack: &Pack, question: &Question, agreement: &Agreement, org: OrgId, giving: bool, name: &str) -> String {
    let group = agreement
        .parties
        .iter()
        .filter(|party| if giving { party.gives } else { party.gets })
        .find(|party| party.who.selects(&pack.words, &pack.register, org, None, question.on));
    match group {
        Some(party) => {
            let left = match &party.joined {
                Joined::ByFile(accessions) => accessions.get(&org).is_some_and(|list| list.iter().any(|one| one.during.last < question.on)),
                Joined::OnStart => false,
            };
            if left { format!("{name} joined {} again", agreement.id) } else { format!("{name} joined {}", agreement.id) }
        }
        None => format!("{name} belonged to a group of {} that {} data, and joined it", agreement.id, if giving { "gives" } else { "gets" }),
    }
}

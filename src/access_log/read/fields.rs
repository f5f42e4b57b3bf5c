//! One written value into one field of an event, for every layout that a profile describes.

use super::{hash, outcome_of, yes_or_no};
use crate::access_log::event::{Action, Emergency, Event, NO_DURATION, NO_SEQUENCE, PersonKey, Reason, Symbols};
use crate::access_log::profile::{PersonForm, Profile, TARGETS, Target};
use crate::identifier::NhsNumber;

/// How many events of an input carry a field, by [`Target`] in the order of [`TARGETS`].
pub type Carried = [u64; TARGETS.len()];

/// An event that is being put together from written values.
#[derive(Debug)]
pub(super) struct Draft {
    /// What is known so far.
    pub(super) event: Event,
    /// People beyond the first, where one record names several.
    pub(super) more: Vec<PersonKey>,
    /// Whether the record says how it ended; an event cannot tell.
    pub(super) outcome_told: bool,
}

impl Draft {
    /// Nothing but its place, and what the profile says of every record.
    pub(super) fn new(line: u32, digest: u64, profile: &Profile, symbols: &mut Symbols) -> Result<Self, &'static str> {
        let mut draft = Self { event: Event { digest, ..Event::blank(line) }, more: Vec::new(), outcome_told: false };
        for (target, word) in &profile.constants {
            draft.set(*target, word, profile, symbols)?;
        }
        draft.outcome_told = false;
        Ok(draft)
    }

    /// Takes one value as it is written, without blanks around it. The error is a short stable word.
    pub(super) fn set(&mut self, target: Target, written: &str, profile: &Profile, symbols: &mut Symbols) -> Result<(), &'static str> {
        let value = profile.mapped(target, written);
        let event = &mut self.event;
        match target {
            Target::Time => {
                let instant = profile.time.read(written)?;
                (event.at, event.quality) = (instant.at, instant.quality);
            }
            Target::User => event.user = symbols.intern(value),
            Target::OnBehalfOf => event.on_behalf_of = symbols.intern(value),
            Target::Role => {
                // A system that reads for itself is no person looking.
                event.human = !value.eq_ignore_ascii_case("system");
                event.role = symbols.intern(value);
            }
            Target::Organisation => event.organisation = symbols.intern(value),
            Target::Department => event.department = symbols.intern(value),
            Target::Device => event.device = symbols.intern(value),
            Target::Session => event.session = symbols.intern(value),
            Target::System => event.system = symbols.intern(value),
            Target::Source => event.source = symbols.intern(value),
            Target::Purpose => event.purpose = symbols.intern(value),
            Target::Person if written.is_empty() => {}
            Target::Person => {
                let separator = profile.fields.get(&target).and_then(|field| field.separator.as_deref());
                let mut seen: Vec<PersonKey> = Vec::new();
                for part in separator.map_or_else(|| vec![written], |separator| written.split(separator).map(str::trim).collect()) {
                    if part.is_empty() {
                        continue;
                    }
                    let person = match profile.person {
                        PersonForm::Local => PersonKey::local(symbols.intern(part)),
                        PersonForm::NhsNumber => PersonKey::nhs(&NhsNumber::parse(part).map_err(super::person_fault)?),
                    };
                    if !seen.contains(&person) {
                        seen.push(person);
                    }
                }
                let mut people = seen.into_iter();
                event.person = people.next().unwrap_or(PersonKey::NOBODY);
                self.more = people.collect();
            }
            Target::Category => {
                let separator = profile.fields.get(&target).and_then(|field| field.separator.as_deref());
                event.category = match separator {
                    None => symbols.intern(value),
                    Some(separator) => {
                        let mut parts: Vec<&str> =
                            written.split(separator).map(str::trim).filter(|part| !part.is_empty()).map(|part| profile.mapped(target, part)).collect();
                        parts.sort_unstable();
                        parts.dedup();
                        symbols.intern(&parts.join(";"))
                    }
                };
            }
            Target::Action => event.action = Action::of_word(value).ok_or("action_not_understood")?,
            Target::Outcome => {
                event.outcome = outcome_of(value).ok_or("outcome_not_understood")?;
                self.outcome_told = !written.is_empty();
            }
            Target::Emergency => event.emergency = if yes_or_no(value).ok_or("emergency_not_understood")? { Emergency::Yes } else { Emergency::No },
            Target::Reason => event.reason = Reason::of(written),
            Target::Correlation if written.is_empty() => {}
            Target::Correlation => event.correlation = hash(written.as_bytes()),
            Target::Sensitivity => event.sensitivity = symbols.intern(value),
            Target::Basis => event.basis = symbols.intern(value),
            Target::Sequence | Target::Duration if written.is_empty() => {}
            Target::Sequence => event.sequence = written.parse().map_err(|_| "sequence_not_a_number")?,
            Target::Duration => event.duration = written.parse().map_err(|_| "duration_not_a_number")?,
        }
        Ok(())
    }
}

/// Adds what an event carries to the counts of its input.
pub(super) fn count(carried: &mut Carried, event: &Event, outcome_told: bool) {
    for (at, (target, ..)) in TARGETS.iter().enumerate() {
        let told = match target {
            Target::Time => true,
            Target::User => !event.user.is_none(),
            Target::OnBehalfOf => !event.on_behalf_of.is_none(),
            Target::Role => !event.role.is_none(),
            Target::Organisation => !event.organisation.is_none(),
            Target::Department => !event.department.is_none(),
            Target::Device => !event.device.is_none(),
            Target::Session => !event.session.is_none(),
            Target::System => !event.system.is_none(),
            Target::Person => !event.person.is_nobody(),
            Target::Source => !event.source.is_none(),
            Target::Action => event.action != Action::Unknown,
            Target::Category => !event.category.is_none(),
            Target::Purpose => !event.purpose.is_none(),
            Target::Outcome => outcome_told,
            // A FHIR event has no field for it: it tells of an emergency, or of nothing.
            Target::Emergency => event.emergency == Emergency::Yes || event.emergency == Emergency::No && !event.fhir,
            Target::Reason => matches!(event.reason, Reason::Thin | Reason::Given),
            Target::Correlation => event.correlation != 0,
            Target::Sensitivity => !event.sensitivity.is_none(),
            Target::Basis => !event.basis.is_none(),
            Target::Sequence => event.sequence != NO_SEQUENCE,
            Target::Duration => event.duration != NO_DURATION,
        };
        carried[at] += u64::from(told);
    }
}

/// The table of `fields` in results: how many events of an input carry each field, and what its profile says of all.
pub fn as_json(books: &super::Books) -> serde_json::Value {
    let said = |target: Target| books.said.contains(&target);
    let carried: serde_json::Map<_, _> = TARGETS
        .iter()
        .zip(books.tally.carried)
        .filter(|((target, ..), _)| !said(*target))
        .map(|((_, name, _), number)| ((*name).to_owned(), serde_json::json!(number)))
        .collect();
    let named: Vec<&str> = TARGETS.iter().filter(|(target, ..)| said(*target)).map(|(_, name, _)| *name).collect();
    serde_json::json!({
        "input": books.name, "events": books.tally.accepted + books.tally.split, "carried": carried, "said_by_the_profile": named, "notes": books.notes,
    })
}

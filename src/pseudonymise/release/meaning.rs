//! Whether what is done to a column means anything for what it holds: `round` of a name does not.

use super::{Action, ColumnRule, Is, Release, redact};
use crate::diagnostics::Finding;
use crate::yaml::Sink;

/// What may be done to columns of these kinds; a column that does not say what it holds may have anything done to it.
fn takes(action: &Action) -> &'static [Is] {
    match action {
        Action::Keep | Action::Drop | Action::Pseudonym { .. } | Action::Constant(_) => {
            &[Is::NhsNumber, Is::LocalId, Is::Name, Is::Postcode, Is::BirthDate, Is::Email, Is::Phone, Is::FreeText]
        }
        Action::AgeBand { .. } | Action::Age { .. } | Action::Truncate(_) => &[Is::BirthDate],
        Action::Outward | Action::Sector | Action::Area { .. } => &[Is::Postcode],
        Action::Map { .. } => &[Is::LocalId, Is::Postcode],
        Action::Mask(_) => &[Is::LocalId, Is::Email, Is::Phone],
        Action::Redact(_) => &[Is::FreeText],
        Action::Shift { .. } | Action::Band(_) | Action::Round(_) | Action::TopCode(_) | Action::Group { .. } => &[],
    }
}

/// What it needs, in words.
fn needs(action: &Action) -> &'static str {
    match action {
        Action::AgeBand { .. } | Action::Age { .. } => "a date of birth",
        Action::Truncate(_) => "a date",
        Action::Shift { .. } => "a date of an event; a date of birth never shares the offset of events",
        Action::Outward | Action::Sector | Action::Area { .. } => "a postcode",
        Action::Band(_) | Action::Round(_) | Action::TopCode(_) => "a number that is measured or counted",
        Action::Group { .. } => "a code that is no identifier",
        Action::Map { .. } => "a code, a local number or a postcode",
        Action::Mask(_) => "a local number, a telephone number or an e-mail address",
        Action::Redact(_) => "free text",
        Action::Keep | Action::Drop | Action::Pseudonym { .. } | Action::Constant(_) => "anything",
    }
}

/// What serves a column of this kind.
fn instead(is: Is) -> &'static str {
    match is {
        Is::NhsNumber | Is::LocalId => "`pseudonym` keeps rows of one person together; else `drop` it.",
        Is::Name | Is::Email | Is::Phone => "`drop` it.",
        Is::Postcode => "`area` makes it coarser; else `drop` it.",
        Is::BirthDate => "`age_band`, `age` or `truncate: year` keep what is needed of it.",
        Is::FreeText => "`drop` is safer; `redact` strikes out what looks like an identifier, as well as it can.",
    }
}

impl Release {
    /// Refuses what has no meaning, and what would give away what another column hides.
    pub(super) fn mean(&self, sink: &Sink) {
        for rule in &self.columns {
            let refuse = |message: String, ground: &'static str, help: &str| {
                let finding = Finding::error("READ-005", format!("{}/columns/{}", self.place, rule.name.value), message).at(rule.name.span, "has no meaning");
                sink.push(finding.ground(ground).help(help.to_owned()).discriminator(rule.name.value.clone()));
            };
            if let Some(is) = rule.is.filter(|is| !takes(&rule.action).contains(is)) {
                refuse(
                    format!("`{}` of the column `{}`, which holds `{}`: it needs {}", rule.action.name(), rule.name.value, is.name(), needs(&rule.action)),
                    "a transform is taken only where it hides what the column holds",
                    instead(is),
                );
            }
            self.mean_together(rule, &refuse);
        }
    }

    fn mean_together(&self, rule: &ColumnRule, refuse: &impl Fn(String, &'static str, &str)) {
        let (name, Action::Redact(dates)) = (&rule.name.value, &rule.action) else { return };
        let shifted = self.columns.iter().find(|other| matches!(other.action, Action::Shift { .. }));
        if let Some(shifted) = shifted.filter(|_| *dates == redact::Dates::Birth) {
            refuse(
                format!("the dates in `{name}` would give away by how far `{}` is shifted", shifted.name.value),
                "one known date of a person gives away all that share its offset",
                "Say `redact: {dates: all}`, or drop the text.",
            );
        }
        if rule.class.as_deref() == Some("quasi") || self.risk.iter().flat_map(|risk| &risk.quasi).any(|quasi| quasi.value == *name) {
            refuse(
                format!("free text is no quasi-identifier, and `{name}` is named as one"),
                "classes are made of values that several people share",
                "Drop the text, or take it out of `quasi`.",
            );
        }
    }
}

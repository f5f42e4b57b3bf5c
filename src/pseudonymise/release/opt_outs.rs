//! What a release says of opt-outs: `opt_outs:`.

use super::missing;
use crate::identifier::Date;
use crate::pseudonymise::opt_out::{Assessment, MAX_AGE};
use crate::source::Spanned;
use crate::yaml::Fields;

/// What is stated of opt-outs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOutStatement {
    /// `national` or `type_1`.
    pub kind: &'static str,
    /// `applied`, `applied at source`, `not applied`, `not assessed`.
    pub status: &'static str,
    /// Why, or by whom and when; never a count or a number.
    pub detail: String,
}

/// The national data opt-out, as the release writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct National {
    /// Whether it applies, if the release says it itself.
    pub applies: Option<Spanned<bool>>,
    /// Why not.
    pub reason: Option<String>,
    /// Days that a list is good for.
    pub max_age_days: u32,
    /// The assessment that what leaves is anonymous.
    pub anonymous: Option<Assessment>,
}

/// Type 1 opt-outs, as the release writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TypeOne {
    /// Nothing is said.
    #[default]
    NotStated,
    /// The extract holds nobody who objected; who says so, and on which day.
    AtSource {
        /// Who says so.
        by: String,
        /// When.
        on: Date,
    },
    /// A column tells who objected.
    Here {
        /// Its name in the extract.
        column: Spanned<String>,
        /// Cells of people who objected.
        objected: Vec<String>,
        /// Cells of people who did not.
        free: Vec<String>,
    },
}

/// `opt_outs:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOuts {
    /// The national data opt-out.
    pub national: National,
    /// Type 1 opt-outs.
    pub type_1: TypeOne,
}

impl OptOuts {
    /// Reads the block; without one nothing is said.
    pub(super) fn read(f: &Fields<'_>) -> Self {
        let mut all = Self { national: National { applies: None, reason: None, max_age_days: MAX_AGE, anonymous: None }, type_1: TypeOne::NotStated };
        let Some(block) = f.block("opt_outs") else { return all };
        block.refuse(&["no_number"]);
        if let Some(n) = block.block("national") {
            all.national = national(&n);
        }
        if let Some(t) = block.block("type_1") {
            all.type_1 = type_1(&t);
        }
        all
    }

    /// What is said of type 1 opt-outs in manifest and plan.
    pub fn type_1_statement(&self) -> OptOutStatement {
        let (status, detail) = match &self.type_1 {
            TypeOne::NotStated => ("not assessed", "the release states nothing".to_owned()),
            TypeOne::AtSource { by, on } => ("applied at source", format!("attested by {by} on {on}")),
            TypeOne::Here { column, .. } => {
                ("applied", format!("people for whom `{}` says that they objected are left out, with all their rows", column.value))
            }
        };
        OptOutStatement { kind: "type_1", status, detail }
    }
}

fn national(n: &Fields<'_>) -> National {
    n.refuse(&["list"]);
    let (applies, reason) = (n.yes_no("applies"), n.text("reason"));
    if applies.as_ref().is_some_and(|applies| !applies.value) && reason.is_none() {
        missing(n.sink(), &n.place, n.span, "reason", "why the national data opt-out does not apply");
    }
    let anonymous = n.block("anonymous").and_then(|a| {
        let parts = (a.text("ref"), a.text("by"), a.date("date"), a.text("environment"));
        let (Some(reference), Some(by), Some(date), Some(environment)) = parts else {
            missing(a.sink(), &a.place, a.span, "ref", "an assessment that data are anonymous counts with `ref`, `by`, `date` and `environment`");
            return None;
        };
        Some(Assessment { reference: reference.value, by: by.value, date: date.value, environment: environment.value, span: a.span })
    });
    let max_age_days = n.number("max_age_days").map_or(MAX_AGE, |days| {
        if !(1..=MAX_AGE).contains(&days.value) {
            n.sink().wrong(&n.place_of("max_age_days"), days.span, "from 1 to 21 days: no list is good for longer", &days.value.to_string());
        }
        days.value
    });
    National { applies, reason: reason.map(|reason| reason.value), max_age_days, anonymous }
}

fn type_1(t: &Fields<'_>) -> TypeOne {
    let Some(applied) = t.word("applied", &[("at_source", true), ("here", false)]) else {
        missing(t.sink(), &t.place, t.span, "applied", "where type 1 opt-outs are applied: at_source or here");
        return TypeOne::NotStated;
    };
    if applied.value {
        return match (t.text("attested_by"), t.date("on")) {
            (Some(by), Some(on)) => TypeOne::AtSource { by: by.value, on: on.value },
            _ => {
                missing(t.sink(), &t.place, t.span, "attested_by", "type 1 opt-outs need `applied`, `attested_by` and `on`");
                TypeOne::NotStated
            }
        };
    }
    let words = |key: &'static str| -> Vec<String> { t.texts(key).into_iter().map(|text| text.value.trim().to_owned()).collect() };
    let (objected, free) = (words("objected"), words("not_objected"));
    match t.text("column") {
        Some(column) if !objected.is_empty() && !free.is_empty() => TypeOne::Here { column, objected, free },
        _ => {
            missing(t.sink(), &t.place, t.span, "column", "`applied: here` needs `column`, and its words: `objected` and `not_objected`");
            TypeOne::NotStated
        }
    }
}

//! A release that has met an extract: every column found, every step known by its index.

use super::opt_out::Returned;
use super::release::{Action, At, CodeForm, DateForm, Is, Release, TypeOne, Window};
use super::transform::OfCell;
use crate::keys::derive::{Root, Scope, ScopeError};
use crate::keys::ff1::Ff1Key;
use crate::keys::pseudonym::PseudonymKey;
use crate::keys::reversible::ReversibleKey;
use crate::keys::shift::{ShiftKey, ShiftRange};
use crate::tabular::Layout;

/// Why a release does not fit an extract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Columns that the release does not name: nothing is let through by default.
    #[error("the release does not name the column{} {}", if .0.len() == 1 { "" } else { "s" }, crate::text::and_list(.0))]
    NotNamed(Vec<String>),
    /// Columns of which the release names none, and how many. They are not said: the header may have been forgotten.
    #[error("the release names none of its {}", crate::text::count(*.0 as u64, "column", "columns"))]
    NoneNamed(usize),
    /// Columns of the release that the extract lacks.
    #[error("the extract lacks the column{} {}", if .0.len() == 1 { "" } else { "s" }, crate::text::and_list(.0))]
    Lacking(Vec<String>),
    /// The subject is no identifier.
    #[error("`subject: {0}` names a column that is no identifier: pseudonymise it, or say `is: nhs_number`")]
    Subject(String),
    /// A list of people who did not opt out tells them by their NHS numbers.
    #[error("the list of people without an opt-out tells them by NHS number, and `subject:` is no column of NHS numbers")]
    NoNumbers,
    /// A column whose lookup file was not read.
    #[error("the lookup file of the column `{0}` was not read")]
    Lookup(String),
    /// A name that keys cannot have.
    #[error(transparent)]
    Scope(#[from] ScopeError),
}

/// The key of a code that opens again.
pub(super) enum Opens {
    Reversible(ReversibleKey),
    FormatPreserving(Box<Ff1Key>),
}

/// The keys of a release.
pub struct Keys {
    /// By column of the release.
    pub(super) pseudonym: Vec<Option<PseudonymKey>>,
    /// The key of a code that opens again, by column of the release.
    pub(super) opens: Vec<Option<Opens>>,
    pub(super) shift: Option<ShiftKey>,
    /// Domain and its check value, as the manifest names them.
    pub check_values: Vec<(String, String)>,
}

impl Keys {
    /// Derives them from the active root, and the one for shifts, which rotation leaves alone.
    pub fn derive(release: &Release, root: &Root, version: u32, shift_root: &Root, shift_version: u32) -> Result<Self, BindError> {
        let mut check_values: Vec<(String, String)> = Vec::new();
        let (mut pseudonym, mut opens) = (Vec::new(), Vec::new());
        for column in &release.columns {
            pseudonym.push(match &column.action {
                // Codes that open again have this key too: people are told apart, and counted, by it.
                Action::Pseudonym { domain, form, .. } => {
                    let scope = Scope::new(&release.linkage, &domain.value, version)?;
                    opens.push(match form {
                        CodeForm::Reversible => Some(Opens::Reversible(root.reversible_key(&scope))),
                        CodeForm::FormatPreserving => Some(Opens::FormatPreserving(Box::new(root.ff1_key(&scope)))),
                        CodeForm::Base32 | CodeForm::Hex => None,
                    });
                    if !check_values.iter().any(|(known, _)| *known == domain.value) {
                        check_values.push((domain.value.clone(), root.check_value(&scope)));
                    }
                    Some(root.pseudonym_key(&scope))
                }
                _ => {
                    opens.push(None);
                    None
                }
            });
        }
        let shift = match subject_domain(release)? {
            Some(domain) => Some(shift_root.shift_key(&Scope::new(&release.linkage, &domain, shift_version)?)),
            None => None,
        };
        Ok(Self { pseudonym, opens, shift, check_values })
    }
}

fn subject_domain(release: &Release) -> Result<Option<String>, BindError> {
    let Some(rule) = release.subject_rule() else { return Ok(None) };
    match (&rule.action, rule.is) {
        (Action::Pseudonym { domain, .. }, _) => Ok(Some(domain.value.clone())),
        (_, Some(Is::NhsNumber)) => Ok(Some("nhs_number".to_owned())),
        _ => Err(BindError::Subject(rule.name.value.clone())),
    }
}

/// The day on which an age is taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum AtBound {
    Day(i32),
    Column { column: usize, form: DateForm },
}

/// One step of a row; `rule` is the index in the release, `column` in the extract.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Kept columns that lie side by side in extract and release.
    Keep {
        rules: Vec<usize>,
        first: usize,
    },
    Pseudonym {
        rule: usize,
        column: usize,
        with: Option<usize>,
        form: CodeForm,
        nhs: Option<usize>,
    },
    AgeBand {
        rule: usize,
        column: usize,
        form: DateForm,
        width: u16,
        at: AtBound,
        top: Option<u16>,
    },
    Shift {
        rule: usize,
        column: usize,
        form: DateForm,
        range: ShiftRange,
        window: Window,
    },
    /// What needs no more than its cell.
    Cell {
        rule: usize,
        column: usize,
        cell: OfCell,
    },
}

/// How the person of a row is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    None,
    /// Index among the NHS number columns.
    Nhs(usize),
    /// The identifier of a pseudonymised column.
    Message {
        rule: usize,
        column: usize,
        with: Option<usize>,
    },
}

/// A part of an identifier of several columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub column: usize,
    pub is: Option<Is>,
    pub form: DateForm,
}

/// A column of NHS numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct NhsColumn {
    pub column: usize,
    /// Whether a row without one has no person.
    pub subject: bool,
}

/// A release with the places of its columns in one extract.
pub struct Bound<'r> {
    pub(super) release: &'r Release,
    pub(super) delimiter: u8,
    pub(super) columns: usize,
    pub(super) steps: Vec<Step>,
    pub(super) nhs: Vec<NhsColumn>,
    pub(super) subject: Subject,
    /// By column of the release, the columns that identify together; empty: it alone.
    pub(super) parts: Vec<Vec<Part>>,
    /// Identifiers of the row that the leak check looks for.
    pub(super) own: Vec<(usize, Is, DateForm)>,
    /// Who may be released, by the national data opt-out; none: it was not applied.
    pub(super) list: Option<&'r Returned>,
    /// The column that tells who objected (type 1), and its words for those who did and did not.
    pub(super) objected: Option<(usize, &'r [String], &'r [String])>,
    /// Columns without which a row is set aside.
    pub(super) required: Vec<usize>,
    /// Columns that come out.
    pub(super) width: usize,
}

impl<'r> Bound<'r> {
    /// Finds every column.
    pub fn new(release: &'r Release, layout: &Layout) -> Result<Self, BindError> {
        let place = |name: &str| layout.header.iter().position(|column| column == name);
        let unnamed: Vec<String> =
            layout.header.iter().filter(|name| !release.columns.iter().any(|rule| rule.name.value == **name)).map(|name| format!("`{name}`")).collect();
        if unnamed.len() == layout.header.len() {
            return Err(BindError::NoneNamed(unnamed.len()));
        }
        if !unnamed.is_empty() {
            return Err(BindError::NotNamed(unnamed));
        }
        let used = |name: &str| {
            release.subject.as_ref().is_some_and(|subject| subject.value == name)
                || matches!(&release.opt_outs.type_1, TypeOne::Here { column, .. } if column.value == name)
                || release.columns.iter().any(|rule| match &rule.action {
                    Action::Pseudonym { with, of, .. } => with.iter().chain(of).any(|used| used.value == name),
                    Action::AgeBand { at: At::Column(at), .. } | Action::Age { at: At::Column(at), .. } => at.value == name,
                    _ => false,
                })
        };
        let lacking: Vec<String> = release
            .columns
            .iter()
            .filter(|rule| (rule.action != Action::Drop || used(&rule.name.value)) && place(&rule.name.value).is_none())
            .map(|rule| format!("`{}`", rule.name.value))
            .collect();
        if !lacking.is_empty() {
            return Err(BindError::Lacking(lacking));
        }
        let subject_name = release.subject.as_ref().map(|subject| subject.value.as_str());
        let mut nhs = Vec::new();
        let mut nhs_of_rule = vec![None; release.columns.len()];
        for (index, rule) in release.columns.iter().enumerate() {
            let Some(column) = place(&rule.name.value) else { continue };
            let subject = subject_name == Some(rule.name.value.as_str());
            let pseudonym = matches!(&rule.action, Action::Pseudonym { domain, .. } if domain.value == "nhs_number");
            if pseudonym || subject && rule.is == Some(Is::NhsNumber) {
                nhs_of_rule[index] = Some(nhs.len());
                nhs.push(NhsColumn { column, subject });
            }
        }
        let form_of = |name: &str| release.columns.iter().find(|rule| rule.name.value == name).map_or(DateForm::Iso, |rule| rule.date);
        let is_of = |name: &str| release.columns.iter().find(|rule| rule.name.value == name).and_then(|rule| rule.is);
        let part = |name: &str| Some(Part { column: place(name)?, is: is_of(name), form: form_of(name) });
        let parts = release.columns.iter().map(|rule| match &rule.action {
            Action::Pseudonym { of, .. } => of.iter().filter_map(|name| part(&name.value)).collect(),
            _ => Vec::new(),
        });
        let parts = parts.collect();
        let bound_at = |at: &At, column: usize| match at {
            At::Day(day) => AtBound::Day(day.days()),
            At::Column(name) => AtBound::Column { column: place(&name.value).unwrap_or(column), form: form_of(&name.value) },
        };
        let mut steps: Vec<Step> = Vec::new();
        let mut subject = Subject::None;
        let mut width = 0;
        for (index, rule) in release.columns.iter().enumerate() {
            let Some(column) = place(&rule.name.value) else { continue };
            let with_column = match &rule.action {
                Action::Pseudonym { with: Some(with), .. } => place(&with.value),
                _ => None,
            };
            if subject_name == Some(rule.name.value.as_str()) {
                subject = match (nhs_of_rule[index], &rule.action) {
                    (Some(nhs), _) => Subject::Nhs(nhs),
                    (None, Action::Pseudonym { .. }) => Subject::Message { rule: index, column, with: with_column },
                    _ => return Err(BindError::Subject(rule.name.value.clone())),
                };
            }
            width += usize::from(rule.action != Action::Drop);
            let form = rule.date;
            let step = match &rule.action {
                Action::Drop => continue,
                Action::Keep => {
                    if let Some(Step::Keep { rules, first }) = steps.last_mut()
                        && *first + rules.len() == column
                    {
                        rules.push(index);
                        continue;
                    }
                    Step::Keep { rules: vec![index], first: column }
                }
                Action::Pseudonym { form, .. } => Step::Pseudonym { rule: index, column, with: with_column, form: *form, nhs: nhs_of_rule[index] },
                Action::AgeBand { width, at, top } => Step::AgeBand { rule: index, column, form, width: *width, at: bound_at(at, column), top: *top },
                // A band of one year is the age itself.
                Action::Age { at, top } => Step::AgeBand { rule: index, column, form, width: 1, at: bound_at(at, column), top: *top },
                Action::Shift { range, window } => Step::Shift { rule: index, column, form, range: *range, window: *window },
                action => {
                    let cell = action.of_cell(form, release.lookup_table(index)).ok_or_else(|| BindError::Lookup(rule.name.value.clone()))?;
                    Step::Cell { rule: index, column, cell }
                }
            };
            steps.push(step);
        }
        let own = release.columns.iter().filter_map(|rule| Some((place(&rule.name.value)?, rule.is.filter(|is| *is != Is::FreeText)?, rule.date))).collect();
        let required = release.columns.iter().filter(|rule| rule.quarantine_missing).filter_map(|rule| place(&rule.name.value)).collect();
        let objected = match &release.opt_outs.type_1 {
            TypeOne::Here { column, objected, free } => place(&column.value).map(|column| (column, &objected[..], &free[..])),
            TypeOne::NotStated | TypeOne::AtSource { .. } => None,
        };
        Ok(Self { release, delimiter: layout.delimiter, columns: layout.header.len(), steps, nhs, subject, parts, own, list: None, objected, required, width })
    }

    /// Leaves out everybody who is not on this list.
    pub fn only(self, list: Option<&'r Returned>) -> Result<Self, BindError> {
        if list.is_some() && !matches!(self.subject, Subject::Nhs(_)) {
            return Err(BindError::NoNumbers);
        }
        Ok(Self { list, ..self })
    }

    /// Whether the extract must be read once before: for edges of shifted dates, days of ages, or people who objected.
    pub fn needs_survey(&self) -> bool {
        self.objected.is_some() || self.steps.iter().any(|step| matches!(step, Step::Shift { .. } | Step::AgeBand { at: AtBound::Column { .. }, .. }))
    }

    /// The header of the release, with its line end.
    pub fn header(&self) -> Vec<u8> {
        self.release.header_line()
    }
}

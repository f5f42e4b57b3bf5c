//! Which columns are measured: as typed, or as a release says.

use super::Args;
use crate::commands::failure::Failure;
use crate::commands::session::Session;
use crate::disclosure::measure::closeness::Distance;
use crate::pseudonymise::release::{Action, ColumnRule, Release};
use crate::source::Sources;
use crate::tabular::Layout;

/// Columns by what they are to the measures.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) quasi: Vec<String>,
    pub(super) person: Option<String>,
    pub(super) sensitive: Vec<(String, Distance)>,
    pub(super) by: Vec<String>,
    pub(super) null: Vec<String>,
    /// The release they come from.
    pub(super) place: Option<String>,
    /// Names of the release's columns in the extract and in the release: either may be what the file has.
    renamed: Vec<(String, String)>,
}

/// The columns a file has, unless they may be somebody's data.
fn listed(layout: &Layout) -> String {
    if layout.first_row_is_data() {
        "Does its first row hold the names of the columns? They are not shown: they look like data.".to_owned()
    } else {
        format!("Its columns: {}.", layout.header.join(", "))
    }
}

/// The release of `--release`.
pub(super) fn release(args: &Args, text: &str, session: &mut Session, sources: &mut Sources) -> anyhow::Result<Release> {
    let text = match &args.agreement {
        Some(id) if !text.contains('/') => format!("{id}/{text}"),
        _ => text.to_owned(),
    };
    let pack = crate::commands::pack::decidable(session, None, sources)?;
    let (agreement, draft) = crate::commands::pseudonymise::find(&pack, &text)?;
    crate::commands::pseudonymise::read_release(agreement, draft, sources, session)
}

impl Columns {
    pub(super) fn of(args: &Args, session: &mut Session, sources: &mut Sources) -> anyhow::Result<Self> {
        let mut columns = match &args.release {
            Some(text) => Self::of_release(args, text, session, sources)?,
            None => Self::default(),
        };
        columns.quasi.extend(args.qi.iter().map(|name| name.trim().to_owned()));
        if args.person.is_some() {
            columns.person.clone_from(&args.person);
        }
        for text in &args.sensitive {
            columns.sensitive.push(match text.rsplit_once(':') {
                Some((name, "ordered")) => (name.trim().to_owned(), Distance::Ordered),
                Some((name, "equal")) => (name.trim().to_owned(), Distance::Equal),
                _ => (text.trim().to_owned(), Distance::Equal),
            });
        }
        columns.by.extend(args.by.iter().map(|name| name.trim().to_owned()));
        for list in [&columns.quasi, &columns.by] {
            if let Some(twice) = list.iter().enumerate().find(|(index, name)| list[..*index].contains(name)) {
                return Err(Failure::usage(format!("the column `{}` is named twice", twice.1)).into());
            }
        }
        if columns.person.as_ref().is_some_and(|person| columns.quasi.contains(person)) {
            return Err(Failure::usage("the person column is named among the quasi-identifiers: every person would be a class of their own")
                .next("A pseudonym is no quasi-identifier: nobody knows it from elsewhere.")
                .into());
        }
        Ok(columns)
    }

    fn of_release(args: &Args, text: &str, session: &mut Session, sources: &mut Sources) -> anyhow::Result<Self> {
        let release = release(args, text, session, sources)?;
        let of_class = |class: &str| {
            let rules = release.columns.iter().filter(|rule| rule.action != Action::Drop && rule.class.as_deref() == Some(class));
            rules.map(|rule: &ColumnRule| rule.name.value.clone()).collect::<Vec<_>>()
        };
        let quasi = of_class("quasi");
        if quasi.is_empty() && args.qi.is_empty() {
            return Err(Failure::usage(format!("{} names no column of class `quasi`", release.place))
                .next("Say `class: quasi` at the columns that somebody could know from elsewhere, or name them with --qi.")
                .into());
        }
        Ok(Self {
            quasi,
            person: release.subject.as_ref().map(|subject| subject.value.clone()),
            sensitive: of_class("sensitive").into_iter().map(|name| (name, Distance::Equal)).collect(),
            by: Vec::new(),
            null: release.null.clone(),
            place: Some(release.place.clone()),
            renamed: release.columns.iter().map(|rule| (rule.name.value.clone(), rule.output.clone())).collect(),
        })
    }

    /// The same columns by the names that this header has; a name it lacks is refused, with the nearest one it has.
    pub(super) fn found_in(mut self, layout: &Layout, file: &str) -> Result<Self, Failure> {
        let header = &layout.header;
        let has = |name: &String| header.contains(name);
        if self.quasi.is_empty() {
            return Err(Failure::usage(format!("no quasi-identifiers are named, and {file} does not say which of its columns are"))
                .next(listed(layout))
                .next("Name those that somebody could know of a person from elsewhere: --qi COL,COL (or --release AGREEMENT/RELEASE)."));
        }
        let as_released = |name: &str| self.renamed.iter().find(|(input, _)| input == name).map(|(_, output)| output.clone());
        let find = |name: &String| -> Result<String, Failure> {
            if has(name) {
                return Ok(name.clone());
            }
            if let Some(output) = as_released(name).filter(has) {
                return Ok(output);
            }
            let failure = Failure::usage(format!("{file} has no column `{name}`"));
            Err(match crate::text::nearest(name, header.iter().map(String::as_str)) {
                Some(near) => failure.next(format!("Did you mean `{near}`?")),
                None => failure.next(listed(layout)),
            })
        };
        let quasi = self.quasi.iter().map(&find).collect::<Result<_, _>>()?;
        let person = self.person.as_ref().map(&find).transpose()?;
        let sensitive = self.sensitive.iter().map(|(name, distance)| Ok((find(name)?, *distance))).collect::<Result<_, Failure>>()?;
        let by = self.by.iter().map(&find).collect::<Result<_, _>>()?;
        (self.quasi, self.person, self.sensitive, self.by) = (quasi, person, sensitive, by);
        Ok(self)
    }
}

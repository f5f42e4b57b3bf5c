//! The `risk:` block of a release: what its output must reach before it gets a name.

use super::{Action, Release};
use crate::diagnostics::Finding;
use crate::disclosure::hierarchy::built_in::{BuiltIn, NAMES};
use crate::disclosure::measure::closeness::Distance;
use crate::disclosure::read::Missing;
use crate::source::{Span, Spanned};
use crate::yaml::fields::word;
use crate::yaml::{Fields, Sink};

/// What the output of a release must reach. Columns are named as in the extract.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskRule {
    /// `risk:` in the agreement.
    pub span: Span,
    /// Quasi-identifiers.
    pub quasi: Vec<Spanned<String>>,
    /// Whether people count, not rows.
    pub by_person: bool,
    /// Members of every class, at least.
    pub k: u64,
    /// Distinct values of sensitive columns in every class, at least.
    pub l: Vec<(Spanned<String>, u64)>,
    /// The largest distance of a class from the whole, from 0 to 1, of sensitive columns, and how it is taken.
    pub t: Vec<(Spanned<String>, f64, Distance)>,
    /// What becomes of rows that lack a quasi-identifier.
    pub missing: Missing,
    /// How the output may be mended if it does not reach this.
    pub repair: Option<RepairRule>,
}

/// How a repair finds the levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Columns coarsened in turn, in the order that is written.
    #[default]
    PolicyOrder,
    /// The levels with the least loss of all.
    Optimal,
}

/// The words of `method:`.
pub(super) const METHODS: [(&str, Method); 2] = [("policy_order", Method::PolicyOrder), ("optimal", Method::Optimal)];

/// What may be coarsened and left out so that the rest may leave. Columns are named as in the extract.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairRule {
    /// `repair:` in the agreement.
    pub span: Span,
    /// Quasi-identifiers that may be coarsened, in their order.
    pub order: Vec<Spanned<String>>,
    /// How the levels are found.
    pub method: Method,
    /// How columns are coarsened: `age`, `date`, `postcode`. Others become one group for all.
    pub by: Vec<(Spanned<String>, BuiltIn)>,
    /// Percent of all rows that may be left out.
    pub overall: f64,
    /// Percent of the rows of any one group that may be left out.
    pub any_group: Option<f64>,
    /// Columns whose values are the groups; the quasi-identifiers where none is named.
    pub groups: Vec<Spanned<String>>,
}

impl RepairRule {
    fn read(f: &Fields<'_>) -> Option<Self> {
        let block = f.block("repair")?;
        let sink = block.sink();
        let percent = |f: &Fields<'_>, key: &'static str| {
            let written = f.text(key)?;
            let number = written.value.trim().strip_suffix('%').unwrap_or("").trim().parse::<f64>().ok().filter(|percent| (0.0..=100.0).contains(percent));
            if number.is_none() {
                sink.push(Finding::error("READ-005", f.place_of(key), format!("`{key}` is a percentage such as 4%")).at(written.span, "no percentage"));
            }
            number
        };
        let limits = block.block("suppress_at_most");
        let overall = limits.as_ref().and_then(|limits| percent(limits, "overall")).unwrap_or(0.0);
        let any_group = limits.as_ref().and_then(|limits| percent(limits, "any_group"));
        let by = block.named("by").into_iter().filter_map(|(column, node, place)| {
            let text = Spanned { value: node.as_text()?.to_owned(), span: node.span };
            word(&text, &place, &NAMES, sink).map(|word| (column, word.value))
        });
        let by = by.collect();
        let order = block.texts("order");
        if order.is_empty() {
            super::missing(sink, &block.place, block.span, "order", "the columns that may be coarsened, the first to give way first");
        }
        let method = block.word("method", &METHODS).map(|word| word.value).unwrap_or_default();
        Some(Self { span: block.span, order, method, by, overall, any_group, groups: block.texts("groups") })
    }
}

/// `0.2`, `0.2 ordered`, `0.2 equal`.
fn distance(text: &str) -> Option<(f64, Distance)> {
    let mut words = text.split_whitespace();
    let t = words.next()?.parse::<f64>().ok().filter(|t| (0.0..=1.0).contains(t))?;
    let by = match words.next() {
        None | Some("equal") => Distance::Equal,
        Some("ordered") => Distance::Ordered,
        Some(_) => return None,
    };
    words.next().is_none().then_some((t, by))
}

impl RiskRule {
    /// Reads the block; columns of class `quasi` are taken where it names none.
    pub(super) fn read(f: &Fields<'_>) -> Option<Self> {
        let block = f.block("risk")?;
        let sink = block.sink();
        let Some(k) = block.number("k") else {
            super::missing(sink, &block.place, block.span, "k", "the number of people (or rows) that every class must have");
            return None;
        };
        if k.value < 2 {
            sink.push(Finding::error("READ-005", block.place_of("k"), "`k` below 2 asks for nothing: every row is alone with itself").at(k.span, "at least 2"));
        }
        let by_person = block.word("by", &[("person", true), ("row", false)]).is_none_or(|word| word.value);
        let l = block
            .named("l")
            .into_iter()
            .filter_map(|(column, node, place)| match node.as_text().and_then(|text| text.parse::<u64>().ok()) {
                Some(l) => Some((column, l)),
                None => {
                    sink.push(Finding::error("READ-005", place, "`l` is a whole number for each sensitive column").at(node.span, "not a whole number"));
                    None
                }
            })
            .collect();
        let t = block.named("t").into_iter().filter_map(|(column, node, place)| match node.as_text().and_then(distance) {
            Some((t, by)) => Some((column, t, by)),
            None => {
                let message = "`t` is a number from 0 to 1 for each sensitive column, and may say `ordered`: 0.2 ordered";
                sink.push(Finding::error("READ-005", place, message).at(node.span, "not such a number"));
                None
            }
        });
        let t = t.collect();
        let missing = block.word("missing", &[("own", Missing::Own), ("exclude", Missing::Exclude)]).map(|word| word.value).unwrap_or_default();
        Some(Self { span: block.span, quasi: block.texts("quasi"), by_person, k: u64::from(k.value), l, t, missing, repair: RepairRule::read(&block) })
    }

    /// What the block needs of the rest of the release.
    pub(super) fn agree(&self, release: &Release, sink: &Sink) {
        let place = format!("{}/risk", release.place);
        let repair = self.repair.iter().flat_map(|repair| repair.order.iter().chain(repair.by.iter().map(|(name, _)| name)).chain(&repair.groups));
        for name in self.quasi.iter().chain(self.l.iter().map(|(name, _)| name)).chain(self.t.iter().map(|(name, _, _)| name)).chain(repair) {
            match release.columns.iter().find(|column| column.name.value == name.value) {
                None => {
                    let finding = Finding::error("READ-005", &place, format!("`risk` names the column `{}`, which the release does not list", name.value));
                    let known = release.columns.iter().map(|column| column.name.value.as_str());
                    let near = crate::text::nearest(&name.value, known).map(|near| format!("Did you mean `{near}`?"));
                    let finding = finding.at(name.span, "not among `columns`").discriminator(name.value.clone());
                    sink.push(near.into_iter().fold(finding, Finding::help));
                }
                Some(column) if column.action == Action::Drop => {
                    let message = format!("`risk` names the column `{}`, which the release drops", name.value);
                    let finding = Finding::error("READ-005", &place, message).at(name.span, "does not leave").discriminator(name.value.clone());
                    sink.push(finding.help("What does not leave has no risk there: take it out of `risk`."));
                }
                Some(_) => {}
            }
        }
        if self.quasi.is_empty() && release.quasi().is_empty() {
            let message = "`risk` names no quasi-identifiers, and no column that leaves is of class `quasi`";
            sink.push(Finding::error("DOC-001", &place, message).at(self.span, "add `quasi: [...]`"));
        }
        let quasi: Vec<&str> = if self.quasi.is_empty() { release.quasi() } else { self.quasi.iter().map(|name| name.value.as_str()).collect() };
        for name in self.repair.iter().flat_map(|repair| &repair.order).filter(|name| !quasi.contains(&name.value.as_str())) {
            let message = format!("`repair` coarsens the column `{}`, which is no quasi-identifier", name.value);
            let finding = Finding::error("READ-005", &place, message).at(name.span, "not among `quasi`").discriminator(name.value.clone());
            sink.push(finding.help("Coarsening it would protect nobody: take it out of `order`, or name it in `quasi`."));
        }
        if self.by_person && release.subject_rule().is_none_or(|rule| rule.action == Action::Drop) {
            let message = "`risk` counts people, and the release lets no column out that tells them apart";
            sink.push(Finding::error("READ-005", &place, message).at(self.span, "by person").help("Say `by: row`, or release the subject's pseudonym."));
        }
    }
}

impl Release {
    /// The first line of the output.
    pub fn header_line(&self) -> Vec<u8> {
        let leave = self.columns.iter().filter(|rule| rule.action != Action::Drop);
        let quoted = |name: &str| if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() };
        let names: Vec<String> = leave.map(|rule| quoted(&rule.output)).collect();
        let mut line = names.join(",").into_bytes();
        line.push(b'\n');
        line
    }

    /// Columns of class `quasi` that leave.
    fn quasi(&self) -> Vec<&str> {
        let leave = self.columns.iter().filter(|column| column.action != Action::Drop && column.class.as_deref() == Some("quasi"));
        leave.map(|column| column.name.value.as_str()).collect()
    }

    /// Columns somebody could know from elsewhere, by their names in the extract: those of `risk:`, else of class `quasi`.
    pub fn quasi_inputs(&self) -> Vec<String> {
        let named: Vec<&str> = self.risk.iter().flat_map(|rule| &rule.quasi).map(|name| name.value.as_str()).collect();
        let wanted = if named.is_empty() { self.quasi() } else { named };
        wanted.into_iter().map(str::to_owned).collect()
    }

    /// The quasi-identifiers of the `risk:` block, by their names in the output.
    pub fn risk_columns(&self, rule: &RiskRule) -> Vec<String> {
        let named: Vec<&str> = rule.quasi.iter().map(|name| name.value.as_str()).collect();
        let wanted = if named.is_empty() { self.quasi() } else { named };
        wanted.into_iter().filter_map(|name| self.output_of(name)).collect()
    }

    /// The name under which a column leaves.
    pub fn output_of(&self, name: &str) -> Option<String> {
        self.columns.iter().find(|column| column.name.value == name && column.action != Action::Drop).map(|column| column.output.clone())
    }
}

//! The measures for people. Counts below ten are bands, values of small groups are not named.

use std::fmt::Write as _;

use super::Args;
use super::tables::Block;
use crate::commands::session::BOLD;
use crate::diagnostics::human::{self, Style};
use crate::diagnostics::{Finding, Severity};
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::measure::attack::Attack;
use crate::disclosure::measure::closeness::Closeness;
use crate::disclosure::measure::diversity::Diversity;
use crate::disclosure::measure::sizes::{self, Sizes};
use crate::disclosure::measure::{Measured, unicity};
use crate::disclosure::population::Journalist;
use crate::disclosure::repair::Repairs;
use crate::disclosure::shown::{FEW, count, share};
use crate::source::Sources;
use crate::text::{and_list, thousands};

/// What is shown.
pub(super) struct Report<'r> {
    pub(super) population: Option<&'r (Journalist, u64)>,
    pub(super) args: &'r Args,
    pub(super) coded: &'r Coded,
    pub(super) measured: &'r Measured,
    pub(super) findings: &'r [Finding],
    pub(super) place: &'r str,
    pub(super) repairs: Option<&'r Repairs<'r>>,
}

/// What no reader should conclude.
const LIMITS: &str =
    "These figures describe this file alone. Whether data are anonymous depends on who receives them and what else they hold; no figure here says so.";

fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

impl Report<'_> {
    fn intro(&self) -> Vec<String> {
        let names = |role| {
            let list: Vec<String> = self
                .coded
                .of(role)
                .map(|(_, column)| format!("{} ({})", column.name, crate::text::count(column.values.len().saturating_sub(1) as u64, "value", "values")))
                .collect();
            and_list(&list)
        };
        let people = match self.coded.of(Role::Person).next() {
            Some((_, column)) => format!("{} people told apart by {}", count(column.values.len().saturating_sub(1) as u64), column.name),
            None => "no person column: rows count, though one person may have several".to_owned(),
        };
        let mut lines = vec![format!("{} rows; {people}", thousands(self.measured.rows)), format!("Quasi-identifiers: {}", names(Role::Quasi))];
        lines.push(match (self.args.missing.as_str(), self.coded.excluded) {
            ("exclude", left) => format!("Rows that lack a quasi-identifier are not measured: {}", count(left)),
            _ => "A missing cell counts as a value of its own".to_owned(),
        });
        lines
    }

    fn blocks(&self) -> Vec<Block> {
        let measured = self.measured;
        let mut list = vec![self.summary(), self.bands()];
        list.extend(self.population.map(|(found, people)| self.against(found, *people)));
        if !measured.sensitive.is_empty() {
            list.push(self.sensitive());
        }
        if let (Some(sets), Some(unicity)) = (&measured.person_sets, &measured.unicity) {
            let mut block = Block::new("A person's rows together", &["people by their whole set of rows", ""]);
            block.row(vec!["fewest people with one set (k)".to_owned(), sets.sizes.k.map_or("-".to_owned(), thousands)]);
            block.row(vec!["alone with their set".to_owned(), with_share(sets.sizes.uniques, sets.sizes.members)]);
            block.row(vec![format!("sets of fewer than {}", self.args.k), with_share(sets.sizes.small_members, sets.sizes.members)]);
            block.row(vec!["people with several combinations".to_owned(), count(sets.with_several)]);
            let (low, high) = unicity.interval();
            let known = unicity::KNOWN;
            let of_all = if unicity.sampled == unicity.people {
                "everybody was looked at".to_owned()
            } else {
                format!(
                    "{} of {} people, seed {}; 95%: {} to {}",
                    thousands(unicity.sampled),
                    thousands(unicity.people),
                    unicity.seed,
                    percent(low),
                    percent(high)
                )
            };
            block.row(vec![format!("singled out by {known} known events"), share(unicity.unique, unicity.sampled)]);
            block.notes.push(format!("Known events: {of_all}"));
            list.push(block);
        }
        for groups in &measured.groups {
            let title = format!("By {}: rows in classes of fewer than {}", groups.name, self.args.k);
            let mut block = Block::new(&title, &[&groups.name, "rows", "alone", "in small classes", "share"]);
            let (shown, hidden): (Vec<_>, Vec<_>) = groups.groups.iter().partition(|group| group.rows >= FEW);
            for group in shown {
                block.row(vec![group.name.clone(), thousands(group.rows), count(group.unique), count(group.small), share(group.small, group.rows)]);
            }
            if !hidden.is_empty() {
                block.notes.push(format!("{} of fewer than {FEW} rows not named", crate::text::count(hidden.len() as u64, "group", "groups")));
            }
            list.push(block);
        }
        list.extend(self.repairs.map(|repairs| super::repairs::blocks(self.args, repairs)).unwrap_or_default());
        list
    }

    fn summary(&self) -> Block {
        let measured = self.measured;
        let by_person = measured.by_person.as_ref().zip(measured.attack_by_person.as_ref());
        let mut block = Block::new("Classes", if by_person.is_some() { &["", "by row", "by person"] } else { &["", "by row"] });
        let k = self.args.k;
        let mut line = |name: String, of: &dyn Fn(&Sizes, &Attack) -> String| {
            let mut cells = vec![name, of(&measured.by_row, &measured.attack)];
            cells.extend(by_person.map(|(sizes, attack)| of(sizes, attack)));
            block.row(cells);
        };
        line("smallest class (k)".to_owned(), &|sizes, _| sizes.k.map_or("-".to_owned(), thousands));
        line("classes".to_owned(), &|sizes, _| count(sizes.classes));
        line("largest class".to_owned(), &|sizes, _| thousands(sizes.largest));
        line("alone in their class".to_owned(), &|sizes, _| with_share(sizes.uniques, sizes.members));
        line(format!("in classes of fewer than {k}"), &|sizes, _| with_share(sizes.small_members, sizes.members));
        line("prosecutor: highest risk of one".to_owned(), &|_, attack| percent(attack.prosecutor_highest));
        line("journalist: highest risk of one".to_owned(), &|_, attack| percent(attack.journalist_highest));
        line("marketer: share matched rightly".to_owned(), &|_, attack| percent(attack.marketer));
        if by_person.is_some() {
            block.notes.push("By person: somebody with rows in several classes counts in each of them".to_owned());
        }
        if self.population.is_some() {
            block.notes.push("Journalist: as if the extract were the population, an upper bound; against the population see below".to_owned());
            return block;
        }
        block.notes.push("Journalist: no population is given, so the extract's own classes stand for it: an upper bound".to_owned());
        block
    }

    /// The journalist who knows a population.
    fn against(&self, found: &Journalist, people: u64) -> Block {
        let members = if self.measured.by_person.is_some() { "people" } else { "rows" };
        let mut block = Block::new(&format!("Against a population of {}", thousands(people)), &["", members]);
        block.row(vec!["journalist: highest risk of one".to_owned(), percent(found.highest)]);
        block.row(vec![format!("shared by fewer than {} of the population", self.args.k), with_share(found.at_risk, found.members)]);
        block.row(vec!["marketer: share matched rightly".to_owned(), percent(found.marketer)]);
        if found.not_listed > 0 {
            let number = count(found.not_listed);
            block.notes.push(format!("{number} {members} have combinations that the population lacks: their own class stands for it, an upper bound"));
        }
        if found.too_small > 0 {
            let number = count(found.too_small);
            block.notes.push(format!("{number} {members} are in classes larger than the population's: the table cannot be right there"));
        }
        block
    }

    fn bands(&self) -> Block {
        let measured = self.measured;
        let head: &[&str] =
            if measured.by_person.is_some() { &["class size", "classes", "rows", "classes (people)", "people"] } else { &["class size", "classes", "rows"] };
        let mut block = Block::new("Class sizes", head);
        for index in 0..sizes::EDGES.len() {
            let all: Vec<_> = std::iter::once(&measured.by_row).chain(&measured.by_person).map(|sizes| sizes.bands[index]).collect();
            if all.iter().any(|band| band.classes > 0) {
                block.row(std::iter::once(sizes::band(index)).chain(all.iter().flat_map(|band| [count(band.classes), count(band.members)])).collect());
            }
        }
        block
    }

    fn sensitive(&self) -> Block {
        let head = ["", "distinct l", "entropy l", "classes of one value", "t (equal)", "t (ordered)"];
        let mut block = Block::new("Sensitive columns", &head);
        let mut shared = false;
        let mut line = |name: String, diversity: &Diversity, closeness: &Closeness| {
            shared |= diversity.single_classes > 0;
            block.row(vec![
                name,
                diversity.distinct.map_or("-".to_owned(), thousands),
                diversity.entropy.map_or("-".to_owned(), |l| format!("{l:.2}")),
                count(diversity.single_classes),
                format!("{:.3}", closeness.equal),
                closeness.ordered.map_or("-".to_owned(), |t| format!("{t:.3}")),
            ]);
        };
        for one in &self.measured.sensitive {
            line(format!("{}, by row", one.name), &one.by_row, &one.closeness);
            if let (Some(diversity), Some(closeness)) = (&one.by_person, &one.closeness_by_person) {
                line(format!("{}, by person", one.name), diversity, closeness);
            }
        }
        if shared {
            block
                .notes
                .push("A class of one value says it of everybody in it (attribute disclosure), however large the class: not safe, whatever k is".to_owned());
        }
        block
    }

    /// For a terminal.
    pub(super) fn text(&self, width: Option<u16>, style: Style, sources: &Sources) -> String {
        let bold = |text: &str| if style.colour { format!("{}{text}{}", BOLD.render(), BOLD.render_reset()) } else { text.to_owned() };
        let mut out = format!("{}\n", bold(&format!("Disclosure risk of {}", self.place)));
        for line in self.intro() {
            let _ = writeln!(out, "  {line}");
        }
        for block in self.blocks() {
            let _ = write!(out, "\n{}", block.text(width, bold));
        }
        out.push('\n');
        for finding in self.findings {
            let _ = writeln!(out, "{}\n", human::render(finding, sources, style));
        }
        let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error).count() as u64;
        if errors == 0 {
            let _ = writeln!(out, "No threshold asked for is missed (k {}{}).", self.args.k, self.other_thresholds());
        } else {
            let _ = writeln!(out, "{}; thresholds: k {}{}.", crate::text::count(errors, "finding", "findings"), self.args.k, self.other_thresholds());
        }
        for line in crate::text::wrap(LIMITS, usize::from(width.unwrap_or(110)).max(40)) {
            let _ = writeln!(out, "{line}");
        }
        out
    }

    fn other_thresholds(&self) -> String {
        let l = self.args.l.map(|l| format!(", l {l}")).unwrap_or_default();
        let t = self.args.t.map(|t| format!(", t {t}")).unwrap_or_default();
        l + &t
    }

    /// For notes and pull requests.
    pub(super) fn markdown(&self) -> String {
        let mut out = format!("# Disclosure risk of {}\n\n", self.place);
        for line in self.intro() {
            let _ = writeln!(out, "- {line}");
        }
        out.push('\n');
        for block in self.blocks() {
            out.push_str(&block.markdown());
        }
        out.push_str("## Findings\n\n");
        if self.findings.is_empty() {
            let _ = writeln!(out, "- No threshold asked for is missed (k {}{})", self.args.k, self.other_thresholds());
        }
        for finding in self.findings {
            let _ = writeln!(out, "- **{}** ({}): {}", finding.code, finding.severity, finding.message);
        }
        let _ = write!(out, "\n{LIMITS}\n");
        out
    }

    /// One finding a line.
    pub(super) fn short(&self) -> String {
        self.findings.iter().fold(String::new(), |mut text, finding| {
            let _ = writeln!(text, "{}: {}[{}]: {}", finding.place, finding.severity, finding.code, finding.message);
            text
        })
    }
}

fn with_share(part: u64, whole: u64) -> String {
    if part == 0 { "0".to_owned() } else { format!("{} ({})", count(part), share(part, whole)) }
}

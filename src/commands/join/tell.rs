//! A plan in words.

use crate::commands::ask::literals;
use crate::commands::blocks;
use crate::commands::session::{BOLD, Session};
use crate::decision::compiled::spread::AnswerBlock;
use crate::decision::plain::Verdict;
use crate::identifier::Date;
use crate::join::{NotHonoured, Plan, Side, Term, Unmapped};
use crate::pack::Pack;
use crate::pack::names::{Kind, NameMap};
use crate::source::Sources;
use crate::text::{and_list, count, or_list};
use crate::vocabulary::{NodeId, Tree};

/// A plan ready to be told.
pub(super) struct Told<'t> {
    /// The plan.
    pub(super) plan: &'t Plan,
    /// Our pack.
    pub(super) ours: &'t Pack,
    /// Theirs.
    pub(super) theirs: &'t Pack,
    /// The map.
    pub(super) map: &'t NameMap,
    /// All texts.
    pub(super) sources: &'t Sources,
    /// The day.
    pub(super) on: Date,
}

/// A heading with its sentences.
struct Section {
    title: String,
    lines: Vec<String>,
}

impl Told<'_> {
    /// Whose, in words.
    pub(super) fn side(&self, side: Side) -> &str {
        match side {
            Side::Ours => &self.ours.id,
            Side::Theirs => &self.theirs.id,
        }
    }

    fn other(&self, side: Side) -> &str {
        self.side(if side == Side::Ours { Side::Theirs } else { Side::Ours })
    }

    fn title(&self) -> String {
        format!("Plan: {} beside {}, on {}", self.ours.id, self.theirs.id, self.on.in_words())
    }

    fn before(&self) -> Vec<String> {
        let mut lines = vec![format!("Nothing is changed: this only plans. Names of {} are read through {}.", self.theirs.id, self.map.file)];
        for one in &self.plan.joining {
            let state = if one.in_force { "in force for those who have joined" } else { "not in force" };
            let held = match (one.held_by_both, one.same_terms) {
                (false, _) => format!("the pack {} does not hold it", self.other(one.side)),
                (true, true) => "both packs hold it, with the same terms".to_owned(),
                (true, false) => "both packs hold it, with other terms".to_owned(),
            };
            lines.push(format!("{} ({}) joins the two: {state}; {held}.", one.id, one.title.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
        lines
    }

    /// A name of ours, with theirs where it is another.
    fn both(&self, kind: Kind, tree: &Tree, there: &Tree, node: NodeId) -> String {
        let short = tree.short(node);
        let meaning: Vec<&str> = self.plan.names.meaning(kind, node).into_iter().map(|id| there.short(id)).collect();
        if meaning.is_empty() || meaning.contains(&short) { short.to_owned() } else { format!("{short} (there: {})", meaning.join(", ")) }
    }

    fn block(&self, block: &AnswerBlock) -> String {
        let pack = &self.plan.joined.pack;
        let (here, there) = (&pack.words, &self.theirs.words);
        let list = |kind, tree: &Tree, other: &Tree, nodes: &[NodeId]| nodes.iter().map(|node| self.both(kind, tree, other, *node)).collect::<Vec<_>>();
        let needs: Vec<String> = block.said.needs.iter().map(|set| literals(pack, set).join(" and ")).collect();
        let needs = if block.said.verdict == Verdict::Needs { format!(", where {}", or_list(&needs)) } else { String::new() };
        format!(
            "{} at {}: {} {} of {}, for {}{needs} ({})",
            or_list(&list(Kind::Roles, &here.roles, &there.roles, &block.roles)),
            blocks::organisations(pack, &block.at),
            blocks::ways(pack, &block.ways),
            and_list(&list(Kind::Data, &here.data, &there.data, &block.data)),
            blocks::organisations(pack, &block.of),
            or_list(&list(Kind::Purposes, &here.purposes, &there.purposes, &block.purposes)),
            block.said.clauses.join(", ")
        )
    }

    /// What stands in the way, each as one sentence.
    pub(super) fn in_the_way(&self) -> Vec<String> {
        let plan = self.plan;
        let mut lines = Vec::new();
        if plan.joining.is_empty() {
            lines.push("No agreement has parties on both sides, so neither side would see anything of the other's.".to_owned());
        }
        for wrong in &plan.names.wrong {
            let near = wrong.near.as_ref().map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
            lines.push(format!("{}: {}.{near}", self.sources.locate(wrong.span), wrong.message));
        }
        for side in [Side::Ours, Side::Theirs] {
            let used: Vec<&Unmapped> = plan.unmapped.iter().filter(|name| name.side == side && !name.used_by.is_empty()).collect();
            if !used.is_empty() {
                let mut clauses: Vec<&str> = used.iter().flat_map(|name| name.used_by.iter().map(String::as_str)).collect();
                clauses.sort_unstable();
                clauses.dedup();
                let names: Vec<String> = used.iter().map(|name| format!("{} {}", name.kind.in_words(), name.name)).collect();
                let (many, them) = if names.len() == 1 { ("means nothing", "it") } else { ("mean nothing", "them") };
                lines.push(format!(
                    "{}, which {} uses, {many} in {}: nothing passes through {them}.",
                    capital(&and_list(&names)),
                    and_list(&clauses),
                    self.other(side)
                ));
            }
        }
        lines.extend(plan.not_honoured.iter().map(|one| self.not_honoured(one)));
        for one in &plan.not_protected {
            lines.push(format!("{} is restricted in {}, and {} in {} is not.", one.protected, self.side(one.side), one.other, self.other(one.side)));
        }
        lines
    }

    fn not_honoured(&self, one: &NotHonoured) -> String {
        let what = if one.is_objection { "An upheld objection" } else { "A protection" };
        let unknown = if one.unknown { format!(" nothing in {} means it", self.other(one.side)) } else { String::new() };
        let seen: Vec<String> = one.open.iter().map(|block| self.block(block)).collect();
        let open = if seen.is_empty() { String::new() } else { format!(" data is seen across although it is true: {}", seen.join("; ")) };
        let and = if one.unknown && !seen.is_empty() { ", and" } else { "" };
        format!("{what} of {} ({}: {}) would not be honoured:{unknown}{and}{open}.", self.side(one.side), one.condition, one.meaning)
    }

    fn unmapped(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, _) in crate::pack::names::KINDS {
            for side in [Side::Theirs, Side::Ours] {
                let names: Vec<String> = self.plan.unmapped.iter().filter(|name| name.side == side && name.kind == kind).map(named).collect();
                if !names.is_empty() {
                    let what = count(names.len() as u64, kind.in_words(), kind.many());
                    lines.push(format!("{}: {what} without a name on the other side: {}.", self.side(side), names.join(", ")));
                }
            }
        }
        lines
    }

    fn terms(&self) -> Vec<String> {
        let said = |said: &crate::join::terms::Said| said.iter().map(|(value, ids)| format!("{value} ({})", ids.join(", "))).collect::<Vec<_>>().join(", or ");
        let line = |term: &Term| {
            let joining = if term.joining.is_empty() { String::new() } else { format!("; joining: {}", said(&term.joining)) };
            format!("{}: {}: {}; {}: {}{joining}.", capital(&term.about), self.ours.id, said(&term.ours), self.theirs.id, said(&term.theirs))
        };
        self.plan.terms.iter().filter(|term| term.differs()).map(line).collect()
    }

    fn signing(&self) -> Vec<String> {
        let lack = |word: &str, one: bool| match (word, one) {
            ("not_joined", true) => "has not joined",
            ("not_joined", false) => "have not joined",
            ("left", true) => "has left",
            ("left", false) => "have left",
            ("not_signed", true) => "has joined, and no signature is recorded",
            ("not_signed", false) => "have joined, and no signatures are recorded",
            ("other_terms", _) => "signed other terms",
            (_, true) => "signs once it is agreed",
            (_, false) => "sign once it is agreed",
        };
        let pack = &self.plan.joined.pack;
        let row = |one: &crate::join::Signing| {
            format!("{}, {}: {} {}.", one.agreement, one.party.replace('_', " "), blocks::organisations(pack, &one.orgs), lack(one.lack, one.orgs.len() == 1))
        };
        self.plan.signing.iter().map(row).collect()
    }

    fn sections(&self) -> Vec<Section> {
        let plan = self.plan;
        let or = |lines: Vec<String>, none: &str| if lines.is_empty() { vec![none.to_owned()] } else { lines };
        let gains = |blocks: &[AnswerBlock]| blocks.iter().map(|block| capital(&self.block(block)) + ".").collect::<Vec<_>>();
        let section = |title: &str, lines: Vec<String>| Section { title: title.to_owned(), lines };
        let compared = [(Side::Ours, plan.terms.iter().all(|term| term.ours.is_empty())), (Side::Theirs, plan.terms.iter().all(|term| term.theirs.is_empty()))];
        let same = plan.terms.iter().filter(|term| !term.differs()).count();
        let mut terms = self.terms();
        match compared.iter().find(|(_, nothing)| *nothing) {
            Some((side, _)) => {
                terms.push(format!("Not compared: {} has no agreement in force for direct care, beside those that join the two.", self.side(*side)));
            }
            None if same == 0 => {}
            None => terms.push(format!(
                "{} no different; compared are agreements in force for direct care, beside those that join the two.",
                count(same as u64, if terms.is_empty() { "term is" } else { "other term is" }, if terms.is_empty() { "terms are" } else { "other terms are" })
            )),
        }
        vec![
            section("What stands in the way", or(self.in_the_way(), "Nothing.")),
            section(&format!("What {} would see of {}", self.theirs.id, self.ours.id), or(gains(&plan.they_gain), "Nothing.")),
            section(&format!("What {} would see of {}", self.ours.id, self.theirs.id), or(gains(&plan.we_gain), "Nothing.")),
            section("Names through which nothing passes", or(self.unmapped(), "None.")),
            section("Terms that differ", terms),
            section("Who has still to sign", or(self.signing(), "Nobody.")),
        ]
    }

    /// For people.
    pub(super) fn human(&self, session: &Session, painted: bool) -> String {
        let paint = |text: &str| if painted { session.paint(BOLD, text) } else { text.to_owned() };
        let indent = if session.accessible { "" } else { "  " };
        let mut out = format!("{}\n", paint(&self.title()));
        for line in self.before() {
            out.push_str(&format!("{line}\n"));
        }
        for section in self.sections() {
            out.push_str(&format!("\n{}\n", paint(&section.title)));
            for line in section.lines {
                let lines = match session.width.filter(|_| painted && !session.accessible) {
                    Some(width) => crate::text::wrap(&line, usize::from(width).saturating_sub(4).max(30)),
                    None => vec![line],
                };
                for (index, part) in lines.iter().enumerate() {
                    out.push_str(&format!("{indent}{}{part}\n", if index > 0 { "  " } else { "" }));
                }
            }
        }
        out
    }

    /// For a board paper or a pull request.
    pub(super) fn markdown(&self) -> String {
        let safe = |text: &str| text.replace('\\', "\\\\").replace('<', "&lt;").replace(['*', '`'], "").replace('_', "\\_");
        let mut out = format!("# {}\n\n{}\n", safe(&self.title()), self.before().iter().map(|line| safe(line)).collect::<Vec<_>>().join(" "));
        for section in self.sections() {
            out.push_str(&format!("\n## {}\n\n", safe(&section.title)));
            for line in section.lines {
                out.push_str(&format!("- {}\n", safe(&line)));
            }
        }
        out
    }
}

fn named(name: &Unmapped) -> String {
    let near = name.near.as_ref().map(|near| format!(" (is it {near}?)")).unwrap_or_default();
    format!("{}{near}", name.name)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

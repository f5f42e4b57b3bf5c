//! A journey in words, and for machines.

use crate::commands::ask::PRINCIPLE_7;
use crate::commands::session::{BOLD, Session};
use crate::decision::compiled::spread::{AnswerBlock, Scope};
use crate::decision::plain::{Cause, Literal};
use crate::decision::{Compiled, Facts, TooManyConditions, Verdict};
use crate::identifier::Date;
use crate::journey::{Chosen, Mend, Part, Stage, Step};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::source::Sources;
use crate::text::{and_list, or_list};
use crate::vocabulary::{NodeId, Tree};

/// A journey ready to be told.
pub(super) struct Told<'t, 'p> {
    /// The pack.
    pub(super) pack: &'p Pack,
    /// Its texts.
    pub(super) sources: &'t Sources,
    /// As asked for.
    pub(super) pathway: &'t str,
    /// How organisations were chosen.
    pub(super) chosen: &'t Chosen<'p>,
    /// The day.
    pub(super) on: Date,
    /// Facts taken as those of ordinary care.
    pub(super) assumed: Facts,
    /// Facts given.
    pub(super) given: Facts,
    /// The handovers.
    pub(super) steps: &'t [Step<'p>],
    /// What the person may see themselves.
    pub(super) own: &'t [Part],
    /// Who else sees something of each step.
    pub(super) others: &'t [Vec<AnswerBlock>],
}

/// Other roles at each organisation that takes over, with what they see of the step.
pub(super) fn others(compiled: &Compiled<'_>, steps: &[Step<'_>], on: Date, known: Facts) -> Result<Vec<Vec<AnswerBlock>>, TooManyConditions> {
    let words = &compiled.pack.words;
    let index = |known: &[String], word: &str| known.iter().position(|name| name == word).and_then(|at| u8::try_from(at).ok()).unwrap_or(0);
    let way = (index(&words.actions, "view"), index(&words.forms, "identifiable"));
    let mut all = Vec::new();
    for step in steps {
        let (Some(of), Some(at)) = (step.from.organisation, step.to.organisation) else {
            all.push(Vec::new());
            continue;
        };
        let named = words.roles.leaves(step.transition.role);
        let mut data: Vec<NodeId> = step.parts.iter().flat_map(|part| part.data.iter().copied()).collect();
        data.sort_unstable();
        data.dedup();
        let roles: Vec<NodeId> =
            words.roles.leaves(crate::vocabulary::ROOT).into_iter().filter(|role| !named.contains(role) && !words.is_person(*role)).collect();
        let scope = Scope { roles, at: vec![at], of: vec![of], data, purposes: words.purposes.leaves(step.transition.purpose), ways: vec![way] };
        // An empty side would mean all there is of it.
        let found = if scope.data.is_empty() || scope.roles.is_empty() { Vec::new() } else { compiled.spread(&scope, on, known)? };
        all.push(found.into_iter().filter(|block| block.said.verdict == Verdict::Permit).collect());
    }
    Ok(all)
}

/// `care_home_manager` as it is spoken.
fn spoken(tree: &Tree, node: NodeId) -> String {
    tree.short(node).replace(['_', '.'], " ")
}

fn spoken_all(tree: &Tree, nodes: &[NodeId]) -> Vec<String> {
    nodes.iter().map(|node| spoken(tree, *node)).collect()
}

/// `A nurse`, `An allied health professional`.
fn with_article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {name}", if vowel { "An" } else { "A" })
}

/// The first letter as a sentence begins.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

impl Told<'_, '_> {
    fn name(&self, org: OrgId) -> String {
        crate::journey::name(self.pack, org)
    }

    fn title(&self) -> String {
        let place = match (self.chosen.named(), self.chosen.place()) {
            ([], Some(place)) => sentence(&spoken(&self.pack.words.places, place)),
            (named, _) => and_list(&named.iter().map(|org| self.name(*org)).collect::<Vec<_>>()),
        };
        let way = if self.chosen.named().is_empty() { "in" } else { "with" };
        format!("An invented person's journey: {}, {way} {place}, on {}", self.pathway.replace(['_', '-'], " "), self.on.in_words())
    }

    /// A fact in words: what it means, and its name.
    fn fact(&self, literal: Literal) -> String {
        let condition = &self.pack.words.conditions[usize::from(literal.fact.0)];
        let meaning = condition.meaning.trim().trim_end_matches('.');
        match (meaning.is_empty(), literal.value) {
            (true, true) => condition.name.clone(),
            (true, false) => format!("not {}", condition.name),
            (false, true) => format!("{meaning} ({})", condition.name),
            (false, false) => format!("it is not so that {meaning} (not {})", condition.name),
        }
    }

    pub(super) fn facts(&self, facts: Facts) -> Vec<String> {
        let names = self.pack.words.conditions.iter().enumerate();
        names
            .filter_map(|(index, condition)| match (facts.yes >> index & 1, facts.no >> index & 1) {
                (1, _) => Some(condition.name.clone()),
                (_, 1) => Some(format!("not {}", condition.name)),
                _ => None,
            })
            .collect()
    }

    fn needs(&self, needs: &[Vec<Literal>]) -> String {
        let sets: Vec<String> = needs.iter().map(|set| and_list(&set.iter().map(|literal| self.fact(*literal)).collect::<Vec<_>>())).collect();
        or_list(&sets)
    }

    /// What is said before the journey begins.
    fn before(&self) -> Vec<String> {
        let mut lines = vec!["The person is invented; nobody real is meant, and no identifier is used.".to_owned()];
        if self.pack.synthetic {
            lines.push("The organisations are synthetic too.".to_owned());
        }
        let assumed = self.facts(self.assumed);
        if !assumed.is_empty() {
            lines.push(format!("Assumed, as in ordinary care: {}.", and_list(&assumed)));
        }
        let given = self.facts(self.given);
        if !given.is_empty() {
            lines.push(format!("Given: {}.", and_list(&given)));
        }
        lines.push("Every other fact is unknown, and unknown never opens.".to_owned());
        lines
    }

    fn heading(&self, number: usize, step: &Step<'_>) -> String {
        let stage = |stage: &Stage| match stage.organisation {
            Some(org) => self.name(org),
            None => format!("nobody ({})", spoken(&self.pack.words.functions, stage.function)),
        };
        format!("{number}. {}: {} hands over to {}", sentence(&step.transition.name.replace(['_', '-'], " ")), stage(&step.from), stage(&step.to))
    }

    /// The sentences of a step.
    fn lines(&self, step: &Step<'_>, others: &[AnswerBlock]) -> Vec<String> {
        let words = &self.pack.words;
        let mut lines = Vec::new();
        for stage in [&step.from, &step.to] {
            let function = spoken(&words.functions, stage.function);
            match (stage.organisation, stage.found_at) {
                (None, _) => lines.push(format!("It goes dark here: no organisation of the register does {function} on this day.")),
                (Some(org), Some(place)) if Some(place) != self.chosen.place() => {
                    lines.push(format!("{} does {function} for {}.", self.name(org), spoken(&words.places, place)));
                }
                (Some(org), None) if !self.chosen.named().contains(&org) => {
                    lines.push(format!("{} does {function}; nobody at the place does.", self.name(org)));
                }
                _ => {}
            }
        }
        for part in &step.parts {
            lines.push(self.part(part));
        }
        for block in others {
            let who: Vec<String> = spoken_all(&words.roles, &block.roles).iter().map(|role| with_article(role).to_lowercase()).collect();
            lines.push(format!("There, {} sees {} too ({}).", or_list(&who), and_list(&spoken_all(&words.data, &block.data)), and_list(&block.said.clauses)));
        }
        lines.extend(self.objecting(step));
        if !step.not_included.is_empty() {
            lines.push(format!("Not included, because it is restricted: {}.", and_list(&spoken_all(&words.data, &step.not_included))));
        }
        lines
    }

    fn who(&self, part: &Part) -> String {
        let roles: Vec<String> = spoken_all(&self.pack.words.roles, &part.roles).iter().map(|role| with_article(role).to_lowercase()).collect();
        sentence(&or_list(&roles))
    }

    fn part(&self, part: &Part) -> String {
        let words = &self.pack.words;
        let (who, data, purpose) = (self.who(part), and_list(&spoken_all(&words.data, &part.data)), or_list(&spoken_all(&words.purposes, &part.purposes)));
        let clauses = and_list(&part.clauses);
        match (part.verdict, part.cause) {
            (Verdict::Permit, _) => format!("{who} sees {data} for {purpose} ({clauses})."),
            (Verdict::Needs, _) => {
                format!("{who} sees {data} for {purpose} only if {} ({clauses}); with what is known here it goes dark.", self.needs(&part.needs))
            }
            (Verdict::Deny, Cause::Prohibited) => {
                format!("{who} does not see {data} for {purpose}: it goes dark here, closed by {clauses}{}.", self.reason(&part.clauses))
            }
            (Verdict::Deny, _) => format!("{who} does not see {data} for {purpose}: it goes dark here. {}", mend(part.mend.as_ref())),
        }
    }

    /// Why what closes it was written.
    fn reason(&self, clauses: &[String]) -> String {
        let drafts = self.pack.agreements.iter().flat_map(|agreement| &agreement.draft.prohibits);
        let reasons: Vec<&str> = drafts
            .filter(|draft| clauses.contains(&draft.place))
            .filter_map(|draft| draft.reason.as_ref())
            .map(|reason| reason.value.trim().trim_end_matches('.'))
            .collect();
        if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) }
    }

    /// What an objection changes.
    fn objecting(&self, step: &Step<'_>) -> Vec<String> {
        if step.objected.is_empty() {
            return Vec::new();
        }
        let changed = step.changed_by_objection();
        let mut lines: Vec<String> = changed
            .iter()
            .map(|part| {
                let (who, data) = (self.who(part), and_list(&spoken_all(&self.pack.words.data, &part.data)));
                let who = who[..1].to_lowercase() + &who[1..];
                match part.verdict {
                    Verdict::Permit => format!("If the person objects, {who} sees {data} ({}).", and_list(&part.clauses)),
                    Verdict::Needs => format!("If the person objects, {who} sees {data} only if {} ({}).", self.needs(&part.needs), and_list(&part.clauses)),
                    Verdict::Deny => format!("If the person objects, {who} no longer sees {data}."),
                }
            })
            .collect();
        let open = step.parts.iter().any(|part| part.verdict != Verdict::Deny);
        if lines.is_empty() && open {
            lines.push("An objection changes nothing here: no clause of this step asks for it.".to_owned());
        }
        lines
    }

    fn own_lines(&self) -> Vec<String> {
        let words = &self.pack.words;
        self.own
            .iter()
            .map(|part| {
                let (data, purpose) = (and_list(&spoken_all(&words.data, &part.data)), or_list(&spoken_all(&words.purposes, &part.purposes)));
                let clauses = and_list(&part.clauses);
                match part.verdict {
                    Verdict::Needs => format!("The person sees {data} themselves, for {purpose}, if {} ({clauses}).", self.needs(&part.needs)),
                    _ => format!("The person sees {data} themselves, for {purpose} ({clauses})."),
                }
            })
            .collect()
    }

    fn close(&self) -> String {
        let dark = self.steps.iter().filter(|step| step.goes_dark()).count();
        let of = crate::text::count(self.steps.len() as u64, "handover", "handovers");
        match dark {
            0 => format!("Of {of}, none goes dark."),
            _ => format!("Of {of}, {dark} {} dark. {PRINCIPLE_7}", if dark == 1 { "goes" } else { "go" }),
        }
    }

    /// For people.
    pub(super) fn human(&self, session: &Session, painted: bool) -> String {
        let paint = |text: &str| if painted { session.paint(BOLD, text) } else { text.to_owned() };
        let mut out = format!("{}\n", paint(&self.title()));
        let say = |indent: &str, line: &str| match session.width.filter(|_| painted && !session.accessible) {
            Some(width) => crate::text::wrap(line, usize::from(width).saturating_sub(indent.len() + 2).max(30)).iter().fold(String::new(), |mut all, part| {
                all.push_str(&format!("{indent}{}{part}\n", if all.is_empty() { "" } else { "  " }));
                all
            }),
            None => format!("{}{line}\n", if session.accessible { "" } else { indent }),
        };
        for line in self.before() {
            out.push_str(&say("", &line));
        }
        for (index, step) in self.steps.iter().enumerate() {
            out.push_str(&format!("\n{}\n", paint(&self.heading(index + 1, step))));
            for line in self.lines(step, &self.others[index]) {
                out.push_str(&say("   ", &line));
            }
        }
        out.push('\n');
        for line in self.own_lines().iter().chain([&self.close()]) {
            out.push_str(&say("", line));
        }
        out
    }

    /// For a note or a page.
    pub(super) fn markdown(&self) -> String {
        let safe = |text: &str| text.replace('\\', "\\\\").replace('<', "&lt;").replace(['*', '`'], "").replace('_', "\\_");
        let mut out = format!("# {}\n\n{}\n", safe(&self.title()), self.before().iter().map(|line| safe(line)).collect::<Vec<_>>().join(" "));
        for (index, step) in self.steps.iter().enumerate() {
            out.push_str(&format!("\n## {}\n\n", safe(&self.heading(index + 1, step))));
            for line in self.lines(step, &self.others[index]) {
                out.push_str(&format!("- {}\n", safe(&line)));
            }
        }
        out.push('\n');
        for line in self.own_lines().iter().chain([&self.close()]) {
            out.push_str(&format!("{}\n\n", safe(line)));
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }
}

fn mend(mend: Option<&Mend>) -> String {
    match mend {
        Some(mend) => {
            let then = mend.condition.as_ref().map(|condition| format!(", and then where {condition}")).unwrap_or_default();
            format!("{} would show it if {}{then}.", mend.clause, and_list(&mend.changes))
        }
        None => "No grant comes near: one would have to be written.".to_owned(),
    }
}

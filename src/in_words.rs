//! An agreement in words, for people who do not read YAML: what it says, section by section, and nothing that it does not.

use crate::agreement::valid::{Clause, Joined};
use crate::agreement::written::{BasisDraft, ClauseDraft, OrgSelectorDraft, PARTY_ROLES, PartyRole, WhoDraft};
use crate::agreement::{Agreement, Scope};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::rules::Context;
use crate::source::Spanned;
use crate::text::{and_list, count, or_list};
use crate::vocabulary::Restriction;

/// A heading and its sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// The sentences; never empty.
    pub lines: Vec<String>,
}

/// What an agreement says, on the day of the context.
pub fn sections(context: &Context<'_>, agreement: &Agreement) -> Vec<Section> {
    let all = [
        ("When it holds", dates(context, agreement)),
        ("Who is party to it", parties(context, agreement)),
        ("Why", agreement.draft.basis.iter().map(basis).collect()),
        ("Who may see what", grants(context, agreement)),
        ("Who may not", prohibitions(context, agreement)),
        ("What leaves as an extract", releases(agreement)),
        ("What the conditions mean", conditions(context, agreement)),
        ("How long it is kept", retention(agreement)),
        ("For the people it is about", people(agreement)),
        ("When something goes wrong, or somebody leaves", trouble(agreement)),
    ];
    all.into_iter().filter(|(_, lines)| !lines.is_empty()).map(|(title, lines)| Section { title, lines }).collect()
}

/// `direct care`: a name as people read it.
fn plain(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).replace('_', " ")
}

fn names(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|name| plain(&name.value)).collect()
}

fn data(list: &[Spanned<String>]) -> String {
    if list.iter().any(|name| name.value == "any") { "anything".to_owned() } else { and_list(&names(list)) }
}

fn purposes(list: &[Spanned<String>]) -> String {
    if list.iter().any(|name| name.value == "any") { "any purpose".to_owned() } else { or_list(&names(list)) }
}

fn said(text: Option<&Spanned<String>>) -> Option<&str> {
    text.map(|text| text.value.trim()).filter(|text| !text.is_empty())
}

fn dates(context: &Context<'_>, agreement: &Agreement) -> Vec<String> {
    let draft = &agreement.draft;
    let state = if agreement.in_force_on(context.as_of) { "in force" } else { "not in force" };
    let mut lines = vec![format!("Its status is {}; on {} it is {state}.", agreement.status.name().replace('_', " "), context.as_of.in_words())];
    if let Some(term) = agreement.term {
        let end = if term.last == Date::MAX { "without a last day".to_owned() } else { format!("to {}", term.last.in_words()) };
        lines.push(format!("From {} {end}, both days included.", term.first.in_words()));
    }
    for gap in &agreement.suspended {
        lines.push(format!("Suspended from {} to {}.", gap.first.in_words(), gap.last.in_words()));
    }
    if let Some(next) = draft.review.as_ref().and_then(|review| review.next.as_ref()) {
        lines.push(format!("Its next review is due on {}.", next.value.in_words()));
    }
    if !draft.supersedes.is_empty() {
        lines.push(format!("It takes the place of {}.", and_list(&draft.supersedes.iter().map(|id| id.value.as_str()).collect::<Vec<_>>())));
    }
    lines
}

fn parties(context: &Context<'_>, agreement: &Agreement) -> Vec<String> {
    let mut lines = Vec::new();
    for party in &agreement.parties {
        let mut members: Vec<OrgId> = context
            .pack
            .register
            .ids()
            .filter(|org| {
                context.organisation(*org).open.contains(context.as_of) && party.includes_on(context.words(), &context.pack.register, *org, context.as_of)
            })
            .collect();
        members.sort_by_key(|org| context.organisation(*org).ods.clone());
        let role = PARTY_ROLES.iter().find(|(_, role)| *role == party.role).map_or("party", |(word, _)| *word);
        let does = match (party.gives, party.gets) {
            (true, true) => "they give data and get it",
            (true, false) => "they give data and get none",
            (false, true) => "they get data and give none",
            (false, false) if party.role == PartyRole::Processor => "they act on the others' instructions",
            (false, false) => "they neither give nor get data here",
        };
        let how = match party.joined {
            Joined::ByFile(_) => "joined by then",
            Joined::OnStart => "from the first day",
        };
        let who = if members.is_empty() { "nobody".to_owned() } else { format!("{} ({})", Context::count(&members), context.some_codes(&members)) };
        lines.push(format!("{}, as {}, {how}: {who}; {does}.", plain(&party.name), plain(role)));
    }
    lines
}

fn basis(basis: &BasisDraft) -> String {
    let mut line = plain(&basis.purpose.value);
    if let Some(who) = &basis.parties {
        line.push_str(&format!(" ({})", organisations(who)));
    }
    if let Some(description) = said(basis.description.as_ref()) {
        line.push_str(&format!(": {}", description.trim_end_matches('.')));
    }
    line.push('.');
    let mut grounds = Vec::new();
    if let Some(letter) = said(basis.article_6.as_ref()) {
        grounds.push(format!("UK GDPR Article 6(1)({letter})"));
    }
    if let Some(letter) = said(basis.article_9.as_ref()) {
        grounds.push(format!("Article 9(2)({letter})"));
    }
    if let Some(condition) = said(basis.schedule_1.as_ref()) {
        grounds.push(format!("DPA 2018 Schedule 1 {condition}"));
    }
    if let Some(power) = said(basis.power.as_ref()) {
        grounds.push(format!("under {power}"));
    }
    if !grounds.is_empty() {
        line.push_str(&format!(" Stated basis: {}.", grounds.join(", ")));
    }
    if let Some(route) = basis.confidentiality.as_ref().and_then(|route| said(route.route.as_ref())) {
        line.push_str(&format!(" Duty of confidentiality: {}.", plain(route)));
    }
    line
}

fn organisations(who: &OrgSelectorDraft) -> String {
    let mut parts = Vec::new();
    if !who.function.is_empty() {
        parts.push(or_list(&names(&who.function)));
    }
    if !who.within.is_empty() {
        parts.push(format!("in {}", or_list(&names(&who.within))));
    }
    if !who.org.is_empty() {
        parts.push(or_list(&who.org.iter().map(|org| org.value.clone()).collect::<Vec<_>>()));
    }
    if let Some(except) = &who.except {
        parts.push(format!("except {}", people_at(except)));
    }
    parts.join(" ")
}

fn people_at(who: &WhoDraft) -> String {
    let at = organisations(&who.at);
    match (who.role.is_empty(), at.is_empty()) {
        (true, true) => "everybody".to_owned(),
        (true, false) => format!("everybody of {at}"),
        (false, true) => or_list(&names(&who.role)),
        (false, false) => format!("{} of {at}", or_list(&names(&who.role))),
    }
}

fn grants(context: &Context<'_>, agreement: &Agreement) -> Vec<String> {
    let mut lines: Vec<String> = agreement.draft.grants.iter().map(|clause| grant(clause, agreement)).collect();
    let tree = &context.words().data;
    let restricted = |wanted: fn(&Restriction) -> bool| -> Vec<String> {
        tree.ids().filter(|id| wanted(&tree.node(*id).restriction)).map(|id| plain(tree.path(id))).collect()
    };
    let named = restricted(|restriction| matches!(restriction, Restriction::NamedOnly));
    if !lines.is_empty() && !named.is_empty() {
        lines.push(format!("What is named by itself only, and not reached by a wider name: {}.", and_list(&named)));
    }
    let statute = restricted(|restriction| matches!(restriction, Restriction::Statute { .. }));
    if !lines.is_empty() && !statute.is_empty() {
        lines.push(format!("Closed by statute, unless a clause depends on a lawful gateway: {}.", and_list(&statute)));
    }
    lines
}

/// `g1: clinician of nhs may view medications and results (identifiable) for individual care, when relationship`.
fn grant(draft: &ClauseDraft, agreement: &Agreement) -> String {
    let may = if draft.may.is_empty() { "view".to_owned() } else { and_list(&names(&draft.may)) };
    let form = if draft.form.is_empty() { "identifiable".to_owned() } else { or_list(&names(&draft.form)) };
    let mut line = format!("{}: {} may {may} {} ({form}) for {}", draft.name.value, people_at(&draft.to), data(&draft.see), purposes(&draft.purposes));
    let of = organisations(&draft.of);
    if !of.is_empty() {
        line.push_str(&format!(", of data of {of}"));
    }
    narrowing(draft, &mut line);
    if let Some(clause) = agreement.grant(&draft.name.value) {
        for (name, value) in &clause.duties {
            line.push_str(&format!("; {}: {value}", plain(name)));
        }
    }
    line + "."
}

fn narrowing(draft: &ClauseDraft, line: &mut String) {
    if !draft.except.see.is_empty() {
        line.push_str(&format!(", without {}", and_list(&names(&draft.except.see))));
    }
    if !draft.except.purposes.is_empty() {
        line.push_str(&format!(", not for {}", or_list(&names(&draft.except.purposes))));
    }
    if let Some(who) = &draft.except.who {
        line.push_str(&format!(", except {}", people_at(who)));
    }
    for (word, condition) in [("when", &draft.when), ("unless", &draft.unless)] {
        if let Some(condition) = said(condition.as_ref()) {
            line.push_str(&format!(", {word} {}", condition.replace('_', " ")));
        }
    }
    for (word, day) in [("from", &draft.starts), ("to", &draft.ends)] {
        if let Some(day) = day {
            line.push_str(&format!(", {word} {}", day.value.in_words()));
        }
    }
}

fn prohibitions(context: &Context<'_>, agreement: &Agreement) -> Vec<String> {
    let mut lines: Vec<String> = agreement
        .draft
        .prohibits
        .iter()
        .map(|draft| {
            let scope = agreement.prohibits.iter().find(|clause| clause.name == draft.name.value).map_or(Scope::Agreement, |clause| clause.scope);
            let reach = if scope == Scope::Source { ", under any agreement" } else { "" };
            let may = if draft.may.is_empty() { "see".to_owned() } else { or_list(&names(&draft.may)) };
            let form = if draft.form.is_empty() { String::new() } else { format!(" ({})", or_list(&names(&draft.form))) };
            let mut line =
                format!("{}: {} may not {may} {}{form} for {}{reach}", draft.name.value, people_at(&draft.to), data(&draft.see), purposes(&draft.purposes));
            narrowing(draft, &mut line);
            if let Some(reason) = said(draft.reason.as_ref()) {
                line.push_str(&format!("; {}", reason.trim_end_matches('.')));
            }
            line + "."
        })
        .collect();
    let inherited = agreement.prohibits.len().saturating_sub(agreement.draft.prohibits.len()) as u64;
    if inherited > 0 {
        lines.push(format!("{} from the agreement above it.", count(inherited, "prohibition holds here too,", "prohibitions hold here too,")));
    }
    let guards = context.pack.guards.len() as u64;
    if guards > 0 {
        lines.push(format!("Over every agreement of the pack: {} of statute (guards.yaml).", count(guards, "prohibition", "prohibitions")));
    }
    lines
}

fn releases(agreement: &Agreement) -> Vec<String> {
    let release = |release: &crate::agreement::written::ReleaseDraft| {
        let form = said(release.form.as_ref()).unwrap_or("pseudonymised");
        let to = said(release.to.as_ref()).unwrap_or("nobody named");
        let purpose = said(release.purpose.as_ref()).map(plain).unwrap_or_default();
        format!("{}: to {to}, {form}, for {purpose}: {}.", release.name.value, and_list(&names(&release.categories)))
    };
    agreement.draft.releases.iter().map(release).collect()
}

/// The meaning of every condition that a clause of this agreement names.
fn conditions(context: &Context<'_>, agreement: &Agreement) -> Vec<String> {
    let bits = agreement.grants.iter().chain(&agreement.prohibits).fold(0, |bits, clause: &Clause| bits | clause.condition.facts());
    let named = context.words().conditions.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
    named.map(|(_, condition)| format!("{}: {}.", plain(&condition.name), condition.meaning.trim_end_matches('.'))).collect()
}

fn retention(agreement: &Agreement) -> Vec<String> {
    let entry = |entry: &crate::agreement::written::RetentionDraft| {
        let part = |word: &str, text: &Option<Spanned<String>>| said(text.as_ref()).map(|text| format!("{word}{text}"));
        let parts: Vec<String> = [part("", &entry.keep), part("after ", &entry.after), part("then ", &entry.then)].into_iter().flatten().collect();
        format!("{}: {}.", plain(&entry.class.value), parts.join(", "))
    };
    agreement.draft.retention.iter().map(entry).collect()
}

fn people(agreement: &Agreement) -> Vec<String> {
    let draft = &agreement.draft;
    let mut lines = Vec::new();
    if let Some(rights) = &draft.rights {
        if let Some(contact) = said(rights.contact.as_ref()) {
            lines.push(format!("Requests about rights go to {contact}."));
        }
        if let Some(route) = rights.objection.as_ref().and_then(|objection| said(objection.route.as_ref())) {
            lines.push(format!("To object: {route}."));
        }
    }
    if let Some(route) = draft.complaints.as_ref().and_then(|complaints| said(complaints.route.as_ref())) {
        lines.push(format!("To complain: {route}."));
    }
    if let Some(notice) = draft.publication.as_ref().and_then(|publication| said(publication.privacy_notice.as_ref())) {
        lines.push(format!("The privacy notice: {notice}"));
    }
    lines
}

fn trouble(agreement: &Agreement) -> Vec<String> {
    let draft = &agreement.draft;
    let mut lines = Vec::new();
    if let Some(breach) = &draft.breach
        && let Some(lead) = said(breach.lead.as_ref())
    {
        let hours = breach.report_to_ico_hours.as_ref();
        let hours = hours.map(|hours| format!(", and reports to the Information Commissioner within {} hours where it must be reported", hours.value));
        lines.push(format!("A possible incident: {lead} leads{}.", hours.unwrap_or_default()));
    }
    if let Some(exit) = &draft.exit {
        let notice = exit.notice_months.as_ref().map(|months| format!("after {} months' notice", months.value));
        let parts: Vec<String> =
            [notice, said(exit.return_or_delete.as_ref()).map(str::to_owned), said(exit.access_revoked.as_ref()).map(|text| format!("access ends {text}"))]
                .into_iter()
                .flatten()
                .collect();
        if !parts.is_empty() {
            lines.push(format!("A party that leaves: {}.", parts.join("; ")));
        }
    }
    if let Some(allowed) = draft.onward_sharing.as_ref().and_then(|onward| onward.allowed.as_ref()) {
        lines.push(if allowed.value { "Data may be passed on, on the conditions that the agreement states." } else { "Data may not be passed on." }.to_owned());
    }
    lines
}

//! Grants, prohibitions and releases, as somebody wrote them.

use super::{Day, Number, OrgSelectorDraft, Text, WhoDraft, YesNo};
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Sink};

/// A grant or a prohibition.
#[derive(Clone, Debug)]
pub struct ClauseDraft {
    /// `g1`.
    pub name: Spanned<String>,
    /// `GM-DSA-0007/g1`.
    pub place: String,
    /// Its block.
    pub span: Span,
    /// Who.
    pub to: WhoDraft,
    /// Whether `to:` is written.
    pub has_to: bool,
    /// What.
    pub see: Vec<Spanned<String>>,
    /// What of it not, and for whom not.
    pub except: ExceptDraft,
    /// Whose.
    pub of: OrgSelectorDraft,
    /// What for.
    pub purposes: Vec<Spanned<String>>,
    /// What may be done.
    pub may: Vec<Spanned<String>>,
    /// In which form.
    pub form: Vec<Spanned<String>>,
    /// When.
    pub when: Text,
    /// Unless.
    pub unless: Text,
    /// Duties that come with it, by name.
    pub then: Vec<(Spanned<String>, Spanned<String>)>,
    /// First day, if later than the agreement's.
    pub starts: Day,
    /// Last day, if earlier.
    pub ends: Day,
    /// How far a prohibition reaches.
    pub scope: Text,
    /// Why.
    pub reason: Text,
}

/// What a clause leaves out.
#[derive(Clone, Debug, Default)]
pub struct ExceptDraft {
    /// Data categories.
    pub see: Vec<Spanned<String>>,
    /// Purposes.
    pub purposes: Vec<Spanned<String>>,
    /// Roles and organisations.
    pub who: Option<WhoDraft>,
}

/// A release as the agreement grants it; what happens to each column is the pseudonymiser's to read.
#[derive(Clone, Debug)]
pub struct ReleaseDraft {
    /// Its name.
    pub name: Spanned<String>,
    /// `GM-DSA-0021/phm-monthly`.
    pub place: String,
    /// Its block, whole.
    pub node: Node,
    /// The recipient.
    pub to: Text,
    /// What for.
    pub purpose: Text,
    /// In which form (default pseudonymised).
    pub form: Text,
    /// Categories that its columns name.
    pub categories: Vec<Spanned<String>>,
}

/// Reads a grant or prohibition; `guards.yaml` uses it too.
pub fn clause(name: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<ClauseDraft> {
    let f = Fields::open(node, place.clone(), sink)?;
    let to = f.block("to");
    let except = f.get("except").map_or_else(ExceptDraft::default, |written| {
        if written.as_map().is_some() {
            let Some(inner) = f.block("except") else { return ExceptDraft::default() };
            let who = WhoDraft::read(&inner);
            let named = !who.role.is_empty() || !who.at.function.is_empty() || !who.at.within.is_empty() || !who.at.org.is_empty();
            ExceptDraft { see: inner.texts("see"), purposes: inner.texts("for"), who: named.then_some(who) }
        } else {
            ExceptDraft { see: f.texts("except"), ..ExceptDraft::default() }
        }
    });
    let then = f
        .get("then")
        .map(|node| {
            let Some(entries) = node.as_map() else {
                sink.wrong(&format!("{place}/then"), node.span, "a block of duties", node.kind_in_words());
                return Vec::new();
            };
            entries
                .iter()
                .filter_map(|(key, value)| match value.as_text() {
                    Some(text) => Some((Spanned::new(key.text.clone(), key.span), Spanned::new(text.to_owned(), value.span))),
                    None => {
                        sink.wrong(&format!("{place}/then/{}", key.text), value.span, "a single value", value.kind_in_words());
                        None
                    }
                })
                .collect()
        })
        .unwrap_or_default();
    Some(ClauseDraft {
        span: f.span,
        has_to: to.is_some(),
        to: to.as_ref().map(WhoDraft::read).unwrap_or_default(),
        see: f.texts("see"),
        except,
        of: f.block("of").as_ref().map(OrgSelectorDraft::read).unwrap_or_default(),
        purposes: f.texts("for"),
        may: f.texts("may"),
        form: f.texts("form"),
        when: f.text("when"),
        unless: f.text("unless"),
        then,
        starts: f.date("starts"),
        ends: f.date("ends"),
        scope: f.text("scope"),
        reason: f.text("reason"),
        name,
        place,
    })
}

pub(super) fn release(name: Spanned<String>, node: &Node, place: String) -> ReleaseDraft {
    let text = |key: &str| node.get(key).and_then(|value| value.as_text().map(|text| Spanned::new(text.to_owned(), value.span)));
    let mut categories = Vec::new();
    let mut columns = |block: Option<&Node>| {
        for (_, column) in block.and_then(Node::as_map).unwrap_or_default() {
            if let Some((category, value)) = column.get("category").and_then(|value| value.as_text().map(|text| (text.to_owned(), value))) {
                categories.push(Spanned::new(category, value.span));
            }
        }
    };
    columns(node.get("columns"));
    for (_, table) in node.get("tables").and_then(Node::as_map).unwrap_or_default() {
        columns(table.get("columns"));
    }
    ReleaseDraft { to: text("to"), purpose: text("for"), form: text("form"), categories, node: node.clone(), name, place }
}

/// Emergency access as the agreement describes it. What opens it is the condition of a grant, with its duties; this says
/// who it is for and who looks at it afterwards.
#[derive(Clone, Debug)]
pub struct BreakGlassDraft {
    /// Whether there is any.
    pub allowed: YesNo,
    /// For which roles.
    pub roles: Vec<Spanned<String>>,
    /// Whether a reason must be given.
    pub reason_required: YesNo,
    /// Who looks at it afterwards.
    pub reviewer: Text,
    /// Within how many days.
    pub review_within_days: Number,
    /// Who is alerted; an alert names neither the person nor the user.
    pub alert: Text,
    /// Whether the person is told.
    pub tell_patient: Text,
    /// Its block.
    pub span: Span,
}

pub(super) fn break_glass(b: &Fields<'_>) -> BreakGlassDraft {
    BreakGlassDraft {
        allowed: b.yes_no("allowed"),
        roles: b.texts("roles"),
        reason_required: b.yes_no("reason_required"),
        reviewer: b.text("reviewer"),
        review_within_days: b.number("review_within_days"),
        alert: b.text("alert"),
        tell_patient: b.text("tell_patient"),
        span: b.span,
    }
}

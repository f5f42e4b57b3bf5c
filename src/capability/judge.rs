//! How the items of a minimum are judged. Each looks at the agreements for direct care that are in force on the day.

use super::Verdict::{CannotBeJudged, Met, NotMet};
use super::{Answer, Evidence, Item, Verdict};
use crate::access_log::profile::TARGETS;
use crate::agreement::valid::{Clause, Joined};
use crate::agreement::written::PartyRole;
use crate::agreement::{Agreement, condition::submasks};
use crate::rules::context::{PurposeKind, entry_span};
use crate::rules::coverage::care_agreements;
use crate::source::Span;
use crate::vocabulary::{self, Restriction};
use crate::yaml::Node;

/// A verdict, why, and where.
type Judged = (Verdict, String, Option<Span>);

pub(super) fn answer(item: Item, evidence: &Evidence<'_, '_>) -> Answer {
    let judge = Judge { evidence, care: care_agreements(evidence.context) };
    let mut words = item.judge.split(' ');
    let kind = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let (verdict, why, at) = match (kind, &words[..]) {
        ("log", fields) => judge.log(fields),
        _ if judge.care.is_empty() => (CannotBeJudged, format!("no agreement for direct care is in force on {}", evidence.context.as_of), None),
        ("block", [block, keys @ ..]) => judge.block(block, keys),
        ("each", [block, keys @ ..]) => judge.each(block, keys),
        ("rules", codes) => judge.rules(codes),
        ("fn", [name]) => judge.named(name),
        _ => (CannotBeJudged, "the table says no way to judge it".to_owned(), None),
    };
    Answer { item, verdict, why, at }
}

struct Judge<'e, 'p> {
    evidence: &'e Evidence<'e, 'p>,
    care: Vec<&'p Agreement>,
}

impl<'p> Judge<'_, 'p> {
    fn named(&self, name: &str) -> Judged {
        match name {
            "joint_arrangement" => self.of_parties(PartyRole::JointController, "joint controllers", "PTY-006"),
            "processors" => self.of_parties(PartyRole::Processor, "processor", "PTY-009"),
            "all_signed" => self.all_signed(),
            "flow_map" => self.flow_map(),
            "impact_assessments" => self.impact_assessments(),
            "clinical_view" => self.clinical_view(),
            "national_codes" => self.national_codes(),
            "restricted_view" => self.restricted_view(),
            "emergency" => self.emergency(),
            "own_record" => self.own_record(),
            "objections" => self.objections(),
            "objection_route" => self.objection_route(),
            "objection_evidence" => self.objection_evidence(),
            "statute" => self.statute(),
            "audit_grant" => self.audit_grant(),
            "staff_notice" => self.staff_notice(),
            "log_profile" => match self.evidence.logs.first() {
                Some((file, _)) => (Met, format!("{file} maps it"), None),
                None => (NotMet, "audit/profiles/ holds no profile that can be read".to_owned(), None),
            },
            _ => (CannotBeJudged, "this version cannot judge it".to_owned(), None),
        }
    }

    /// Every agreement has a block with these keys.
    fn block(&self, block: &str, keys: &[&str]) -> Judged {
        let mut shown = None;
        for agreement in &self.care {
            let Some(node) = agreement.draft.node.get(block).filter(|node| !node.is_null()) else {
                return (NotMet, format!("{} has no `{block}:`", agreement.id), Some(agreement.draft.head()));
            };
            if let Some(missing) = missing(node, keys) {
                return (NotMet, format!("`{block}:` of {} lacks {missing}", agreement.id), key_of(agreement, block));
            }
            shown = shown.or(key_of(agreement, block));
        }
        (Met, format!("`{block}:` of {}", self.ids()), shown)
    }

    /// Every entry of a block has these keys; there is at least one.
    fn each(&self, block: &str, keys: &[&str]) -> Judged {
        for agreement in &self.care {
            let entries = agreement.draft.node.get(block).map(entries).unwrap_or_default();
            if entries.is_empty() {
                return (NotMet, format!("{} has no `{block}:`", agreement.id), Some(agreement.draft.head()));
            }
            for (name, entry) in entries {
                if let Some(missing) = missing(entry, keys) {
                    return (NotMet, format!("`{name}` under `{block}:` of {} lacks {missing}", agreement.id), Some(first_of(entry)));
                }
            }
        }
        (Met, format!("every entry of `{block}:` of {}", self.ids()), self.care.first().and_then(|agreement| key_of(agreement, block)))
    }

    /// `check` finds nothing under any of these codes.
    fn rules(&self, codes: &[&str]) -> Judged {
        if let Some(code) = codes.iter().find(|code| self.evidence.context.pack.levels.get(**code).is_some_and(|level| level.value.is_none())) {
            return (CannotBeJudged, format!("the pack sets {code} to `allow`"), None);
        }
        if self.evidence.context.reading_failed && codes.iter().any(|code| code.starts_with("XAG-")) {
            return (CannotBeJudged, "the pack has errors that hide who has joined".to_owned(), None);
        }
        match self.evidence.findings.iter().find(|finding| codes.contains(&finding.code)) {
            Some(finding) => (NotMet, format!("{}: {}", finding.code, finding.message), finding.labels.first().map(|label| label.span)),
            None => (Met, format!("`check` finds nothing under {}", crate::text::and_list(codes)), None),
        }
    }

    /// A rule about parties of a kind, which says nothing where there are none.
    fn of_parties(&self, role: PartyRole, what: &str, code: &str) -> Judged {
        let party = self.care.iter().flat_map(|agreement| &agreement.parties).find(|party| party.role == role);
        match (party, self.rules(&[code])) {
            (None, _) => (CannotBeJudged, format!("no agreement for direct care has a {what}").replace("a joint", "joint"), None),
            (Some(party), (Met, why, _)) => (Met, why, Some(party.span)),
            (_, other) => other,
        }
    }

    fn all_signed(&self) -> Judged {
        if self.evidence.context.reading_failed {
            return (CannotBeJudged, "the pack has errors that hide who has joined".to_owned(), None);
        }
        let chased = crate::unsigned::chase(self.evidence.context);
        let unsigned =
            |row: &&crate::unsigned::Chase<'_>| row.missing.iter().any(|missing| self.care.iter().any(|agreement| agreement.id == missing.agreement.id));
        let orgs: Vec<_> = chased.rows.iter().filter(unsigned).map(|row| row.org).collect();
        if orgs.is_empty() {
            (
                Met,
                "nobody has anything left to sign".to_owned(),
                self.care.iter().flat_map(|agreement| &agreement.parties).find(|party| matches!(party.joined, Joined::ByFile(_))).map(|party| party.span),
            )
        } else {
            let context = self.evidence.context;
            let has = if orgs.len() == 1 { "has" } else { "have" };
            let words = format!("{} {has} something left to sign: {}", crate::rules::Context::count(&orgs), context.some_codes(&orgs));
            (NotMet, words, Some(context.organisation(orgs[0]).span))
        }
    }

    fn flow_map(&self) -> Judged {
        let flows = &self.evidence.context.pack.flows;
        match (flows.first(), flows.iter().find(|flow| flow.agreement.is_none())) {
            (None, _) => (NotMet, "flows.csv declares no flow".to_owned(), None),
            (_, Some(flow)) => (NotMet, "a flow names no agreement".to_owned(), Some(flow.span)),
            (Some(flow), None) => (Met, format!("{}, each with its agreement", crate::text::count(flows.len() as u64, "flow", "flows")), Some(flow.span)),
        }
    }

    fn impact_assessments(&self) -> Judged {
        match self.rules(&["LIF-004"]) {
            (Met, ..) => self.each("dpia", &["ref", "purposes", "approved", "approved_by", "url"]),
            other => other,
        }
    }

    /// Grants for care, to staff, that show clinical content of identified people.
    fn clinical(&self) -> impl Iterator<Item = &'p Clause> + '_ {
        let context = self.evidence.context;
        self.care.iter().flat_map(|agreement| &agreement.grants).filter(move |grant| {
            !grant.release
                && grant.during.contains(context.as_of)
                && !context.for_the_person(grant)
                && context.identifiable(grant)
                && grant.reach.see.iter().any(|category| context.clinical(*category))
        })
    }

    /// Of these, the ones for care other than in an emergency.
    fn for_care(&self) -> impl Iterator<Item = &'p Clause> + '_ {
        let context = self.evidence.context;
        self.clinical().filter(move |grant| grant.reach.purposes.iter().any(|purpose| context.is_direct_care(*purpose)))
    }

    fn clinical_view(&self) -> Judged {
        match self.for_care().next() {
            Some(grant) => (Met, format!("{} shows it", grant.place), Some(grant.span)),
            None => (NotMet, "no grant in force shows clinical content to staff for care".to_owned(), None),
        }
    }

    fn national_codes(&self) -> Judged {
        let roles = &self.evidence.context.words().roles;
        let mut leaves: Vec<_> = self.clinical().flat_map(|grant| &grant.to.roles).flat_map(|role| roles.leaves(*role)).collect();
        leaves.sort_unstable();
        leaves.dedup();
        let without: Vec<_> = leaves.iter().filter(|leaf| roles.ancestors(**leaf).all(|at| roles.node(at).rbac.is_empty())).collect();
        match (leaves.first(), without.first()) {
            (None, _) => (CannotBeJudged, "no role is named in a grant that shows clinical content".to_owned(), None),
            (_, Some(first)) => {
                let names: Vec<&str> = without.iter().map(|role| roles.short(**role)).collect();
                (NotMet, format!("no code of its own or from above: {}", crate::text::and_list(&names)), roles.node(**first).span)
            }
            (Some(first), None) => (Met, format!("{} with a code", crate::text::count(leaves.len() as u64, "role", "roles")), roles.node(*first).span),
        }
    }

    /// A grant shows a part only, and somebody else is shown more.
    fn restricted_view(&self) -> Judged {
        let data = &self.evidence.context.words().data;
        let width = |grant: &Clause| {
            let taken = |leaf: &vocabulary::NodeId| grant.reach.except_see.iter().any(|except| data.covers(*except, *leaf));
            let mut leaves: Vec<_> = grant.reach.see.iter().flat_map(|name| data.leaves(*name)).filter(|leaf| !taken(leaf)).collect();
            leaves.sort_unstable();
            leaves.dedup();
            leaves.len()
        };
        let widest = self.for_care().map(width).max().unwrap_or_default();
        match self.for_care().min_by_key(|grant| width(grant)).filter(|grant| width(grant) < widest) {
            Some(grant) => (Met, format!("{} shows a part of what the widest grant does", grant.place), Some(grant.span)),
            None => (NotMet, "every grant for care shows the same".to_owned(), self.for_care().next().map(|grant| grant.span)),
        }
    }

    fn emergency(&self) -> Judged {
        // Emergency access may stand in an agreement of its own.
        let context = self.evidence.context;
        let recorded = self.conditions(|condition| matches!(condition.evidence, Some(vocabulary::Evidence::Event(_))) && condition.with.is_some());
        let grants: Vec<&Clause> =
            context.in_force().flat_map(|agreement| &agreement.grants).filter(|grant| grant.condition.requires_one_of(recorded)).collect();
        let whole =
            |grant: &&&Clause| ["reason", "review_within_days"].iter().all(|duty| grant.duties.iter().any(|(name, value)| name == duty && !value.is_empty()));
        match (grants.first(), grants.iter().find(|grant| !whole(grant))) {
            (None, _) => (NotMet, "no grant in force depends on emergency access being recorded with a reason".to_owned(), None),
            (_, Some(grant)) => (NotMet, format!("{} asks for no reason, or for no review within days", grant.place), Some(grant.span)),
            (Some(grant), None) => (Met, format!("{} asks for both", grant.place), Some(grant.span)),
        }
    }

    fn own_record(&self) -> Judged {
        let context = self.evidence.context;
        match context.in_force().flat_map(|agreement| &agreement.grants).find(|grant| context.for_the_person(grant) && grant.during.contains(context.as_of)) {
            Some(grant) => (Met, format!("{} shows it to them", grant.place), Some(grant.span)),
            None => (NotMet, "no grant in force is for the person".to_owned(), None),
        }
    }

    fn conditions(&self, wanted: impl Fn(&vocabulary::Condition) -> bool) -> u64 {
        self.evidence.context.words().conditions.iter().enumerate().filter(|(_, condition)| wanted(condition)).fold(0, |bits, (index, _)| bits | 1 << index)
    }

    fn objection_bits(&self) -> u64 {
        self.conditions(is_objection)
    }

    /// No grant for care is open while an objection is upheld, unless a prohibition then closes it.
    fn objections(&self) -> Judged {
        let bits = self.objection_bits();
        if bits == 0 {
            return (NotMet, "the vocabulary has no condition for an upheld objection".to_owned(), None);
        }
        let closed = |grant: &Clause| !submasks(grant.condition.facts() & !bits).any(|truth| grant.condition.holds(truth | bits));
        match (self.for_care().next(), self.for_care().find(|grant| !closed(grant) && !self.prohibited(grant, bits))) {
            (None, _) => (CannotBeJudged, "no grant in force shows clinical content to staff for care".to_owned(), None),
            (_, Some(grant)) => (NotMet, format!("{} stays open when an objection was upheld", grant.place), Some(grant.span)),
            (Some(grant), None) => (Met, format!("{} and every other grant for care closes", grant.place), Some(grant.span)),
        }
    }

    /// Whether a prohibition of the agreement or of the pack closes everything of a grant once these facts are true.
    fn prohibited(&self, grant: &Clause, bits: u64) -> bool {
        let words = self.evidence.context.words();
        let own = self.care.iter().filter(|agreement| agreement.grants.iter().any(|one| one.place == grant.place)).flat_map(|agreement| &agreement.prohibits);
        own.chain(&self.evidence.context.pack.guards).any(|prohibit| {
            let all = |wide: &[vocabulary::NodeId], narrow: &[vocabulary::NodeId], tree: &vocabulary::Tree| {
                narrow.iter().all(|below| wide.iter().any(|above| tree.covers(*above, *below)))
            };
            let role = prohibit.to.roles.is_empty() || (!grant.to.roles.is_empty() && all(&prohibit.to.roles, &grant.to.roles, &words.roles));
            role && prohibit.to.at.is_all()
                && prohibit.of.is_all()
                && prohibit.reach.except_see.is_empty()
                && prohibit.reach.except_purposes.is_empty()
                && prohibit.reach.except_who.is_none()
                && grant.reach.actions & !prohibit.reach.actions == 0
                && grant.reach.forms & !prohibit.reach.forms == 0
                && all(&prohibit.reach.see, &grant.reach.see, &words.data)
                && all(&prohibit.reach.purposes, &grant.reach.purposes, &words.purposes)
                && submasks(prohibit.condition.facts() & !bits).all(|truth| prohibit.condition.holds(truth | bits))
        })
    }

    fn objection_route(&self) -> Judged {
        for agreement in &self.care {
            let whole = |objection: Option<&crate::agreement::written::ObjectionDraft>| {
                objection.is_some_and(|objection| objection.route.is_some() && objection.decided_by.is_some() && objection.clinical_review.is_some())
            };
            let rights = whole(agreement.draft.rights.as_ref().and_then(|rights| rights.objection.as_ref()));
            let care = agreement.bases.iter().filter(|basis| self.evidence.context.purpose_kinds(basis.purpose).contains(&PurposeKind::Care));
            let lacking = care.filter_map(|basis| agreement.draft.basis.get(basis.draft)).find(|basis| !whole(basis.objection.as_ref()));
            if let Some(basis) = lacking.filter(|_| !rights) {
                let words = format!("`{}` of {} states no objection with route, decided_by and clinical_review", basis.purpose.value, agreement.id);
                return (NotMet, words, Some(basis.purpose.span));
            }
        }
        (Met, format!("`objection:` of {}", self.ids()), self.care.first().and_then(|agreement| key_of(agreement, "basis")))
    }

    fn objection_evidence(&self) -> Judged {
        let mut all = self.evidence.context.words().conditions.iter().filter(|condition| is_objection(condition)).peekable();
        if all.peek().is_none() {
            return (NotMet, "the vocabulary has no condition for an upheld objection".to_owned(), None);
        }
        match all.find(|condition| matches!(condition.evidence, Some(vocabulary::Evidence::Table(_) | vocabulary::Evidence::Event(_)))) {
            Some(condition) => (Met, format!("`{}` says where it is recorded", condition.name), Some(condition.span)),
            None => (NotMet, "the condition for an objection has no `evidence:`".to_owned(), None),
        }
    }

    fn statute(&self) -> Judged {
        let (context, data) = (self.evidence.context, &self.evidence.context.words().data);
        let restricted =
            |id: &vocabulary::NodeId| crate::rules::data::row(&context.facts().categories, &data.node(*id).name).is_some_and(|row| row[1] == "restricted");
        let named: Vec<_> = data.ids().filter(restricted).collect();
        let open = named.iter().find(|id| {
            let by_guard = context.pack.guards.iter().any(|guard| guard.reach.see.iter().any(|above| data.covers(*above, **id)));
            !by_guard && !matches!(data.node(**id).restriction, Restriction::Statute { .. })
        });
        match (named.first(), open) {
            (None, _) => (CannotBeJudged, "the vocabulary names no category that a statute closes".to_owned(), None),
            (_, Some(id)) => (NotMet, format!("`{}` is closed neither by guards.yaml nor as `restricted: statute`", data.short(*id)), data.node(*id).span),
            (Some(id), None) => (Met, format!("{} closed", crate::text::count(named.len() as u64, "category is", "categories are")), data.node(*id).span),
        }
    }

    /// Grants in force whose purpose is the audit of accesses.
    fn audits(&self) -> Vec<&'p Clause> {
        let context = self.evidence.context;
        let tree = &context.words().purposes;
        let audit = |purpose: &vocabulary::NodeId| {
            tree.ancestors(*purpose).any(|at| tree.node(at).name == "ig_audit" || tree.node(at).purpose_of_use.as_deref() == Some("HCOMPL"))
        };
        let grants = context.in_force().flat_map(|agreement| &agreement.grants);
        grants.filter(|grant| grant.during.contains(context.as_of) && grant.reach.purposes.iter().any(audit)).collect()
    }

    fn audit_grant(&self) -> Judged {
        match self.audits().first() {
            Some(grant) => (Met, format!("{} allows it", grant.place), Some(grant.span)),
            None => (NotMet, "no grant in force has the purpose ig_audit".to_owned(), None),
        }
    }

    fn staff_notice(&self) -> Judged {
        let audits = self.audits();
        match (audits.first(), audits.iter().find(|grant| grant.duties.iter().any(|(name, _)| name == "notice"))) {
            (None, _) => (NotMet, "no grant in force has the purpose ig_audit".to_owned(), None),
            (_, Some(grant)) => (Met, format!("{} says how", grant.place), Some(grant.span)),
            (Some(grant), None) => (NotMet, format!("{} says no `notice:` under `then:`", grant.place), Some(grant.span)),
        }
    }

    /// Some log profile of the pack maps all of these fields.
    fn log(&self, fields: &[&str]) -> Judged {
        if self.evidence.logs.is_empty() {
            return (CannotBeJudged, "audit/profiles/ holds no profile that can be read".to_owned(), None);
        }
        let targets: Vec<_> = fields.iter().filter_map(|field| TARGETS.iter().find(|(_, name, _)| name == field)).map(|(target, ..)| *target).collect();
        match self.evidence.logs.iter().find(|(_, profile)| targets.iter().any(|target| !profile.has(*target))) {
            Some((file, _)) => (NotMet, format!("{file} does not map {}", crate::text::and_list(fields)), None),
            None => (Met, format!("mapped by {}", crate::text::and_list(&self.evidence.logs.iter().map(|(file, _)| file.as_str()).collect::<Vec<_>>())), None),
        }
    }

    fn ids(&self) -> String {
        crate::text::and_list(&self.care.iter().map(|agreement| agreement.id.as_str()).collect::<Vec<_>>())
    }
}

fn key_of(agreement: &Agreement, key: &str) -> Option<Span> {
    entry_span(&agreement.draft.node, key)
}

fn is_objection(condition: &vocabulary::Condition) -> bool {
    condition.name.contains("objection") || matches!(&condition.evidence, Some(vocabulary::Evidence::Table(table)) if table == "objections")
}

/// `` `a` and `b` `` if a block lacks keys.
fn missing(node: &Node, keys: &[&str]) -> Option<String> {
    let lacking: Vec<String> = keys.iter().filter(|key| node.get(key).is_none_or(Node::is_null)).map(|key| format!("`{key}:`")).collect();
    (!lacking.is_empty()).then(|| crate::text::and_list(&lacking))
}

/// The blocks of a list, of a map of blocks, or of a map of lists, each with the name it goes by.
fn entries(node: &Node) -> Vec<(String, &Node)> {
    let inner = |name: &str, node| -> Vec<(String, &Node)> {
        let node: &Node = node;
        node.as_list().map_or_else(|| vec![(name.to_owned(), node)], |items| items.iter().map(|item| (name.to_owned(), item)).collect())
    };
    match node.as_map() {
        Some(map) => map.iter().flat_map(|(key, value)| inner(&key.text, value)).collect(),
        None => node.as_list().unwrap_or_default().iter().enumerate().map(|(index, item)| (format!("{}.", index + 1), item)).collect(),
    }
}

/// The beginning of a block, so that its line is that of its first key.
fn first_of(node: &Node) -> Span {
    node.as_map().and_then(|map| map.first()).map_or(node.span, |(key, _)| key.span)
}

//! A plan for machines: `carepact.results/1`, the plan in `data`.

use serde_json::{Value, json};

use super::tell::Told;
use crate::commands::blocks;
use crate::decision::compiled::spread::AnswerBlock;
use crate::diagnostics::results::Results;
use crate::join::Side;
use crate::register::OrgId;

impl Told<'_> {
    /// The results.
    pub(super) fn results(&self) -> Results {
        let plan = self.plan;
        let pack = &plan.joined.pack;
        let mut results = Results::new("join", &self.on.to_string());
        results.pack = Some(self.ours.reference());
        let codes = |orgs: &[OrgId]| orgs.iter().map(|org| pack.register.organisation(*org).ods.to_string()).collect::<Vec<_>>();
        let listed = |list: &[AnswerBlock], of: Side| {
            let question = json!({"gains": self.side(if of == Side::Ours { Side::Theirs } else { Side::Ours }), "data_of": self.side(of)});
            blocks::to_json(pack, &question, list, &[], self.on)
        };
        let unmapped: Vec<Value> = plan
            .unmapped
            .iter()
            .map(|name| json!({"pack": self.side(name.side), "kind": name.kind.key(), "name": name.name, "near": name.near, "used_by": name.used_by}))
            .collect();
        let not_honoured: Vec<Value> = plan
            .not_honoured
            .iter()
            .map(|one| {
                json!({
                    "pack": self.side(one.side), "condition": one.condition, "objection": one.is_objection,
                    "unknown_to_the_other": one.unknown, "seen_across": listed(&one.open, one.side)["blocks"],
                })
            })
            .collect();
        results.data = json!({
            "beside": self.theirs.reference(),
            "map": self.map.file,
            "joined_by": plan.joining.iter().map(|one| json!({
                "agreement": one.id, "held_by": self.side(one.side), "title": one.title, "in_force": one.in_force,
                "held_by_both": one.held_by_both, "same_terms": one.same_terms,
            })).collect::<Vec<_>>(),
            "blocked": plan.is_blocked(),
            "in_the_way": self.in_the_way(),
            "unmapped": unmapped,
            "they_would_see": listed(&plan.they_gain, Side::Ours),
            "we_would_see": listed(&plan.we_gain, Side::Theirs),
            "not_honoured": not_honoured,
            "not_protected": plan.not_protected.iter().map(|one| json!({"pack": self.side(one.side), "protected": one.protected, "other": one.other})).collect::<Vec<_>>(),
            "terms": plan.terms.iter().map(|term| json!({"about": term.about, "differs": term.differs(), "ours": term.ours, "theirs": term.theirs, "joining": term.joining})).collect::<Vec<_>>(),
            "to_sign": plan.signing.iter().map(|one| json!({"agreement": one.agreement, "party": one.party, "lacks": one.lack, "organisations": codes(&one.orgs)})).collect::<Vec<_>>(),
        });
        results
    }
}

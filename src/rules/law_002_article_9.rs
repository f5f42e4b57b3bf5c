//! LAW-002: health data has a condition in Article 9.

use super::context::node_at;
use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "LAW-002",
    name: "article_9",
    title: "Health data has an Article 9 condition",
    severity: Severity::Error,
    statement: "Every entry of `basis:` for a purpose under which data about health or care is used, other than as counts, has `article_9:` a letter from a to j.",
    source: "UK GDPR Article 9(1) and (2)",
    certainty: Certainty::FromMemory,
    next: "State the condition; for care and for managing services it is normally h.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, power: NHS Act 2006, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Whether health data about individuals is used for a purpose.
pub(super) fn uses_health_data(context: &Context<'_>, agreement: &crate::agreement::Agreement, purpose: NodeId) -> bool {
    let tree = &context.words().purposes;
    let individual = context.form("identifiable") | context.form("pseudonymised");
    let touches = |grant: &crate::agreement::Clause| grant.reach.purposes.iter().any(|named| tree.covers(purpose, *named) || tree.covers(*named, purpose));
    let mut grants = agreement.grants.iter().filter(|grant| touches(grant)).peekable();
    // What nobody is granted yet is judged by what is to be expected: health data.
    grants.peek().is_none() || grants.any(|grant| grant.reach.forms & individual != 0 && grant.reach.see.iter().any(|category| context.clinical(*category)))
}

/// The first grant that shows health data about individuals for a purpose.
fn showing<'a>(context: &Context<'_>, agreement: &'a crate::agreement::Agreement, purpose: NodeId) -> Option<&'a crate::agreement::Clause> {
    let tree = &context.words().purposes;
    let individual = context.form("identifiable") | context.form("pseudonymised");
    agreement.grants.iter().find(|grant| {
        grant.reach.forms & individual != 0
            && grant.reach.purposes.iter().any(|named| tree.covers(purpose, *named) || tree.covers(*named, purpose))
            && grant.reach.see.iter().any(|category| context.clinical(*category))
    })
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for (valid, basis) in context.bases(agreement) {
            match &basis.article_9 {
                Some(letter) if data::row(&context.facts().article_9, &letter.value).is_some() => {}
                Some(letter) => {
                    let letters: Vec<&str> = context.facts().article_9.iter().map(|row| row[0].as_str()).collect();
                    let finding = RULE
                        .finding(format!("{}/article_9", basis.place), format!("Article 9(2) has no condition `{}`", letter.value))
                        .at(letter.span, "should be a letter from a to j");
                    found.push(super::law_001_article_6::lettered("9", letter, &letters).into_iter().fold(finding, Finding::fix));
                }
                None => {
                    let lacks = node_at(&agreement.draft.node, basis.span).is_none_or(|node| context.lacks(node, "article_9"));
                    if lacks && uses_health_data(context, agreement, valid.purpose) {
                        let mut finding = RULE
                            .finding(format!("{}/article_9", basis.place), format!("{} uses data about health and has no condition in Article 9", basis.purpose.value))
                            .at(basis.purpose.span, "`article_9:` is missing");
                        if let Some(grant) = showing(context, agreement, valid.purpose) {
                            finding = finding.at(grant.span, "shows data about health");
                        }
                        found.push(finding);
                    }
                }
            }
        }
    }
}

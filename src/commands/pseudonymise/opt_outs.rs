//! What is settled about opt-outs before the first row: whether the national one applies, and the list that was returned.

use super::{Args, refusal_failure};
use crate::agreement::Agreement;
use crate::commands::opt_out::answer::{Private, prove};
use crate::commands::session::Session;
use crate::pack::Pack;
use crate::pseudonymise::gate::Refusal;
use crate::pseudonymise::opt_out::{Decision, Returned, decide};
use crate::pseudonymise::release::{OptOutStatement, Release};
use crate::rules::Context;
use crate::rules::context::PurposeKind;
use crate::rules::data::Facts;
use crate::source::Sources;

/// Opt-outs as this run treats them.
pub(super) struct Settled {
    /// Who may be released; none where the national opt-out does not apply.
    pub list: Option<Returned>,
    /// What plan, manifest and results say.
    pub statements: Vec<OptOutStatement>,
    /// The files by their role in the manifest, for their keyed digests.
    pub files: Vec<(&'static str, Private)>,
    /// Whether the national opt-out applies, and why.
    pub decision: Decision,
}

/// Decides, reads the list if there is one, and refuses a release that needs one and has none.
pub(super) fn settle(args: &Args, session: &Session, pack: &Pack, sources: &Sources, agreement: &Agreement, release: &Release) -> anyhow::Result<Settled> {
    let on = session.as_of;
    let (facts, _) = Facts::of(pack, sources);
    let context = Context::new(pack, &facts, &[], on, sources);
    let care = |purpose| matches!(context.purpose_kind(purpose), Some(PurposeKind::Care | PurposeKind::Own));
    let decision = decide(pack, agreement, release, care, on);
    let mut settled = Settled { list: None, statements: Vec::new(), files: Vec::new(), decision };
    if let (Some(request), Some(list)) = (&args.opt_out_request, &args.opt_out_list) {
        let (returned, asked, answer) = prove(request, list, on, release.opt_outs.national.max_age_days)?;
        settled.list = Some(returned);
        settled.files = vec![("opt-out request", asked), ("opt-out list", answer)];
    }
    settled.statements.push(national(&settled, release, sources)?);
    settled.statements.push(release.opt_outs.type_1_statement());
    Ok(settled)
}

fn national(settled: &Settled, release: &Release, sources: &Sources) -> anyhow::Result<OptOutStatement> {
    let Decision { applies, reason, ground } = &settled.decision;
    let statement = |status, detail| OptOutStatement { kind: "national", status, detail };
    if let Some(list) = &settled.list {
        let days = crate::text::count(u64::from(list.age), "day", "days");
        let whether = if *applies { format!("it applies: {reason}") } else { format!("it would not have to be: {reason}") };
        return Ok(statement("applied", format!("by the list asked for on {}, {days} before; {whether}", list.day)));
    }
    if *applies {
        let said = match &release.opt_outs.national.applies {
            Some(applies) if !applies.value => " (`opt_outs:` of the release says that it does not, which counts only where the basis bears it out)",
            _ => "",
        };
        let refusal = Refusal {
            message: format!("the national data opt-out applies to {}, and there is no list of people without one: {reason}{said}", release.place),
            ground: Some(*ground),
            next: vec![
                "Ask with `carepact opt-out request`, send the file, and give it and the answer: --opt-out-request FILE --opt-out-list FILE.".to_owned(),
                "If it does not apply, let the basis say why (`ndoo: {applies: false, reason: ...}`) with what bears that out.".to_owned(),
            ],
        };
        return Err(refusal_failure(&refusal, sources).into());
    }
    let own = release.opt_outs.national.reason.as_ref().map_or_else(String::new, |own| format!("; the release says: {own}"));
    Ok(statement("not applied", format!("{reason}{own}")))
}

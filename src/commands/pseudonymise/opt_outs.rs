//! What is settled about opt-outs before the first row: whether the national one applies, and the list that was returned.

use std::path::Path;

use zeroize::Zeroizing;

use super::{Args, refusal_failure};
use crate::agreement::Agreement;
use crate::commands::failure::Failure;
use crate::commands::session::{Session, read_input};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::pseudonymise::gate::Refusal;
use crate::pseudonymise::opt_out::{Decision, Name, Returned, Unproved, decide};
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
    pub files: Vec<(&'static str, Zeroizing<Vec<u8>>)>,
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
        let name = request.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = Name::parse(&name).map_err(|error| {
            Failure::usage(format!("--opt-out-request {}: {error}", request.display())).next("Give the file as `carepact opt-out request` wrote it.")
        })?;
        let (asked, answer) = (read(request)?, read(list)?);
        let returned = Returned::prove(&name, &asked, &answer, on, release.opt_outs.national.max_age_days).map_err(|error| unproved(release, list, &error))?;
        settled.list = Some(returned);
        settled.files = vec![("opt-out request", asked), ("opt-out list", answer)];
    }
    settled.statements.push(national(&settled, release, sources)?);
    settled.statements.push(release.opt_outs.type_1_statement());
    Ok(settled)
}

fn read(path: &Path) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    Ok(Zeroizing::new(read_input(path)?))
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

/// A list that cannot be used; what to do depends on why.
fn unproved(release: &Release, list: &Path, error: &Unproved) -> Failure {
    let message = format!("{}: {error}", list.display());
    match error {
        Unproved::Line { .. } => Failure::unreadable(message).next("Give the answer of the service as it came: one number a line."),
        Unproved::Rejected => Failure::new(Outcome::Refused, "refused", message).next("Mend the extract, and ask again with `carepact opt-out request`."),
        _ => Failure::new(Outcome::Refused, "refused", format!("{message} ({})", release.place))
            .next("Ask again with `carepact opt-out request`, and give the answer to that."),
    }
}

//! What a pack lacks or says twice, rule by rule: one rule, one file, one name.
//!
//! A rule says what a document states or lacks and which law or guidance expects it. Codes of the reader (unknown
//! keys, wrong forms) have pages here too, so that every code a person meets can be explained.

mod analyses;
mod columns;
#[macro_use]
mod second;

pub mod context;
pub mod coverage;
pub mod data;
#[cfg(test)]
mod example;
pub mod exceptions;
mod overlap;
pub mod page;
mod reading;
mod written;

pub use aud_000_audit_covered::{Standing as AuditStanding, standing as audit_standing};
pub use context::Context;
pub use page::Page;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::diagnostics::results::NotAssessed;
use crate::diagnostics::{Finding, Severity, sort};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::source::Sources;

/// How sure we are that the source says what the rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Confirmed in a copy of the source.
    Confirmed,
    /// From memory; to be checked before anybody relies on it.
    FromMemory,
    /// A rule of carepact's own design.
    Design,
}

impl Certainty {
    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed in a copy of the source",
            Self::FromMemory => "from memory, not confirmed in a copy of the source: check it before you rely on it",
            Self::Design => "a rule of carepact's own design, not of law",
        }
    }
}

/// Who finds it.
#[derive(Clone, Copy)]
pub enum Check {
    /// The reader, while it reads the pack.
    Reading,
    /// A function over the whole pack.
    Pack(fn(&Context<'_>, &mut Vec<Finding>)),
    /// The matcher of accepted exceptions, after every rule.
    Exceptions,
}

/// One rule with its page.
pub struct Rule {
    /// `LAW-007`.
    pub code: &'static str,
    /// The file's name without the code: `recognised_interest`.
    pub name: &'static str,
    /// A few words.
    pub title: &'static str,
    /// How much it matters unless the pack says otherwise.
    pub severity: Severity,
    /// What must hold.
    pub statement: &'static str,
    /// Law or guidance that expects it.
    pub source: &'static str,
    /// How sure we are of the source.
    pub certainty: Certainty,
    /// What to do next, where a finding does not say it better.
    pub next: &'static str,
    /// Files laid over the example pack in which exactly this rule finds something.
    pub failing: &'static str,
    /// The same, mended.
    pub fixed: &'static str,
    /// Whether a pack may change its level: not where nothing could be decided on a pack that has it.
    pub adjustable: bool,
    /// Whether a finding may be accepted for a while in `waivers.yaml`: not where no exception could make it right.
    pub waivable: bool,
    /// Who finds it.
    pub check: Check,
}

impl Rule {
    /// A finding of this rule, with its ground.
    pub fn finding(&self, place: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding::new(self.code, self.severity, place, message).ground(self.source)
    }
}

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every rule of its own file, in the order of the codes.
        static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    aud_000_audit_covered,
    doc_001_required_fields,
    doc_002_unique_id,
    doc_003_dates_in_order,
    doc_004_status_and_dates,
    doc_005_signed_by_all,
    doc_006_signed_in_time,
    doc_007_unknown_key,
    doc_008_published,
    doc_009_security_not_published,
    doc_010_superseded,
    doc_011_terms_changed,
    pty_001_code_form,
    pty_002_open_in_register,
    pty_003_name_matches,
    pty_004_two_and_a_controller,
    pty_005_legal_body,
    pty_006_joint_arrangement,
    pty_007_not_joint_alone,
    pty_008_joint_purposes,
    pty_009_processor_contract,
    pty_010_sub_processors,
    pty_011_processor_only,
    pty_012_fee_register,
    pty_013_fee_paid,
    pty_014_assurance,
    pty_015_improvement_plan,
    pty_016_interim,
    pty_017_caldicott_guardian,
    pty_018_data_protection_officer,
    pty_019_ig_lead,
    pty_020_role_mailboxes,
    pur_001_known_purpose,
    pur_002_specific_description,
    pur_003_not_mixed,
    pur_004_used_purposes,
    law_001_article_6,
    law_002_article_9,
    law_003_schedule_1,
    law_004_policy_document,
    law_005_secrecy,
    law_006_public_authority,
    law_007_recognised_interest,
    law_008_own_power,
    law_009_consent,
    law_010_research_condition,
    law_011_criminal_data,
    law_012_vital_interests,
    law_013_expired_ground,
    law_014_compatible_reuse,
    law_015_automated_decisions,
    con_001_route,
    con_002_implied_consent,
    con_003_section_251,
    con_004_review_due,
    con_005_approved_identifiers,
    con_006_opt_out_stated,
    con_007_opt_out_reason,
    con_008_exemption_granted,
    con_009_public_interest,
    con_010_type_1,
    con_011_objection,
    con_012_anonymous_services,
    dat_001_justified,
    dat_002_no_catch_all,
    dat_003_restricted,
    dat_004_exclusion_list,
    dat_005_form_fits_purpose,
    dat_006_key_holder,
    dat_007_disclosure_control,
    dat_008_weak_pseudonym,
    dat_009_free_text,
    dat_010_third_parties,
    dat_011_nhs_number,
    dat_012_corrections,
    rol_001_known_role,
    rol_002_granted_something,
    rol_003_national_codes,
    rol_004_separate_duties,
    rol_005_admin_sees_nothing_clinical,
    rol_006_analysts,
    rol_007_relationship,
    rol_008_emergency_access,
    rol_009_emergency_roles,
    rol_010_effective_activities,
    lif_001_retention,
    lif_002_retention_minima,
    lif_003_review,
    lif_004_impact_assessment,
    lif_005_prior_consultation,
    lif_006_transfers,
    lif_007_onward_sharing,
    lif_008_incidents,
    lif_009_exit,
    lif_010_complaints,
    lif_011_security,
    lif_012_clinical_safety,
    xag_001_no_contradiction,
    xag_002_no_duplicate,
    xag_003_one_basis,
    xag_004_members_covered,
    xag_005_both_ways,
    xag_006_flows_covered,
    xag_007_flow_or_dormant,
    xag_008_transitions_covered,
    xag_009_no_cliff,
    xag_010_hosts_are_processors,
    xag_011_joint_frameworks,
    xag_012_closed_members_leave,
    xag_013_opt_outs_consistent,
    xag_014_exclusions_hold,
    xag_015_role_maximum,
    xag_016_combined_tables,
    xag_017_retention_agrees,
    xag_018_chains,
    ana_001_covers_something,
    ana_002_not_shadowed,
    ana_003_not_redundant,
    ana_004_not_always_blocked,
    ana_005_condition_matters,
    ana_006_restricted_asks,
    ana_007_prohibition_lasts,
}

/// Every rule, those of the reader among them, in the order of the codes.
static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all: Vec<&'static Rule> = RULES.iter().copied().chain(reading::RULES.iter()).chain(exceptions::RULES.iter()).collect();
    all.sort_by_key(|rule| rule.code);
    all
});

/// Every rule, in the order of the codes.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    ALL.binary_search_by_key(&code, |rule| rule.code).ok().map(|index| ALL[index])
}

/// The page of every rule.
pub fn pages() -> Vec<Page> {
    all().map(Page::of_rule).collect()
}

/// What a pack was found to lack.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The findings, in printing order.
    pub findings: Vec<Finding>,
    /// What was not judged, and why.
    pub not_assessed: Vec<NotAssessed>,
    /// Ids of errors of reading, which nobody can accept.
    pub barred: BTreeSet<String>,
    /// Whether every rule was run, so that what is not found is not there.
    pub everything: bool,
    /// Tables of facts that the pack's own took the place of, by name.
    pub replaced_facts: Vec<&'static str>,
}

/// Runs every rule over a pack and adds what reading it found. Levels of `pack.yaml` are applied.
pub fn judge(pack: &Pack, reading: Vec<Finding>, as_of: Date, sources: &Sources) -> Judgement {
    let (facts, mut found) = data::Facts::of(pack, sources);
    let context = Context::new(pack, &facts, &reading, as_of, sources);
    for rule in RULES {
        if let Check::Pack(check) = rule.check {
            check(&context, &mut found);
        }
    }
    if context.reading_failed {
        context.not_judged(
            "DOC-005, PTY-004, PTY-008, XAG-004, XAG-006, XAG-008",
            "who has joined, and what is covered, is judged once the errors of reading are mended",
        );
    }
    let everything = !context.reading_failed;
    let mut not_assessed = context.not_assessed.into_inner();
    not_assessed.sort();
    not_assessed.dedup();
    let read = reading.len();
    let mut findings: Vec<Finding> = reading.into_iter().chain(found).collect();
    tell_apart(&mut findings);
    // Nothing is decided on a pack with an error of reading, so nobody can accept one, whatever its code.
    let barred: BTreeSet<String> = findings[..read].iter().filter(|finding| finding.severity == Severity::Error).map(Finding::id).collect();
    apply_levels(pack, &mut findings);
    exceptions::apply(pack, &mut findings, as_of, &barred, everything);
    for finding in &mut findings {
        complete(finding, sources);
    }
    sort(&mut findings, sources);
    Judgement { findings, not_assessed, barred, everything, replaced_facts: facts.replaced }
}

/// Two findings of one code at one place have ids of their own; the first keeps the plain one.
fn tell_apart(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.id()).or_default();
        *count += 1;
        if *count > 1 {
            finding.discriminator.push_str(&format!("#{count}"));
        }
    }
}

/// Ground and next step of the rule, where the finding does not say them better.
fn complete(finding: &mut Finding, sources: &Sources) {
    let Some(rule) = find(finding.code) else { return };
    if finding.ground.is_empty() {
        // Of what a pack holds beside agreements no guidance speaks.
        let of_agreement = finding.labels.first().is_some_and(|label| sources.name(label.span.file).starts_with("agreements/"));
        let ground = if finding.code == "DOC-001" && !of_agreement { "A pack must hold it before anything can be checked or decided" } else { rule.source };
        ground.clone_into(&mut finding.ground);
    }
    if finding.help.is_empty() {
        finding.help.push(rule.next.to_owned());
    }
}

/// Levels as the pack sets them; a level of a rule that does not exist, or that may not change, is a finding itself.
fn apply_levels(pack: &Pack, findings: &mut Vec<Finding>) {
    let mut wrong = Vec::new();
    for (code, level) in &pack.levels {
        let place = format!("pack/levels/{code}");
        match find(code) {
            None => {
                let finding = Finding::error("READ-006", place, format!("there is no rule `{code}`")).at(level.span, "its level is set here");
                wrong.push(match crate::text::nearest(code, all().map(|rule| rule.code)) {
                    Some(near) => finding.help(format!("Did you mean `{near}`?")),
                    None => finding.help("`carepact explain` lists every code."),
                });
            }
            Some(rule) if !rule.adjustable => wrong.push(
                Finding::error("READ-005", place, format!("the level of {code} cannot be changed"))
                    .at(level.span, "here")
                    .ground("nothing could be decided on a pack that has this finding")
                    .help("Take the line out, and mend what the finding names."),
            ),
            Some(rule) => match level.value {
                Some(severity) => findings.iter_mut().filter(|finding| finding.code == rule.code).for_each(|finding| finding.severity = severity),
                None => findings.retain(|finding| finding.code != rule.code),
            },
        }
    }
    findings.extend(wrong);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_files_are_named_after_them() {
        let codes: Vec<&str> = all().map(|rule| rule.code).collect();
        let mut unique = codes.clone();
        unique.dedup();
        assert_eq!(codes, unique);
        for rule in RULES {
            let file = format!("src/rules/{}_{}.rs", rule.code.to_lowercase().replace('-', "_"), rule.name);
            assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).is_file(), "{file}");
        }
    }

    #[test]
    fn every_family_is_there() {
        for family in ["DOC", "PTY", "PUR", "LAW", "CON", "DAT", "ROL", "LIF", "XAG", "ANA"] {
            assert!(RULES.iter().any(|rule| rule.code.starts_with(family)), "{family}");
        }
    }

    #[test]
    fn the_example_pack_is_clean() {
        let found = example::run("");
        assert_eq!(found.shown, "");
    }

    #[test]
    fn every_failing_example_fires_its_own_rule_and_no_other() {
        let wrong: Vec<String> = all()
            .map(|rule| (rule, example::run(rule.failing)))
            .filter(|(rule, found)| match rule.severity {
                Severity::Info => !found.codes.is_empty() || found.notes != [rule.code],
                // What an exception that has ended accepted is found again beside it.
                _ if rule.code == "WAI-001" => found.codes != ["LIF-009", rule.code],
                _ => found.codes != [rule.code],
            })
            .map(|(rule, found)| format!("== {} ==\n{}\n", rule.code, found.shown))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_makes_a_finding_wrong_is_shown_in_the_other_file_too() {
        for code in [
            "DOC-010", "PTY-002", "PTY-003", "PTY-005", "PTY-008", "PTY-012", "PTY-013", "PTY-014", "PTY-015", "PTY-016", "PTY-017", "PTY-018", "LAW-006",
            "LAW-011",
        ] {
            let rule = find(code).expect("a rule");
            let found = example::run(rule.failing);
            assert!(found.shown.contains("\n  ::: ") || found.shown.contains(" ::: "), "{code}\n{}", found.shown);
        }
    }

    #[test]
    fn every_fixed_example_is_silent() {
        let wrong: Vec<String> = all()
            .map(|rule| (rule, example::run(rule.fixed)))
            .filter(|(rule, found)| !found.shown.is_empty() || found.notes.contains(&rule.code))
            .map(|(rule, found)| format!("== {} ==\n{}\n", rule.code, found.shown))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_block_left_out_is_one_cause_and_one_finding() {
        let keys: Vec<&str> =
            example::agreement().lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic())).filter_map(|line| line.split(':').next()).collect();
        for key in keys {
            let found = example::run(&format!("{key}: ~\n"));
            assert_eq!(found.count, usize::from(!["ends"].contains(&key)), "{key}\n{}", found.shown);
        }
    }

    #[test]
    fn findings_at_one_place_have_ids_of_their_own() {
        let mut findings = vec![Finding::error("READ-004", "a.yaml", "a tag"), Finding::error("READ-004", "a.yaml", "another")];
        let first = findings[0].id();
        tell_apart(&mut findings);
        assert_eq!(findings[0].id(), first);
        assert_ne!(findings[1].id(), first);
    }

    #[test]
    fn a_misspelt_block_is_one_finding() {
        let (name, text) = ("retension", "retension:\n  shared_view: {keep: 8 years, after: last contact, then: review}\nretention: ~\n");
        assert_eq!(example::run(text).codes, ["DOC-007"], "{name}");
        assert_eq!(example::run("reveiw: {last: 2026-04-01, next: 2027-04-01}\nreview: ~\n").count, 1);
    }

    #[test]
    fn no_line_changed_or_taken_out_makes_a_rule_panic() {
        let lines: Vec<&str> = example::agreement().lines().collect();
        for (index, line) in lines.iter().enumerate() {
            for change in ["", "x: [1, {y: 2}]", "ends: 0001-01-01"] {
                let mut text: Vec<&str> = lines.clone();
                let indented = format!("{}{change}", &line[..line.len() - line.trim_start().len()]);
                text[index] = &indented;
                // Whole files are laid in the place of the agreement.
                let _ = example::run(&format!("# file: agreements/changed.yaml\n{}\n", text.join("\n")));
            }
        }
    }
}

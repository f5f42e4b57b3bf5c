//! A second agreement for the examples of rules that look at two.

/// The text of `agreements/second.yaml`: complete, with the blocks given first. `basis` and `data` are given whole.
macro_rules! second {
    ($($text:expr),+ $(,)?) => {
        concat!(
            "# file: agreements/second.yaml\nagreement: EX-DSA-0002\n",
            $($text,)+
            "title: Example second agreement\n",
            "summary: Staff who care for a person see what the others hold.\n",
            "version: \"1.0\"\n",
            "status: active\n",
            "starts: 2026-04-01\n",
            "review: {last: 2026-04-01, next: 2027-04-01}\n",
            "publication: {url: https://example.nhs.uk/agreements/EX-DSA-0002, privacy_notice: https://example.nhs.uk/privacy}\n",
            "ig_lead: {role: Shared record IG lead, email: ig@example.nhs.uk}\n",
            "parties:\n",
            "  providers: {function: nhs, as: joint_controller, joined: accessions/0001.csv}\n",
            "joint_arrangement: {rights_contact: ig@example.nhs.uk, transparency: the shared notice, responsibilities: schedule 2}\n",
            "retention:\n",
            "  shared_view: {keep: 8 years, after: last contact, then: review and destroy}\n",
            "onward_sharing: {allowed: false}\n",
            "breach: {lead: the organisation where it happened, report_to_ico_hours: 72, processor_hours: 24, register: kept by the IG lead}\n",
            "exit: {notice_months: 3, return_or_delete: returned to the provider, evidence: certificate, access_revoked: on the last day}\n",
            "complaints: {route: the organisation that holds the record, contact: complaints@example.nhs.uk, acknowledge_days: 30}\n",
            "dpia:\n",
            "  - {ref: EX-DPIA-2, approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
        )
    };
}

/// The basis of direct care, as the example pack has it.
macro_rules! care_basis {
    () => {
        "basis:\n  direct_care:\n    - {description: show letters to staff at the time they treat a person, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n"
    };
}

/// A release of pseudonymised results for research under one agreement and for population health under another, with
/// `ndoo:` of the second as given.
macro_rules! two_extracts {
    ($ndoo:literal) => {
        concat!(
            "grants:\n  g1: {to: {role: analyst}, see: results, for: research, may: export, form: pseudonymised}\n",
            "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006,\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10}, ndoo: {applies: true}}\n",
            "dpia:\n  - {ref: EX-DPIA-1, approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
            "data:\n  results: {identifiability: pseudonymised, key_holder: Synthetic Elm Trust, justification: to compare treatments}\n",
            "# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\nR9A,R9B,SYS-2,results,research,extract,EX-DSA-0001\nR9A,R9B,SYS-2,results,population_health,extract,EX-DSA-0002\n",
            second!(
                "grants:\n  g1: {to: {role: analyst}, see: results, for: population_health, may: export, form: pseudonymised}\n",
                "data:\n  results: {identifiability: pseudonymised, key_holder: Synthetic Elm Trust, justification: to plan tests}\n",
                "basis:\n  population_health:\n    - {description: find groups of people whose tests could be planned better, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1),\n       confidentiality: {route: s251, cag_ref: 24/CAG/0001, approved: 2026-02-01, next_review: 2027-02-01, ndoo_exemption: granted}, ndoo: ",
                $ndoo,
                "}\n"
            )
        )
    };
}

/// A neighbouring community whose trust joins the example's agreement, with a line of the agreement as given.
macro_rules! neighbours {
    ($line:literal) => {
        concat!(
            $line,
            "# file: pack.yaml\nimports:\n  - {pack: neighbour, path: neighbour}\n",
            "# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nR8N,2026-04-01,,2026-03-20,SIRO\n",
            "# file: neighbour/pack.yaml\npack: neighbour\nformat: carepact.pack/1\ntitle: Neighbour, synthetic\nsynthetic: true\n",
            "# file: neighbour/register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian,dpo\nR8N,Synthetic Neighbour Trust,trust,2010-01-01,,,no,Z9000009,caldicott@example.nhs.uk,dpo@example.nhs.uk\n",
            "# file: neighbour/register/functions.csv\nods,function,from,to\nR8N,acute,2010-01-01,\n",
            "# file: neighbour/register/assurance.csv\nods,scheme,status,year,published,interim\nR8N,DSPT,Standards Met,25/26,2026-06-20,no\n"
        )
    };
}

/// Counts of results under two agreements, the second with an assessment as given.
macro_rules! tables {
    ($assessment:literal) => {
        concat!(
            "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: aggregate, justification: to plan tests, disclosure_control: {method: rounding, threshold: \"10\", assessment: EX-DCA-1}}\n",
            "grants:\n  g1: {to: {role: clinician}, see: medications, for: individual_care, when: relationship and not objection_upheld}\n",
            "  g2: {to: {role: analyst}, see: results, may: [view, print], for: population_health, form: aggregate}\n",
            "basis:\n  individual_care:\n    - {description: show medicines to staff at the time they treat a person, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n",
            "  population_health:\n    - {description: find groups of people whose tests could be planned better, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: {route: not_engaged, assessment_ref: EX-1}, ndoo: {applies: false, reason: anonymised}}\n",
            "dpia:\n  - {ref: EX-DPIA-1, approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
            second!(
                "grants:\n  g1: {to: {role: analyst}, see: results, for: population_health, may: [view, export], form: aggregate}\n",
                "data:\n  results: {identifiability: aggregate, justification: to plan tests, disclosure_control: {method: rounding, threshold: \"10\", assessment: ",
                $assessment,
                "}}\n",
                "basis:\n  population_health:\n    - {description: find groups of people whose tests could be planned better, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: {route: not_engaged, assessment_ref: EX-1}, ndoo: {applies: false, reason: anonymised}}\n"
            )
        )
    };
}

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

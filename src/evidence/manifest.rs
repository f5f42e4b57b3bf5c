//! `X.manifest.json`: what a release is, said so that its recipient can check it; and `X.balance.json`, the exact
//! books, which stay with the sender.
//!
//! Frozen formats: fields may be added, none changes its meaning. Readers skip fields that they do not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::agreement::Agreement;
use crate::agreement::written::ReleaseDraft;
use crate::diagnostics::results::Balance;
use crate::pack::Pack;

/// The format of a release's manifest.
pub const FORMAT: &str = "carepact.manifest/1";
/// The format of the sender's books.
pub const BALANCE_FORMAT: &str = "carepact.balance/1";
/// The format of the manifest of a report or of saved results.
pub const REPORT_FORMAT: &str = "carepact.report-manifest/1";

/// What is said on every manifest about what pseudonymising is and is not.
pub const STATEMENTS: [&str; 4] = [
    "Pseudonymised data are personal data: UK GDPR article 4(5) and recital 26 apply to whoever holds them.",
    "Whoever opens the keyring can reverse pseudonyms of NHS numbers in under a minute, by trying every number issued; `reversible` and `format_preserving` columns open at once.",
    "Row order, rare values and combinations of the columns kept may single a person out; `risk` says what was assessed.",
    "SHA-256 digests name the files exactly; inputs appear only as keyed digests, which say nothing to anyone without the key.",
];

/// A release, as its recipient may check it. Contains no cell value and no count that its files do not show, except
/// [`Manifest::not_released`], which is blurred.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// Name and version of the tool: `carepact 0.1.0`.
    pub tool: String,
    /// When it was made, RFC 3339 in UTC: the clock or `SOURCE_DATE_EPOCH`. The only field that may differ between equal runs.
    pub made: String,
    /// The date that everything was judged on, ISO 8601.
    pub as_of: String,
    /// The agreement that allows it.
    pub agreement: AgreementRef,
    /// The release of that agreement.
    pub release: ReleaseRef,
    /// The pack that was read.
    pub pack: PackRef,
    /// Who gets it, an organisation code.
    pub recipient: String,
    /// What for, a purpose of the vocabulary.
    pub purpose: String,
    /// Who can join what: the linkage of the pseudonyms.
    pub linkage: String,
    /// The key, without anything that helps to guess it. None if no column needs a key.
    pub key: Option<KeyRef>,
    /// The columns read, in input order, dropped ones too.
    pub columns: Vec<Column>,
    /// The files released.
    pub outputs: Vec<Output>,
    /// What was read, as keyed digests only.
    pub inputs: Vec<Input>,
    /// Rows in all outputs together.
    pub rows_out: u64,
    /// Rows that were read and not released, for whatever reason, as one blurred figure: see [`blurred`].
    pub not_released: String,
    /// What was done about opt-outs; never a count.
    pub opt_outs: Vec<OptOut>,
    /// Disclosure risk.
    pub risk: Risk,
    /// What the recipient should know, in sentences.
    pub warnings: Vec<String>,
    /// SHA-256 of the bytes of the previous manifest of this release, hex. None for the first.
    pub previous: Option<String>,
    /// What pseudonymising is and is not: [`STATEMENTS`], and what the transforms leak.
    pub statements: Vec<String>,
}

/// An agreement by name, version and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementRef {
    /// `GM-DSA-0021`.
    pub id: String,
    /// The version signed by the parties, as written.
    pub version: String,
    /// Digest of the terms that the parties signed, hex.
    pub terms_sha256: String,
}

/// A release by name and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRef {
    /// `phm-monthly`.
    pub name: String,
    /// SHA-256 of the release as it was understood (the policy), hex.
    pub policy_sha256: String,
}

/// A pack by name and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// `id` of `pack.yaml`.
    pub id: String,
    /// SHA-256 over the names and contents of its files, hex.
    pub sha256: String,
    /// SHA-256 of the vocabulary as used, hex.
    pub vocabulary_sha256: String,
    /// SHA-256 of the register as used, hex.
    pub register_sha256: String,
}

impl AgreementRef {
    /// The agreement as a pack has it.
    pub fn of(agreement: &Agreement) -> Self {
        let version = agreement.draft.version.as_ref().map(|version| version.value.clone()).unwrap_or_default();
        Self { id: agreement.id.clone(), version, terms_sha256: agreement.terms.clone() }
    }
}

impl ReleaseRef {
    /// The release as an agreement has it: layout, comments and the order of keys do not change the digest.
    pub fn of(release: &ReleaseDraft) -> Self {
        Self { name: release.name.value.clone(), policy_sha256: crate::agreement::terms::digest(&release.node) }
    }
}

impl PackRef {
    /// The pack as read.
    pub fn of(pack: &Pack) -> Self {
        Self {
            id: pack.id.clone(),
            sha256: pack.digest(|_| true),
            vocabulary_sha256: pack.digest(|name| name == "vocabulary.yaml" || name.starts_with("vocabulary/")),
            register_sha256: pack.digest(|name| name.split('/').any(|part| part == "register")),
        }
    }
}

/// A key by name. Check values are derived beside the keys, never computed with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRef {
    /// Key id: 16 hex digits.
    pub id: String,
    /// Version of the root in the keyring.
    pub version: u32,
    /// Per domain (`nhs_number`), 16 hex digits that agree if and only if the keys do.
    pub check_values: BTreeMap<String, String>,
}

/// What happened to one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The table of the release; `extract` where there is one.
    pub table: String,
    /// Name in the input.
    pub name: String,
    /// Name in the output; none if it is not in the output.
    #[serde(rename = "as")]
    pub output: Option<String>,
    /// The action with its parameters, as the release writes it: `pseudonym`, `age_band: {width: 5}`.
    pub action: String,
    /// What the action gives away, in words; empty if nothing is known.
    pub leaks: String,
    /// Counts that the output itself shows (`values`, `empty`, `distinct`); anything else belongs in the balance.
    pub counts: BTreeMap<String, u64>,
}

/// A file released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// File name beside the manifest, `/` between folders, never absolute.
    pub name: String,
    /// Rows without the header; none where rows mean nothing (a page).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// SHA-256 of the bytes, hex.
    pub sha256: String,
}

/// A file read. A plain digest of a small file can be guessed, so the digest has a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// `extract`, `opt-out list`, `lookup`.
    pub role: String,
    /// HMAC-SHA-256 under the derived key `digest`, hex.
    pub hmac: String,
}

/// What was done about one kind of opt-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    /// `national`, `type_1`, `no_number`.
    pub kind: String,
    /// `applied`, `applied at source`, `not applied`, `not assessed`.
    pub status: String,
    /// By whom, from when, or why not; never a count or a number.
    pub detail: String,
}

/// Disclosure risk, as assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// `not assessed` or `assessed`.
    pub status: String,
    /// Why not, or by which measures.
    pub detail: String,
}

impl Risk {
    /// Nothing is known, which is never shown as good.
    pub fn not_assessed(why: &str) -> Self {
        Self { status: "not assessed".to_owned(), detail: why.to_owned() }
    }

    /// Measured on what leaves.
    pub fn assessed(measures: &str) -> Self {
        Self { status: "assessed".to_owned(), detail: measures.to_owned() }
    }
}

/// The exact books of a release. For the sender only: written 0600, never sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SenderBalance {
    /// Always [`BALANCE_FORMAT`].
    pub format: String,
    /// SHA-256 of the manifest that it belongs to, hex.
    pub manifest_sha256: String,
    /// `AGREEMENT/RELEASE`.
    pub release: String,
    /// One line per input file: in = out + removed by cause + quarantined by cause.
    pub balance: Vec<Balance>,
    /// Said on the file itself.
    pub note: String,
}

impl SenderBalance {
    /// The books of one release.
    pub fn new(manifest_bytes: &[u8], release: &str, balance: Vec<Balance>) -> Self {
        Self {
            format: BALANCE_FORMAT.to_owned(),
            manifest_sha256: sha256(manifest_bytes),
            release: release.to_owned(),
            balance,
            note: "For the sender only: exact counts of people left out. Never send this file with the release.".to_owned(),
        }
    }

    /// The bytes as written: two-space JSON and a final newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        pretty(self)
    }
}

/// The manifest of a report, or of anything made from saved results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportManifest {
    /// Always [`REPORT_FORMAT`].
    pub format: String,
    /// Name and version of the tool.
    pub tool: String,
    /// When it was made, RFC 3339 in UTC.
    pub made: String,
    /// The saved results it was made from.
    pub inputs: Vec<ReportInput>,
    /// The files written.
    pub outputs: Vec<Output>,
}

/// Saved results that a report was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportInput {
    /// `results`, `previous results`.
    pub role: String,
    /// File name without folder.
    pub name: String,
    /// SHA-256 of the bytes, hex: the fingerprint on the cover.
    pub sha256: String,
}

impl Manifest {
    /// The bytes as written and signed: two-space JSON and a final newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        pretty(self)
    }
}

impl ReportManifest {
    /// The manifest of a report, without files yet.
    pub fn new(made: &str) -> Self {
        Self { format: REPORT_FORMAT.to_owned(), tool: tool(), made: made.to_owned(), inputs: Vec::new(), outputs: Vec::new() }
    }

    /// The bytes as written and signed: two-space JSON and a final newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        pretty(self)
    }
}

/// Name and version of this tool, as manifests carry it.
pub fn tool() -> String {
    concat!("carepact ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// A number of rows as a recipient may see it: `*` below 8, else the nearest 5, halves up.
pub fn blurred(rows: u64) -> String {
    if rows < 8 { "*".to_owned() } else { rows.saturating_add(2).checked_div(5).map_or(rows, |fives| fives * 5).to_string() }
}

/// SHA-256 of bytes, hex.
pub fn sha256(bytes: &[u8]) -> String {
    crate::text::hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}

fn pretty<T: Serialize>(value: &T) -> Vec<u8> {
    // These types hold only strings, numbers and maps with string keys, which always serialise.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::blurred;

    #[test]
    fn few_rows_are_a_star_and_others_the_nearest_five() {
        assert_eq!([0, 1, 7, 8, 12, 13, 17, 18, 1003].map(blurred), ["*", "*", "*", "10", "10", "15", "15", "20", "1005"]);
    }
}

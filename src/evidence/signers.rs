//! Who may sign: OpenSSH's `allowed_signers` (ssh-keygen(1), ALLOWED SIGNERS), with namespaces and validity.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::identifier::Date;
use crate::identifier::date::london;
use crate::keys::signing::{KEY_TYPE, PublicKey};

/// The time that a judgement is for: an instant, or a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    first: Timestamp,
    last: Timestamp,
}

impl Moment {
    /// Now, as the caller's clock has it.
    pub fn instant(at: Timestamp) -> Self {
        Self { first: at, last: at }
    }

    /// A day in Europe/London: a key must be valid all of it.
    pub fn day(date: Date) -> Self {
        let start = |date: Date| date.civil().to_zoned(london()).map_or(Timestamp::MIN, |zoned| zoned.timestamp());
        Self { first: start(date), last: start(date.next()) - jiff::Span::new().seconds(1) }
    }
}

/// A signers file.
#[derive(Clone, Debug, Default)]
pub struct Signers {
    entries: Vec<Entry>,
    /// Lines that this version does not use, and why: never skipped in silence.
    pub unused: Vec<String>,
}

#[derive(Clone, Debug)]
struct Entry {
    principals: String,
    namespaces: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    key: PublicKey,
}

/// Why a signers file cannot be trusted to mean what it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct SignersError {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Whether a key may sign for a namespace at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Yes, as these principals.
    Listed(String),
    /// The key is not in the file.
    Unknown,
    /// It is, for other namespaces.
    OtherNamespace(String),
    /// It is, from then on.
    NotYet(Timestamp),
    /// It was, until then.
    Expired(Timestamp),
}

impl Signers {
    /// Reads a signers file.
    pub fn parse(text: &str) -> Result<Self, SignersError> {
        let mut signers = Self::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let wrong = |why: &str| SignersError { line: number, why: why.to_owned() };
            let (principals, rest) = field(line).ok_or_else(|| wrong("a quotation mark is not closed"))?;
            let (second, after_second) = field(rest).ok_or_else(|| wrong("a quotation mark is not closed"))?;
            let (options, kind, rest) = if is_key_type(second) {
                ("", second, after_second)
            } else {
                let (kind, rest) = field(after_second).ok_or_else(|| wrong("a quotation mark is not closed"))?;
                (second, kind, rest)
            };
            if !is_key_type(kind) {
                return Err(wrong("the form is PRINCIPALS [OPTIONS] KEYTYPE KEY [COMMENT], and there is no key type"));
            }
            let principals = principals.trim_matches('"').to_owned();
            let mut entry = Entry { principals, namespaces: None, after: None, before: None, key: PublicKey::from_bytes([0; 32]) };
            let mut authority = false;
            for option in split_options(options) {
                let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value.trim_matches('"'))));
                match (name.to_ascii_lowercase().as_str(), value) {
                    ("cert-authority", None) => authority = true,
                    ("namespaces", Some(value)) if entry.namespaces.is_none() && !value.is_empty() => entry.namespaces = Some(value.to_owned()),
                    ("valid-after", Some(value)) if entry.after.is_none() => {
                        entry.after = Some(time(value).ok_or_else(|| wrong("valid-after takes YYYYMMDD or YYYYMMDDHHMM[SS], with Z for UTC"))?);
                    }
                    ("valid-before", Some(value)) if entry.before.is_none() => {
                        entry.before = Some(time(value).ok_or_else(|| wrong("valid-before takes YYYYMMDD or YYYYMMDDHHMM[SS], with Z for UTC"))?);
                    }
                    _ => return Err(wrong(&format!("the option {name:?} is unknown, stands twice or has no value"))),
                }
            }
            if let (Some(after), Some(before)) = (entry.after, entry.before)
                && after >= before
            {
                return Err(wrong("valid-after is not before valid-before, so the key is never valid"));
            }
            if authority {
                signers.unused.push(format!("line {number}: certificate authorities are not read by this version of carepact"));
                continue;
            }
            if kind != KEY_TYPE {
                signers.unused.push(format!("line {number}: {kind} keys are not read by this version of carepact, only {KEY_TYPE}"));
                continue;
            }
            let (key, _) = field(rest).ok_or_else(|| wrong("a quotation mark is not closed"))?;
            entry.key = STANDARD.decode(key).ok().and_then(|blob| PublicKey::from_blob(&blob)).ok_or_else(|| wrong("the key is cut short or damaged"))?;
            signers.entries.push(entry);
        }
        Ok(signers)
    }

    /// Whether a key may sign for a namespace at a time. One fitting line is enough; else the first line with the key
    /// says why not.
    pub fn judge(&self, key: &PublicKey, namespace: &str, at: Moment) -> Judgement {
        let mut reason = None;
        for entry in self.entries.iter().filter(|entry| entry.key == *key) {
            let judged = match entry {
                Entry { namespaces: Some(listed), .. } if !matches_list(namespace, listed) => Judgement::OtherNamespace(listed.clone()),
                Entry { after: Some(after), .. } if at.first < *after => Judgement::NotYet(*after),
                Entry { before: Some(before), .. } if at.last > *before => Judgement::Expired(*before),
                _ => return Judgement::Listed(entry.principals.clone()),
            };
            reason.get_or_insert(judged);
        }
        reason.unwrap_or(Judgement::Unknown)
    }

    /// How many keys can sign.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nobody can.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn is_key_type(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "rsa-sha2-", "webauthn-sk-"].iter().any(|prefix| word.starts_with(prefix))
}

/// The first word, in which quoted parts may hold spaces, and the rest. None if a quotation mark is not closed.
fn field(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let mut quoted = false;
    for (index, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if letter.is_whitespace() && !quoted => return Some((&text[..index], &text[index..])),
            _ => {}
        }
    }
    (!quoted).then_some((text, ""))
}

/// Options between commas that stand outside quotation marks.
fn split_options(options: &str) -> Vec<&str> {
    let mut quoted = false;
    options
        .split(|letter| {
            if letter == '"' {
                quoted = !quoted;
            }
            letter == ',' && !quoted
        })
        .filter(|option| !option.is_empty())
        .collect()
}

/// `20260701`, `202607011230`, `20260701123015`, in London or, with a Z, in UTC.
fn time(text: &str) -> Option<Timestamp> {
    let (digits, utc) = text.strip_suffix(['Z', 'z']).map_or((text, false), |digits| (digits, true));
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).map_or(Some(0i8), |part| part.parse().ok());
    let civil = jiff::civil::DateTime::new(digits[..4].parse().ok()?, part(4..6)?, part(6..8)?, part(8..10)?, part(10..12)?, part(12..14)?, 0).ok()?;
    let zone = if utc { jiff::tz::TimeZone::UTC } else { london() };
    civil.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

/// OpenSSH's pattern list: `*` and `?`, and `!` before what must not match.
fn matches_list(text: &str, patterns: &str) -> bool {
    let mut matched = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(text.as_bytes(), pattern.as_bytes()) => return false,
            Some(_) => {}
            None => matched |= matches(text.as_bytes(), pattern.as_bytes()),
        }
    }
    matched
}

fn matches(text: &[u8], pattern: &[u8]) -> bool {
    // Greedy with one point to come back to: linear in practice, never exponential.
    let (mut at, mut next, mut star) = (0, 0, None);
    while at < text.len() {
        match pattern.get(next) {
            Some(b'*') => {
                star = Some((at, next));
                next += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[at] => {
                at += 1;
                next += 1;
            }
            _ => match star {
                Some((from, place)) => {
                    star = Some((from + 1, place));
                    at = from + 1;
                    next = place + 1;
                }
                None => return false,
            },
        }
    }
    pattern[next..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";

    fn key() -> PublicKey {
        PublicKey::from_blob(&STANDARD.decode(KEY.split(' ').nth(1).expect("a key")).expect("base 64")).expect("a key")
    }

    fn at(text: &str) -> Moment {
        Moment::instant(text.parse().expect("a time"))
    }

    fn judge(line: &str, namespace: &str, moment: Moment) -> Judgement {
        Signers::parse(line).expect("reads").judge(&key(), namespace, moment)
    }

    #[test]
    fn namespaces_and_validity_are_kept() {
        let now = at("2026-07-01T12:00:00Z");
        let listed = Judgement::Listed("ig@gm.example".to_owned());
        assert_eq!(judge(&format!("# who may sign\n\nig@gm.example {KEY} comment here\n"), "manifest@carepact", now), listed);
        let line = format!("ig@gm.example namespaces=\"manifest@carepact,report@carepact\",valid-after=\"20260601\",valid-before=20260801Z {KEY}");
        assert_eq!(judge(&line, "manifest@carepact", now), listed);
        assert_eq!(judge(&line, "file", now), Judgement::OtherNamespace("manifest@carepact,report@carepact".to_owned()));
        assert!(matches!(judge(&line, "report@carepact", at("2026-05-31T22:59:59Z")), Judgement::NotYet(_)));
        // Midnight in London is 23:00 UTC in summer.
        assert_eq!(judge(&line, "report@carepact", at("2026-05-31T23:00:00Z")), listed);
        assert!(matches!(judge(&line, "report@carepact", at("2026-08-01T00:00:01Z")), Judgement::Expired(_)));
        assert_eq!(judge("", "manifest@carepact", now), Judgement::Unknown);
    }

    #[test]
    fn a_day_must_be_valid_from_end_to_end() {
        let line = format!("a valid-after=202607011200,valid-before=20260703 {KEY}");
        let day = |text| judge(&line, "x", Moment::day(Date::parse(text).expect("a date")));
        assert!(matches!(day("2026-07-01"), Judgement::NotYet(_)));
        assert!(matches!(day("2026-07-02"), Judgement::Listed(_)));
        assert!(matches!(day("2026-07-03"), Judgement::Expired(_)));
    }

    #[test]
    fn a_second_line_with_the_key_may_allow_what_the_first_does_not() {
        let text = format!("a namespaces=\"file\" {KEY}\nb namespaces=\"*@carepact,!ledger@*\" {KEY}\n");
        let now = at("2026-07-01T12:00:00Z");
        assert_eq!(judge(&text, "manifest@carepact", now), Judgement::Listed("b".to_owned()));
        assert_eq!(judge(&text, "ledger@carepact", now), Judgement::OtherNamespace("file".to_owned()));
    }

    #[test]
    fn a_line_that_is_not_understood_stops_the_file() {
        for (text, why) in [
            (format!("a {}", &KEY[..60]), "damaged"),
            ("a b c".to_owned(), "no key type"),
            (format!("a valid-before=2026-07-01 {KEY}"), "YYYYMMDD"),
            (format!("a verify-required {KEY}"), "unknown"),
            (format!("a namespaces=\"x {KEY}"), "not closed"),
            (format!("a valid-after=20260701,valid-before=20260601 {KEY}"), "never valid"),
        ] {
            let error = Signers::parse(&format!("# one\n{text}\n")).expect_err("refused");
            assert_eq!(error.line, 2);
            assert!(error.why.contains(why), "{error}");
        }
        let signers = Signers::parse(&format!("a ssh-rsa AAAA\nb cert-authority {KEY}\n")).expect("reads");
        assert_eq!((signers.len(), signers.unused.len()), (0, 2));
    }

    proptest! {
        #[test]
        fn anything_is_read_or_refused(text in "(a|\\*|\"| |,|=|#|é|ssh-ed25519|namespaces=|valid-after=|2026070[0-9]|AAAA|\n){0,12}") {
            let _ = Signers::parse(&text);
        }

        #[test]
        fn a_pattern_matches_itself_and_a_star_anything(text in "[a-c@]{0,8}", cut in 0usize..8) {
            prop_assert!(matches(text.as_bytes(), text.as_bytes()));
            let cut = cut.min(text.len());
            let (starred, longer) = (format!("{}*{}", &text[..cut], &text[cut..]), format!("{text}?"));
            prop_assert!(matches(text.as_bytes(), starred.as_bytes()));
            prop_assert!(!matches(text.as_bytes(), longer.as_bytes()));
        }
    }

    #[test]
    fn patterns_match_as_openssh_s() {
        for (text, pattern, expected) in
            [("abc", "a*c", true), ("abc", "a?c", true), ("abc", "*", true), ("abc", "a*b", false), ("aXbXc", "a*X*c", true), ("", "*", true), ("", "?", false)]
        {
            assert_eq!(matches(text.as_bytes(), pattern.as_bytes()), expected, "{text} {pattern}");
        }
    }
}

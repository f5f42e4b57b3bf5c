//! What an audit leaves behind, recognised by what it says, so that it can be destroyed when its time is over.

use super::conduct::Output;
use crate::identifier::Date;

/// Most bytes of a file that are looked at.
pub const HEAD: usize = 1 << 16;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The kind, as the pack's `retain:` names it.
    pub output: Output,
    /// The day it says it was made on; none if it says nothing.
    pub made: Option<Date>,
}

/// The first value of a key in the head of a JSON file, before anything is nested deeper: `"as_of": "2026-06-01"`.
fn text_of<'t>(head: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = head.split_once(&format!("\"{key}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    rest.split('"').next()
}

/// Tells what a file is by its first bytes; none for anything that no audit wrote.
pub fn recognise(head: &[u8]) -> Option<Recognised> {
    let head = &head[..head.len().min(HEAD)];
    // A character cut in two at the end of the head is no matter.
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
        Err(_) => return None,
    };
    let text = text.trim_start_matches('\u{feff}');
    let day = |text: Option<&str>| text.and_then(|text| Date::parse(text.get(..10)?).ok());
    if text.starts_with('{') {
        return match text_of(text, "format")? {
            "carepact.results/1" if text_of(text, "kind") == Some("audit") => Some(Recognised { output: Output::Results, made: day(text_of(text, "as_of")) }),
            "carepact.who-looked/1" => Some(Recognised { output: Output::Answers, made: None }),
            _ => None,
        };
    }
    let first = text.lines().next().unwrap_or_default();
    if first == "reference,kind,id" {
        return Some(Recognised { output: Output::Annex, made: None });
    }
    if first == "line,user,name,role,organisation,when,held,name_to_the_person" {
        return Some(Recognised { output: Output::Answers, made: None });
    }
    if first == "id,opened,user,account,person,person_id,first,last,codes,what_was_seen,decision,by,on,note" {
        let opened = text.lines().nth(1).and_then(|row| row.split(',').nth(1));
        return Some(Recognised { output: Output::Annex, made: day(opened) });
    }
    let answer = text.lines().take(12).any(|line| line == "Who has looked at your record" || line.starts_with("<title>Who has looked at your record"));
    answer.then_some(Recognised { output: Output::Answers, made: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_audit_wrote_is_recognised() {
        let day = Date::parse("2026-06-01").ok();
        let told = |text: &str| recognise(text.as_bytes()).map(|one| (one.output, one.made));
        assert_eq!(told("{\n  \"format\": \"carepact.results/1\",\n  \"kind\": \"audit\",\n  \"as_of\": \"2026-06-01\"}"), Some((Output::Results, day)));
        assert_eq!(told("{\"format\": \"carepact.results/1\", \"kind\": \"check\", \"as_of\": \"2026-06-01\"}"), None);
        assert_eq!(told("reference,kind,id\nS-1,staff,u1\n"), Some((Output::Annex, None)));
        assert_eq!(told("DRAFT abc - not to be sent\n\nWho has looked at your record\n\n"), Some((Output::Answers, None)));
        for other in ["", "reference,kind\n", "{\"format\": \"carepact.manifest/1\"}", "time,user\n", "{}", "Who looked\n"] {
            assert_eq!(told(other), None, "{other}");
        }
        assert_eq!(recognise(&[0xff, 0xfe, 0]), None);
        let long = format!("reference,kind,id\n{}", "é".repeat(HEAD));
        assert_eq!(told(&long), Some((Output::Annex, None)), "cut within a character");
    }
}

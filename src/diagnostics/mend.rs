//! Applying the safe fixes of findings to texts: exact bytes, nothing else touched.

use std::collections::BTreeMap;

use super::{Edit, Finding, Standing};
use crate::source::FileId;

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The rule.
    pub code: &'static str,
    /// The place of the finding.
    pub place: String,
    /// What was done, a few words.
    pub title: String,
    /// The edit.
    pub edit: Edit,
}

/// The edits of the first safe fix of each finding that is not accepted, by text and in order. Where two overlap the first
/// wins whole; the other is left for another round, when the finding may have gone.
pub fn plan(findings: &[Finding]) -> BTreeMap<FileId, Vec<Mended>> {
    let mut planned: BTreeMap<FileId, Vec<Mended>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !matches!(finding.standing, Standing::Accepted(_))) {
        let Some(fix) = finding.fixes.iter().find(|fix| fix.safe && !fix.edits.is_empty()) else { continue };
        let taken = |edit: &Edit| planned.get(&edit.span.file).into_iter().flatten().any(|other| meet(&other.edit, edit));
        if fix.edits.iter().any(taken) {
            continue;
        }
        for edit in &fix.edits {
            planned.entry(edit.span.file).or_default().push(Mended {
                code: finding.code,
                place: finding.place.clone(),
                title: fix.title.clone(),
                edit: edit.clone(),
            });
        }
    }
    for edits in planned.values_mut() {
        edits.sort_by_key(|mended| mended.edit.span);
    }
    planned
}

/// Whether two edits touch: two insertions at one place do too, since their order would be a choice.
fn meet(one: &Edit, other: &Edit) -> bool {
    let (a, b) = (one.span, other.span);
    a.start < b.end && b.start < a.end
        || a == b
        || (a.start == a.end && b.start <= a.start && a.start <= b.end)
        || (b.start == b.end && a.start <= b.start && b.start <= a.end)
}

/// A text with edits made, which are in order and do not meet. None if one does not lie in the text.
pub fn apply(text: &str, edits: &[Mended]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for mended in edits {
        let range = mended.edit.span.range();
        out.push_str(text.get(at..range.start)?);
        text.get(range.clone())?;
        out.push_str(&mended.edit.text);
        at = range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Fix;
    use crate::source::{Sources, Span};

    #[test]
    fn the_first_of_two_that_meet_wins_and_the_rest_is_untouched() {
        let mut sources = Sources::new();
        let file = sources.add("a", "eins zwei\r\n# drei\r\n");
        let span = |start, end| Span::new(file, start, end);
        let finding = |start, end, text: &str, safe| Finding::error("DOC-007", "a", "x").fix(Fix::write(span(start, end), text, safe));
        let found =
            [finding(5, 9, "two", true), finding(0, 4, "one", true), finding(3, 6, "xx", true), finding(11, 12, "!", false), finding(5, 9, "two", true)];
        let plan = plan(&found);
        assert_eq!(plan[&file].len(), 2);
        assert_eq!(apply(sources.text(file), &plan[&file]).as_deref(), Some("one two\r\n# drei\r\n"));
    }
}

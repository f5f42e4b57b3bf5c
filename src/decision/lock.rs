//! The lock: everything the agreements of a pack allow, as sorted lines of text that people and `git` can compare.
//!
//! Three kinds of lines, each readable alone:
//!
//! - `AGREEMENT/CLAUSE | ROLES at GROUP | may ACTIONS as FORMS | see DATA | of GROUP | for PURPOSES | when FACTS | DAYS | unless CLAUSES`:
//!   what one grant allows once prohibitions have been taken from it. A case is allowed iff some line says so.
//! - `AGREEMENT party CODE | DAYS | GROUPS`: an organisation in the groups that the lines of the agreement name.
//! - `vocabulary TREE NAME`: a leaf. A name in the other lines covers everything beneath it.
//!
//! The lines of one agreement stand together and rest on nothing but its own clauses and the prohibitions that close them,
//! so that changes of two agreements merge. A new organisation is one line in each agreement it joins; a new leaf beneath a
//! name that is granted is one line.

mod access;
mod days;
mod places;
mod words;

use std::collections::BTreeSet;

use super::plain::TooManyConditions;
use crate::pack::Pack;

/// The first lines of every lock.
pub const HEADER: &str = "\
# carepact.lock/1: who may see what. Written by `carepact lock`; compare, merge and keep it, do not edit it.
# A case is allowed if and only if a line with `may` covers it. A name covers everything beneath it. See docs/lock.md.
";

/// The lines of a pack, sorted, without the header.
pub fn lines(pack: &Pack) -> Result<BTreeSet<String>, TooManyConditions> {
    let mut lines = access::lines(pack)?;
    for (what, tree) in [("data", &pack.words.data), ("purpose", &pack.words.purposes), ("role", &pack.words.roles)] {
        lines.extend(tree.leaves(crate::vocabulary::ROOT).into_iter().map(|leaf| format!("vocabulary {what} {}", tree.path(leaf))));
    }
    Ok(lines)
}

/// The text of a lock.
pub fn text(pack: &Pack) -> Result<String, TooManyConditions> {
    Ok(lines(pack)?.into_iter().fold(HEADER.to_owned(), |text, line| text + &line + "\n"))
}

/// What a lock on disk lacks (`+`) and has too much (`-`) against the lines of a pack, in the order of the lines. Where its
/// lines stand does not matter, so that a merge which kept the lines of both sides is as good as one in order.
pub fn differences<'l>(kept: &'l str, lines: &'l BTreeSet<String>) -> Vec<(char, &'l str)> {
    let kept: BTreeSet<&str> = kept.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let made: BTreeSet<&str> = lines.iter().map(String::as_str).collect();
    kept.symmetric_difference(&made).map(|line| (if made.contains(line) { '+' } else { '-' }, *line)).collect()
}

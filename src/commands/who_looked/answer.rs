//! The answer as a person reads it: one set of sentences, as text, as a page, as JSON.

use std::fmt::Write as _;

use base64::Engine as _;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde_json::json;

use super::super::columns::Columns;
use super::super::failure::Failure;
use super::super::session::Format;
use crate::access_log::event::{Symbol, Symbols};
use crate::access_log::who_looked::{Acting, Look, Looks};
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::text::{count, formula_safe, hex, wrap};

/// An answer, drafted or released.
pub(super) struct Answer {
    lines: Vec<Line>,
    searched: Option<(Date, Date)>,
    by_systems: u64,
    refused: u64,
    unread: u64,
    /// Of everything in the draft: what is released is what was reviewed.
    pub(super) code: String,
    /// The role of whoever released it.
    reviewed_by: Option<String>,
}

struct Line {
    look: Look,
    organisation: String,
}

fn words(text: &str) -> String {
    if text.is_empty() { "not recorded".to_owned() } else { text.replace(['_', '.'], " ") }
}

impl Line {
    fn who(&self) -> String {
        match self.look.acting {
            Some(Acting::Proxy) => "somebody who may act for you".to_owned(),
            Some(Acting::Delegate) => format!("{}, in the place of a colleague", words(&self.look.role)),
            None => words(&self.look.role),
        }
    }

    fn cells(&self) -> [String; 5] {
        let look = &self.look;
        let times = if look.times > 1 { format!(" ({} times that day)", look.times) } else { String::new() };
        let emergency = if look.emergency { "; emergency access" } else { "" };
        [
            format!("{}{times}", look.when),
            self.organisation.clone(),
            self.who(),
            format!("{}: {}", look.did, words(&look.data)),
            format!("{}{emergency}", look.why),
        ]
    }
}

const HEADS: [&str; 5] = ["when", "organisation", "who", "what", "why"];

impl Answer {
    /// A draft of everything that was found.
    pub(super) fn draft(looks: &Looks, unread: u64, organisation: impl Fn(&str) -> String) -> Self {
        let lines = looks.looks.iter().map(|look| Line { look: look.clone(), organisation: organisation(&look.organisation) }).collect();
        let mut answer =
            Self { lines, searched: looks.searched, by_systems: looks.by_systems, refused: looks.refused, unread, code: String::new(), reviewed_by: None };
        // Accounts are part of it: two drafts that look alike may be about other people's accesses.
        let users: Vec<u32> = looks.looks.iter().map(|look| look.user.0).collect();
        let whole = json!([answer.json(), users]).to_string();
        answer.code = hex(&ring::digest::digest(&ring::digest::SHA256, whole.as_bytes()).as_ref()[..6]);
        answer
    }

    /// The lines that the privacy officer has to look at, from 1.
    pub(super) fn held_lines(&self) -> Vec<usize> {
        self.lines.iter().enumerate().filter(|(_, line)| !line.look.held.is_empty()).map(|(at, _)| at + 1).collect()
    }

    /// How many lines the draft has, and how many of them are held.
    pub(super) fn counted(&self) -> (usize, usize) {
        (self.lines.len(), self.held_lines().len())
    }

    /// Leaves lines out and takes the draft's marks off; the number of a line that is not there is given back.
    pub(super) fn release(&mut self, reviewed_by: &str, leave_out: &[usize]) -> Result<(), usize> {
        if let Some(line) = leave_out.iter().find(|line| !(1..=self.lines.len()).contains(line)) {
            return Err(*line);
        }
        let mut at = 0;
        self.lines.retain(|_| {
            at += 1;
            !leave_out.contains(&at)
        });
        self.reviewed_by = Some(reviewed_by.to_owned());
        Ok(())
    }

    fn before(&self) -> Vec<String> {
        let mut texts = vec![match self.searched {
            Some((first, last)) => format!("We searched the log of the shared record from {} to {}.", first.in_words(), last.in_words()),
            None => "The log that was searched has no entries.".to_owned(),
        }];
        if self.unread > 0 {
            texts.push(format!("{} of the log could not be read, so this list may not be complete.", count(self.unread, "line", "lines")));
        }
        if self.lines.is_empty() {
            texts.push("Nobody looked at your record in that time, as far as the log shows.".to_owned());
        }
        texts
    }

    fn after(&self) -> Vec<String> {
        let mut texts = Vec::new();
        if self.by_systems > 0 {
            let times = if self.by_systems == 1 { "once".to_owned() } else { format!("{} times", self.by_systems) };
            texts.push(format!("Computer systems read your record {times} to do their work, without a person looking."));
        }
        if self.refused > 0 {
            texts.push(format!("{} refused: nothing was shown.", count(self.refused, "attempt was", "attempts were")));
        }
        let any = |acting| self.lines.iter().any(|line| line.look.acting == Some(acting));
        if any(Acting::Proxy) {
            texts.push("Somebody who may act for you is a person to whom you, or somebody with authority, gave access to your record, for example a parent or a carer. You can ask your practice to end it.".to_owned());
        }
        if any(Acting::Delegate) {
            texts.push(
                "In the place of a colleague means that one member of staff opened your record for another, for example a secretary for a doctor.".to_owned(),
            );
        }
        if self.lines.iter().any(|line| line.look.emergency) {
            texts.push("Emergency access means that a member of staff opened your record without the usual checks because they said it was urgent, for example when you could not be asked. Such accesses are reviewed afterwards.".to_owned());
        }
        texts.push("What is told as a reason comes from what was written down at the time. The law allows an organisation to leave something out of such a list, for example to protect somebody from serious harm.".to_owned());
        texts.push("Names of staff are not given here: they are decided on one by one. If something in this list worries you, ask the organisation's privacy officer or data protection officer. You can complain to the organisation, and it must acknowledge this within 30 days; if you are not content, you can complain to the Information Commissioner (ico.org.uk/make-a-complaint).".to_owned());
        texts
    }

    fn for_the_reviewer(&self) -> Vec<String> {
        let mut texts: Vec<String> = self
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| !line.look.held.is_empty())
            .map(|(at, line)| format!("Line {} is held for the privacy officer: {}.", at + 1, crate::text::and_list(&line.look.held)))
            .collect();
        texts.push("Check who asks and on whose authority, whether serious harm to anybody is likely, and whether an investigation is going on.".to_owned());
        texts.push("Each staff name: a health professional involved in care is usually disclosable (DPA 2018 Sch 2 para 17); for others balance (para 16). --names FILE has them line by line.".to_owned());
        texts.push(format!(
            "To release this answer: --release --draft {} --reviewed-by ROLE --confirm identity,authority,no-serious-harm,no-investigation",
            self.code
        ));
        texts
    }

    fn json(&self) -> serde_json::Value {
        let draft = self.reviewed_by.is_none();
        let list: Vec<serde_json::Value> = self
            .lines
            .iter()
            .map(|line| {
                let look = &line.look;
                let acting = look.acting.map(|acting| match acting {
                    Acting::Proxy => "proxy",
                    Acting::Delegate => "delegate",
                });
                let mut one = json!({
                    "when": look.when, "times": look.times, "organisation": look.organisation, "organisation_name": line.organisation, "role": look.role,
                    "acting": acting, "did": look.did, "data": look.data, "why": look.why, "emergency": look.emergency,
                });
                if draft {
                    one["held"] = json!(look.held);
                }
                one
            })
            .collect();
        let status = if !draft {
            "released"
        } else if self.held_lines().is_empty() {
            "draft"
        } else {
            "held"
        };
        let mut object = json!({
            "format": "carepact.who-looked/1", "status": status, "searched": self.searched.map(|(first, last)| json!({"first": first.to_string(), "last": last.to_string()})),
            "looks": list, "by_systems": self.by_systems, "refused": self.refused, "lines_not_read": self.unread,
        });
        match &self.reviewed_by {
            None => object["draft"] = json!(self.code),
            Some(role) => object["reviewed_by"] = json!(role),
        }
        object
    }

    /// In a format that the command writes.
    pub(super) fn render(&self, format: Format, columns: impl Fn(&[&str]) -> Columns) -> Result<Vec<u8>, Failure> {
        Ok(match format {
            Format::Json => format!("{:#}\n", self.json()).into_bytes(),
            Format::Html => self.page().map_err(|error| Failure::new(Outcome::Bug, "bug", error.to_string()))?.into_bytes(),
            _ => self.text(columns).into_bytes(),
        })
    }

    fn text(&self, columns: impl Fn(&[&str]) -> Columns) -> String {
        let draft = self.reviewed_by.is_none();
        let mut out = String::new();
        if draft {
            let held = if self.held_lines().is_empty() { "" } else { ", held for the privacy officer" };
            let _ = writeln!(out, "DRAFT {}{held} - not to be sent before it has been reviewed\n", self.code);
        }
        out.push_str("Who has looked at your record\n\n");
        self.before().iter().for_each(|text| {
            let _ = writeln!(out, "{}", folded(text));
        });
        if !self.lines.is_empty() {
            out.push('\n');
            let heads: Vec<&str> = if draft { ["line"].into_iter().chain(HEADS).collect() } else { HEADS.to_vec() };
            let mut table = columns(&heads);
            for (at, line) in self.lines.iter().enumerate() {
                let mark = if line.look.held.is_empty() { "" } else { " held" };
                let number = draft.then(|| format!("{}{mark}", at + 1));
                table.add_row(number.into_iter().chain(line.cells()));
            }
            let _ = writeln!(out, "{}", table.text());
        }
        for text in self.after() {
            let _ = writeln!(out, "\n{}", folded(&text));
        }
        if draft {
            out.push_str("\nFor the reviewer:\n");
            for text in self.for_the_reviewer() {
                let _ = writeln!(out, "{}", folded(&text));
            }
            out.push_str("\nDRAFT\n");
        }
        out
    }

    fn page(&self) -> Result<String, minijinja::Error> {
        const STYLE: &str = include_str!("answer.css");
        let draft = self.reviewed_by.is_none();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        environment.add_template("answer.html", include_str!("answer.html"))?;
        let rows: Vec<serde_json::Value> = self
            .lines
            .iter()
            .enumerate()
            .map(|(at, line)| {
                let number = draft.then(|| (at + 1).to_string());
                json!({"held": draft && !line.look.held.is_empty(), "cells": number.into_iter().chain(line.cells()).collect::<Vec<_>>()})
            })
            .collect();
        let heads: Vec<&str> = if draft { ["line"].into_iter().chain(HEADS).collect() } else { HEADS.to_vec() };
        let digest = ring::digest::digest(&ring::digest::SHA256, STYLE.as_bytes());
        environment.get_template("answer.html")?.render(context! {
            style => STYLE,
            style_hash => base64::engine::general_purpose::STANDARD.encode(digest.as_ref()),
            draft, code => self.code.clone(),
            heads,
            rows => Value::from(Serde(&rows)),
            before => self.before(),
            after => self.after(),
            reviewer => if draft { self.for_the_reviewer() } else { Vec::new() },
        })
    }
}

/// Sentences in lines that a letter or a terminal takes.
fn folded(text: &str) -> String {
    wrap(text, 120).join("\n")
}

/// The reviewer's sheet: whose account each line of the draft is, and whether the name is usually given.
pub(super) fn sheet(looks: &Looks, symbols: &Symbols, organisation: impl Fn(&str) -> String, name: impl Fn(Symbol) -> String) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(["line", "user", "name", "role", "organisation", "when", "held", "name_to_the_person"]);
    for (at, look) in looks.looks.iter().enumerate() {
        let row = [
            (at + 1).to_string(),
            symbols.text(look.user).to_owned(),
            name(look.user),
            look.role.clone(),
            organisation(&look.organisation),
            look.when.clone(),
            look.held.join("; "),
            look.name.in_words().to_owned(),
        ];
        let _ = writer.write_record(row.map(|cell| formula_safe(&cell)));
    }
    writer.into_inner().unwrap_or_default()
}

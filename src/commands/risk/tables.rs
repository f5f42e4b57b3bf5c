//! Small tables for a terminal or for Markdown.

use std::fmt::Write as _;

/// A heading, a table, and lines under it.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) heading: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) notes: Vec<String>,
}

impl Block {
    pub(super) fn new(heading: &str, head: &[&str]) -> Self {
        Self { heading: heading.to_owned(), head: head.iter().map(|word| (*word).to_owned()).collect(), ..Self::default() }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// For a terminal of this width; without one nothing is wrapped.
    pub(super) fn text(&self, width: Option<u16>, bold: impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        if !self.heading.is_empty() {
            let _ = writeln!(out, "{}", bold(&self.heading));
        }
        if !self.rows.is_empty() {
            let mut table = comfy_table::Table::new();
            table.load_style(comfy_table::presets::NOTHING).set_header(&self.head);
            match width {
                Some(width) => table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic).set_width(width),
                None => table.set_content_arrangement(comfy_table::ContentArrangement::Disabled),
            };
            self.rows.iter().for_each(|row| {
                table.add_row(row);
            });
            for (index, column) in table.column_iter_mut().enumerate() {
                column.set_padding((if index == 0 { 2 } else { 1 }, 1));
                if index > 0 {
                    column.set_cell_alignment(comfy_table::CellAlignment::Right);
                }
            }
            for line in table.to_string().lines() {
                let _ = writeln!(out, "{}", line.trim_end());
            }
        }
        for note in &self.notes {
            for (index, line) in crate::text::wrap(note, usize::from(width.unwrap_or(110)).saturating_sub(4).max(40)).into_iter().enumerate() {
                let _ = writeln!(out, "{}{line}", if index == 0 { "  " } else { "    " });
            }
        }
        out
    }

    pub(super) fn markdown(&self) -> String {
        let cell = |text: &String| text.replace('|', "\\|").replace('\n', " ");
        let line = |cells: &[String]| format!("| {} |\n", cells.iter().map(cell).collect::<Vec<_>>().join(" | "));
        let mut out = String::new();
        if !self.heading.is_empty() {
            let _ = write!(out, "## {}\n\n", self.heading);
        }
        if !self.rows.is_empty() {
            out.push_str(&line(&self.head));
            let _ = writeln!(out, "|{}", (0..self.head.len()).map(|index| if index == 0 { " --- |" } else { " ---: |" }).collect::<String>());
            self.rows.iter().for_each(|row| out.push_str(&line(row)));
            out.push('\n');
        }
        for note in &self.notes {
            let _ = writeln!(out, "- {note}");
        }
        if !self.notes.is_empty() {
            out.push('\n');
        }
        out
    }
}

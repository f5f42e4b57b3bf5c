//! Rows of a table as people read them: in columns, or, for screen readers, one `label: value` a line.

use super::session::Session;

/// A table while it is filled.
#[derive(Clone, Debug)]
pub struct Columns {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns of words, to the left; those after them are numbers, to the right.
    words: usize,
    indent: u16,
    accessible: bool,
    width: Option<u16>,
}

impl Columns {
    /// An empty table for a terminal or, where there is none, for a file, in which nothing is wrapped or cut.
    pub fn new(session: &Session, heads: &[&str], words: usize) -> Self {
        let heads = heads.iter().map(|head| (*head).to_owned()).collect();
        Self { heads, rows: Vec::new(), words, indent: 0, accessible: session.accessible, width: session.width }
    }

    /// For a file, whatever the terminal.
    #[must_use]
    pub fn for_file(self) -> Self {
        Self { width: None, ..self }
    }

    /// With blanks before the first column.
    #[must_use]
    pub fn indented(self, indent: u16) -> Self {
        Self { indent, ..self }
    }

    /// Adds a row.
    pub fn add_row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table, without a final newline.
    pub fn text(&self) -> String {
        if self.accessible { self.lines() } else { self.drawn() }
    }

    fn drawn(&self) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING).set_header(&self.heads);
        for row in &self.rows {
            table.add_row(row);
        }
        match self.width {
            Some(width) => table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic).set_width(width),
            None => table.set_content_arrangement(comfy_table::ContentArrangement::Disabled),
        };
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((if index == 0 { self.indent } else { 1 }, 1));
            if index >= self.words {
                column.set_cell_alignment(comfy_table::CellAlignment::Right);
            }
        }
        table.trim_fmt()
    }

    /// A blank line between rows. A first column without a head is the row's name; a later one belongs to what stands before.
    fn lines(&self) -> String {
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let mut lines: Vec<String> = Vec::new();
                for (index, (head, cell)) in self.heads.iter().zip(row).enumerate().filter(|(_, (_, cell))| !cell.trim().is_empty()) {
                    match lines.last_mut() {
                        Some(last) if head.is_empty() && index > 0 => last.push_str(&format!(" {}", cell.trim())),
                        _ => lines.push(format!("{}: {}", if head.is_empty() { "name" } else { head }, cell.trim())),
                    }
                }
                lines.join("\n")
            })
            .collect();
        rows.join("\n\n")
    }
}

/// Lines without blanks at their beginnings, which a screen reader counts out.
pub fn unindented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(line.trim_start());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(accessible: bool) -> Columns {
        let heads = ["", "precision", "", "misses"].map(str::to_owned).into();
        let mut table = Columns { heads, rows: Vec::new(), words: 1, indent: 2, accessible, width: None };
        table.add_row(["AUD-001", "0.9", "(0.8 to 1.0)", "3"]);
        table.add_row(["AUD-002", "", "", "1"]);
        table
    }

    #[test]
    fn a_screen_reader_gets_a_label_with_every_value() {
        assert_eq!(table(true).text(), "name: AUD-001\nprecision: 0.9 (0.8 to 1.0)\nmisses: 3\n\nname: AUD-002\nmisses: 1");
    }

    #[test]
    fn numbers_stand_under_each_other() {
        assert_eq!(table(false).text().lines().nth(1), Some("  AUD-001        0.9  (0.8 to 1.0)       3"));
    }
}

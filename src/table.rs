//! Small tables of a pack (register, accessions, flows): every cell with its row, column and place in the text.

use crate::diagnostics::{Finding, Fix};
use crate::identifier::{Date, OdsCode};
use crate::source::{FileId, Sources, Span};
use crate::yaml::Sink;

/// A table with a header.
#[derive(Clone, Debug)]
pub struct Table {
    /// The text it was read from.
    pub file: FileId,
    header: Vec<String>,
    /// The cells' contents, trimmed, one after another: a register has tens of thousands of them.
    content: String,
    /// Row after row, each as many as the header has.
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    content: (u32, u32),
    span: Span,
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    cells: &'t [Cell],
}

impl Table {
    /// Reads a table. Columns missing, unknown or twice, and rows of another length are findings; such rows are
    /// left out.
    pub fn read(sources: &Sources, file: FileId, required: &[&str], optional: &[&str], sink: &Sink) -> Self {
        let text = sources.text(file);
        let place = sources.name(file);
        let mut table = Self { file, header: Vec::new(), content: String::with_capacity(text.len()), cells: Vec::new() };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut spans = Vec::new();
        loop {
            let start = usize::try_from(reader.position().byte()).unwrap_or(0);
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    sink.push(Finding::error("READ-007", place, format!("the table cannot be read: {error}")).at(Span::new(file, start, start), "here"));
                    break;
                }
            }
            let end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
            cell_spans(file, text, start, end, &mut spans);
            let span = |index: usize| spans.get(index).copied().unwrap_or(Span::new(file, start, start));
            let clean = |index: usize, cell: &str| {
                let cell = cell.trim();
                if !cell.contains(crate::text::is_deceptive) {
                    return None;
                }
                sink.push(crate::yaml::deceptive(place, span(index)));
                Some(cell.replace(crate::text::is_deceptive, "\u{fffd}"))
            };
            if table.header.is_empty() {
                table.header = record.iter().enumerate().map(|(index, cell)| clean(index, cell).unwrap_or_else(|| cell.trim().to_owned())).collect();
                check_header(&table.header, &spans, place, required, optional, sink);
                continue;
            }
            if record.len() != table.header.len() {
                record.iter().enumerate().for_each(|(index, cell)| drop(clean(index, cell)));
                let whole = Span::new(file, spans.first().map_or(start, |span| span.start as usize), spans.last().map_or(end, |span| span.end as usize));
                sink.push(
                    Finding::error("READ-007", place, format!("this row has {} cells, the header has {}", record.len(), table.header.len()))
                        .at(whole, "this row")
                        .discriminator(format!("{}", table.len() + 1))
                        .help("Quote cells that hold commas, and give every row the same number of cells."),
                );
                continue;
            }
            for (index, cell) in record.iter().enumerate() {
                let from = table.content.len();
                match clean(index, cell) {
                    None => table.content.push_str(cell.trim()),
                    Some(cleaned) => table.content.push_str(&cleaned),
                }
                let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
                table.cells.push(Cell { content: (at(from), at(table.content.len())), span: span(index) });
            }
        }
        if table.header.is_empty() {
            sink.push(Finding::error("READ-007", place, "the table is empty: it has no header").help(format!("The header is: {}", required.join(","))));
        }
        table
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.cells.chunks_exact(self.header.len().max(1)).map(move |cells| Row { table: self, cells })
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.cells.len() / self.header.len().max(1)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

fn check_header(header: &[String], spans: &[Span], place: &str, required: &[&str], optional: &[&str], sink: &Sink) {
    let at = |index: usize| spans.get(index).or(spans.first()).copied();
    for name in required.iter().filter(|name| !header.iter().any(|column| column == *name)) {
        let mut finding = Finding::error("READ-007", place, format!("the column `{name}` is missing")).discriminator(*name);
        if let Some(span) = at(0) {
            finding = finding.at(span, "this header");
        }
        sink.push(finding.help(format!("The header is: {}", required.iter().chain(optional).copied().collect::<Vec<_>>().join(","))));
    }
    for (index, column) in header.iter().enumerate() {
        let known = required.iter().chain(optional).copied();
        let mut finding = if header[..index].contains(column) {
            Finding::error("READ-002", place, format!("the column `{column}` is there twice"))
        } else if !known.clone().any(|name| name == column) {
            let finding = Finding::error("DOC-007", format!("{place}/{column}"), format!("`{column}` is not a column of this table"));
            match crate::text::near::near(crate::text::near::Place::Column, column, known.clone()) {
                Some(near) if !header.iter().any(|other| other == near.name) => {
                    let fix = at(index).map(|span| Fix::write(span, near.name, near.certain));
                    fix.into_iter().fold(finding.help(near.question()), Finding::fix)
                }
                Some(near) => finding.help(near.question()),
                None => finding,
            }
        } else {
            continue;
        };
        if let Some(span) = at(index) {
            finding = finding.at(span, "here");
        }
        sink.push(finding.discriminator(column.clone()));
    }
}

/// Where each cell of a record stands, quotes included.
fn cell_spans(file: FileId, text: &str, start: usize, end: usize, spans: &mut Vec<Span>) {
    spans.clear();
    let bytes = text.as_bytes();
    let end = end.min(bytes.len());
    // Blank lines before a record are skipped by the reader.
    let mut at = start;
    while at < end && matches!(bytes[at], b'\r' | b'\n') {
        at += 1;
    }
    let (mut cell, mut quoted) = (at, false);
    while at < end {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                spans.push(Span::new(file, cell, at));
                cell = at + 1;
            }
            b'\r' | b'\n' if !quoted => break,
            _ => {}
        }
        at += 1;
    }
    spans.push(Span::new(file, cell, at));
}

impl<'t> Row<'t> {
    /// A cell; none if the column is missing or the cell is empty.
    pub fn get(&self, column: &str) -> Option<&'t str> {
        let index = self.table.header.iter().position(|name| name == column)?;
        let (from, to) = self.cells.get(index)?.content;
        self.table.content.get(from as usize..to as usize).filter(|cell| !cell.is_empty())
    }

    /// Where a cell stands (the row's first cell if the column is missing).
    pub fn span(&self, column: &str) -> Span {
        let index = self.table.header.iter().position(|name| name == column).unwrap_or(0);
        self.cells.get(index).or(self.cells.first()).map_or(Span::new(self.table.file, 0, 0), |cell| cell.span)
    }

    /// A date; a wrong one is a finding.
    pub fn date(&self, column: &str, place: &str, sink: &Sink) -> Option<Date> {
        let written = self.get(column)?;
        match Date::parse(written) {
            Ok(date) => Some(date),
            Err(error) => {
                let finding = Finding::error("READ-005", format!("{place}/{column}"), error.to_string()).at(self.span(column), "this date");
                let fixes = Date::readings(written).into_iter().map(|(day, certain)| Fix::write(self.span(column), day.to_string(), certain));
                sink.push(fixes.fold(finding, Finding::fix));
                None
            }
        }
    }

    /// Yes or no, also as spreadsheets write it (`TRUE`); anything else is a finding.
    pub fn yes_no(&self, column: &str, place: &str, sink: &Sink) -> Option<bool> {
        let written = self.get(column)?;
        match written.to_ascii_lowercase().as_str() {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => {
                sink.push(Finding::error("READ-007", format!("{place}/{column}"), format!("`{column}` is true or false")).at(self.span(column), "this cell"));
                None
            }
        }
    }

    /// An organisation code; a wrong or missing one is a finding.
    pub fn ods(&self, column: &str, place: &str, sink: &Sink) -> Option<OdsCode> {
        let finding = match self.get(column) {
            None => Finding::error("READ-007", format!("{place}/{column}"), format!("the cell `{column}` is empty")),
            Some(written) => match OdsCode::parse(written) {
                Ok(code) => return Some(code),
                Err(error) => Finding::error("PTY-001", format!("{place}/{column}"), error.to_string()),
            },
        };
        sink.push(finding.at(self.span(column), "this cell").discriminator(format!("{}", self.span(column).start)));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_where_they_stand() {
        let mut sources = Sources::new();
        let file = sources.add("t.csv", "ods,name,to\r\n\r\nR9A,\"Oak, Elm\",2026-13-01\nR9B,x\n");
        let sink = Sink::new();
        let table = Table::read(&sources, file, &["ods", "name", "to"], &[], &sink);
        let row = table.rows().next().expect("a row");
        assert_eq!(row.get("name"), Some("Oak, Elm"));
        assert_eq!(sources.slice(row.span("name")), "\"Oak, Elm\"");
        assert_eq!(row.date("to", "t", &sink), None);
        let findings = sink.into_findings();
        assert_eq!(
            findings.iter().map(|f| (f.code, sources.locate(f.labels[0].span))).collect::<Vec<_>>(),
            [("READ-007", "t.csv:4:1".to_owned()), ("READ-005", "t.csv:3:16".to_owned())]
        );
    }

    #[test]
    fn a_misspelt_column_is_found_and_the_right_name_offered() {
        let mut sources = Sources::new();
        let file = sources.add("t.csv", "ods,nmae\nR9A,x\n");
        let sink = Sink::new();
        Table::read(&sources, file, &["ods", "name"], &[], &sink);
        let findings = sink.into_findings();
        assert_eq!(findings.len(), 2);
        assert_eq!(findings[1].help, ["Did you mean `name`?"]);
    }
}

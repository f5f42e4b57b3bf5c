//! A table of counts: columns of words, columns of counts, and where its totals stand.

/// Why a text is no table of counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountsError {
    /// Not a table.
    #[error("row {0}: it cannot be read")]
    Unreadable(u64),
    /// A row of another width.
    #[error("row {row} has {found} cells where the header has {expected}")]
    Ragged {
        /// The header is row 1.
        row: u64,
        /// Cells of the header.
        expected: usize,
        /// Cells here.
        found: usize,
    },
    /// No column holds counts alone.
    #[error("no column holds whole numbers alone")]
    NoCounts,
    /// A named column is not there, or holds something else.
    #[error("the column `{0}` is not there, or holds something else than whole numbers")]
    NotCounts(String),
    /// A total that is not the sum.
    #[error("the total in row {row}, column `{column}` is not the sum of what it counts")]
    Total {
        /// The header is row 1.
        row: u64,
        /// The column.
        column: String,
    },
    /// Two rows of the same words.
    #[error("row {0} has the same words as an earlier row")]
    Twice(u64),
}

/// A table of counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Every column's name.
    pub header: Vec<String>,
    /// Which of them hold counts.
    pub columns: Vec<usize>,
    /// Every cell as written.
    pub cells: Vec<Vec<String>>,
    /// The counts, by row.
    pub counts: Vec<Vec<u64>>,
    /// The row of totals.
    pub total_row: Option<usize>,
    /// The count column of totals, by its place among `columns`.
    pub total_column: Option<usize>,
}

/// Words that name a total.
const TOTALS: [&str; 4] = ["total", "all", "totals", "grand total"];

fn is_total(text: &str) -> bool {
    TOTALS.contains(&text.trim().to_ascii_lowercase().as_str())
}

impl Counts {
    /// Reads a table; the count columns are those named, or all that hold whole numbers alone.
    pub fn read(text: &[u8], named: &[String]) -> Result<Self, CountsError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |separator: u8| memchr::memchr_iter(separator, first).count();
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).trim(csv::Trim::All).from_reader(text);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (row, record) in (1..).zip(reader.records()) {
            let record = record.map_err(|_| CountsError::Unreadable(row))?;
            if let Some(header) = rows.first()
                && header.len() != record.len()
            {
                return Err(CountsError::Ragged { row, expected: header.len(), found: record.len() });
            }
            rows.push(record.iter().map(str::to_owned).collect());
        }
        if rows.len() < 2 {
            return Err(CountsError::NoCounts);
        }
        let header = rows.remove(0);
        let number = |cell: &String| cell.parse::<u64>().ok();
        let holds = |column: usize| rows.iter().all(|row| number(&row[column]).is_some());
        let columns: Vec<usize> = if named.is_empty() {
            (0..header.len()).filter(|column| holds(*column)).collect()
        } else {
            let place = |name: &String| {
                header.iter().position(|known| known == name).filter(|column| holds(*column)).ok_or_else(|| CountsError::NotCounts(name.clone()))
            };
            named.iter().map(place).collect::<Result<_, _>>()?
        };
        if columns.is_empty() {
            return Err(CountsError::NoCounts);
        }
        let counts: Vec<Vec<u64>> = rows.iter().map(|row| columns.iter().filter_map(|column| number(&row[*column])).collect()).collect();
        let words = |row: &Vec<String>| (0..header.len()).filter(|column| !columns.contains(column)).map(|column| row[column].clone()).collect::<Vec<_>>();
        if let Some(at) = (1..rows.len()).find(|at| columns.len() < header.len() && rows[..*at].iter().any(|row| words(row) == words(&rows[*at]))) {
            return Err(CountsError::Twice(at as u64 + 2));
        }
        let total_row = rows.iter().position(|row| words(row).iter().any(|word| is_total(word)));
        let total_column = columns.iter().position(|column| is_total(&header[*column]));
        let table = Self { header, columns, cells: rows, counts, total_row, total_column };
        table.check_totals()?;
        Ok(table)
    }

    fn check_totals(&self) -> Result<(), CountsError> {
        for line in self.lines() {
            let sum: u64 = line.parts.iter().map(|(row, column)| self.counts[*row][*column]).sum();
            let (row, column) = line.total;
            if sum != self.counts[row][column] {
                return Err(CountsError::Total { row: row as u64 + 2, column: self.header[self.columns[column]].clone() });
            }
        }
        Ok(())
    }

    /// Every sum the table states.
    pub(super) fn lines(&self) -> Vec<Line> {
        let (rows, columns) = (self.counts.len(), self.columns.len());
        let mut list = Vec::new();
        if let Some(total) = self.total_column {
            list.extend(
                (0..rows).map(|row| Line { parts: (0..columns).filter(|column| *column != total).map(|column| (row, column)).collect(), total: (row, total) }),
            );
        }
        if let Some(total) = self.total_row {
            list.extend(
                (0..columns).map(|column| Line { parts: (0..rows).filter(|row| *row != total).map(|row| (row, column)).collect(), total: (total, column) }),
            );
        }
        list
    }

    /// The words of a row, by which rows of two tables are compared.
    pub fn words(&self, row: usize) -> Vec<&str> {
        (0..self.header.len()).filter(|column| !self.columns.contains(column)).map(|column| self.cells[row][column].as_str()).collect()
    }
}

/// Cells that add up to another.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) parts: Vec<(usize, usize)>,
    pub(super) total: (usize, usize),
}

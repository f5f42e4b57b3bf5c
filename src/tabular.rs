//! Delimited tables of any size: one source cuts blocks at record boundaries, workers parse them side by side, one
//! sink takes the results in order. The same bytes come out at any chunk size and any number of threads.
//!
//! What is read: UTF-8 with or without a byte order mark, separated by comma, semicolon or tab (told from the header),
//! lines ended by LF or CRLF, cells quoted as RFC 4180 says. Pinned where readers differ:
//!
//! - A *row* is counted as a spreadsheet shows it: the header is row 1, a record is one row however many lines it has,
//!   and a blank line is a row too.
//! - Blank lines are skipped and counted, in a table of one column as well: an empty cell there is written `""`.
//! - A quote stands only at the edges of a cell. Anything else (`5" tall`) is refused by row: where a quote is in
//!   doubt nobody can say where rows end, and the answer would depend on where a block is cut.
//! - A carriage return counts only before a line feed; alone it is refused outside quotes.
//! - The last line needs no line feed.

pub mod chunk;
pub mod packed;
pub mod record;
pub mod sink;

pub use chunk::{Layout, OpenError, Source};
pub use packed::{Packing, Unpacked};
pub use record::{Cell, Malformed, Records};
pub use sink::{Done, Stop, Stopped, run};

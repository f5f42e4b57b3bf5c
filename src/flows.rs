//! A register of data flows kept elsewhere, read into rows of `flows.csv`: what is certain is written, what is not is
//! set aside with its reason, and both together are what came in.

pub mod map;
pub mod sheet;

pub use map::{Mapped, Row, SetAside, map};
pub use sheet::{Field, Sheet, SheetError};

//! Data-sharing agreements: as written, with the place of every word, and as valid, ready to decide on.

pub mod condition;
pub mod terms;
pub mod valid;
pub mod written;

pub use condition::Expression;
pub use valid::{Agreement, Clause, Party, Reach, Scope};
pub use written::{AgreementDraft, Status};

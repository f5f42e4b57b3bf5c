//! The national data opt-out: which releases it reaches, the file that asks about people, and the list that comes back.
//!
//! Asked and returned together *are* the list of people who opted out. Neither this room nor anything that uses it
//! computes that difference: the list is proved against the request by walking both in order, and rows are looked up one
//! at a time. Nothing here holds more about a person than the number that was asked about.

pub mod applies;
pub mod name;
pub mod numbers;
pub mod returned;

pub use applies::{Assessment, Decision, decide};
pub use name::{Name, NameError};
pub use numbers::Numbers;
pub use returned::{MAX_AGE, Returned, Standing, Unproved};

//! Who may see what: default deny, prohibitions override, unknown never opens.
//!
//! [`plain`] decides one question and reads like the rules it implements; it is the oracle that a faster form is held
//! against. [`product`] compares what whole clauses reach. [`ask`] answers questions about inner names and many organisations by deciding each leaf.

pub mod ask;
pub mod cases;
pub mod plain;
pub mod product;

pub use ask::{Answer, Ask, Group, ask};
pub use plain::{Cause, Decision, Facts, NearMiss, Question, TooManyConditions, Verdict, decide, nearest};

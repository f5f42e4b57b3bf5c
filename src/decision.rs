//! Who may see what: default deny, prohibitions override, unknown never opens.
//!
//! [`plain`] decides one question and reads like the rules it implements; it is the oracle that
//! [`compiled`] is held against, which answers the same from sets and truth tables. [`reach`] compares what whole clauses
//! reach. [`ask`] answers questions about inner names and many organisations by deciding each leaf.

pub mod analysis;
pub mod ask;
pub mod cases;
pub mod combinations;
pub mod compiled;
pub mod difference;
pub mod invariants;
pub mod lock;
pub mod nearby;
pub mod plain;
pub mod reach;
pub mod tested;

pub use ask::{Answer, Ask, Group, Overall, ask};
pub use compiled::Compiled;
pub use plain::{Cause, Decision, Facts, NearMiss, Question, TooManyConditions, Verdict, decide, nearest};

//! carepact keeps a health and care community's data-sharing agreements as files, and enforces them.
//!
//! The flow: [`source`] and [`yaml`] read texts with the place of every value; [`vocabulary`], [`register`] and
//! [`agreement`] turn them into a valid [`pack`]; [`rules`] say what the pack lacks; [`decision`] answers who may
//! see what; [`pseudonymise`] releases an extract under an agreement; [`access_log`] audits accesses against
//! agreements; [`evidence`] signs and verifies; [`report`] renders saved results; [`template`] holds packs to start from. [`commands`] is the edge: the
//! only place that prints, reads the clock and the environment.

pub mod acceptance;
pub mod access_log;
pub mod agreement;
pub mod capability;
pub mod commands;
pub mod coverage;
pub mod decision;
pub mod diagnostics;
pub mod disclosure;
pub mod evidence;
pub mod flows;
pub mod identifier;
pub mod in_words;
pub mod join;
pub mod journey;
pub mod keys;
pub mod mutants;
pub mod outcome;
pub mod pack;
pub mod pseudonymise;
pub mod register;
pub mod report;
pub mod rules;
pub mod schema;
pub mod source;
pub mod synth;
pub mod table;
pub mod tabular;
pub mod template;
pub mod text;
pub mod unsigned;
pub mod vocabulary;
pub mod yaml;

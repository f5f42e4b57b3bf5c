//! Everything a person meets, run as they would run it.

#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(unreachable_pub, reason = "helpers are shared among the modules of this one binary")]

mod accepted;
mod access_log;
mod access_log_fuzz;
mod access_log_input;
mod access_log_messages;
mod access_log_night;
mod across;
mod agreement;

mod analysis;
mod architecture;
mod ask;
mod audit;
mod audit_decisions;
mod audit_pattern;
mod audit_personal;
mod audit_replay;
mod audit_seal;
mod capability;
mod check;
mod compiled;
mod coverage;
mod decision;
mod diff;
mod difference;
mod fix;
mod flows;
mod formats;
mod generated;
mod generated_pack;
mod hostile;
mod infer;
mod init;
mod invariants;
mod join;
mod joined;
mod keys;
mod list;
mod lock;
mod mutate;
mod nearby;
mod opt_out;
mod profile;
mod pseudonymise;
mod readme;
mod redaction;
mod register;
mod report;
mod risk;
mod rule_pages;
mod run;
mod schema;
mod selftest;
mod shared;
mod small_pack;
mod synth;
mod tabular;
mod tested;
mod vectors;
mod verify;
mod walk;
mod who;
mod words;

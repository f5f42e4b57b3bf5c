//! Reports from saved results: one model, many renderings.
//!
//! [`read`] takes what commands saved, [`model`] works out every fact once, and [`html`], [`markdown`], [`tables`]
//! (CSV) and [`Report::to_json`](model::Report::to_json) show it. No rendering counts or judges by itself, so the
//! totals are equal in all of them; nothing here reads an input, a pack or the clock.

pub mod chart;
pub mod colour;
pub mod html;
pub mod markdown;
pub mod model;
pub mod read;
pub mod tables;

pub use model::{Options, Report};
pub use read::{ReadError, Saved};

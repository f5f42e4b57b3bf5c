//! Who looked at whose record: logs read, every access given two answers, and what needs a look.
//!
//! The flow: [`read`] turns logs into [`event::Event`]s and balances its books; [`tables`] are what is known of staff
//! and people; [`relationship`] says whether an access is explained; [`permission`] says whether an agreement covers
//! it; [`assess`] joins the two; [`detect`] judges sorted groups; [`case`] ranks what was found; [`summary`] is the
//! record of it, with keyed references only.

pub mod answer_key;
pub mod assess;
pub mod case;
pub mod clock;
pub mod conduct;
pub mod counterfactual;
pub mod decisions;
pub mod detect;
pub mod event;
pub mod infer;
pub mod permission;
pub mod profile;
pub mod read;
pub mod reference;
pub mod relationship;
pub mod replay;
pub mod retain;
pub mod saved;
pub mod split;
pub mod summary;
pub mod tables;
pub mod who_looked;

pub use event::{Event, PersonKey, Symbol, Symbols};

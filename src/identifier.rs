//! Identifiers of people, places and organisations, as checked types.
//!
//! What identifies a person has a masked `Display` and `Debug`; the digits come out only through a method whose
//! name says so.

pub mod date;
pub mod nhs_number;
pub mod ods_code;
pub mod postcode;

pub use date::{Date, DateError, Interval};
pub use nhs_number::{NhsNumber, NhsNumberError, NhsRange};
pub use ods_code::{OdsCode, OdsCodeError};
pub use postcode::{Postcode, PostcodeError};

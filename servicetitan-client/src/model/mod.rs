//! The models' foundation: their declaration, the types of their fields, and the readings of odd values.
//!
//! A field whose value does not fit its type reads as absent, keeps the value for writing back, and is told by the record's `unread_fields()`. Only a
//! record without a readable ID is an error. This module does no I/O, so the models build without the client, for `wasm32-unknown-unknown` too.

mod change;
mod date;
mod decimal;
pub(crate) mod description;
mod extra;
pub(crate) mod field_names;
mod id;
pub(crate) mod kept;
mod list;
mod open_enum;
#[cfg(test)]
mod readings_tests;
pub(crate) mod record;
pub(crate) mod scalar;
#[cfg(feature = "http")]
mod secret;
mod timestamp;
pub(crate) mod unread;
pub(crate) mod value;
pub(crate) mod wire;

pub use crate::custom_fields::CustomField;
pub use crate::external_data::ExternalData;
pub use change::Change;
pub use decimal::Decimal;
pub use description::{Described, Field, FieldType};
pub use extra::UnknownFields;
pub use record::Record;
pub use unread::{ProblemKind, RecordProblem, UnreadField};
pub use wire::Fields;

pub(crate) use description::{described, value_type};
pub(crate) use id::id;
pub(crate) use open_enum::open_enum;
pub(crate) use record::record;
pub(crate) use wire::model;

//! What every model is made of: how one is declared, and the leaf types that its fields use.
//!
//! Nothing in here does I/O, so the models build without the client, for `wasm32-unknown-unknown` too.

mod change;
mod date;
mod decimal;
pub(crate) mod description;
mod id;
mod open_enum;
pub(crate) mod record;
#[cfg(feature = "http")]
mod secret;
mod timestamp;
pub(crate) mod wire;

pub use crate::custom_fields::CustomField;
pub use crate::external_data::ExternalData;
pub use change::Change;
pub use decimal::Decimal;
pub use description::{Described, Field, FieldType};
pub use record::Record;
pub use wire::Fields;

pub(crate) use description::{described, value_type};
pub(crate) use id::id;
pub(crate) use open_enum::open_enum;
pub(crate) use record::record;
pub(crate) use wire::model;

//! The catalogue of detail fields: the table that the product page calls "Available Resource Fields".

mod check;
mod listing;
mod nearest;
mod scope;

pub use listing::{DataType, DetailField, catalogue};

pub(crate) use check::PathChecker;
pub(crate) use scope::Scope;

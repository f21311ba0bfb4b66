//! Explanations for support people: each standard field of an opportunity with the record that it came from.

mod explanation;
mod make;

pub use explanation::{Explanation, FieldOrigin, PassedOverContact};

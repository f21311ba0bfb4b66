//! The language of the resource files: four macros that state models, filters, bodies and operations, and the types that nearly
//! every one of them uses. A resource file begins with `use crate::declare::*;`.
//!
//! [`model!`](crate::model) reads and writes records, [`filter!`] makes query parameters, [`request!`] makes bodies, and [`resource!`]
//! makes the methods. The last three leave nothing behind when the crate is built without its `http` feature.
//!
//! # Why are the files not generated from the schemas?
//!
//! The schemas call fields required that tenants leave out, give one record a different type in each answer, and name types after the teams behind
//! them. A file by hand says what a record is, once; the contract test (`contract/`) holds every line of it against the schemas, in both
//! directions.
//!
//! # Why is each operation a line of its own?
//!
//! Notes, contacts and tags look alike on several resources, yet each has its gaps: notes on jobs cannot be deleted, nor narrowed by time. A line
//! each shows what there is, carries its own documentation, and is found by its path.
//!
//! # Why can bodies not be read?
//!
//! Nothing but the contract test has to. It makes them from the schemas by an implementation that only tests have, so that a field that a body lacks or
//! spells differently is found.

#![allow(
    unused_imports,
    unused_macros,
    reason = "which of these are used depends on the families that are built"
)]

mod family;
mod filter;
mod operation;
mod request;
mod resource;

#[cfg(all(test, feature = "http"))]
pub(crate) use operation::probe;
#[cfg(feature = "http")]
pub(crate) use operation::{entry, method_of, operation, scope_suffix};

pub(crate) use family::family;
pub(crate) use filter::filter;
pub(crate) use request::request;
pub(crate) use resource::resource;

pub(crate) use std::collections::BTreeMap;

pub(crate) use chrono::{DateTime, NaiveDate, Utc};

#[cfg(feature = "http")]
pub(crate) use secrecy::SecretString;

pub(crate) use crate::custom_fields::*;
pub(crate) use crate::external_data::*;
#[cfg(feature = "http")]
pub(crate) use crate::http::{ActiveFilter, AnyOf};
pub(crate) use crate::ids::*;
pub(crate) use crate::model::{Change, Decimal, model, open_enum, record};
pub(crate) use crate::modified::*;
pub(crate) use crate::notes::*;

#[cfg(test)]
mod tests {
    /// Holds the page on adding a resource against the file that it quotes.
    #[test]
    fn the_page_on_adding_a_resource_quotes_a_real_one() {
        let page = include_str!("../../ADDING_A_RESOURCE.md");
        let file = include_str!("../jpm/projects.rs");
        let mut quoted = 0;
        for block in page.split("```text\n").skip(1) {
            for line in block.split("```").next().unwrap_or_default().lines() {
                assert!(file.lines().any(|real| real == line), "{line} is not in projects.rs");
                quoted += 1;
            }
        }
        assert!(quoted > 50, "only {quoted} lines are quoted");
    }
}

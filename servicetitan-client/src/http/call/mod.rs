//! One call: a request and its answer, with token, budget, retries and deadline.

mod body;
mod client;
mod path;
mod perform;
mod plan;
mod query;
mod request;

#[cfg(test)]
mod deadline_tests;
#[cfg(test)]
mod retry_tests;

#[allow(unused_imports, reason = "the families that are built decide which of these are used")]
pub(crate) use body::{json, nothing, whole_or_null};
pub use client::ServiceTitan;
pub(super) use client::{App, CallSettings, Inner};
pub(crate) use path::PathValues;
pub(super) use plan::Plan;
pub use query::{ActiveFilter, AnyOf};
pub(crate) use query::{Query, QueryValue, query_by_display};

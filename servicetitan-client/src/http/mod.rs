//! The client itself, on which the resource files build. Its parts, each of which uses only those above it:
//!
//! - `transport/`: one request to ServiceTitan and its answer back
//! - `answer/`: the meaning of an answer, and the records in it
//! - `limits/`: budget, lanes, waits and deadlines
//! - `token/`: the access token
//! - `call/`: [`ServiceTitan`], and one call with all that belongs to it
//! - `reading/`: lists and change feeds, page by page
//! - `raw`, `connection`, `rotation`, `builder`: calls without a method here, the check, other credentials, and the way to a client

mod answer;
mod builder;
mod call;
mod connection;
mod limits;
mod raw;
mod reading;
mod rotation;
mod token;
mod transport;

#[cfg(test)]
mod rotation_tests;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod storm_tests;

pub use builder::ServiceTitanBuilder;
pub use call::{ActiveFilter, AnyOf, ServiceTitan};
pub use connection::ConnectionReport;
pub use limits::{Lane, RequestLimits};
pub use raw::RawRequest;
pub use reading::{ContinueFrom, ExportFrom, ExportPage, ExportRequest, ListRequest, Page};
pub use transport::{HttpTransport, RequestCounts, Transport, TransportFailure};

pub(crate) use call::{PathValues, Query, QueryValue, query_by_display};
#[allow(unused_imports, reason = "the families that are built decide which of these are used")]
pub(crate) use call::{json, nothing, whole_or_null};

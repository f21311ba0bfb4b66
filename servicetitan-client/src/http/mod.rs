//! The client itself: what a resource file builds on.

mod answer;
mod backoff;
mod budget;
mod builder;
mod by_creation;
mod claims;
mod client;
mod connection;
mod counts;
mod credentials;
mod decode;
mod export;
mod http_transport;
mod limits;
mod list;
mod path;
mod perform;
mod prefetch;
mod query;
mod raw;
mod token;
mod transport;
mod wording;

#[cfg(test)]
mod budget_tests;
#[cfg(test)]
mod by_creation_tests;
#[cfg(test)]
mod credentials_tests;
#[cfg(test)]
mod prefetch_tests;
#[cfg(test)]
mod retry_tests;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod storm_tests;
#[cfg(test)]
mod token_tests;

pub use builder::ServiceTitanBuilder;
pub use client::ServiceTitan;
pub use connection::ConnectionReport;
pub use counts::RequestCounts;
pub use export::{ContinueFrom, ExportFrom, ExportPage, ExportRequest};
pub use http_transport::HttpTransport;
pub use limits::{Lane, RequestLimits};
pub use list::{ListRequest, Page};
pub use query::{ActiveFilter, AnyOf};
pub use raw::RawRequest;
pub use transport::{Transport, TransportFailure};

#[allow(unused_imports, reason = "which of these are used depends on the families that are built")]
pub(crate) use client::{json, nothing, whole_or_null};
pub(crate) use path::PathValues;
pub(crate) use query::Query;
pub(crate) use query::{QueryValue, query_by_display};
pub(crate) use token::TOKEN_PATH;

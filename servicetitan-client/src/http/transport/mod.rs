//! The way of one request to ServiceTitan and of its answer back.

mod address;
mod contract;
mod counts;
mod http_transport;

pub(super) use contract::Bounded;
pub use contract::{Transport, TransportFailure};
pub(super) use counts::Counter;
pub use counts::RequestCounts;
pub use http_transport::HttpTransport;

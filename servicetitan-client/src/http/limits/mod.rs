//! Time and turns: when a request may be sent, how long a caller waits before it repeats one, and when it gives up.

mod backoff;
mod budget;
mod lane;
mod request_limits;
mod time_limit;

#[cfg(test)]
mod budget_tests;

pub(super) use backoff::Backoff;
pub(super) use budget::{Budget, Sharer};
pub use lane::Lane;
pub use request_limits::RequestLimits;
pub(super) use time_limit::TimeLimit;

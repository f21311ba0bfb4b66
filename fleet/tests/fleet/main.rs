//! The fleet's promises, each by its name, on scripted tenants and tokio's paused clock. No sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test reports by panicking"
)]

mod bounds;
mod changes;
mod fairness;
mod host;
mod idle;
mod isolation;
mod opening;
mod spreading;
mod stopping;
mod tenant;

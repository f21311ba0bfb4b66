//! The store on a real server, which `POSTGRES_URL` names: `.ci/postgres cargo test -p postgres-store -- --include-ignored`.
//!
//! Each test has a schema of its own, so that they run beside each other.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conflicts;
mod conformance;
mod fencing;
mod lost_sessions;
mod opening;
mod order;
mod outbox;
mod own_server;
mod proxy;
mod round_trips;
mod server;
mod small_disk;

//! Counts that must not rise, against the accepted figures in `benches/guards.toml`. `benches/README.md` says what is counted, and how.
//!
//! Nothing here depends on the load of the machine: the simulated tenant runs in this process, on one thread and in virtual time.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../benches/mapping/records.rs"]
#[allow(dead_code, reason = "the bench reads more of the records")]
mod records;

mod allocations;
mod feed;
mod instructions;
mod postgres;
mod recording;
mod requests;
mod size;
mod sqlite;
mod tenant;

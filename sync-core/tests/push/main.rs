//! The rules of pushes, without sockets and on tokio's paused clock.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dead;
mod explain;
mod faults;
mod fixture;
mod kinds;
mod lookup;
mod order;
mod roles;
mod side_by_side;
mod steps;
mod unclear;

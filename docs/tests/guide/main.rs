//! Tests of the guide: links lead somewhere, Rust code is compiled, and the chapter on errors is complete.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod book;
mod code;
mod errors;
mod links;

//! Tests of the guide: links lead somewhere, Rust code is compiled, the chapter on errors is complete, and `check` says what the guide quotes.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod book;
mod check;
mod code;
mod errors;
mod front_pages;
mod links;
mod monitoring;
mod rendered;
mod trying;

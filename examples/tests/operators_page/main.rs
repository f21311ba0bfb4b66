//! The operators' page over HTTP, in process, with an engine and a simulator behind it.

#[path = "../simulated/mod.rs"]
mod simulated;

mod access;
mod browser;
mod doing;
mod looking;
mod many;
mod tenant;

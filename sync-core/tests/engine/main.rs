//! The engine's rules, each by its name, on a scripted ServiceTitan and a scripted Hatch. No sockets.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

mod affecting;
mod bounded;
mod canary;
mod configuration;
mod copying;
mod delivery;
mod explain;
mod feeds;
mod full_store;
mod hatch;
mod host;
mod lookups;
mod meanwhile;
mod operators;
mod owners;
mod reconciling;
mod reference_rhythm;
mod reopening;
mod retention;
mod running;
mod status;
mod steps;
mod store_hooks;
mod tenant;
mod unwanted;
mod upkeep_steps;

//! The mapping as a whole: each rule by its name, what holds for every record, and what it costs.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod allocations;
mod any_json;
mod available_in_hatch;
mod catalogue;
mod contacts;
mod design_rules;
mod explain;
mod fields_page;
mod filled;
mod fixture;
mod hatch_schema;
mod properties;
mod published_types;
mod stored_in_hatch;

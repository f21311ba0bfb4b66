//! A job and a membership with everything that can be joined to them, and any JSON at all.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod any_json;
mod explain;
mod fixture;
mod hatch_schema;
mod product_page;

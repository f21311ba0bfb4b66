//! Tests for what hosts implement themselves.

pub mod store_conformance;

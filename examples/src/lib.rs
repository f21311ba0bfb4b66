//! Runnable programs, one folder each: `quickstart` runs a whole sync against the simulator, `sync_daemon` is a host for real use, `simulator`
//! serves both systems, and `map_jsonl` is the mapping as a filter.
//!
//! The README's code is compiled here as a test.
#![doc = include_str!("../../README.md")]

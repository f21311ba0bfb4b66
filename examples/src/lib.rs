//! Runnable programs, one folder each: `quickstart` runs a whole sync against the simulator.
//!
//! The README's code is compiled here as a test.
#![doc = include_str!("../../README.md")]

//! Parts that several benches need. The benches are in `benches/benches`; `benches/README.md` describes what each of them measures.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports and may fail")]

pub mod backfill;
pub mod figures;
pub mod in_process;
pub mod pictures;
pub mod postgres;
pub mod process;
pub mod server;
pub mod stage;

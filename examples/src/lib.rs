//! Runnable programs, one folder each: `quickstart` runs a whole sync against the simulator, `sync_daemon` is a host for real use, `simulator`
//! serves both systems, `embed_axum` is a web service, and `map_jsonl` is the mapping as a filter. Here is what they share.
//!
//! The README's code is compiled here as a test.
#![doc = include_str!("../../README.md")]

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Prints a line as `println!` does, but does not panic when nobody reads any more, as in `… --status | head`.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::line(::std::format_args!($($text)*)) };
}

/// Prints a line on standard output; [`say!`] is how to call it.
pub fn line(text: Arguments<'_>) {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("This could not be printed: {error}")
        }
        _ => {}
    }
}

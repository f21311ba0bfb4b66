//! Runnable programs, one folder each: `quickstart` runs a whole sync against the simulator, `sync_daemon` is a host for real use, `simulator`
//! serves both systems, `embed_axum` is a web service, and `map_jsonl` is the mapping as a filter. Here is what they share.
//!
//! The README's code is compiled here as a test.
#![doc = include_str!("../../README.md")]

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a line of standard output got lost otherwise than because nobody reads any more.
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints a line as `println!` does, but does not panic when nobody reads any more, as in `… --status | head`.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::line(::std::format_args!($($text)*)) };
}

/// Prints a line on standard error as `eprintln!` does, but does not panic when that is closed or on a full disk: the exit code tells still.
#[macro_export]
macro_rules! complain {
    ($($text:tt)*) => { $crate::line_of_complaint(::std::format_args!($($text)*)) };
}

/// Prints a line on standard output; [`say!`] is how to call it.
pub fn line(text: Arguments<'_>) {
    match writeln!(stdout(), "{text}") {
        // Once is enough: a full disk takes none of the lines.
        Err(error) if error.kind() != ErrorKind::BrokenPipe && !LOST.swap(true, Ordering::Relaxed) => {
            complain!("What was to be printed could not be: {error}");
        }
        _ => {}
    }
}

/// Whether something could not be printed, for the exit code: a script that keeps a report must not take half of it for all.
pub fn lost_output() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Prints a line on standard error; [`complain!`] is how to call it.
pub fn line_of_complaint(text: Arguments<'_>) {
    // There is no place left to tell of a failure.
    let _ = writeln!(stderr(), "{text}");
}

//! Runnable programs, one folder each: `quickstart` runs a whole sync against the simulator, `sync_daemon` is a host for real use, `simulator`
//! serves both systems, `embed_axum` is a web service, and `map_jsonl` runs the mapping as a filter. This library
//! prints their output, and has the metrics that several of them publish.
//!
//! The code in the README is compiled here as a test.
#![doc = include_str!("../../README.md")]

pub mod sync_metrics;

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

/// True once a line of standard output could not be written, for another reason than that its reader has closed the pipe.
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints a line as `println!` does, but does not panic when the reader has closed the pipe, as in `… status | head`.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::line(::std::format_args!($($text)*)) };
}

/// Prints a line on standard error as `eprintln!` does, but does not panic when standard error is closed or its disk is full: the exit code
/// still reports the failure.
#[macro_export]
macro_rules! complain {
    ($($text:tt)*) => { $crate::line_of_complaint(::std::format_args!($($text)*)) };
}

/// Prints a line on standard output. Called through [`say!`].
pub fn line(text: Arguments<'_>) {
    match writeln!(stdout(), "{text}") {
        // The complaint is printed once: a full disk fails every line.
        Err(error) if error.kind() != ErrorKind::BrokenPipe && !LOST.swap(true, Ordering::Relaxed) => {
            complain!("The output is incomplete, since standard output cannot be written: {error}");
        }
        _ => {}
    }
}

/// Returns true if a line of standard output was lost. The exit code has to report it, so that a script does not take half a report for a whole one.
pub fn lost_output() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Prints a line on standard error. Called through [`complain!`].
pub fn line_of_complaint(text: Arguments<'_>) {
    // A failure of standard error cannot be reported anywhere.
    let _ = writeln!(stderr(), "{text}");
}

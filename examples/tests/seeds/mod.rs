//! Seeds of a randomized test: a few by default, or those given in an environment variable.

use std::ops::Range;

/// Returns the seeds in the variable, such as `17` or `0..5000`, or the default ones if it is not set.
pub fn from_environment(variable: &str, usual: Range<u64>) -> Range<u64> {
    let Ok(text) = std::env::var(variable) else { return usual };
    let number = |text: &str| {
        text.trim().parse::<u64>().unwrap_or_else(|_| panic!("{variable} is a seed, or from..to: {text:?}"))
    };
    match text.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => number(&text)..number(&text) + 1,
    }
}

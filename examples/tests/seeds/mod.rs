//! Which seeds a test tries: a few, or those that an environment variable names.

use std::ops::Range;

/// `17` is one seed, `0..5000` are many; without the variable, the usual ones.
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

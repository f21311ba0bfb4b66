//! Guards against a rise of costs: counts that are the same on every run, compared with the accepted figures in `benches/guards.toml`.
//!
//! A count above its accepted figure by more than 5 % fails the test that took it. A count below by more than 5 % asks for a lower figure, so that
//! a gain is not lost again unseen. Whoever raises a figure says why in the commit.
//!
//! ```
//! # let requests_of_an_idle_cycle = 13.0;
//! guards::check([("requests.idle_cycle", requests_of_an_idle_cycle)]);
//! ```

use std::fmt;
use std::io::Write as _;

/// The file of the accepted figures, from the root of the workspace.
pub const FILE: &str = "benches/guards.toml";

/// The greatest deviation from an accepted figure, as a part of the figure, that is neither a failure nor a gain.
pub const TOLERANCE: f64 = 0.05;

const FIGURES: &str = include_str!("../../guards.toml");

/// A measured count beside its accepted figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The guard's name: the table and the key in [`FILE`], with a dot between.
    pub name: String,
    /// The figure in [`FILE`].
    pub accepted: f64,
    /// The figure of this run.
    pub measured: f64,
}

/// The outcome of a [`Comparison`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The count exceeds the accepted figure by more than [`TOLERANCE`].
    TooHigh,
    /// The count is within [`TOLERANCE`].
    Accepted,
    /// The count is below the accepted figure by more than [`TOLERANCE`].
    Gained,
}

impl Comparison {
    /// Compares a count with the accepted figure of a guard, such as `"requests.idle_cycle"`.
    ///
    /// # Errors
    ///
    /// A sentence for the reader of a test's output, if [`FILE`] has no figure of this name or cannot be read.
    pub fn new(name: &str, measured: f64) -> Result<Self, String> {
        let tables: toml::Table =
            FIGURES.parse().map_err(|error| format!("{FILE} cannot be read: {error}"))?;
        let figure = name.split_once('.').and_then(|(table, key)| tables.get(table)?.get(key));
        let accepted = figure.and_then(|it| it.as_float().or_else(|| it.as_integer().map(|it| it as f64)));
        let accepted = accepted
            .ok_or_else(|| format!("{name} has no figure in {FILE}: add it, measured: {measured}"))?;
        // As many digits as the file has, at most.
        let measured = (measured * 1e4).round() / 1e4;
        Ok(Comparison { name: name.to_owned(), accepted, measured })
    }

    /// Returns the outcome.
    pub fn verdict(&self) -> Verdict {
        let deviation = self.measured - self.accepted;
        if deviation > self.accepted * TOLERANCE {
            Verdict::TooHigh
        } else if deviation < -self.accepted * TOLERANCE {
            Verdict::Gained
        } else {
            Verdict::Accepted
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Comparison { name, accepted, measured } = self;
        let percent = (measured / accepted - 1.0) * 100.0;
        match self.verdict() {
            Verdict::TooHigh => write!(
                formatter,
                "{name} rose by {percent:.1} %: {measured} measured, {accepted} accepted in {FILE}. Undo what raised it, or raise \
                 the accepted figure and say why in the commit."
            ),
            Verdict::Accepted => write!(formatter, "{name}: {measured} measured, {accepted} accepted"),
            Verdict::Gained => write!(
                formatter,
                "{name} fell by {:.1} %: {measured} measured, {accepted} accepted in {FILE}. Lower the accepted figure, so that the \
                 gain stays.",
                -percent
            ),
        }
    }
}

/// Compares counts with the accepted figures of their guards. Prints each, and past the capture of a test's output those that fell.
///
/// # Panics
///
/// With a sentence for each count that is above its accepted figure by more than [`TOLERANCE`], or whose figure is missing. The sentence names the
/// guard, both figures and [`FILE`].
#[track_caller]
#[allow(clippy::panic, clippy::print_stdout, reason = "for tests")]
pub fn check<'a>(counts: impl IntoIterator<Item = (&'a str, f64)>) {
    let mut failures = Vec::new();
    for (name, measured) in counts {
        match Comparison::new(name, measured) {
            Err(error) => failures.push(error),
            Ok(it) if it.verdict() == Verdict::TooHigh => failures.push(it.to_string()),
            // Output that cannot be written changes no verdict.
            Ok(it) if it.verdict() == Verdict::Gained => drop(writeln!(std::io::stderr(), "{it}")),
            Ok(it) => println!("{it}"),
        }
    }
    if !failures.is_empty() {
        panic!("{}", failures.join("\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, FILE, Verdict};

    fn compared(measured: f64) -> Comparison {
        Comparison { name: "requests.idle_cycle".to_owned(), accepted: 200.0, measured }
    }

    #[test]
    fn a_count_may_deviate_by_a_twentieth() {
        assert_eq!(
            [189.9, 190.0, 200.0, 210.0, 210.1].map(|measured| compared(measured).verdict()),
            [Verdict::Gained, Verdict::Accepted, Verdict::Accepted, Verdict::Accepted, Verdict::TooHigh]
        );
    }

    #[test]
    fn a_failure_names_the_guard_both_figures_and_the_file() {
        let sentence = compared(230.0).to_string();
        for part in ["requests.idle_cycle", "15.0 %", "230", "200", FILE] {
            assert!(sentence.contains(part), "{part} is missing: {sentence}");
        }
    }

    #[test]
    fn a_gain_asks_for_a_lower_figure() {
        assert!(compared(100.0).to_string().contains("fell by 50.0 %"));
        assert!(compared(100.0).to_string().contains("Lower the accepted figure"));
    }

    #[test]
    fn a_guard_without_a_figure_is_an_error() {
        let error = Comparison::new("requests.of_nobody", 1.0).unwrap_err();
        assert!(error.contains("requests.of_nobody") && error.contains(FILE), "{error}");
    }
}

//! The pace of a backfill, which Hatch's rate limit bounds.

use std::time::Duration;

/// Hatch's rate limit: requests in 10 seconds.
#[derive(Debug, Clone, Copy)]
pub struct HatchLimit(pub usize);

impl HatchLimit {
    /// Returns the time that Hatch's limit makes this number of deliveries take.
    pub fn time_for(self, opportunities: u64) -> Duration {
        let requests = u64::try_from(self.0).unwrap_or(u64::MAX).max(1);
        Duration::from_millis(opportunities.saturating_mul(10_000) / requests)
    }
}

/// The deliveries of one integration in one run.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Number of opportunities that were waiting at the start.
    pub waiting: u64,
    /// Number of opportunities that were settled since.
    pub settled: u64,
}

impl Pace {
    /// Returns the time that is left at the present rate; `None` before the first opportunity is settled.
    pub fn time_left(self, elapsed: Duration) -> Option<Duration> {
        let left = self.waiting.saturating_sub(self.settled);
        if self.settled == 0 {
            return None;
        }
        // As floating point, since a product of whole numbers could be too large.
        let seconds = elapsed.as_secs_f64() * left as f64 / self.settled as f64;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

/// Writes a duration in words, rounded up: `17 minutes`.
pub fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes) {
        (0..=90, _) => counted(seconds, "second"),
        (_, 0..=120) => counted(minutes, "minute"),
        _ => format!("{} {}", counted(minutes / 60, "hour"), counted(minutes % 60, "minute")),
    }
}

fn counted(number: u64, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

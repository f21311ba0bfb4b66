//! Samples of a connection over the last day, in bounded memory.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Number of samples that are kept for each connection. Once there are as many, every other one goes and the interval doubles, until they
/// reach back a day.
pub const SAMPLES: usize = 288;

/// The interval of the first samples, in seconds.
pub(crate) const FIRST_INTERVAL: i64 = 5;

/// The interval that the doubling ends with, in seconds: 288 samples then reach back 25 hours.
const LAST_INTERVAL: i64 = 320;

/// The state of a connection at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Sample {
    pub(crate) at: DateTime<Utc>,
    /// Seconds since the feed of records that was read longest ago was read to its end; `None` if none ever was.
    pub(crate) lag_seconds: Option<u32>,
    /// Opportunities delivered since the process started.
    pub(crate) delivered: u64,
    /// Requests sent to ServiceTitan since the process started.
    pub(crate) requests: u64,
}

/// The samples of a connection, oldest first.
#[derive(Debug, Clone)]
pub(crate) struct History {
    samples: Vec<Sample>,
    interval: i64,
}

impl Default for History {
    fn default() -> Self {
        History { samples: Vec::new(), interval: FIRST_INTERVAL }
    }
}

impl History {
    /// Returns true if it is time for the next sample.
    pub(crate) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.samples.last().is_none_or(|last| (now - last.at).num_seconds() >= self.interval)
    }

    /// Adds a sample, and makes room for it.
    pub(crate) fn add(&mut self, sample: Sample) {
        if self.samples.len() >= SAMPLES {
            if self.interval < LAST_INTERVAL {
                self.thin_out();
            } else {
                self.samples.remove(0);
            }
        }
        self.samples.push(sample);
    }

    /// Keeps the later one of each two samples, with the greater lag of both.
    fn thin_out(&mut self) {
        let kept = self.samples.chunks(2).filter_map(|two| {
            let last = two.last()?;
            Some(Sample { lag_seconds: two.iter().filter_map(|it| it.lag_seconds).max(), ..*last })
        });
        self.samples = kept.collect();
        self.interval *= 2;
    }

    pub(crate) fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// Deliveries and requests for each second over the last samples, at least half a minute of them; `None` before there are two samples.
    pub(crate) fn rates(&self) -> Option<Rates> {
        let last = self.samples.last()?;
        let earlier = self.samples.iter().rev().skip(1);
        let first =
            earlier.clone().find(|it| (last.at - it.at).num_seconds() >= 30).or(self.samples.first())?;
        let seconds = (last.at - first.at).num_milliseconds() as f64 / 1000.0;
        let rate = |from: u64, to: u64| to.saturating_sub(from) as f64 / seconds;
        (seconds > 0.0).then(|| Rates {
            delivered: rate(first.delivered, last.delivered),
            requests: rate(first.requests, last.requests),
        })
    }
}

/// Deliveries and requests for each second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Rates {
    pub(crate) delivered: f64,
    pub(crate) requests: f64,
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    /// Adds samples as they become due over some hours, and returns the history with its last time.
    fn after(hours: i64) -> (History, DateTime<Utc>) {
        let start = DateTime::UNIX_EPOCH;
        let mut history = History::default();
        let mut now = start;
        while now - start < TimeDelta::hours(hours) {
            if history.is_due(now) {
                let seconds = (now - start).num_seconds() as u64;
                let lag_seconds = Some(u32::try_from(seconds % 900).unwrap_or_default());
                history.add(Sample { at: now, lag_seconds, delivered: seconds, requests: 2 * seconds });
            }
            now += TimeDelta::seconds(FIRST_INTERVAL);
        }
        (history, now)
    }

    #[test]
    fn the_samples_reach_back_a_day_and_never_get_more() {
        for hours in [1, 10, 30, 100] {
            let (history, now) = after(hours);
            assert!(history.samples().len() <= SAMPLES, "{hours}");
            let first = history.samples()[0].at;
            let span = TimeDelta::hours(hours.min(24)) - TimeDelta::seconds(2 * LAST_INTERVAL);
            assert!(now - first >= span, "after {hours} hours the first sample is of {first}");
        }
    }

    #[test]
    fn thinning_out_keeps_the_greatest_lag_and_the_counts() {
        let (history, _) = after(30);
        let greatest = history.samples().iter().filter_map(|it| it.lag_seconds).max();
        assert!(greatest > Some(800), "{greatest:?}");
        let rates = history.rates().unwrap();
        assert!((rates.delivered - 1.0).abs() < 0.01 && (rates.requests - 2.0).abs() < 0.02, "{rates:?}");
    }
}

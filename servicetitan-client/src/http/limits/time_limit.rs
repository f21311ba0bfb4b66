//! The end of a call.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::Deadline;

/// A deadline beyond this is as good as none.
const FAR_FUTURE: Duration = Duration::from_secs(86_400 * 365 * 30);

/// The moment at which a call ends, counted from its first step. Everything that the call waits for ends with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLimit {
    length: Duration,
    end: Instant,
}

impl TimeLimit {
    /// A limit that starts now.
    pub(crate) fn start(length: Duration) -> TimeLimit {
        TimeLimit { length, end: Instant::now() + length.min(FAR_FUTURE) }
    }

    /// The time that is left.
    pub(crate) fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Runs a future to its result, or drops it when the time is up and returns `None`.
    pub(crate) async fn bound<F: Future>(&self, future: F) -> Option<F::Output> {
        timeout_at(self.end, future).await.ok()
    }

    /// The limit as errors name it.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::Call(self.length)
    }
}

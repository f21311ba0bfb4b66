//! Writing the waiting notes until the engine is stopped.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::Push;
use super::drive::{CONCURRENT_LANES, Drive};
use super::lanes::LaneKey;
use crate::SyncError;

/// Interval of the questions to the store for events that were pushed elsewhere.
const POLL: Duration = Duration::from_secs(1);

/// Interval of the questions to the store whether another process took the role of pushing: one that has nothing to write would not learn of it.
const EPOCH_CHECK: Duration = Duration::from_secs(5);

impl Push {
    /// Writes the notes that wait, each when its time has come, until the engine is asked to stop.
    pub(crate) async fn run(&self) -> Result<(), SyncError> {
        let mut working = FuturesUnordered::new();
        let mut worked_on: HashSet<LaneKey> = HashSet::new();
        let mut next_check = Instant::now() + EPOCH_CHECK;
        while !self.is_stopped() {
            self.log_temporary(self.load_outbox().await)?;
            if Instant::now() >= next_check {
                next_check = Instant::now() + EPOCH_CHECK;
                self.log_temporary(self.outbox.check_epoch().await.map_err(Into::into))?;
            }
            let (due, next) = self.lanes.due();
            for key in due {
                if working.len() < CONCURRENT_LANES && worked_on.insert(key.clone()) {
                    working.push(async move {
                        let outcome = self.drive(&key, Drive::DUE).await;
                        (key, outcome)
                    });
                }
            }
            let poll = Instant::now() + POLL;
            let wake = next.map_or(poll, |next| next.min(poll));
            tokio::select! {
                () = self.cancellation.cancelled() => {}
                Some((key, outcome)) = working.next() => {
                    worked_on.remove(&key);
                    if outcome.is_err() {
                        self.lanes.pause(&key);
                    }
                    self.log_temporary(outcome)?;
                }
                () = self.lanes.wait_for_change() => {}
                () = tokio::time::sleep_until(wake) => {}
            }
        }
        while let Some((_, outcome)) = working.next().await {
            self.log_temporary(outcome)?;
        }
        Ok(())
    }

    /// Logs a temporary error, as the notes wait; passes any other on.
    fn log_temporary(&self, outcome: Result<(), SyncError>) -> Result<(), SyncError> {
        match outcome {
            Err(error) if error.is_temporary() => {
                tracing::warn!(connection = %self.outbox.connection(), %error, "notes wait");
                Ok(())
            }
            outcome => outcome,
        }
    }
}

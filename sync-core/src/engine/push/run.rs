//! Writing what waits, until stopped.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::lanes::LaneKey;
use super::write::{CONCURRENT_LANES, Drive};
use crate::SyncError;
use crate::engine::Engine;

/// How often the store is asked for events that were pushed elsewhere.
const POLL: Duration = Duration::from_secs(1);

impl Engine {
    /// Writes the notes that wait, each when its time has come, until the token given to
    /// [`EngineBuilder::cancellation`](crate::EngineBuilder::cancellation) is cancelled; a note that is just being sent then is finished.
    /// Also takes up what was pushed elsewhere. [`run`](Self::run) does this beside the syncs.
    ///
    /// # Errors
    ///
    /// A failure of the store that will not go away by itself, such as a fenced connection.
    pub async fn run_pushes(&self) -> Result<(), SyncError> {
        let mut working = FuturesUnordered::new();
        let mut worked_on: HashSet<LaneKey> = HashSet::new();
        while !self.cancelled() {
            self.forgive(self.load_outbox().await)?;
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
                    self.forgive(outcome)?;
                }
                () = self.lanes.changed.notified() => {}
                () = tokio::time::sleep_until(wake) => {}
            }
        }
        while let Some((_, outcome)) = working.next().await {
            self.forgive(outcome)?;
        }
        Ok(())
    }

    /// What may go away by itself is logged; the notes wait.
    fn forgive(&self, outcome: Result<(), SyncError>) -> Result<(), SyncError> {
        match outcome {
            Err(error) if error.is_temporary() => {
                tracing::warn!(connection = %self.connection, %error, "notes wait");
                Ok(())
            }
            outcome => outcome,
        }
    }
}

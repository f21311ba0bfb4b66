//! Writing the waiting notes for some time, for hosts that drive the steps one by one.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::drive::{CONCURRENT_LANES, Drive};
use super::{NoteOutcome, Push};
use crate::SyncError;

/// The outcome of [one step](crate::PushEngine::push_within) of pushing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushedStep {
    /// Number of notes that were written, or found to be written before.
    pub written: u64,
    /// Number of notes that became dead letters.
    pub dead_lettered: u64,
    /// Number of events with notes that still wait.
    pub waiting: u64,
    /// Time until a waiting note may be tried again, zero if it was only the time of the step that was up; `None` if none waits.
    pub due_in: Option<Duration>,
}

impl Push {
    /// Whether events wait in the outbox.
    pub(crate) async fn has_waiting_events(&self) -> Result<bool, SyncError> {
        Ok(!self.outbox.waiting(0, 1).await?.is_empty())
    }

    /// Writes the notes that are due, and begins no further one once the time is up.
    pub(crate) async fn push_within(&self, bound: Duration) -> Result<PushedStep, SyncError> {
        let until = Instant::now() + bound;
        self.load_outbox().await?;
        let entries = self.lanes.entries();
        let mut working = FuturesUnordered::new();
        let mut worked_on = HashSet::new();
        let mut failed = None;
        loop {
            if failed.is_none() && !self.is_stopped() && Instant::now() < until {
                for key in self.lanes.due().0 {
                    if working.len() < CONCURRENT_LANES && worked_on.insert(key.clone()) {
                        working.push(async move {
                            let outcome = self.drive(&key, Drive::due_until(until)).await;
                            (key, outcome)
                        });
                    }
                }
            }
            let Some((key, outcome)) = working.next().await else { break };
            worked_on.remove(&key);
            if let Err(error) = outcome {
                self.lanes.pause(&key);
                failed.get_or_insert(error);
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let mut step = PushedStep { waiting: self.lanes.entries().len() as u64, ..PushedStep::default() };
        for entry in entries {
            for (_, outcome) in entry.state.lock().await.report().notes {
                step.written += u64::from(outcome == NoteOutcome::Written);
                step.dead_lettered += u64::from(outcome == NoteOutcome::DeadLettered);
            }
        }
        if step.waiting > 0 {
            let (due, next) = self.lanes.due();
            let rest = next.map(|next| next.saturating_duration_since(Instant::now()));
            step.due_in = if due.is_empty() { rest } else { Some(Duration::ZERO) };
        }
        Ok(step)
    }
}

//! The engine in the background, and what its last run did.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sync_core::{Engine, SyncError, SyncReport};
use tokio::task::JoinHandle;

use crate::measured;

/// What `/status` and `/healthz` tell of the runs.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LastRun {
    /// When the last run ended.
    pub at: Option<DateTime<Utc>>,
    /// What it did, if it came to its end.
    pub report: Option<SyncReport>,
    /// Why it did not.
    pub error: Option<String>,
    /// Why the engine stopped for good, if it did.
    pub stopped: Option<String>,
}

/// The last run, as it is shared with the routes.
pub type SharedLastRun = Arc<Mutex<LastRun>>;

/// The engine's task.
pub struct Background {
    task: JoinHandle<Result<(), SyncError>>,
    last_run: SharedLastRun,
}

impl Background {
    /// Lets the engine run: syncs in its rhythm, and writes notes.
    pub fn start(engine: Arc<Engine>) -> Self {
        let last_run = SharedLastRun::default();
        let shared = Arc::clone(&last_run);
        let task = tokio::spawn(async move {
            let outcome = engine.run(|outcome| note(&shared, outcome)).await;
            if let Err(error) = &outcome {
                tracing::error!(%error, "the engine stopped");
                locked(&shared, |last| last.stopped = Some(error.to_string()));
            }
            outcome
        });
        Background { task, last_run }
    }

    pub fn last_run(&self) -> SharedLastRun {
        Arc::clone(&self.last_run)
    }

    /// Waits until the engine has stopped.
    pub async fn finish(self) -> Result<(), Box<dyn Error>> {
        Ok(self.task.await??)
    }
}

pub fn locked<T>(last_run: &SharedLastRun, look: impl FnOnce(&mut LastRun) -> T) -> T {
    look(&mut last_run.lock().unwrap_or_else(PoisonError::into_inner))
}

fn note(last_run: &SharedLastRun, outcome: &Result<SyncReport, SyncError>) {
    measured::run(outcome);
    locked(last_run, |last| {
        last.at = Some(Utc::now());
        last.report = outcome.as_ref().ok().cloned();
        last.error = outcome.as_ref().err().map(ToString::to_string);
    });
}

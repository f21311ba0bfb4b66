//! The engine's background task, and the outcome of its last run.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sync_core::{Engine, SyncError, SyncReport};
use tokio::task::JoinHandle;

use crate::measured;

/// Outcome of the last run, as `/status` and `/healthz` report it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LastRun {
    /// Time at which the last run ended; absent before the first one.
    pub at: Option<DateTime<Utc>>,
    /// Report of the run; absent if it failed.
    pub report: Option<SyncReport>,
    /// Error of the run; absent if it succeeded.
    pub error: Option<String>,
    /// Error with which the engine stopped for good; absent while it runs.
    pub stopped: Option<String>,
}

/// The last run, shared with the routes.
pub type SharedLastRun = Arc<Mutex<LastRun>>;

/// The engine's task.
pub struct Background {
    task: JoinHandle<Result<(), SyncError>>,
    last_run: SharedLastRun,
}

impl Background {
    /// Starts the engine: it syncs every 15 minutes, and writes notes.
    pub fn start(engine: Arc<Engine>) -> Self {
        let last_run = SharedLastRun::default();
        let shared = Arc::clone(&last_run);
        let task = tokio::spawn(async move {
            let outcome = engine.run(|outcome| note(&shared, outcome)).await;
            if let Err(error) = &outcome {
                tracing::error!(%error, "the engine stopped");
                measured::engine_stopped();
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

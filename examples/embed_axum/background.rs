//! The engine's background task.

use std::error::Error;
use std::sync::Arc;

use dashboard::EngineConnection;
use sync_core::{Engine, SyncError};
use tokio::task::JoinHandle;

use crate::measured;

/// The engine's task.
pub struct Background {
    task: JoinHandle<Result<(), SyncError>>,
}

impl Background {
    /// Starts the engine: it syncs every 15 minutes, and writes notes. The connection is told the outcome of each run.
    pub fn start(engine: Arc<Engine>, connection: Arc<EngineConnection>) -> Self {
        let task = tokio::spawn(async move {
            let outcome = engine
                .run(|outcome| {
                    measured::run(outcome);
                    connection.note_run(outcome);
                })
                .await;
            if let Err(error) = &outcome {
                tracing::error!(%error, "the engine stopped");
                measured::engine_stopped();
            }
            connection.note_stop(outcome.as_ref().err());
            outcome
        });
        Background { task }
    }

    /// Waits until the engine has stopped.
    pub async fn finish(self) -> Result<(), Box<dyn Error>> {
        Ok(self.task.await??)
    }
}

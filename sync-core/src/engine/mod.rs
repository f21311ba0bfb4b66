//! The engine: pull, touch, resolve, map, deliver; and push.

mod builder;
mod check;
mod configuration;
mod deliver;
mod feeds;
mod fingerprint;
mod forget;
mod gather;
mod join;
mod keep;
mod keys;
mod look_up;
mod maintain;
mod operators;
mod prune;
mod pull;
mod push;
mod resolve;
mod run;
mod send;
mod settings;
mod status;
mod sweep;
mod take_in;
mod touch;
#[cfg(feature = "servicetitan")]
mod webhook;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use hatch_mapping::NoteRenderer;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use builder::EngineBuilder;
pub use check::{CheckReport, Finding, FindingStatus};
pub use configuration::BACKFILL_DAYS;
pub use deliver::DeliveredBatch;
pub use forget::ForgetReport;
pub use operators::Redelivery;
pub use pull::PulledPage;
pub use push::{GIVE_UP_NOTES_AFTER, NoteOutcome, PushError, PushOutcome, PushReport, Pusher};
pub use run::RHYTHM;
pub use settings::{ReferenceChanges, SWEEP_EVERY};
pub use status::{ConnectionStatus, FeedStatus, IntegrationStatus};
#[cfg(feature = "servicetitan")]
pub use webhook::{IgnoredWebhook, OnWebhookError, WebhookOutcome};

use self::settings::Settings;
use crate::{
    Change, Clock, Epoch, Integration, MirrorRecord, Progress, Resource, Source, SourceError, Store,
    StoreError, SyncError,
};

/// Keeps the opportunities of one connection (one tenant seen through one app) in step with ServiceTitan.
///
/// A connection has one engine at a time: opening another one for the same connection fences this one off, and its next write fails with
/// [`StoreError::Fenced`].
///
/// [`run`](Self::run) keeps the rhythm by itself, and [`sync_once`](Self::sync_once) leaves it to the host. A host that drives work with a
/// job queue or a durable-execution engine calls the steps instead: [`pull_page`](Self::pull_page) for each of the
/// [`feeds`](Self::feeds) until none has more, [`deliver_batch`](Self::deliver_batch) for each integration, and
/// [`push_pending`](Self::push_pending). Each step is short, may be repeated, and leaves nothing half-done. Comparing the mirror with
/// ServiceTitan's lists and pruning it are no steps: for them such a host calls [`sync_once`](Self::sync_once) once a day.
pub struct Engine {
    connection: String,
    source: Arc<dyn Source>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    renderer: Arc<dyn NoteRenderer>,
    integrations: Vec<Integration>,
    epoch: Epoch,
    progress: broadcast::Sender<Progress>,
    cancellation: CancellationToken,
    settings: Settings,
    /// Held from reading what a record touches to the commit, and by whoever else changes what it has read.
    writing: tokio::sync::Mutex<()>,
    /// Each held from reading a feed's cursor to moving it.
    pulling: BTreeMap<Resource, tokio::sync::Mutex<()>>,
    /// How often this engine asked for all opportunities of an integration to be looked at.
    looks_asked_for: AtomicU64,
    /// Held while a batch's missing records are asked for.
    resolving: tokio::sync::Mutex<()>,
    /// How many customers were forgotten: what was read before one was may be about that one.
    forgotten: AtomicU64,
    /// The newest time that ServiceTitan told.
    server_time: Mutex<Option<DateTime<Utc>>>,
    lanes: push::Lanes,
    give_up_notes_after: Duration,
    #[cfg(feature = "servicetitan")]
    webhooks: Option<webhook::Webhooks>,
}

impl Engine {
    /// Starts building the engine of a connection. The name stands in the store: keep it, or everything starts over.
    pub fn builder(
        connection: impl Into<String>,
        source: Arc<dyn Source>,
        store: Arc<dyn Store>,
    ) -> EngineBuilder {
        EngineBuilder::new(connection.into(), source, store)
    }

    /// Reads from ServiceTitan, unless the engine is asked to stop: then the request is given up, which changes nothing.
    async fn read<T>(&self, request: impl Future<Output = Result<T, SourceError>>) -> Result<T, SyncError> {
        match self.cancellation.run_until_cancelled(request).await {
            Some(outcome) => Ok(outcome?),
            None => Err(SyncError::Cancelled),
        }
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.store.commit(&self.connection, self.epoch, changes).await
    }

    fn integration(&self, name: &str) -> Option<&Integration> {
        self.integrations.iter().find(|integration| integration.name == name)
    }

    fn known_integration(&self, name: &str) -> Result<&Integration, SyncError> {
        self.integration(name)
            .ok_or_else(|| SyncError::Configuration(format!("no integration is called {name:?}")))
    }

    fn note_server_time(&self, time: DateTime<Utc>) {
        let mut newest = self.server_time.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = (*newest).max(Some(time));
    }

    /// The newest time that ServiceTitan told, since this engine was opened.
    fn newest_server_time(&self) -> Option<DateTime<Utc>> {
        *self.server_time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    fn cancelled(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    fn announce(&self, step: Progress) {
        // Nobody listening is fine.
        let _ = self.progress.send(step);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("connection", &self.connection)
            .field("integrations", &self.integrations)
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Engine>();
    is_send_and_sync::<MirrorRecord>();
};

//! The front: puts the parts together, runs them and reports.

mod bounded;
mod builder;
mod notes;
mod operator;
mod pushing;
mod run;
mod steps;
#[cfg(feature = "servicetitan")]
mod webhooks;

use std::fmt;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use builder::EngineBuilder;
pub use pushing::PushEngine;
pub use run::RHYTHM;

use crate::deliver::Deliver;
use crate::ingest::Feeds;
use crate::integrations::Integrations;
use crate::mirror::Mirror;
use crate::operate::Operations;
use crate::progress::ProgressSender;
use crate::push::Push;
use crate::upkeep::{Configuration, Eraser, Upkeep};
#[cfg(feature = "servicetitan")]
use crate::webhook::Webhooks;
use crate::{Clock, Epoch, Explainer, Source, Store};

/// Keeps the opportunities of one connection (one tenant seen through one app) in step with ServiceTitan.
///
/// A connection has one engine at a time: opening another one for the same connection fences this one off, and its next write fails with
/// [`StoreError::Fenced`](crate::StoreError::Fenced). Syncing and pushing are roles of their own: a host may have one process
/// [sync](EngineBuilder::open_syncing) and another one [push](EngineBuilder::open_pushing).
///
/// [`run`](Self::run) keeps the rhythm by itself, and [`sync_once`](Self::sync_once) leaves it to the host. A host that drives work with a
/// job queue or a durable-execution engine calls the steps instead: [`ingest_page`](Self::ingest_page) for each of the
/// [`due_feeds`](Self::due_feeds) until none has more, [`deliver_batch`](Self::deliver_batch) for each integration, and
/// [`push_pending`](Self::push_pending). Each step is short, may be repeated, and leaves nothing half-done. Steps with a time
/// ([`ingest_within`](Self::ingest_within), [`deliver_within`](Self::deliver_within)) do as much as fits into it, and
/// [`upkeep_within`](Self::upkeep_within) reconciles the mirror with ServiceTitan's lists and prunes it once a day.
pub struct Engine {
    source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    integrations: Integrations,
    cancellation: CancellationToken,
    progress: ProgressSender,
    mirror: Arc<Mirror>,
    feeds: Arc<Feeds>,
    deliver: Arc<Deliver>,
    push: Arc<Push>,
    #[cfg(feature = "servicetitan")]
    webhooks: Webhooks,
    configuration: Configuration,
    upkeep: Upkeep,
    eraser: Eraser,
    operations: Operations,
    explainer: Explainer,
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

    /// Returns the epochs of this opening, for [`EngineBuilder::continues`].
    pub fn epochs(&self) -> Vec<Epoch> {
        [Some(self.mirror.epoch()), self.push.epoch()].into_iter().flatten().collect()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("mirror", &self.mirror)
            .field("integrations", &self.integrations)
            .finish_non_exhaustive()
    }
}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Engine>();
};

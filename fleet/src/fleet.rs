//! The front: any number of connections in one process.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::Stream;
use hatch_mapping::HatchEvent;
use http::HeaderMap;
use sync_core::{OnWebhookError, PushOutcome, RHYTHM, SyncError, WebhookOutcome};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::bounds::Bounds;
use crate::driver::Driver;
use crate::event::FleetEvent;
use crate::fleet_state::{Settings, Shared, Wake};
use crate::live::EngineLease;
use crate::schedule::Schedule;
use crate::stop::StopReport;
use crate::{FleetError, FleetPushError, FleetStatus, Registry};

/// Builds a [`Fleet`].
#[must_use]
pub struct FleetBuilder {
    registry: Arc<dyn Registry>,
    bounds: Bounds,
    rhythm: Duration,
    close_after: Duration,
    stop_within: Duration,
    forward_progress: bool,
    syncing_only: bool,
}

impl FleetBuilder {
    /// Sets the interval of each connection's cycles; 15 minutes by default, as on the product page.
    pub fn rhythm(self, rhythm: Duration) -> Self {
        FleetBuilder { rhythm, ..self }
    }

    /// Sets the bounds of what the fleet does at a time.
    pub fn bounds(self, bounds: Bounds) -> Self {
        FleetBuilder { bounds, ..self }
    }

    /// Sets the time after which an engine is closed that nobody uses; half a minute by default. While a note of it waits it stays open, unless
    /// another connection needs its place.
    pub fn close_after(self, idle: Duration) -> Self {
        FleetBuilder { close_after: idle, ..self }
    }

    /// Sets the time that a stop waits for transactions, upserts and notes that are under way; 20 seconds by default.
    pub fn stop_within(self, time: Duration) -> Self {
        FleetBuilder { stop_within: time, ..self }
    }

    /// Puts the [`Progress`](sync_core::Progress) of all cycles into the stream of events; off by default.
    pub fn forward_progress(self) -> Self {
        FleetBuilder { forward_progress: true, ..self }
    }

    /// Opens connections for syncing only, while another process writes the notes of Hatch's events.
    pub fn syncing_only(self) -> Self {
        FleetBuilder { syncing_only: true, ..self }
    }

    /// Returns the fleet. It does nothing before [`Fleet::run`].
    pub fn build(self) -> Fleet {
        let (wakes, received) = mpsc::unbounded_channel();
        let settings = Settings {
            bounds: self.bounds.effective(),
            schedule: Schedule::new(self.rhythm),
            rhythm: self.rhythm,
            close_after: self.close_after,
            stop_within: self.stop_within,
            forward_progress: self.forward_progress,
            syncing_only: self.syncing_only,
        };
        let shared = Arc::new(Shared::new(self.registry, settings, wakes));
        Fleet { shared, wakes: Arc::new(Mutex::new(Some(received))) }
    }
}

/// Any number of connections in one process. Clones are handles of one fleet.
#[derive(Clone)]
pub struct Fleet {
    shared: Arc<Shared>,
    wakes: Arc<Mutex<Option<mpsc::UnboundedReceiver<Wake>>>>,
}

impl Fleet {
    /// Starts building a fleet of the registry's connections.
    pub fn builder(registry: Arc<dyn Registry>) -> FleetBuilder {
        FleetBuilder {
            registry,
            bounds: Bounds::default(),
            rhythm: RHYTHM,
            close_after: Duration::from_secs(30),
            stop_within: Duration::from_secs(20),
            forward_progress: false,
            syncing_only: false,
        }
    }

    /// Runs the connections until the token is cancelled, and then stops them in the time that
    /// [`FleetBuilder::stop_within`] allows. A connection that fails does not end the run. A fleet runs once: a second run ends at once.
    pub async fn run(&self, stop: CancellationToken) -> StopReport {
        let wakes = self.wakes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(wakes) = wakes else { return StopReport::default() };
        // Also if this future is dropped: tasks of the fleet would else run for ever.
        let _abort = self.shared.abort.clone().drop_guard();
        let _stop = self.shared.stop.clone().drop_guard();
        Driver::new(Arc::clone(&self.shared), wakes).drive(&stop).await;
        self.shared.stop_all().await
    }

    /// Returns a lease of a connection's engine for everything that an engine can do, and opens it if it is closed. Waits while as many engines are open as
    /// the [bounds](FleetBuilder::bounds) allow and all are in use.
    ///
    /// # Errors
    ///
    /// [`FleetError`].
    pub async fn engine(&self, connection: &str) -> Result<EngineLease, FleetError> {
        let slot = self.shared.slot(connection)?;
        self.shared.lease(&slot).await
    }

    /// Starts a connection's next cycle now. Does nothing while it is paused, or while a cycle waits for its turn; one that runs is followed
    /// by another.
    ///
    /// # Errors
    ///
    /// [`FleetError::Unknown`] or [`FleetError::NotRunning`].
    pub fn sync_now(&self, connection: &str) -> Result<(), FleetError> {
        let slot = self.shared.slot(connection)?;
        slot.state().hurry(self.shared.now());
        self.shared.wake(&slot);
        Ok(())
    }

    /// Ingests a webhook of ServiceTitan, as [`Engine::on_webhook`](sync_core::Engine::on_webhook) does. The connection's engine is opened
    /// if it is closed.
    ///
    /// # Errors
    ///
    /// [`FleetWebhookError`]; the next cycle brings the change.
    pub async fn on_webhook(
        &self,
        connection: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<WebhookOutcome, FleetWebhookError> {
        let first = self.engine(connection).await?.on_webhook(headers, body).await;
        match first {
            // The engine was closed meanwhile, to be opened with other settings or to make room.
            Err(OnWebhookError::Sync(SyncError::Cancelled)) => {
                Ok(self.engine(connection).await?.on_webhook(headers, body).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Turns an event of Hatch into notes, as [`Engine::push`](sync_core::Engine::push) does. The connection's engine is opened if it is
    /// closed. If it is paused or cannot be opened, the event is stored, and its notes are written later.
    ///
    /// # Errors
    ///
    /// [`FleetPushError`]; nothing is stored then.
    pub async fn push(&self, connection: &str, event: HatchEvent) -> Result<PushOutcome, FleetPushError> {
        match self.engine(connection).await {
            Ok(engine) => Ok(engine.push(event).await?),
            Err(error) => self.store_event(connection, event, error).await,
        }
    }

    /// Stores an event of Hatch and answers without waiting for its notes, as [`Engine::accept`](sync_core::Engine::accept) does. The connection's engine is
    /// opened if it is closed, and writes the notes. If it is paused or cannot be opened, they are written later.
    ///
    /// # Errors
    ///
    /// [`FleetPushError`]; nothing is stored then.
    pub async fn accept(&self, connection: &str, event: HatchEvent) -> Result<PushOutcome, FleetPushError> {
        match self.engine(connection).await {
            Ok(engine) => Ok(engine.accept(event).await?),
            Err(error) => self.store_event(connection, event, error).await,
        }
    }

    /// Stores an event for a connection whose engine cannot be opened now.
    async fn store_event(
        &self,
        connection: &str,
        event: HatchEvent,
        error: FleetError,
    ) -> Result<PushOutcome, FleetPushError> {
        match error {
            FleetError::Paused(_) | FleetError::Open(_) => {
                let builder = self.shared.registry.builder(connection).await.map_err(FleetError::from)?;
                Ok(builder.pusher().push(event).await?)
            }
            error => Err(error.into()),
        }
    }

    /// The events of all connections from now on.
    pub fn events(&self) -> impl Stream<Item = FleetEvent> + Send + use<> {
        self.shared.events.subscribe()
    }

    /// The status of all connections now.
    pub fn status(&self) -> FleetStatus {
        self.shared.status()
    }
}

/// A webhook could not be ingested.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FleetWebhookError {
    /// The connection cannot be used.
    #[error(transparent)]
    Connection(#[from] FleetError),
    /// The webhook was refused, or could not be ingested.
    #[error(transparent)]
    Webhook(#[from] OnWebhookError),
}

impl FleetWebhookError {
    /// The HTTP status to answer the delivery with.
    pub fn status(&self) -> u16 {
        match self {
            FleetWebhookError::Connection(FleetError::Unknown(_)) => 404,
            FleetWebhookError::Connection(_) => 503,
            FleetWebhookError::Webhook(error) => error.status(),
        }
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Fleet").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

impl fmt::Debug for FleetBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FleetBuilder").field("bounds", &self.bounds).finish_non_exhaustive()
    }
}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync + Clone>() {}
    is_send_and_sync::<Fleet>();
};

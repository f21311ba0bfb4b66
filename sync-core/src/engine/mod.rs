//! The engine: pull, touch, resolve, map, deliver; and push.

mod deliver;
mod feeds;
mod join;
mod pull;
mod push;
mod resolve;
mod touch;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveTime, Utc};
use futures::Stream;
use futures::future::join_all;
use hatch_mapping::{DefaultNoteRenderer, NoteRenderer};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use push::{GIVE_UP_NOTES_AFTER, NoteOutcome, PushError, PushOutcome, PushReport, Pusher};

use crate::{
    Change, Clock, Epoch, Integration, MirrorRecord, Progress, Source, SourceDescription, Store, StoreError,
    SyncError, SyncReport, SystemClock,
};

/// How far back the first sync reads, as on the product page.
pub const BACKFILL_DAYS: i64 = 90;

/// The rhythm of [`Engine::run`], as on the product page.
pub const RHYTHM: Duration = Duration::from_secs(15 * 60);

/// How many progress steps wait for a slow listener before it loses the oldest.
const PROGRESS_BUFFER: usize = 1024;

const START_KEY: &str = "start";

/// Keeps the opportunities of one connection (one tenant seen through one app) in step with ServiceTitan.
///
/// A connection has one engine at a time: opening another one for the same connection fences this one off, and its next write fails with
/// [`StoreError::Fenced`].
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
    lanes: push::Lanes,
    give_up_notes_after: Duration,
}

/// Builds an [`Engine`].
pub struct EngineBuilder {
    connection: String,
    source: Arc<dyn Source>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    renderer: Arc<dyn NoteRenderer>,
    integrations: Vec<Integration>,
    cancellation: CancellationToken,
    give_up_notes_after: Duration,
}

impl EngineBuilder {
    /// Adds an integration.
    #[must_use]
    pub fn integration(mut self, integration: Integration) -> Self {
        self.integrations.push(integration);
        self
    }

    /// Takes the time from elsewhere than the machine.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Writes the texts of notes in another way.
    #[must_use]
    pub fn note_renderer(mut self, renderer: Arc<dyn NoteRenderer>) -> Self {
        self.renderer = renderer;
        self
    }

    /// Stops the engine between two transactions once the token is cancelled.
    #[must_use]
    pub fn cancellation(mut self, cancellation: CancellationToken) -> Self {
        self.cancellation = cancellation;
        self
    }

    /// Gives up a note that could not be written for so long: it is a dead letter then.
    #[must_use]
    pub fn give_up_notes_after(mut self, age: Duration) -> Self {
        self.give_up_notes_after = age;
        self
    }

    /// Takes events of Hatch into the outbox without opening the connection, for the engine that somebody else runs.
    pub fn pusher(&self) -> Pusher {
        Pusher {
            connection: self.connection.clone(),
            source: Arc::clone(&self.source),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            integrations: self.integrations.clone(),
        }
    }

    /// Opens the connection in the store and returns its engine.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] without an integration, or with two of one name; [`SyncError::Store`] when the store cannot be opened.
    pub async fn open(self) -> Result<Engine, SyncError> {
        if self.integrations.is_empty() {
            return Err(SyncError::Configuration(
                "it has no integration: add one with `integration`".to_owned(),
            ));
        }
        let mut names = HashSet::new();
        for integration in &self.integrations {
            if !names.insert(&integration.name) {
                let message =
                    format!("two integrations are called {:?}: give each its own name", integration.name);
                return Err(SyncError::Configuration(message));
            }
        }
        warn_of_shared_accounts(&self.integrations);
        let epoch = self.store.open(&self.connection).await?;
        Ok(Engine {
            connection: self.connection,
            source: self.source,
            store: self.store,
            clock: self.clock,
            renderer: self.renderer,
            integrations: self.integrations,
            epoch,
            progress: broadcast::Sender::new(PROGRESS_BUFFER),
            cancellation: self.cancellation,
            lanes: push::Lanes::default(),
            give_up_notes_after: self.give_up_notes_after,
        })
    }
}

/// Hatch knows an opportunity by its external ID within a contact, and a job and a membership may have the same one.
fn warn_of_shared_accounts(integrations: &[Integration]) {
    let mut models = BTreeMap::new();
    for integration in integrations {
        let prefix = integration.mapper.config().external_id_prefix.clone();
        let account = (integration.sink.identity(), prefix);
        if let Some(other) = models.insert(account, integration)
            && other.model() != integration.model()
        {
            tracing::warn!(
                first = %other.name,
                second = %integration.name,
                "two opportunity models go into one Hatch account, where a job and a membership of the same ID would replace each other: \
                 give one of them a department of its own, or an `external_id_prefix`"
            );
        }
    }
}

impl Engine {
    /// Starts building the engine of a connection. The name stands in the store: keep it, or everything starts over.
    pub fn builder(
        connection: impl Into<String>,
        source: Arc<dyn Source>,
        store: Arc<dyn Store>,
    ) -> EngineBuilder {
        EngineBuilder {
            connection: connection.into(),
            source,
            store,
            clock: Arc::new(SystemClock),
            renderer: Arc::new(DefaultNoteRenderer::default()),
            integrations: Vec::new(),
            cancellation: CancellationToken::new(),
            give_up_notes_after: GIVE_UP_NOTES_AFTER,
        }
    }

    /// Asks ServiceTitan and every sink whether they know us, and says what is wrong and what to do about it. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`SyncError::Source`] or [`SyncError::Configuration`], naming the side that refused.
    pub async fn check(&self) -> Result<SourceDescription, SyncError> {
        let description = self.source.check().await?;
        for integration in &self.integrations {
            integration.sink.check().await.map_err(|error| {
                SyncError::Configuration(format!("the sink of integration {:?}: {error}", integration.name))
            })?;
        }
        Ok(description)
    }

    /// Brings Hatch up to date once: reads every feed to its head and delivers what changed. What fails for one feed or one integration is
    /// in the report and does not hold up the rest.
    ///
    /// # Errors
    ///
    /// When the store fails, the credentials are wrong, or a feed that every opportunity needs is refused. Nothing is half-written;
    /// the next run goes on from the cursors.
    pub async fn sync_once(&self) -> Result<SyncReport, SyncError> {
        let before = self.source.request_counts();
        let start = self.start().await?;
        let mut report = SyncReport::default();
        self.mark_reconfigured().await?;
        self.pull(start, &mut report).await?;
        let deliveries = self.integrations.iter().map(|integration| self.deliver(integration, start));
        for (integration, outcome) in self.integrations.iter().zip(join_all(deliveries).await) {
            report.integrations.insert(integration.name.clone(), outcome?);
        }
        report.cancelled = self.cancelled();
        for (path, count) in self.source.request_counts() {
            let sent = count - before.get(&path).copied().unwrap_or_default();
            if sent > 0 {
                report.requests.insert(path, sent);
            }
        }
        Ok(report)
    }

    /// Keeps the 15-minute rhythm until the token given to [`EngineBuilder::cancellation`] is cancelled, and writes the notes that wait
    /// beside it. `reported` gets the outcome of each sync.
    ///
    /// # Errors
    ///
    /// A failure that will not go away by itself, such as refused credentials or a fenced connection. Temporary ones are
    /// handed to `reported` and tried again in the next round.
    pub async fn run(&self, reported: impl FnMut(&Result<SyncReport, SyncError>)) -> Result<(), SyncError> {
        tokio::try_join!(self.run_syncs(reported), self.run_pushes()).map(|_| ())
    }

    /// Keeps the 15-minute rhythm without writing notes.
    async fn run_syncs(
        &self,
        mut reported: impl FnMut(&Result<SyncReport, SyncError>),
    ) -> Result<(), SyncError> {
        while !self.cancelled() {
            let began = self.clock.now();
            let outcome = self.sync_once().await;
            reported(&outcome);
            if let Err(error) = outcome
                && !error.is_temporary()
            {
                return Err(error);
            }
            let spent = (self.clock.now() - began).to_std().unwrap_or_default();
            let _ =
                self.cancellation.run_until_cancelled(self.clock.sleep(RHYTHM.saturating_sub(spent))).await;
        }
        Ok(())
    }

    /// The steps of the runs from now on. A listener that falls far behind loses the oldest.
    pub fn progress(&self) -> impl Stream<Item = Progress> + Send + use<> {
        futures::stream::unfold(self.progress.subscribe(), |mut steps| async move {
            loop {
                match steps.recv().await {
                    Ok(step) => return Some((step, steps)),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        })
    }

    /// Where the first sync starts: 90 days before the day on which ServiceTitan was asked first, by its own clock.
    async fn start(&self) -> Result<DateTime<Utc>, SyncError> {
        if let Some(start) = self.store.value(&self.connection, START_KEY).await? {
            return start.parse().map_err(|_| {
                StoreError::Damaged(format!("the start date in the store is {start:?}")).into()
            });
        }
        let now = self.source.check().await?.server_time.ok_or(SyncError::NoServerTime)?;
        let start =
            (now - chrono::Duration::days(BACKFILL_DAYS)).date_naive().and_time(NaiveTime::MIN).and_utc();
        self.commit(vec![Change::SetValue { key: START_KEY.to_owned(), value: start.to_rfc3339() }]).await?;
        Ok(start)
    }

    /// Marks every opportunity of an integration whose configuration is not the one that it ran with last: its body may have changed.
    async fn mark_reconfigured(&self) -> Result<(), SyncError> {
        const PAGE: usize = 1000;
        for integration in &self.integrations {
            let key = format!("configuration:{}", integration.name);
            let configuration = integration.configuration();
            let before = self.store.value(&self.connection, &key).await?;
            if before.as_deref() == Some(configuration.as_str()) {
                continue;
            }
            let mut after = None;
            loop {
                let ids = self.store.record_ids(&self.connection, integration.base(), after, PAGE).await?;
                let Some(last) = ids.last() else { break };
                after = Some(*last);
                let mark = |id| Change::MarkDirty { integration: integration.name.clone(), id };
                self.commit(ids.into_iter().map(mark).collect()).await?;
            }
            // Written last, so that a crash marks them all again.
            self.commit(vec![Change::SetValue { key, value: configuration }]).await?;
        }
        Ok(())
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

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EngineBuilder")
            .field("connection", &self.connection)
            .field("integrations", &self.integrations)
            .finish_non_exhaustive()
    }
}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Engine>();
    is_send_and_sync::<MirrorRecord>();
};

//! Building an engine.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hatch_mapping::{DefaultNoteRenderer, NoteRenderer};
#[cfg(feature = "servicetitan")]
use servicetitan_client::{TenantId, webhooks::WebhookVerifier};
use tokio_util::sync::CancellationToken;

use super::{Engine, PushEngine};
use crate::deliver::Deliver;
use crate::hydrate::Hydrate;
use crate::ingest::{Feeds, Ingest};
use crate::integrations::Integrations;
use crate::mirror::{Mirror, Outbox, Reads, keys};
use crate::operate::Operations;
use crate::progress::ProgressSender;
use crate::push::{Intake, Push};
use crate::reader::Reader;
use crate::settings::{ReferenceChanges, Settings};
use crate::upkeep::{Configuration, Eraser, Pruner, Reconciler, StaleMarker, Upkeep};
#[cfg(feature = "servicetitan")]
use crate::webhook::{WebhookSender, Webhooks};
use crate::{
    Clock, DEAD_LETTER_NOTES_AFTER, Epoch, Explainer, Integration, Pusher, Source, Store, SyncError,
    SystemClock,
};

/// Builds an [`Engine`].
pub struct EngineBuilder {
    connection: String,
    source: Arc<dyn Source>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    renderer: Arc<dyn NoteRenderer>,
    integrations: Vec<Integration>,
    cancellation: CancellationToken,
    dead_letter_notes_after: Duration,
    clock_skew: Option<Duration>,
    settings: Settings,
    continues: Vec<Epoch>,
    #[cfg(feature = "servicetitan")]
    webhooks: Option<WebhookSender>,
}

impl EngineBuilder {
    pub(super) fn new(connection: String, source: Arc<dyn Source>, store: Arc<dyn Store>) -> Self {
        EngineBuilder {
            connection,
            source,
            store,
            clock: Arc::new(SystemClock),
            renderer: Arc::new(DefaultNoteRenderer::default()),
            integrations: Vec::new(),
            cancellation: CancellationToken::new(),
            dead_letter_notes_after: DEAD_LETTER_NOTES_AFTER,
            clock_skew: None,
            settings: Settings::default(),
            continues: Vec::new(),
            #[cfg(feature = "servicetitan")]
            webhooks: None,
        }
    }

    /// Adds an integration.
    #[must_use]
    pub fn integration(mut self, integration: Integration) -> Self {
        self.integrations.push(integration);
        self
    }

    /// Sets the clock; the machine's by default.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the renderer of the texts of notes.
    #[must_use]
    pub fn note_renderer(mut self, renderer: Arc<dyn NoteRenderer>) -> Self {
        self.renderer = renderer;
        self
    }

    /// Stops the engine between two transactions once the token is cancelled. A read that is under way is abandoned, an upsert is not.
    #[must_use]
    pub fn cancellation(mut self, cancellation: CancellationToken) -> Self {
        self.cancellation = cancellation;
        self
    }

    /// Sets the age at which a note becomes a dead letter at its next failure ([`DEAD_LETTER_NOTES_AFTER`] by default). A note that was not
    /// tried in that time, since the engine was down, is tried once.
    #[must_use]
    pub fn dead_letter_notes_after(mut self, age: Duration) -> Self {
        self.dead_letter_notes_after = age;
        self
    }

    /// Says that the clocks of all processes that open this connection for pushing agree within a time, and do not jump by more. A note with an
    /// unclear outcome is then looked for 100 seconds and this time after it was claimed. Otherwise these seconds count from the opening: where
    /// the role of pushing moves from process to process more often, each move would put the question off.
    #[must_use]
    pub fn clocks_agree_within(mut self, skew: Duration) -> Self {
        self.clock_skew = Some(skew);
        self
    }

    /// Ingests the webhooks of this tenant with [`Engine::on_webhook`] if they are signed with the verifier's keys. Those of other tenants are
    /// ignored, since an app may have one endpoint for all of them.
    #[cfg(feature = "servicetitan")]
    #[must_use]
    pub fn webhooks(mut self, verifier: WebhookVerifier, tenant: TenantId) -> Self {
        self.webhooks = Some(WebhookSender { verifier, tenant });
        self
    }

    /// Sets the effect of a change of a reference table on the opportunities that name its records; none by default.
    #[must_use]
    pub fn reference_changes(mut self, changes: ReferenceChanges) -> Self {
        self.settings.reference_changes = changes;
        self
    }

    /// Sets whether a feed that was read to its head before is asked for its newest changes too, which it else holds back for some minutes
    /// (`includeRecentChanges`); on by default. Without them a change waits for up to that time and one more cycle. With them, records come
    /// again until they are old enough, which costs neither upserts nor commits. A first read never asks for them.
    #[must_use]
    pub fn include_recent_changes(mut self, include: bool) -> Self {
        self.settings.recent_changes = include;
        self
    }

    /// Starts the feeds of children (appointments, assignments, estimates, invoices) so many days before those of the base records, which saves
    /// one read for each kind of child of a base record that was created in these days. Counts for feeds that were never read. The contacts of
    /// every customer and location are looked up in any case, once and fifty owners at a time.
    #[must_use]
    pub fn start_children_earlier(mut self, days: u32) -> Self {
        self.settings.children_days_earlier = days;
        self
    }

    /// Prunes finished base records that did not change for so long, with the records that only they needed. Their opportunities stay in the
    /// sink as they are, whatever changes around them, until the base record itself changes. Without a retention nothing is pruned.
    #[must_use]
    pub fn retention(mut self, unchanged_for: Duration) -> Self {
        self.settings.retention = Some(unchanged_for);
        self
    }

    /// Sets the interval at which the mirror is reconciled with ServiceTitan's lists, which repairs records that a feed missed:
    /// [`RECONCILE_EVERY`](crate::RECONCILE_EVERY) by default, `None` for never.
    #[must_use]
    pub fn reconcile_every(mut self, interval: Option<Duration>) -> Self {
        self.settings.reconcile_every = interval;
        self
    }

    /// Sets the interval at which a run reads a reference table (job types, campaigns and their categories, tag types, zones, business units,
    /// employees, technicians, cancel reasons, membership types): [`REFERENCE_TABLES_EVERY`](crate::REFERENCE_TABLES_EVERY) by default, zero
    /// for every run. A table is also read by the first run, before a reconciliation, in each run after a failed read, and at once when an
    /// opportunity names a row that the mirror lacks.
    #[must_use]
    pub fn reference_tables_every(mut self, interval: Duration) -> Self {
        self.settings.reference_tables_every = interval;
        self
    }

    /// Opens the connection only if nobody else opened it since an engine with these [epochs](Engine::epochs) did: opening fails with
    /// [`StoreError::Fenced`](crate::StoreError::Fenced) otherwise. For a host that closes idle engines, and would else take a connection back from a process that took it over
    /// meanwhile.
    #[must_use]
    pub fn continues(mut self, epochs: Vec<Epoch>) -> Self {
        self.continues = epochs;
        self
    }

    /// Returns a pusher, which stores events of Hatch in the outbox without opening the connection, for the engine of another process.
    pub fn pusher(&self) -> Pusher {
        Pusher::new(self.intake(Integrations::new(self.integrations.clone())))
    }

    /// Returns an explainer, which tells why opportunities are as they are without opening the connection, beside the engine of another process.
    pub fn explainer(&self) -> Explainer {
        let reads = Reads::new(Arc::clone(&self.store), self.connection.clone());
        let reader = Reader::new(Arc::clone(&self.source), self.cancellation.clone());
        Explainer::new(reads, reader, Integrations::new(self.integrations.clone()))
    }

    /// Fails as [`open`](Self::open) would because of the integrations, without a look at the store.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] without an integration, or with two of one name.
    pub fn check_configuration(&self) -> Result<(), SyncError> {
        check_names(&self.integrations)
    }

    /// Returns whether a run has read the feeds of the base records to their heads before: a connection of which it has not needs a backfill, which
    /// may take hours. Reads the store without opening the connection.
    ///
    /// # Errors
    ///
    /// [`SyncError::Store`] when the store fails.
    pub async fn was_synced(&self) -> Result<bool, SyncError> {
        let reads = Reads::new(Arc::clone(&self.store), self.connection.clone());
        for base in Integrations::new(self.integrations.clone()).base_resources() {
            if reads.value(&keys::head_read(base)).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Opens the connection in the store, for syncing and for pushing, and returns its engine.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] without an integration, or with two of one name; [`SyncError::Store`] when the store cannot be opened, or
    /// another process opens the connection at the same time.
    pub async fn open(self) -> Result<Engine, SyncError> {
        self.check().await?;
        let (mirror, outbox) = Mirror::open_all(Arc::clone(&self.store), self.connection.clone()).await?;
        self.assemble(mirror, outbox).await
    }

    /// Opens the connection for syncing only, and returns its engine, while another process writes the notes of Hatch's events
    /// ([`open_pushing`](Self::open_pushing)). Events that are pushed here wait for that process; the dead letters of events are its own.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_syncing(self) -> Result<Engine, SyncError> {
        self.check().await?;
        let outbox = Outbox::elsewhere(Arc::clone(&self.store), self.connection.clone());
        let mirror = Mirror::open(Arc::clone(&self.store), self.connection.clone()).await?;
        self.assemble(mirror, outbox).await
    }

    /// Opens the connection for pushing only, while another process syncs it ([`open_syncing`](Self::open_syncing)). An engine that was
    /// opened for both roles is fenced off by this.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_pushing(self) -> Result<PushEngine, SyncError> {
        check_names(&self.integrations)?;
        let intake = self.intake(Integrations::new(self.integrations.clone()));
        let outbox = Outbox::open(self.store, self.connection).await?;
        let dead_letter_after = self.dead_letter_notes_after;
        let push =
            Push::new(intake, outbox, self.renderer, dead_letter_after, self.clock_skew, self.cancellation);
        Ok(PushEngine::new(push))
    }

    /// Refuses what cannot work before an opening fences others off.
    async fn check(&self) -> Result<(), SyncError> {
        check_names(&self.integrations)?;
        for epoch in &self.continues {
            self.store.check_epoch(&self.connection, *epoch).await?;
        }
        warn_of_shared_accounts(&self.integrations);
        Ok(())
    }

    async fn assemble(self, mirror: Mirror, outbox: Outbox) -> Result<Engine, SyncError> {
        let integrations = Integrations::new(self.integrations.clone());
        let intake = self.intake(integrations.clone());
        let explainer = self.explainer();
        let EngineBuilder { source, clock, renderer, cancellation, settings, .. } = self;
        let progress = ProgressSender::default();
        let reader = Reader::new(Arc::clone(&source), cancellation.clone());

        // Of two that open at the same time, the older one stops here, before it reads anything.
        mirror.check_epoch().await?;
        let mirror = Arc::new(mirror);
        let ingest = Arc::new(Ingest::new(mirror.clone(), integrations.clone(), settings.reference_changes));
        let feeds = Arc::new(Feeds::new(
            mirror.clone(),
            ingest.clone(),
            reader.clone(),
            integrations.clone(),
            clock.clone(),
            progress.clone(),
            &settings,
        ));
        let hydrate =
            Hydrate::new(mirror.clone(), feeds.clone(), ingest.clone(), reader.clone(), clock.clone());
        let deliver = Arc::new(Deliver::new(
            mirror.clone(),
            hydrate,
            &integrations,
            clock.clone(),
            progress.clone(),
            cancellation.clone(),
        ));
        let dead_letter_after = self.dead_letter_notes_after;
        let clock_skew = self.clock_skew;
        let push = Arc::new(Push::new(
            intake,
            outbox,
            renderer,
            dead_letter_after,
            clock_skew,
            cancellation.clone(),
        ));
        #[cfg(feature = "servicetitan")]
        let webhooks = Webhooks::new(
            self.webhooks,
            source.clone(),
            mirror.clone(),
            integrations.clone(),
            feeds.clone(),
            ingest.clone(),
            deliver.clone(),
        );
        let stale = StaleMarker::new(mirror.clone(), integrations.clone(), cancellation.clone());
        let configuration = Configuration::new(mirror.clone(), integrations.clone(), feeds.clone(), stale);
        let pruner = Arc::new(Pruner::new(mirror.clone(), integrations.clone(), settings.retention));
        let reconciler = Reconciler::new(
            mirror.clone(),
            integrations.clone(),
            feeds.clone(),
            ingest,
            pruner.clone(),
            reader,
        );
        let upkeep = Upkeep::new(
            mirror.clone(),
            feeds.clone(),
            clock.clone(),
            reconciler,
            pruner,
            settings.reconcile_every,
            cancellation.clone(),
        );
        let eraser = Eraser::new(mirror.clone(), integrations.clone(), deliver.clone(), push.clone());
        let operations = Operations::new(
            mirror.clone(),
            integrations.clone(),
            deliver.clone(),
            push.clone(),
            clock.clone(),
        );
        Ok(Engine {
            source,
            clock,
            integrations,
            cancellation,
            progress,
            mirror,
            feeds,
            deliver,
            push,
            #[cfg(feature = "servicetitan")]
            webhooks,
            configuration,
            upkeep,
            eraser,
            operations,
            explainer,
        })
    }

    fn intake(&self, integrations: Integrations) -> Intake {
        Intake::new(
            self.connection.clone(),
            Arc::clone(&self.source),
            Arc::clone(&self.store),
            Arc::clone(&self.clock),
            integrations,
        )
    }
}

/// Fails without an integration, or with two of one name.
fn check_names(integrations: &[Integration]) -> Result<(), SyncError> {
    if integrations.is_empty() {
        return Err(SyncError::Configuration(
            "there is no integration: add one with `integration`".to_owned(),
        ));
    }
    let mut names = HashSet::new();
    for integration in integrations {
        if !names.insert(&integration.name) {
            let message =
                format!("two integrations are called {:?}: give each its own name", integration.name);
            return Err(SyncError::Configuration(message));
        }
    }
    Ok(())
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

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EngineBuilder")
            .field("connection", &self.connection)
            .field("integrations", &self.integrations)
            .finish_non_exhaustive()
    }
}

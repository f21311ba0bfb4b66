//! Building an engine.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hatch_mapping::{DefaultNoteRenderer, NoteRenderer};
#[cfg(feature = "servicetitan")]
use servicetitan_client::{TenantId, webhooks::WebhookVerifier};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::settings::{ReferenceChanges, Settings};
#[cfg(feature = "servicetitan")]
use super::webhook::Webhooks;
use super::{Engine, GIVE_UP_NOTES_AFTER, Pusher, feeds, push};
use crate::{Clock, Integration, Source, Store, SyncError, SystemClock};

/// How many progress steps wait for a slow listener before it loses the oldest.
const PROGRESS_BUFFER: usize = 1024;

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
    settings: Settings,
    #[cfg(feature = "servicetitan")]
    webhooks: Option<Webhooks>,
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
            give_up_notes_after: GIVE_UP_NOTES_AFTER,
            settings: Settings::default(),
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

    /// Stops the engine between two transactions once the token is cancelled. A read that is under way is given up, an upsert is not.
    #[must_use]
    pub fn cancellation(mut self, cancellation: CancellationToken) -> Self {
        self.cancellation = cancellation;
        self
    }

    /// Gives up a note at its first failure after so long: it is a dead letter then. One that nobody tried in that time, since the engine was
    /// down, is tried once.
    #[must_use]
    pub fn give_up_notes_after(mut self, age: Duration) -> Self {
        self.give_up_notes_after = age;
        self
    }

    /// Takes the webhooks of this tenant with [`Engine::on_webhook`] if they are signed with the verifier's keys. Those of other tenants are
    /// ignored, since an app may have one endpoint for all of them.
    #[cfg(feature = "servicetitan")]
    #[must_use]
    pub fn webhooks(mut self, verifier: WebhookVerifier, tenant: TenantId) -> Self {
        self.webhooks = Some(Webhooks::new(verifier, tenant));
        self
    }

    /// Says what a change of a reference table does to the opportunities that name its records; nothing by default.
    #[must_use]
    pub fn reference_changes(mut self, changes: ReferenceChanges) -> Self {
        self.settings.reference_changes = changes;
        self
    }

    /// Starts the feeds of children (contacts, appointments, assignments, estimates, invoices) so many days before those of the base records,
    /// which saves one read for each kind of child of a base record that was created in these days. Counts for feeds that were never read.
    #[must_use]
    pub fn children_start_earlier(mut self, days: u32) -> Self {
        self.settings.children_days_earlier = days;
        self
    }

    /// Takes finished base records that did not change for so long out of the mirror, with what only they needed. Their opportunities stay in
    /// the sink as they are, whatever changes around them, until the record itself changes. Without this they stay for ever.
    #[must_use]
    pub fn retention(mut self, unchanged_for: Duration) -> Self {
        self.settings.retention = Some(unchanged_for);
        self
    }

    /// Compares the mirror with ServiceTitan's lists so often ([`SWEEP_EVERY`](crate::SWEEP_EVERY) by default, `None` for never), and repairs
    /// what a feed missed.
    #[must_use]
    pub fn sweep_every(mut self, interval: Option<Duration>) -> Self {
        self.settings.sweep_every = interval;
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
    pub async fn open(mut self) -> Result<Engine, SyncError> {
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
        share_lanes(&mut self.integrations);
        let pulling =
            feeds::needed(&self.integrations).into_keys().map(|feed| (feed, tokio::sync::Mutex::default()));
        let pulling = pulling.collect();
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
            settings: self.settings,
            writing: tokio::sync::Mutex::default(),
            pulling,
            looks_asked_for: AtomicU64::default(),
            resolving: tokio::sync::Mutex::default(),
            forgotten: AtomicU64::default(),
            server_time: Mutex::default(),
            lanes: push::Lanes::default(),
            give_up_notes_after: self.give_up_notes_after,
            #[cfg(feature = "servicetitan")]
            webhooks: self.webhooks,
        })
    }
}

/// Integrations of one sink take turns.
fn share_lanes(integrations: &mut [Integration]) {
    let mut lanes = BTreeMap::new();
    for integration in integrations {
        let lane = lanes.entry(integration.sink.identity()).or_insert_with(|| Arc::clone(&integration.lane));
        integration.lane = Arc::clone(lane);
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

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EngineBuilder")
            .field("connection", &self.connection)
            .field("integrations", &self.integrations)
            .finish_non_exhaustive()
    }
}

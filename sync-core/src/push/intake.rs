//! The intake: events of Hatch into the outbox.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hatch_mapping::HatchEvent;

use super::outcome::{PushError, PushOutcome};
use super::state::{State, to_text};
use crate::integrations::Integrations;
use crate::{Clock, OutboxEvent, Source, SourceErrorKind, Store, StoreError, SyncError};

/// Time limit of the lookup of an event's base record, after which the event is stored undecided: the caller of a push waits for it.
const LOOKUP_PATIENCE: Duration = Duration::from_secs(10);

/// Stores events in a connection's outbox. Needs no epoch, so that any process can.
#[derive(Clone)]
pub(crate) struct Intake {
    pub(super) connection: String,
    pub(super) source: Arc<dyn Source>,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) integrations: Integrations,
}

/// An event, prepared for the outbox.
pub(super) enum Prepared {
    /// To be stored.
    Event { stored: OutboxEvent, state: State },
    /// Not to be stored, with the outcome.
    Nothing(PushOutcome),
}

impl Intake {
    pub(crate) fn new(
        connection: String,
        source: Arc<dyn Source>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        integrations: Integrations,
    ) -> Self {
        Intake { connection, source, store, clock, integrations }
    }

    /// Decides where the notes of an event go, if ServiceTitan tells in time.
    pub(super) async fn prepare(&self, event: HatchEvent) -> Result<Prepared, PushError> {
        if event.id.trim().is_empty() {
            return Err(PushError::NoId);
        }
        let integration = self
            .integrations
            .find(&event.integration)
            .ok_or_else(|| PushError::UnknownIntegration(event.integration.clone()))?;
        let targets = integration.push.targets(&event);
        if targets.is_empty() {
            return Ok(Prepared::Nothing(PushOutcome::NotConfigured));
        }
        // Before the lookup: a replay must neither cost a request nor fail since its record is gone.
        if self.store.event(&self.connection, &event.id).await?.is_some() {
            return Ok(Prepared::Nothing(PushOutcome::Replay));
        }
        let mut state = State::undecided(targets);
        let nowhere = || PushError::NoServiceTitanRecord(event.external_id.clone());
        let base_id = integration.mapper.base_id(&event.external_id).ok_or_else(nowhere)?;
        match tokio::time::timeout(
            LOOKUP_PATIENCE,
            self.find_places(integration, base_id, state.is_job_only()),
        )
        .await
        {
            Ok(Ok(Some(places))) => state.decide(&places),
            Ok(Ok(None)) => return Err(nowhere()),
            Ok(Err(SyncError::Source(error))) if error.kind == SourceErrorKind::NotFound => {
                return Err(nowhere());
            }
            Ok(Err(SyncError::Store(error))) => return Err(error.into()),
            // ServiceTitan cannot be reached: decided later.
            Ok(Err(error)) => {
                tracing::warn!(event = %event.id, %error, "the base record of an event could not be looked up");
            }
            Err(_) => {
                tracing::warn!(event = %event.id, "the lookup of an event's base record takes long");
            }
        }
        let stored = OutboxEvent {
            id: event.id.clone(),
            event: to_text(&event)?,
            state: to_text(&state)?,
            at: self.clock.now(),
        };
        Ok(Prepared::Event { stored, state })
    }

    /// Stores a prepared event. Returns `false` if an event with this ID was stored before.
    pub(super) async fn store(&self, event: OutboxEvent) -> Result<bool, StoreError> {
        self.store.add_event(&self.connection, event).await
    }

    /// Stores an event; its notes wait for the engine.
    pub(super) async fn accept(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        match self.prepare(event).await? {
            Prepared::Nothing(outcome) => Ok(outcome),
            Prepared::Event { stored, state } => {
                if self.store(stored).await? {
                    Ok(PushOutcome::Stored(state.report()))
                } else {
                    Ok(PushOutcome::Replay)
                }
            }
        }
    }
}

/// Stores events of Hatch in a connection's outbox, for the process that runs the connection's [`Engine`](crate::Engine) to write their notes:
/// a process that only receives Hatch's webhooks, for example.
///
/// Needs no opening of the connection, so that any number of pushers may run beside one engine. Built by
/// [`EngineBuilder::pusher`](crate::EngineBuilder::pusher) from the same configuration. The engine notices within a second what was pushed
/// elsewhere while it [runs](crate::Engine::run).
#[derive(Clone)]
pub struct Pusher(Intake);

impl Pusher {
    pub(crate) fn new(intake: Intake) -> Self {
        Pusher(intake)
    }

    /// Stores an event under its ID. Its notes wait for the engine; those that do not apply are reported as such.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn push(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        self.0.accept(event).await
    }
}

impl fmt::Debug for Pusher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pusher")
            .field("connection", &self.0.connection)
            .field("integrations", &self.0.integrations)
            .finish_non_exhaustive()
    }
}

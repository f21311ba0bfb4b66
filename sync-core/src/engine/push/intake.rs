//! Taking events into the outbox.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hatch_mapping::HatchEvent;

use super::state::{State, to_text};
use super::{PushError, PushOutcome};
use crate::{Clock, Integration, OutboxEvent, Source, SourceErrorKind, Store, SyncError};

/// How long ServiceTitan is asked for an event's record before the event is stored undecided: whoever pushes waits for that.
const LOOKUP_PATIENCE: Duration = Duration::from_secs(10);

/// What taking an event needs: no epoch, so that any process can.
pub(super) struct Intake<'a> {
    pub(super) connection: &'a str,
    pub(super) source: &'a dyn Source,
    pub(super) store: &'a dyn Store,
    pub(super) clock: &'a dyn Clock,
    pub(super) integrations: &'a [Integration],
}

/// What is to be done about an event.
pub(super) enum Prepared {
    /// It is to be stored.
    Event { stored: OutboxEvent, state: State },
    /// Nothing, and why.
    Nothing(PushOutcome),
}

impl Intake<'_> {
    /// Looks where the notes of an event go.
    pub(super) async fn prepare(&self, event: HatchEvent) -> Result<Prepared, PushError> {
        if event.id.trim().is_empty() {
            return Err(PushError::NoId);
        }
        let integration = self
            .integrations
            .iter()
            .find(|integration| integration.name() == event.integration)
            .ok_or_else(|| PushError::UnknownIntegration(event.integration.clone()))?;
        let targets = integration.push.targets(&event);
        if targets.is_empty() {
            return Ok(Prepared::Nothing(PushOutcome::NotConfigured));
        }
        // Before anybody is asked: a replay must not cost a request, nor fail since its record is gone.
        if self.store.event(self.connection, &event.id).await?.is_some() {
            return Ok(Prepared::Nothing(PushOutcome::Replay));
        }
        let mut state = State::undecided(targets);
        let nowhere = || PushError::NoServiceTitanRecord(event.external_id.clone());
        let base_id = integration.mapper.base_id(&event.external_id).ok_or_else(nowhere)?;
        match tokio::time::timeout(LOOKUP_PATIENCE, self.places(integration, base_id, state.is_job_only()))
            .await
        {
            Ok(Ok(Some(places))) => state.decide(&places),
            Ok(Ok(None)) => return Err(nowhere()),
            Ok(Err(SyncError::Source(error))) if error.kind == SourceErrorKind::NotFound => {
                return Err(nowhere());
            }
            Ok(Err(SyncError::Store(error))) => return Err(error.into()),
            // ServiceTitan cannot be asked: decided later.
            Ok(Err(error)) => {
                tracing::warn!(event = %event.id, %error, "an event's record could not be looked for");
            }
            Err(_) => {
                tracing::warn!(event = %event.id, "ServiceTitan takes long to say whether it has an event's record");
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

    /// Stores an event; its notes wait for the engine.
    pub(super) async fn take(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        match self.prepare(event).await? {
            Prepared::Nothing(outcome) => Ok(outcome),
            Prepared::Event { stored, state } => {
                if self.store.add_event(self.connection, stored).await? {
                    Ok(PushOutcome::Stored(state.report()))
                } else {
                    Ok(PushOutcome::Replay)
                }
            }
        }
    }
}

/// Takes events of Hatch into a connection's outbox, for whoever runs the connection's [`Engine`](crate::Engine) to write their notes:
/// a process that only receives webhooks, for example.
///
/// Needs no opening of the connection, so that any number of them may be beside one engine. Built by
/// [`EngineBuilder::pusher`](crate::EngineBuilder::pusher) from the same configuration. The engine notices within a second what was pushed
/// elsewhere while it [runs](crate::Engine::run).
#[derive(Clone)]
pub struct Pusher {
    pub(in crate::engine) connection: String,
    pub(in crate::engine) source: Arc<dyn Source>,
    pub(in crate::engine) store: Arc<dyn Store>,
    pub(in crate::engine) clock: Arc<dyn Clock>,
    pub(in crate::engine) integrations: Vec<Integration>,
}

impl Pusher {
    /// Stores an event under its ID. Its notes wait for the engine; those that do not apply are reported as such.
    ///
    /// # Errors
    ///
    /// [`PushError`]; nothing is stored then.
    pub async fn push(&self, event: HatchEvent) -> Result<PushOutcome, PushError> {
        let intake = Intake {
            connection: &self.connection,
            source: self.source.as_ref(),
            store: self.store.as_ref(),
            clock: self.clock.as_ref(),
            integrations: &self.integrations,
        };
        intake.take(event).await
    }
}

impl fmt::Debug for Pusher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pusher")
            .field("connection", &self.connection)
            .field("integrations", &self.integrations)
            .finish_non_exhaustive()
    }
}

//! Delivering: from dirty opportunities to upserts, in order where Hatch would mix them up.
//!
//! A batch of dirty opportunities ([`batch`]) is hydrated, mapped and compared with the last delivery ([`prepare`]); an opportunity whose
//! content changed is claimed, sent and settled ([`send`]), one after the other where they share a phone or an e-mail ([`contact_order`]). Standard
//! fields that the sink refuses are left out ([`left_out`]).

mod batch;
mod claims;
mod contact_order;
mod epoch_gate;
mod fingerprint;
mod left_out;
mod outgoing;
mod outlets;
mod prepare;
mod preview;
mod send;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use batch::DeliveredBatch;
pub(crate) use preview::{Preview, Previewer};

use self::outlets::{Outlets, SinkTurn};
use crate::hydrate::Hydrate;
use crate::integrations::Integrations;
use crate::mirror::{Mirror, keys};
use crate::progress::ProgressSender;
use crate::{Clock, Integration, Progress, StoreError, SyncError};

/// Delivers the dirty opportunities of a connection.
pub(crate) struct Deliver {
    mirror: Arc<Mirror>,
    hydrate: Hydrate,
    outlets: Outlets,
    clock: Arc<dyn Clock>,
    progress: ProgressSender,
    cancellation: CancellationToken,
}

impl Deliver {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        hydrate: Hydrate,
        integrations: &Integrations,
        clock: Arc<dyn Clock>,
        progress: ProgressSender,
        cancellation: CancellationToken,
    ) -> Self {
        Deliver { mirror, hydrate, outlets: Outlets::new(integrations), clock, progress, cancellation }
    }

    /// Whether an integration is paused.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration, [`SyncError::Store`] when the store fails.
    pub(crate) async fn is_paused(&self, integration: &str) -> Result<bool, SyncError> {
        let outlet = self.outlets.get(integration)?;
        Ok(self.has_pause(&outlet.integration).await?)
    }

    /// Waits until no opportunity is being sent to the sink of an integration. Until the guard is dropped, none is.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration.
    pub(crate) async fn hold_sink(&self, integration: &str) -> Result<SinkTurn<'_>, SyncError> {
        Ok(self.outlets.get(integration)?.turn().await)
    }

    /// Waits until no opportunity is being sent to any sink. Until the guards are dropped, none is.
    pub(crate) async fn hold_all_sinks(&self) -> Vec<SinkTurn<'_>> {
        self.outlets.all_turns().await
    }

    async fn has_pause(&self, integration: &Integration) -> Result<bool, StoreError> {
        Ok(self.mirror.value(&keys::paused(&integration.name)).await?.is_some())
    }

    fn is_stopped(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    fn announce_settled(&self, integration: &Integration, opportunities: u64) {
        if opportunities > 0 {
            self.progress
                .announce(Progress::Settled { integration: integration.name.clone(), opportunities });
        }
    }

    fn announce_delivered(&self, integration: &Integration, opportunities: u64) {
        if opportunities > 0 {
            self.progress
                .announce(Progress::Delivered { integration: integration.name.clone(), opportunities });
        }
    }
}

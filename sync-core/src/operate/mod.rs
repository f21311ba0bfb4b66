//! Operating: a connection's check and status, and the hand of its operators on it.

mod check;
mod dead_letters;
mod explain;
mod redelivery;
mod status;

use std::sync::Arc;

pub(crate) use check::check;
pub use check::{CheckReport, Finding, FindingStatus};
pub use explain::{Explainer, LastDelivery, NextDelivery, OpportunityExplanation, RecordState};
pub use redelivery::Redelivery;
pub use status::{ConnectionStatus, FeedStatus, IntegrationStatus, NarrowEndpoint};

use crate::deliver::Deliver;
use crate::integrations::Integrations;
use crate::mirror::{Mirror, keys, values};
use crate::push::Push;
use crate::{Change, Clock, SyncError};

/// The operations of an operator on a connection.
pub(crate) struct Operations {
    mirror: Arc<Mirror>,
    integrations: Integrations,
    deliver: Arc<Deliver>,
    push: Arc<Push>,
    clock: Arc<dyn Clock>,
}

impl Operations {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        integrations: Integrations,
        deliver: Arc<Deliver>,
        push: Arc<Push>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Operations { mirror, integrations, deliver, push, clock }
    }

    /// Stops the delivery of an integration until it is resumed.
    pub(crate) async fn pause(&self, integration: &str) -> Result<(), SyncError> {
        let key = keys::paused(&self.integrations.get(integration)?.name);
        Ok(self.mirror.commit(vec![values::set_time(key, self.clock.now())]).await?)
    }

    /// Lets the delivery of an integration go on.
    pub(crate) async fn resume(&self, integration: &str) -> Result<(), SyncError> {
        let key = keys::paused(&self.integrations.get(integration)?.name);
        Ok(self.mirror.commit(vec![Change::RemoveValue { key }]).await?)
    }
}

//! Erasing the events about a customer.

use std::collections::BTreeSet;

use hatch_mapping::HatchEvent;

use super::Push;
use super::outbox::integration_of;
use super::state::concerns_customer;
use crate::{MirrorRecord, OutboxEvent, SyncError};

/// Number of events that are read at a time.
const PAGE: usize = 500;

impl Push {
    /// Erases the events about these base records or these customers, those in the outbox and those among the dead letters. Returns how many.
    /// An event knows its customers by itself once its base record was looked up: the record may have been pruned since.
    ///
    /// Where the connection is open for syncing only, the role of pushing is taken over meanwhile: whoever writes notes elsewhere is fenced off, so
    /// that no state of an erased event is written after this.
    pub(crate) async fn erase_events(
        &self,
        records: &[MirrorRecord],
        customers: &BTreeSet<i64>,
    ) -> Result<u64, SyncError> {
        let _taken_over = self.outbox.take_over().await?;
        let mut erased = 0;
        let mut after = 0;
        loop {
            let page = self.outbox.waiting(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for stored in &page {
                erased += u64::from(self.erase_event_about(&stored.event, records, customers).await?);
            }
        }
        for letter in self.outbox.dead_letters().await? {
            let Some(id) = letter.event_id() else { continue };
            if let Some(stored) = self.outbox.event(id).await? {
                erased += u64::from(self.erase_event_about(&stored.event, records, customers).await?);
            }
        }
        Ok(erased)
    }

    async fn erase_event_about(
        &self,
        stored: &OutboxEvent,
        records: &[MirrorRecord],
        customers: &BTreeSet<i64>,
    ) -> Result<bool, SyncError> {
        if !concerns_customer(stored, customers) && !self.is_about(stored, records) {
            return Ok(false);
        }
        self.erase_event(&integration_of(&stored.event), &stored.id).await
    }

    /// Whether an event is about one of these base records.
    fn is_about(&self, stored: &OutboxEvent, records: &[MirrorRecord]) -> bool {
        let Ok(event) = serde_json::from_str::<HatchEvent>(&stored.event) else { return false };
        let Some(integration) = self.integration(&event.integration) else { return false };
        let id = integration.mapper.base_id(&event.external_id);
        records.iter().any(|record| record.resource == integration.base() && Some(record.id) == id)
    }
}

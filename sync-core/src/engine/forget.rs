//! Forgetting a customer.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use hatch_mapping::HatchEvent;

use super::{Engine, push};
use crate::{Change, MirrorRecord, OutboxEvent, Resource, SyncError};

/// How many events are read at a time.
const PAGE: usize = 500;

/// What [`Engine::forget`] took out of the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForgetReport {
    /// Customers: the one asked for, and those that were merged with it.
    pub customers: u64,
    /// Their jobs and memberships.
    pub base_records: u64,
    /// Events of Hatch about them, with their messages.
    pub events: u64,
}

impl Engine {
    /// Forgets a customer, those merged with it, and everything of their jobs and memberships: records, contacts, fingerprints, what waits,
    /// dead letters, and the messages of events. What Hatch and ServiceTitan have stays there; what ServiceTitan still has comes back when it
    /// changes, so the customer is to be removed there first.
    ///
    /// # Errors
    ///
    /// When the store fails; call it again then.
    pub async fn forget(&self, customer: i64) -> Result<ForgetReport, SyncError> {
        // Nothing of the customer may be on its way meanwhile, or it would be noted again.
        let mut lanes = Vec::new();
        let mut seen = BTreeSet::new();
        for integration in &self.integrations {
            if seen.insert(integration.sink.identity()) {
                lanes.push(integration.lane.lock().await);
            }
        }
        let _one_at_a_time = self.writing.lock().await;
        let customers = self.merged_with(customer).await?;
        let ids: Vec<i64> = customers.iter().copied().collect();
        let mut report = ForgetReport { customers: ids.len() as u64, ..ForgetReport::default() };
        let mut changes = Vec::new();
        let mut forgotten = Vec::new();
        for base in [Resource::Jobs, Resource::Memberships] {
            let records = self.store.linked(&self.connection, base, Resource::Customers, &ids).await?;
            report.base_records += records.len() as u64;
            changes.extend(self.removal(base, &records).await?);
            for children in
                [Resource::JobCanceledLogs, Resource::RecurringServices, Resource::RecurringServiceEvents]
            {
                for record in &records {
                    changes.extend(self.removal_of_children(children, base, record.id).await?);
                }
            }
            forgotten.extend(records);
        }
        // After what refers to the records: a crash in between is repaired by asking again.
        report.events = self.forget_events(&forgotten, &customers).await?;
        changes.extend(self.removal_of_opportunities(&forgotten));
        let locations =
            self.store.linked(&self.connection, Resource::Locations, Resource::Customers, &ids).await?;
        for location in locations {
            changes.extend(
                self.removal_of_children(Resource::LocationContacts, Resource::Locations, location.id)
                    .await?,
            );
            changes.push(Change::RemoveRecord { resource: Resource::Locations, id: location.id });
        }
        for id in &ids {
            changes.extend(
                self.removal_of_children(Resource::CustomerContacts, Resource::Customers, *id).await?,
            );
            changes.push(Change::RemoveRecord { resource: Resource::Customers, id: *id });
        }
        self.commit(changes).await?;
        // What was read before is not taken in any more.
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        Ok(report)
    }

    /// The customer, those that were merged into it, and those that it was merged into.
    async fn merged_with(&self, customer: i64) -> Result<BTreeSet<i64>, SyncError> {
        let mut all = BTreeSet::from([customer]);
        let mut next = vec![customer];
        while !next.is_empty() {
            let into = self.store.records(&self.connection, Resource::Customers, &next).await?;
            let from =
                self.store.linked(&self.connection, Resource::Customers, Resource::Customers, &next).await?;
            let survivors = into.iter().filter_map(|record| record.linked_to(Resource::Customers));
            next = survivors.chain(from.iter().map(|record| record.id)).collect();
            next.retain(|id| all.insert(*id));
        }
        Ok(all)
    }

    fn removal_of_opportunities(&self, records: &[MirrorRecord]) -> Vec<Change> {
        let mut changes = Vec::new();
        for integration in &self.integrations {
            for record in records.iter().filter(|record| record.resource == integration.base()) {
                let subject = integration.subject(record.id);
                changes.push(Change::RemoveDeadLetter { integration: integration.name.clone(), subject });
                changes
                    .push(Change::RemoveOpportunity { integration: integration.name.clone(), id: record.id });
            }
        }
        changes
    }

    /// Forgets the events about these base records or about these customers, of whom an event knows by itself once its record was read: that
    /// may have left the mirror since. Those in the outbox, and those that were given up.
    async fn forget_events(
        &self,
        records: &[MirrorRecord],
        customers: &BTreeSet<i64>,
    ) -> Result<u64, SyncError> {
        let mut forgotten = 0;
        let mut after = 0;
        loop {
            let page = self.store.outbox(&self.connection, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for stored in &page {
                forgotten += u64::from(self.forget_event_about(&stored.event, records, customers).await?);
            }
        }
        for letter in self.store.dead_letters(&self.connection).await? {
            let Some(id) = push::event_of(&letter) else { continue };
            if let Some(stored) = self.store.event(&self.connection, id).await? {
                forgotten += u64::from(self.forget_event_about(&stored.event, records, customers).await?);
            }
        }
        Ok(forgotten)
    }

    async fn forget_event_about(
        &self,
        stored: &OutboxEvent,
        records: &[MirrorRecord],
        customers: &BTreeSet<i64>,
    ) -> Result<bool, SyncError> {
        if !push::concerns_customer(stored, customers) && !self.is_about(stored, records) {
            return Ok(false);
        }
        self.forget_event(&push::integration_of(&stored.event), &stored.id).await
    }

    /// Whether an event is about one of these base records.
    fn is_about(&self, stored: &OutboxEvent, records: &[MirrorRecord]) -> bool {
        let Ok(event) = serde_json::from_str::<HatchEvent>(&stored.event) else { return false };
        let Some(integration) = self.integration(&event.integration) else { return false };
        let id = integration.mapper.base_id(&event.external_id);
        records.iter().any(|record| record.resource == integration.base() && Some(record.id) == id)
    }
}

//! Erasing a customer.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::removal::{removal, removal_of_children};
use crate::deliver::Deliver;
use crate::integrations::Integrations;
use crate::mirror::Mirror;
use crate::push::{Push, removal_of_history};
use crate::{Change, MirrorRecord, Resource, SyncError};

/// The outcome of [`Engine::erase`](crate::Engine::erase).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EraseReport {
    /// Number of erased customers: the one asked for, and those that were merged with it.
    pub customers: u64,
    /// Number of their jobs and memberships.
    pub base_records: u64,
    /// Number of events of Hatch about them, erased with their messages.
    pub events: u64,
}

/// Erases customers from the store.
pub(crate) struct Eraser {
    mirror: Arc<Mirror>,
    integrations: Integrations,
    deliver: Arc<Deliver>,
    push: Arc<Push>,
}

impl Eraser {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        integrations: Integrations,
        deliver: Arc<Deliver>,
        push: Arc<Push>,
    ) -> Self {
        Eraser { mirror, integrations, deliver, push }
    }

    /// Erases a customer, those merged with it, and everything of their jobs and memberships.
    pub(crate) async fn erase(&self, customer: i64) -> Result<EraseReport, SyncError> {
        // An opportunity of the customer that is being sent would be settled, and so noted, after the erasure.
        let _sinks = self.deliver.hold_all_sinks().await;
        let lock = self.mirror.lock().await;
        let customers = self.merged_with(customer).await?;
        let ids: Vec<i64> = customers.iter().copied().collect();
        let mut report = EraseReport { customers: ids.len() as u64, ..EraseReport::default() };
        let mut changes = Vec::new();
        let mut erased = Vec::new();
        for base in [Resource::Jobs, Resource::Memberships] {
            let records = self.mirror.linked(base, Resource::Customers, &ids).await?;
            report.base_records += records.len() as u64;
            changes.extend(removal(&self.mirror, base, &records).await?);
            for children in
                [Resource::JobCanceledLogs, Resource::RecurringServices, Resource::RecurringServiceEvents]
            {
                for record in &records {
                    changes.extend(removal_of_children(&self.mirror, children, base, record.id).await?);
                }
            }
            erased.extend(records);
        }
        // The events that refer to the records go first: a crash in between is repaired by asking again.
        report.events = self.push.erase_events(&erased, &customers).await?;
        // No event of theirs is left to be finished.
        changes.extend(removal_of_history(&self.mirror, &self.integrations, &erased).await?);
        changes.extend(self.removal_of_opportunities(&erased));
        let locations = self.mirror.linked_ids(Resource::Locations, Resource::Customers, &ids).await?;
        for (owner, contacts, ids) in [
            (Resource::Locations, Resource::LocationContacts, locations),
            (Resource::Customers, Resource::CustomerContacts, ids),
        ] {
            for id in ids {
                changes.extend(removal_of_children(&self.mirror, contacts, owner, id).await?);
                changes.push(Change::RemoveRecord { resource: owner, id, owner: 0 });
            }
        }
        lock.commit_erasure(changes).await?;
        Ok(report)
    }

    /// The customer, those that were merged into it, and those that it was merged into.
    async fn merged_with(&self, customer: i64) -> Result<BTreeSet<i64>, SyncError> {
        let mut all = BTreeSet::from([customer]);
        let mut next = vec![customer];
        while !next.is_empty() {
            let into = self.mirror.records(Resource::Customers, &next).await?;
            let from = self.mirror.linked_ids(Resource::Customers, Resource::Customers, &next).await?;
            let survivors = into.iter().filter_map(|record| record.linked_to(Resource::Customers));
            next = survivors.chain(from).collect();
            next.retain(|id| all.insert(*id));
        }
        Ok(all)
    }

    fn removal_of_opportunities(&self, records: &[MirrorRecord]) -> Vec<Change> {
        let mut changes = Vec::new();
        for integration in self.integrations.iter() {
            for record in records.iter().filter(|record| record.resource == integration.base()) {
                let subject = integration.subject(record.id);
                changes.push(Change::RemoveDeadLetter { integration: integration.name.clone(), subject });
                changes
                    .push(Change::RemoveOpportunity { integration: integration.name.clone(), id: record.id });
            }
        }
        changes
    }
}

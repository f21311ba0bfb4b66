//! The ServiceTitan record that an event is about, and from it the records that get notes.

use std::collections::BTreeSet;

use hatch_mapping::{NoteTarget, OpportunityModel};

use super::intake::Intake;
use crate::engine::join::Base;
use crate::{Integration, Priority, Resource, SyncError};

/// The records that an event's notes can go to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Places {
    job: Option<i64>,
    /// The customer whom the base record names.
    named_customer: Option<i64>,
    /// The one whom that was merged into.
    customer: Option<i64>,
    location: Option<i64>,
}

impl Places {
    pub(super) fn of(&self, target: NoteTarget) -> Option<i64> {
        let id = match target {
            NoteTarget::Job => self.job,
            NoteTarget::Customer => self.customer,
            NoteTarget::Location => self.location,
        };
        // 0 stands for "none" in some of ServiceTitan's ID fields.
        id.filter(|id| *id != 0)
    }

    /// Whose opportunity it is, under every ID that is known.
    pub(super) fn customers(&self) -> impl Iterator<Item = i64> {
        [self.named_customer, self.customer].into_iter().flatten().filter(|id| *id != 0)
    }
}

impl Intake<'_> {
    /// Where the notes of an opportunity go: by what was delivered, by the mirror, and at last by asking ServiceTitan. `None` if it has
    /// no such record. `job_only` says that only the job is wanted.
    pub(super) async fn places(
        &self,
        integration: &Integration,
        base_id: i64,
        job_only: bool,
    ) -> Result<Option<Places>, SyncError> {
        let resource = integration.base();
        let kept = self.store.records(self.connection, resource, &[base_id]).await?;
        if let Some(base) = kept.first().and_then(Base::read) {
            return Ok(Some(self.places_of(&base).await?));
        }
        // An opportunity that was delivered has a record, also where the mirror has forgotten it. Its ID is all that a note on a job needs.
        if job_only && integration.model() == OpportunityModel::Job {
            let delivered = self.store.delivered(self.connection, integration.name(), &[base_id]).await?;
            if !delivered.is_empty() {
                return Ok(Some(Places { job: Some(base_id), ..Places::default() }));
            }
        }
        // Not put into the mirror: a base record enters through its own feed, or a webhook.
        let read = self.source.read_by_ids(resource, &[base_id], Priority::Interactive).await?;
        match read.records.iter().find(|record| record.id == base_id).and_then(Base::read) {
            Some(base) => Ok(Some(self.places_of(&base).await?)),
            None => Ok(None),
        }
    }

    async fn places_of(&self, base: &Base) -> Result<Places, SyncError> {
        let job = match base {
            Base::Job(job) => Some(job.id.get()),
            Base::Membership(_) => None,
        };
        let named_customer = base.customer_id();
        let customer = match named_customer {
            Some(id) => Some(self.survivor(id).await?),
            None => None,
        };
        Ok(Places { job, named_customer, customer, location: base.location_id() })
    }

    /// The customer, or the one that it was merged into at last, as far as the mirror knows: nobody looks at a merged customer any more.
    async fn survivor(&self, customer: i64) -> Result<i64, SyncError> {
        let mut survivor = customer;
        let mut seen = BTreeSet::new();
        while seen.insert(survivor) {
            let kept = self.store.records(self.connection, Resource::Customers, &[survivor]).await?;
            match kept.first().and_then(|customer| customer.linked_to(Resource::Customers)) {
                Some(next) => survivor = next,
                None => break,
            }
        }
        Ok(survivor)
    }
}

//! The lookup of an event's base record, and from it the records that get notes.

use std::collections::BTreeSet;

use hatch_mapping::OpportunityModel;

use super::intake::Intake;
use super::places::Places;
use crate::base::Base;
use crate::{Integration, Priority, Resource, SyncError};

impl Intake {
    /// Finds the records that notes of an opportunity go to: by the mirror, by the last delivery, and at last by a lookup in ServiceTitan.
    /// `None` if ServiceTitan has no base record for it. `job_only` says that only the job is wanted.
    pub(super) async fn find_places(
        &self,
        integration: &Integration,
        base_id: i64,
        job_only: bool,
    ) -> Result<Option<Places>, SyncError> {
        let resource = integration.base();
        let kept = self.store.records(&self.connection, resource, &[base_id]).await?;
        if let Some(base) = kept.first().and_then(Base::read) {
            return Ok(Some(self.places_of(&base).await?));
        }
        // A delivered opportunity has a base record, also where the mirror has pruned it. A note on a job needs only its ID.
        if job_only && integration.model() == OpportunityModel::Job {
            let delivered = self.store.delivered(&self.connection, integration.name(), &[base_id]).await?;
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
            Some(id) => Some(self.find_survivor(id).await?),
            None => None,
        };
        Ok(Places { job, named_customer, customer, location: base.location_id() })
    }

    /// The customer, or the one that it was merged into at last, as far as the mirror knows: nobody reads notes on a merged customer.
    async fn find_survivor(&self, customer: i64) -> Result<i64, SyncError> {
        let mut survivor = customer;
        let mut seen = BTreeSet::new();
        while seen.insert(survivor) {
            let kept = self.store.records(&self.connection, Resource::Customers, &[survivor]).await?;
            match kept.first().and_then(|customer| customer.linked_to(Resource::Customers)) {
                Some(next) => survivor = next,
                None => break,
            }
        }
        Ok(survivor)
    }
}

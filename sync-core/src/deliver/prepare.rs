//! Preparing a batch: hydrated, mapped, compared with the last delivery.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Deliver;
use super::fingerprint::{contact_fingerprint, contact_keys, fingerprint};
use super::left_out::is_of;
use super::outgoing::{Outgoing, Pass};
use super::outlets::Outlet;
use crate::base::Base;
use crate::{Change, Delivered, Dirty, Integration, Priority, StoreError, SyncError};

/// The status of an opportunity whose base record is gone.
pub(super) const DELETED: &str = "deleted";

/// Number of warnings that a report keeps.
const WARNINGS: usize = 100;

impl Deliver {
    /// Maps a batch, settles the opportunities that need not be sent, and returns the others.
    pub(super) async fn prepare(
        &self,
        outlet: &Outlet,
        dirty: &[Dirty],
        priority: Priority,
        pass: &mut Pass,
    ) -> Result<Vec<Outgoing>, SyncError> {
        let integration = &outlet.integration;
        let ids: Vec<i64> = dirty.iter().map(|dirty| dirty.id).collect();
        let records = self.mirror.records(integration.base(), &ids).await?;
        let mut delivered = self.last_deliveries(integration, &ids).await?;
        let bases: BTreeMap<i64, Base> = records
            .iter()
            .filter_map(|record| Some((record.id, Base::read(record)?)))
            .filter(|(id, base)| !base.is_inactive() || delivers_deletion(integration, delivered.get(id)))
            .collect();
        let hydrated = self.hydrate.hydrate(integration, &bases, priority).await?;
        let room = WARNINGS.saturating_sub(pass.report.warnings.len());
        pass.report.warnings.extend(hydrated.warnings.into_iter().take(room));

        let identity = integration.sink.identity();
        let selection = &integration.mapper.config().selection;
        let mut unsent = Vec::new();
        let mut outgoing = Vec::new();
        for dirty in dirty {
            let before = delivered.remove(&dirty.id);
            let Some(base) = bases.get(&dirty.id) else {
                pass.report.inactive += 1;
                unsent.push((*dirty, before));
                continue;
            };
            let mapped = tracing::trace_span!("map")
                .in_scope(|| integration.mapper.map(&hydrated.batch.join(dirty.id, base, selection)));
            mapped.warnings.iter().for_each(|warning| pass.report.count_warning(*warning));
            let mut opportunity = mapped.opportunity;
            if base.is_inactive() {
                opportunity.status = Some(DELETED.to_owned());
            }
            if opportunity.phone_number.is_none() && opportunity.email.is_none() {
                pass.report.no_contact_key += 1;
                pass.report.fallback_would_help += u64::from(mapped.contact_key.fallback_would_help());
                unsent.push((*dirty, before));
                continue;
            }
            let fingerprint = fingerprint(&opportunity, &identity);
            if before.as_ref().is_some_and(|before| is_of(before, &fingerprint)) {
                pass.report.unchanged += 1;
                unsent.push((*dirty, before));
                continue;
            }
            let contact = contact_fingerprint(&opportunity);
            let left_out = Vec::new();
            outgoing.push(Outgoing { dirty: *dirty, opportunity, fingerprint, left_out, contact, before });
        }
        self.settle_unsent(outlet, unsent).await?;
        Ok(outgoing)
    }

    /// The contact keys of the opportunities that are dirty up to a place: earlier batches could not deliver them.
    pub(super) async fn blocked_before(
        &self,
        outlet: &Outlet,
        place: u64,
        batch: usize,
    ) -> Result<HashSet<String>, SyncError> {
        let mut blocked = HashSet::new();
        let mut after = Some(0).filter(|_| place > 0);
        while let Some(from) = after {
            let mut dirty = self.mirror.dirty(&outlet.integration.name, from, batch).await?;
            dirty.retain(|dirty| dirty.place <= place);
            after = dirty.last().map(|dirty| dirty.place).filter(|_| dirty.len() == batch);
            if !dirty.is_empty() {
                let _turn = self.hydrate.lookup_turn().await;
                let mut uncounted = Pass::default();
                let waiting = self.prepare(outlet, &dirty, Priority::Incremental, &mut uncounted).await?;
                blocked.extend(waiting.iter().flat_map(|it| contact_keys(&it.opportunity)));
            }
        }
        Ok(blocked)
    }

    /// Settles opportunities that need not be sent. A dead letter about an earlier, refused version goes.
    async fn settle_unsent(
        &self,
        outlet: &Outlet,
        mut unsent: Vec<(Dirty, Option<Delivered>)>,
    ) -> Result<(), StoreError> {
        if unsent.is_empty() {
            return Ok(());
        }
        let integration = &outlet.integration;
        // An opportunity that another pass is sending, or has sent with an unknown outcome, is settled by that pass or by its next mark.
        let _turn = outlet.turn().await;
        let ids: Vec<i64> = unsent.iter().map(|(dirty, _)| dirty.id).collect();
        let delivered = self.last_deliveries(integration, &ids).await?;
        unsent.retain(|(dirty, before)| delivered.get(&dirty.id) == before.as_ref());
        let count = unsent.len() as u64;
        let mut changes = Vec::new();
        for (dirty, before) in unsent {
            if before.is_some_and(|before| before.fingerprint.is_none()) {
                let subject = integration.subject(dirty.id);
                changes.push(Change::RemoveDeadLetter { integration: integration.name.clone(), subject });
            }
            changes.push(Change::ClearDirty { integration: integration.name.clone(), dirty });
        }
        self.mirror.commit(changes).await?;
        self.announce_settled(integration, count);
        Ok(())
    }

    /// The last deliveries of these opportunities, by ID.
    pub(super) async fn last_deliveries(
        &self,
        integration: &Integration,
        ids: &[i64],
    ) -> Result<HashMap<i64, Delivered>, StoreError> {
        let delivered = self.mirror.delivered(&integration.name, ids).await?;
        Ok(delivered.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Whether the opportunity of an inactive base record is delivered once more, as deleted. One that Hatch never had is not created to be
/// deleted.
pub(super) fn delivers_deletion(integration: &Integration, before: Option<&Delivered>) -> bool {
    integration.delivers_deletions && before.is_some()
}

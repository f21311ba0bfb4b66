//! Mapping what waits, and delivering what changed.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Engine;
use super::fingerprint::{contact_fingerprint, contact_keys, fingerprint};
use super::join::Base;
use super::resolve::Resolver;
use super::send::Outgoing;
use crate::{
    Change, Delivered, Dirty, Integration, IntegrationReport, Priority, Progress, StoreError, SyncError,
};

/// How many opportunities are looked at together: enough to fill batch lookups of 50, few enough for flat memory.
const BATCH: usize = 1000;

/// What Hatch shows of an opportunity whose base record is no more.
const DELETED: &str = "deleted";

/// How many warnings a report has.
const WARNINGS: usize = 100;

/// One way through what waits in an integration.
#[derive(Default)]
pub(super) struct Pass {
    pub(super) report: IntegrationReport,
    /// What Hatch matches those by that could not be delivered: others of the same contact must not overtake them.
    pub(super) blocked: HashSet<String>,
    pub(super) failures_in_a_row: u32,
    /// The sink takes nothing now.
    pub(super) stopped: bool,
}

/// What a [delivered batch](Engine::deliver_batch) did.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct DeliveredBatch {
    /// The counts.
    pub report: IntegrationReport,
    /// Where the next batch starts; `None` when nothing waits behind this one, or the sink takes nothing now.
    pub next: Option<u64>,
}

impl Engine {
    /// One step of a sync: looks at up to 1,000 opportunities of an integration that wait behind a place (0: from the first), reads what they
    /// need, maps them, and delivers those whose content changed. Repeating it does no harm: what was taken does not wait any more. What
    /// waits before the place was not taken by the sink: others of the same contact do not overtake it. The first batch also marks what a changed
    /// configuration or reference table makes worth another look.
    ///
    /// # Errors
    ///
    /// [`SyncError::Source`] when something cannot be read that cannot be done without, [`SyncError::Store`] when the store fails,
    /// [`SyncError::Configuration`] if there is no such integration. Nothing is half-written, and what was not delivered waits.
    pub async fn deliver_batch(&self, integration: &str, after: u64) -> Result<DeliveredBatch, SyncError> {
        let integration = self.known_integration(integration)?;
        let mut pass = Pass::default();
        if self.is_paused(&integration.name).await? {
            pass.report.paused = true;
            return Ok(DeliveredBatch { report: pass.report, next: None });
        }
        if after == 0 {
            // There may be no run that does it.
            self.notice_configuration().await?;
            self.mark_what_needs_another_look().await?;
        }
        pass.blocked = self.blocked_before(integration, after).await?;
        let next = self.deliver_behind(integration, after, Priority::Incremental, &mut pass).await?;
        let next = next.filter(|_| !pass.stopped && !self.cancelled());
        Ok(DeliveredBatch { report: pass.report, next })
    }

    /// What Hatch matches those by that wait up to a place: batches before could not deliver them.
    async fn blocked_before(
        &self,
        integration: &Integration,
        place: u64,
    ) -> Result<HashSet<String>, SyncError> {
        let mut blocked = HashSet::new();
        let mut after = Some(0).filter(|_| place > 0);
        while let Some(from) = after {
            let mut dirty = self.store.dirty(&self.connection, &integration.name, from, BATCH).await?;
            dirty.retain(|dirty| dirty.place <= place);
            after = dirty.last().map(|dirty| dirty.place).filter(|_| dirty.len() == BATCH);
            if !dirty.is_empty() {
                let _one_at_a_time = self.resolving.lock().await;
                let mut uncounted = Pass::default();
                let waiting =
                    self.prepare(integration, &dirty, Priority::Incremental, &mut uncounted).await?;
                blocked.extend(waiting.iter().flat_map(|it| contact_keys(&it.opportunity)));
            }
        }
        Ok(blocked)
    }

    /// Delivers everything that waits in an integration. `blocked` names contacts that must not be written to in this run.
    pub(super) async fn deliver(
        &self,
        integration: &Integration,
        blocked: &mut HashSet<String>,
    ) -> Result<IntegrationReport, SyncError> {
        let mut pass = Pass { blocked: std::mem::take(blocked), ..Pass::default() };
        let waiting = self.store.dirty_count(&self.connection, &integration.name).await?;
        self.announce(Progress::Waiting { integration: integration.name.clone(), opportunities: waiting });
        let priority = if waiting > BATCH as u64 { Priority::Backfill } else { Priority::Incremental };
        pass.report.paused = self.is_paused(&integration.name).await?;
        let mut after = Some(0).filter(|_| !pass.report.paused);
        while let Some(place) = after
            && !pass.stopped
            && !self.cancelled()
        {
            after = match self.deliver_behind(integration, place, priority, &mut pass).await {
                Ok(next) => next,
                Err(SyncError::Cancelled) => None,
                Err(SyncError::Source(error)) => {
                    pass.report.error = Some(error.to_string());
                    None
                }
                Err(error) => return Err(error),
            };
        }
        pass.report.waiting = self.store.dirty_count(&self.connection, &integration.name).await?;
        *blocked = pass.blocked;
        Ok(pass.report)
    }

    /// Delivers those of these opportunities that wait, ahead of the others and at most one commit's worth of upserts later.
    ///
    /// # Errors
    ///
    /// As [`deliver_batch`](Self::deliver_batch).
    pub async fn deliver_now(&self, integration: &str, ids: &[i64]) -> Result<IntegrationReport, SyncError> {
        let integration = self.known_integration(integration)?;
        let mut pass = Pass::default();
        pass.report.paused = self.is_paused(&integration.name).await?;
        if !pass.report.paused {
            let mut dirty = self.store.dirty_among(&self.connection, &integration.name, ids).await?;
            dirty.sort_by_key(|dirty| dirty.place);
            let outgoing = self.prepare(integration, &dirty, Priority::Interactive, &mut pass).await?;
            self.send(integration, outgoing, &mut pass).await?;
        }
        pass.report.waiting =
            self.store.dirty_among(&self.connection, &integration.name, ids).await?.len() as u64;
        Ok(pass.report)
    }

    /// Looks at one batch behind a place. Answers where the next one starts.
    async fn deliver_behind(
        &self,
        integration: &Integration,
        place: u64,
        priority: Priority,
        pass: &mut Pass,
    ) -> Result<Option<u64>, SyncError> {
        let dirty = self.store.dirty(&self.connection, &integration.name, place, BATCH).await?;
        let Some(last) = dirty.last().map(|dirty| dirty.place) else { return Ok(None) };
        let outgoing = {
            // Two integrations that need the same records must not both ask for them.
            let _one_at_a_time = self.resolving.lock().await;
            self.prepare(integration, &dirty, priority, pass).await?
        };
        self.send(integration, outgoing, pass).await?;
        Ok(Some(last).filter(|_| dirty.len() == BATCH))
    }

    /// Maps a batch, settles what need not be sent, and returns the rest.
    async fn prepare(
        &self,
        integration: &Integration,
        dirty: &[Dirty],
        priority: Priority,
        pass: &mut Pass,
    ) -> Result<Vec<Outgoing>, SyncError> {
        let ids: Vec<i64> = dirty.iter().map(|dirty| dirty.id).collect();
        let records = self.store.records(&self.connection, integration.base(), &ids).await?;
        let mut delivered = self.delivered(integration, &ids).await?;
        let bases: BTreeMap<i64, Base> = records
            .iter()
            .filter_map(|record| Some((record.id, Base::read(record)?)))
            .filter(|(id, base)| !base.is_inactive() || self.tells_deletion(integration, delivered.get(id)))
            .collect();
        let mut resolver = Resolver::new(self, priority);
        let batch = resolver.gather(integration, &bases).await?;
        let room = WARNINGS.saturating_sub(pass.report.warnings.len());
        pass.report.warnings.extend(resolver.warnings.into_iter().take(room));

        let identity = integration.sink.identity();
        let mut settled = Vec::new();
        let mut outgoing = Vec::new();
        for dirty in dirty {
            let before = delivered.remove(&dirty.id);
            let Some(base) = bases.get(&dirty.id) else {
                pass.report.inactive += 1;
                settled.push((*dirty, before));
                continue;
            };
            let mapped =
                integration.mapper.map(&batch.join(dirty.id, base, &integration.mapper.config().selection));
            for warning in &mapped.warnings {
                *pass.report.missing.entry(warning.to_string()).or_default() += 1;
            }
            let mut opportunity = mapped.opportunity;
            if base.is_inactive() {
                opportunity.status = Some(DELETED.to_owned());
            }
            if opportunity.phone_number.is_none() && opportunity.email.is_none() {
                pass.report.no_contact_key += 1;
                settled.push((*dirty, before));
                continue;
            }
            let fingerprint = fingerprint(&opportunity, &identity);
            if before.as_ref().is_some_and(|before| before.fingerprint.as_ref() == Some(&fingerprint)) {
                pass.report.unchanged += 1;
                settled.push((*dirty, before));
                continue;
            }
            let contact = contact_fingerprint(&opportunity);
            outgoing.push(Outgoing { dirty: *dirty, opportunity, fingerprint, contact, before });
        }
        self.clear(integration, settled).await?;
        Ok(outgoing)
    }

    /// Whether an inactive record's opportunity is delivered once more. One that Hatch never had is not made to be deleted.
    fn tells_deletion(&self, integration: &Integration, before: Option<&Delivered>) -> bool {
        integration.tells_deletions && before.is_some()
    }

    /// Takes out of those that wait what need not be sent. What was refused before and need not be sent any more is no dead letter.
    async fn clear(
        &self,
        integration: &Integration,
        mut settled: Vec<(Dirty, Option<Delivered>)>,
    ) -> Result<(), StoreError> {
        if settled.is_empty() {
            return Ok(());
        }
        // What another pass is sending, or has sent to an end that nobody saw, is for its mark to settle.
        let _lane = integration.lane.lock().await;
        let ids: Vec<i64> = settled.iter().map(|(dirty, _)| dirty.id).collect();
        let delivered = self.delivered(integration, &ids).await?;
        settled.retain(|(dirty, before)| delivered.get(&dirty.id) == before.as_ref());
        let count = settled.len() as u64;
        let mut changes = Vec::new();
        for (dirty, before) in settled {
            if before.is_some_and(|before| before.fingerprint.is_none()) {
                let subject = integration.subject(dirty.id);
                changes.push(Change::RemoveDeadLetter { integration: integration.name.clone(), subject });
            }
            changes.push(Change::ClearDirty { integration: integration.name.clone(), dirty });
        }
        self.commit(changes).await?;
        self.announce_settled(integration, count);
        Ok(())
    }

    /// What was noted last about the delivery of these opportunities, by ID.
    pub(super) async fn delivered(
        &self,
        integration: &Integration,
        ids: &[i64],
    ) -> Result<HashMap<i64, Delivered>, StoreError> {
        let delivered = self.store.delivered(&self.connection, &integration.name, ids).await?;
        Ok(delivered.into_iter().map(|it| (it.id, it)).collect())
    }

    pub(super) fn announce_settled(&self, integration: &Integration, opportunities: u64) {
        if opportunities > 0 {
            self.announce(Progress::Settled { integration: integration.name.clone(), opportunities });
        }
    }
}

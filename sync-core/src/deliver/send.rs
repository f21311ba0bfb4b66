//! Sending: claim, check of the epoch, upsert, settlement.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use tokio::time::{Instant, timeout_at};

use super::Deliver;
use super::contact_order::group_by_contact;
use super::epoch_gate::EpochGate;
use super::fingerprint::{contact_fingerprint, contact_keys};
use super::left_out::{fingerprint_without, leave_out};
use super::outgoing::{Outgoing, Pass};
use super::outlets::Outlet;
use crate::{Change, DeadLetter, Delivered, Integration, SinkError, StoreError, SyncError, Upserted};

/// Number of upserts that are under way at a time.
const CONCURRENT_UPSERTS: usize = 8;

/// Number of answered upserts that one commit settles at least, unless it is time or no others are under way: each commit writes whole pages, and waits for
/// the disk.
const SETTLED_TOGETHER: usize = CONCURRENT_UPSERTS;

/// The time that an answered upsert waits for others.
const SETTLED_WITHIN: Duration = Duration::from_millis(50);

/// Number of failures in a row after which the sink is taken for down: the other opportunities wait for the next run.
const FAILURES_IN_A_ROW: u32 = 5;

/// Opportunities that were sent one after the other, with their outcomes, and those behind a failed one, unsent.
type SentGroup = (Vec<(Outgoing, Result<Result<Upserted, SinkError>, StoreError>)>, Vec<Outgoing>);

/// Upserts that were answered and are not settled yet.
#[derive(Default)]
struct Answered {
    /// The changes that settle them.
    changes: Vec<Change>,
    /// Number of upserts.
    outcomes: usize,
    /// Number of opportunities that are not dirty any more once the changes are committed.
    settled: u64,
    delivered: u64,
    /// The first failure of the store, which keeps an outcome from being known.
    failed: Option<StoreError>,
}

impl Answered {
    /// Takes what a commit can settle.
    fn take_settled(&mut self) -> Answered {
        let failed = self.failed.take();
        std::mem::replace(self, Answered { failed, ..Answered::default() })
    }
}

impl Deliver {
    /// Sends opportunities: those that share a phone or an e-mail one after the other, the others at the same time.
    pub(super) async fn send(
        &self,
        outlet: &Outlet,
        outgoing: Vec<Outgoing>,
        pass: &mut Pass,
    ) -> Result<(), SyncError> {
        let mut outgoing = outgoing.into_iter().peekable();
        while outgoing.peek().is_some() && !self.is_stopped() && !pass.stopped {
            let together = pass.claims.next(pass.until.is_some());
            let chunk: Vec<Outgoing> = outgoing.by_ref().take(together).collect();
            self.send_chunk(outlet, chunk, pass).await?;
            if outgoing.peek().is_some() && pass.is_over() {
                // After at least one chunk, so that every pass gets on.
                pass.cut_short = true;
                return Ok(());
            }
        }
        Ok(())
    }

    async fn send_chunk(
        &self,
        outlet: &Outlet,
        mut chunk: Vec<Outgoing>,
        pass: &mut Pass,
    ) -> Result<(), SyncError> {
        // Until this chunk is settled, nothing else goes to the sink: a newer version of an opportunity could be overtaken by this one.
        let _turn = outlet.turn().await;
        let began = Instant::now();
        let integration = &outlet.integration;
        if self.has_pause(integration).await? {
            (pass.report.paused, pass.stopped) = (true, true);
            return Ok(());
        }
        let prepared = chunk.len();
        self.drop_outdated(integration, &mut chunk).await?;
        pass.outdated += prepared - chunk.len();
        // An opportunity that shares a phone or an e-mail with a failed one must not overtake it.
        chunk.retain(|it| {
            let keys = contact_keys(&it.opportunity);
            let behind = keys.iter().any(|key| pass.blocked.contains(key));
            if behind {
                pass.blocked.extend(keys);
            }
            !behind
        });
        self.claim(integration, &chunk).await?;

        let together = chunk.len().max(1);
        let mut outcomes = stream::iter(group_by_contact(chunk))
            .map(|group| self.send_group(integration, group))
            .buffer_unordered(CONCURRENT_UPSERTS)
            .ready_chunks(together);
        let mut answered = Answered::default();
        loop {
            if answered.outcomes == 0 {
                let Some(groups) = outcomes.next().await else { break };
                self.take_outcomes(integration, groups, pass, &mut answered);
            }
            let patience = Instant::now() + SETTLED_WITHIN;
            while answered.outcomes < SETTLED_TOGETHER
                && let Ok(Some(groups)) = timeout_at(patience, outcomes.next()).await
            {
                self.take_outcomes(integration, groups, pass, &mut answered);
            }
            let Answered { changes, settled, delivered, .. } = answered.take_settled();
            let mut commit = pin!(self.mirror.commit(changes));
            // Upserts go on during the commit, so that a slow disk costs no time.
            loop {
                tokio::select! {
                    biased;
                    Some(groups) = outcomes.next() => self.take_outcomes(integration, groups, pass, &mut answered),
                    committed = &mut commit => break committed?,
                }
            }
            self.announce_delivered(integration, delivered);
            self.announce_settled(integration, settled);
        }
        pass.claims.note(began.elapsed());
        answered.failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Takes the outcomes of upserts: the changes that settle them, and the contacts that those behind a failure are held back for.
    fn take_outcomes(
        &self,
        integration: &Integration,
        groups: Vec<SentGroup>,
        pass: &mut Pass,
        answered: &mut Answered,
    ) {
        let delivered_before = pass.report.delivered;
        for (sent, behind) in groups {
            pass.blocked.extend(behind.iter().flat_map(|it| contact_keys(&it.opportunity)));
            answered.outcomes += sent.len();
            for (outgoing, outcome) in sent {
                match outcome {
                    Ok(outcome) => {
                        let settled =
                            self.settle(integration, outgoing, outcome, pass, &mut answered.changes);
                        answered.settled += u64::from(settled);
                    }
                    Err(error) => {
                        answered.failed.get_or_insert(error);
                    }
                }
            }
        }
        answered.delivered += pass.report.delivered - delivered_before;
    }

    /// Drops opportunities that were marked again since they were mapped, or sent by another pass, whose content may have been newer. Those
    /// that still have to be sent stay dirty.
    async fn drop_outdated(
        &self,
        integration: &Integration,
        chunk: &mut Vec<Outgoing>,
    ) -> Result<(), StoreError> {
        let ids: Vec<i64> = chunk.iter().map(|it| it.dirty.id).collect();
        let waiting = self.mirror.dirty_among(&integration.name, &ids).await?;
        let marks: HashMap<i64, u64> = waiting.into_iter().map(|dirty| (dirty.id, dirty.mark)).collect();
        let delivered = self.last_deliveries(integration, &ids).await?;
        chunk.retain(|it| {
            let id = it.dirty.id;
            marks.get(&id) == Some(&it.dirty.mark) && delivered.get(&id) == it.before.as_ref()
        });
        Ok(())
    }

    /// Claims opportunities: removes the fingerprints of their last deliveries, durably and under the epoch. From here until the settlement
    /// it is not known which body the sink has; after a crash, or an outcome that nobody saw, the opportunity is sent again.
    async fn claim(&self, integration: &Integration, chunk: &[Outgoing]) -> Result<(), StoreError> {
        let claim = |outgoing: &Outgoing| {
            // While the claim stands, the sink may still have the opportunity under the contact that it was delivered under.
            let contact = outgoing.before.as_ref().map_or(&outgoing.contact, |before| &before.contact);
            Change::SetDelivered {
                integration: integration.name.clone(),
                delivered: Delivered {
                    id: outgoing.dirty.id,
                    fingerprint: None,
                    contact: contact.clone(),
                    at: self.clock.now(),
                },
            }
        };
        self.mirror.commit(chunk.iter().map(claim).collect()).await
    }

    /// Sends opportunities one after the other, up to the first that fails. The second part of the answer is those behind it, unsent.
    async fn send_group(&self, integration: &Integration, group: Vec<Outgoing>) -> SentGroup {
        let mut outcomes = Vec::new();
        let mut group = group.into_iter();
        for mut outgoing in group.by_ref() {
            let outcome = self.send_one(integration, &mut outgoing).await;
            let stop = !matches!(&outcome, Ok(Ok(_) | Err(SinkError::Rejected { .. })));
            outcomes.push((outgoing, outcome));
            if stop || self.is_stopped() {
                break;
            }
        }
        (outcomes, group.collect())
    }

    /// Sends an opportunity; again without the standard fields that the sink refuses, as long as it refuses nothing else.
    async fn send_one(
        &self,
        integration: &Integration,
        outgoing: &mut Outgoing,
    ) -> Result<Result<Upserted, SinkError>, StoreError> {
        let gate = EpochGate::new(&self.mirror);
        loop {
            let outcome = integration.sink.upsert_through(&outgoing.opportunity, &gate).await;
            if let Some(error) = gate.take_failure() {
                return Err(error);
            }
            match &outcome {
                // Each time fewer fields are left that can be refused.
                Err(error) if leave_out(error, &mut outgoing.opportunity, &mut outgoing.left_out) => {
                    outgoing.contact = contact_fingerprint(&outgoing.opportunity);
                }
                _ => return Ok(outcome),
            }
        }
    }

    /// Settles one upsert by its outcome. Returns whether the opportunity is not dirty any more.
    fn settle(
        &self,
        integration: &Integration,
        outgoing: Outgoing,
        outcome: Result<Upserted, SinkError>,
        pass: &mut Pass,
        changes: &mut Vec<Change>,
    ) -> bool {
        let id = outgoing.dirty.id;
        let subject = integration.subject(id);
        let name = || integration.name.clone();
        let keys = contact_keys(&outgoing.opportunity);
        let Outgoing { dirty, fingerprint, left_out, contact, before, .. } = outgoing;
        match outcome {
            Ok(_) => {
                pass.failures_in_a_row = 0;
                pass.report.delivered += 1;
                for field in &left_out {
                    *pass.report.left_out.entry(field.name().to_owned()).or_default() += 1;
                    tracing::warn!(integration = %integration.name, id, field = field.name(), "the sink refused a field: the opportunity was delivered without it");
                }
                let moved = before.as_ref().is_some_and(|before| before.contact != contact);
                pass.report.contact_moved += u64::from(moved);
                let fingerprint = Some(fingerprint_without(fingerprint, &left_out));
                let delivered = Delivered { id, fingerprint, contact, at: self.clock.now() };
                changes.push(Change::SetDelivered { integration: name(), delivered });
                changes.push(Change::ClearDirty { integration: name(), dirty });
                // A refusal leaves its claim standing: without a claim there is no dead letter.
                if before.is_some_and(|before| before.fingerprint.is_none()) {
                    changes.push(Change::RemoveDeadLetter { integration: name(), subject });
                }
                true
            }
            Err(error @ SinkError::Rejected { .. }) => {
                pass.failures_in_a_row = 0;
                pass.report.rejected += 1;
                tracing::warn!(integration = %integration.name, id, "an opportunity was refused and is a dead letter now");
                let letter = DeadLetter {
                    integration: name(),
                    subject,
                    reason: error.to_string(),
                    at: self.clock.now(),
                };
                changes.push(Change::PutDeadLetter(letter));
                changes.push(Change::ClearDirty { integration: name(), dirty });
                true
            }
            Err(error) => {
                tracing::warn!(integration = %integration.name, id, %error, "an opportunity was not delivered");
                pass.blocked.extend(keys);
                pass.failures_in_a_row += 1;
                pass.stopped |= pass.failures_in_a_row >= FAILURES_IN_A_ROW
                    || matches!(error, SinkError::Unauthorized(_) | SinkError::RateLimited { .. });
                pass.report.error.get_or_insert_with(|| error.to_string());
                false
            }
        }
    }
}

//! Sending opportunities: claimed before, checked right before, noted after; in order where Hatch would mix them up.

use std::collections::HashMap;

use futures::StreamExt;
use futures::stream;
use hatch_mapping::Opportunity;

use super::Engine;
use super::deliver::Pass;
use super::fingerprint::contact_keys;
use crate::{Change, DeadLetter, Delivered, Dirty, Integration, SinkError, StoreError, SyncError, Upserted};

/// How many opportunities are claimed at a time, in one commit. A webhook's opportunity waits for no more than these.
const CLAIMED_TOGETHER: usize = 50;

/// How many upserts are under way at a time.
const CONCURRENT_UPSERTS: usize = 8;

/// After so many failures in a row the sink is taken for down, and the rest waits for the next run.
const FAILURES_IN_A_ROW: u32 = 5;

/// An opportunity that is to be sent.
pub(super) struct Outgoing {
    pub(super) dirty: Dirty,
    pub(super) opportunity: Opportunity,
    pub(super) fingerprint: String,
    /// The fingerprint of the contact that it goes to.
    pub(super) contact: String,
    /// What was noted of its delivery before.
    pub(super) before: Option<Delivered>,
}

impl Engine {
    /// Sends opportunities: those that share a phone or an e-mail one after the other, the others at the same time.
    pub(super) async fn send(
        &self,
        integration: &Integration,
        outgoing: Vec<Outgoing>,
        pass: &mut Pass,
    ) -> Result<(), SyncError> {
        let mut outgoing = outgoing.into_iter().peekable();
        while outgoing.peek().is_some() && !self.cancelled() && !pass.stopped {
            let chunk: Vec<Outgoing> = outgoing.by_ref().take(CLAIMED_TOGETHER).collect();
            self.send_chunk(integration, chunk, pass).await?;
        }
        Ok(())
    }

    async fn send_chunk(
        &self,
        integration: &Integration,
        mut chunk: Vec<Outgoing>,
        pass: &mut Pass,
    ) -> Result<(), SyncError> {
        // Until this chunk is noted, nothing else goes to this sink: a newer version of one of these could be overtaken by this one.
        let _lane = integration.lane.lock().await;
        if self.is_paused(&integration.name).await? {
            (pass.report.paused, pass.stopped) = (true, true);
            return Ok(());
        }
        self.drop_outdated(integration, &mut chunk).await?;
        // What shares a phone or an e-mail with one that failed must not overtake it.
        chunk.retain(|it| {
            let keys = contact_keys(&it.opportunity);
            let behind = keys.iter().any(|key| pass.blocked.contains(key));
            if behind {
                pass.blocked.extend(keys);
            }
            !behind
        });
        self.claim(integration, &chunk).await?;

        let mut outcomes = stream::iter(in_order_of_contacts(chunk))
            .map(|group| self.send_group(integration, group))
            .buffer_unordered(CONCURRENT_UPSERTS)
            .ready_chunks(CONCURRENT_UPSERTS);
        let mut failed = None;
        while let Some(groups) = outcomes.next().await {
            let mut changes = Vec::new();
            let mut settled = 0;
            let (sent, behind): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
            pass.blocked.extend(behind.iter().flatten().flat_map(|it| contact_keys(&it.opportunity)));
            for (outgoing, outcome) in sent.into_iter().flatten() {
                match outcome {
                    Ok(outcome) => {
                        settled += u64::from(self.settle(integration, outgoing, outcome, pass, &mut changes));
                    }
                    Err(error) => {
                        failed.get_or_insert(error);
                    }
                }
            }
            self.commit(changes).await?;
            self.announce_settled(integration, settled);
        }
        failed.map_or(Ok(()), |error: StoreError| Err(error.into()))
    }

    /// Leaves out what was marked again since it was mapped, or sent by another pass, whose content may have been newer. What still has to be
    /// sent waits.
    async fn drop_outdated(
        &self,
        integration: &Integration,
        chunk: &mut Vec<Outgoing>,
    ) -> Result<(), StoreError> {
        let ids: Vec<i64> = chunk.iter().map(|it| it.dirty.id).collect();
        let waiting = self.store.dirty_among(&self.connection, &integration.name, &ids).await?;
        let marks: HashMap<i64, u64> = waiting.into_iter().map(|dirty| (dirty.id, dirty.mark)).collect();
        let delivered = self.delivered(integration, &ids).await?;
        chunk.retain(|it| {
            let id = it.dirty.id;
            marks.get(&id) == Some(&it.dirty.mark) && delivered.get(&id) == it.before.as_ref()
        });
        Ok(())
    }

    /// Takes away what was delivered before, durably and under the epoch: from here on it is not known what the sink has, until an answer is
    /// noted. Whoever comes after a crash, or after an outcome that nobody saw, sends again.
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
        self.commit(chunk.iter().map(claim).collect()).await
    }

    /// Sends opportunities one after the other, up to the first that does not arrive. Also answers those behind it.
    async fn send_group(
        &self,
        integration: &Integration,
        group: Vec<Outgoing>,
    ) -> (Vec<(Outgoing, Result<Result<Upserted, SinkError>, StoreError>)>, Vec<Outgoing>) {
        let mut outcomes = Vec::new();
        let mut group = group.into_iter();
        for outgoing in group.by_ref() {
            if let Err(error) = self.store.check_epoch(&self.connection, self.epoch).await {
                outcomes.push((outgoing, Err(error)));
                break;
            }
            let outcome = integration.sink.upsert(&outgoing.opportunity).await;
            let stop = matches!(&outcome, Err(error) if !matches!(error, SinkError::Rejected { .. }));
            outcomes.push((outgoing, Ok(outcome)));
            if stop || self.cancelled() {
                break;
            }
        }
        (outcomes, group.collect())
    }

    /// Notes what became of one upsert. Answers whether the opportunity is done with.
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
        let Outgoing { dirty, fingerprint, contact, before, .. } = outgoing;
        match outcome {
            Ok(_) => {
                pass.failures_in_a_row = 0;
                pass.report.delivered += 1;
                let moved = before.as_ref().is_some_and(|before| before.contact != contact);
                pass.report.contact_moved += u64::from(moved);
                let delivered =
                    Delivered { id, fingerprint: Some(fingerprint), contact, at: self.clock.now() };
                changes.push(Change::SetDelivered { integration: name(), delivered });
                changes.push(Change::ClearDirty { integration: name(), dirty });
                // A refusal leaves its claim: only where one stands can there be a letter.
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

/// Groups opportunities that share a phone or an e-mail, each group in the given order.
fn in_order_of_contacts(outgoing: Vec<Outgoing>) -> Vec<Vec<Outgoing>> {
    let mut groups: Vec<Vec<Outgoing>> = Vec::new();
    let mut group_of: HashMap<String, usize> = HashMap::new();
    for item in outgoing {
        let keys = contact_keys(&item.opportunity);
        let mut joined: Vec<usize> = keys.iter().filter_map(|key| group_of.get(key).copied()).collect();
        joined.sort_unstable();
        joined.dedup();
        let index = joined.first().copied().unwrap_or_else(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        // An item that shares its phone with one group and its e-mail with another makes them one.
        for other in joined.into_iter().skip(1) {
            let moved = std::mem::take(&mut groups[other]);
            groups[index].extend(moved);
            groups[index].sort_by_key(|item| item.dirty.mark);
            for group in group_of.values_mut().filter(|group| **group == other) {
                *group = index;
            }
        }
        group_of.extend(keys.into_iter().map(|key| (key, index)));
        groups[index].push(item);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use hatch_mapping::Details;

    use super::*;

    fn outgoing(id: i64, phone: &str, email: &str) -> Outgoing {
        let opportunity = Opportunity {
            source: "custom:test".to_owned(),
            first_name: None,
            last_name: None,
            email: Some(email.to_owned()),
            phone_number: Some(phone.to_owned()),
            status: None,
            external_id: id.to_string(),
            external_contact_id: None,
            external_created_at: None,
            external_updated_at: None,
            details: Details::default(),
        };
        let dirty = Dirty { id, place: id.unsigned_abs(), mark: id.unsigned_abs() };
        Outgoing { dirty, opportunity, fingerprint: String::new(), contact: String::new(), before: None }
    }

    fn groups(outgoing: Vec<Outgoing>) -> Vec<Vec<i64>> {
        let groups = in_order_of_contacts(outgoing);
        groups.iter().map(|group| group.iter().map(|it| it.dirty.id).collect()).collect()
    }

    #[test]
    fn opportunities_that_share_a_phone_in_whatever_notation_go_one_after_the_other() {
        let three = vec![
            outgoing(1, "614-555-0100", "a@example.org"),
            outgoing(2, "614-555-0199", "b@example.org"),
            outgoing(3, "+1 (614) 555-0100", "c@example.org"),
        ];
        assert_eq!(groups(three), [vec![1, 3], vec![2]]);
    }

    #[test]
    fn an_opportunity_that_shares_with_two_groups_makes_them_one_in_the_order_of_marks() {
        let three = vec![
            outgoing(1, "614-555-0100", "a@example.org"),
            outgoing(2, "614-555-0199", "b@example.org"),
            outgoing(3, "614-555-0100", "B@example.org"),
        ];
        assert_eq!(groups(three), [vec![1, 2, 3]]);
    }
}

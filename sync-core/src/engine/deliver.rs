//! Mapping what waits, and delivering what changed.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream;
use hatch_mapping::contact_matching::{email_key, phone_key};
use hatch_mapping::{MAPPING_VERSION, Opportunity};

use super::Engine;
use super::join::Base;
use crate::{
    Change, DeadLetter, Delivered, Dirty, Integration, IntegrationReport, Progress, SinkError, SyncError,
    Upserted,
};

/// How many opportunities are mapped at a time: enough to fill batch lookups of 50, few enough for flat memory.
const BATCH: usize = 200;

/// How many upserts are under way at a time.
const CONCURRENT_UPSERTS: usize = 8;

/// An opportunity that is to be sent.
struct Outgoing {
    dirty: Dirty,
    opportunity: Opportunity,
    fingerprint: String,
    contact: String,
    moved: bool,
}

impl Engine {
    /// Delivers everything that waits in an integration.
    pub(super) async fn deliver(
        &self,
        integration: &Integration,
        start: DateTime<Utc>,
    ) -> Result<IntegrationReport, SyncError> {
        let mut report = IntegrationReport::default();
        let waiting = self.store.dirty_count(&self.connection, &integration.name).await?;
        self.announce(Progress::Waiting { integration: integration.name.clone(), opportunities: waiting });
        let mut dead = self.dead_subjects(integration).await?;
        while !self.cancelled() {
            let dirty = self.store.dirty(&self.connection, &integration.name, 0, BATCH).await?;
            if dirty.is_empty() {
                break;
            }
            let outgoing = match self.prepare(integration, &dirty, start, &mut report).await {
                Ok(outgoing) => outgoing,
                Err(SyncError::Source(error)) => {
                    report.error = Some(error.to_string());
                    break;
                }
                Err(error) => return Err(error),
            };
            self.send(integration, outgoing, &mut dead, &mut report).await?;
            if report.error.is_some() {
                break;
            }
        }
        report.waiting = self.store.dirty_count(&self.connection, &integration.name).await?;
        Ok(report)
    }

    /// Maps a batch, settles what need not be sent, and returns the rest.
    async fn prepare(
        &self,
        integration: &Integration,
        dirty: &[Dirty],
        start: DateTime<Utc>,
        report: &mut IntegrationReport,
    ) -> Result<Vec<Outgoing>, SyncError> {
        let ids: Vec<i64> = dirty.iter().map(|dirty| dirty.id).collect();
        let records = self.store.records(&self.connection, integration.base(), &ids).await?;
        let bases: BTreeMap<i64, Base> =
            records.iter().filter_map(|record| Some((record.id, Base::read(record)?))).collect();
        let batch = self.gather(integration, &bases, start).await?;
        let delivered = self.store.delivered(&self.connection, &integration.name, &ids).await?;
        let delivered: HashMap<i64, Delivered> = delivered.into_iter().map(|it| (it.id, it)).collect();

        let identity = integration.sink.identity();
        let mut settled = Vec::new();
        let mut claims = Vec::new();
        let mut outgoing = Vec::new();
        for dirty in dirty {
            let Some(base) = bases.get(&dirty.id).filter(|base| !base.is_inactive()) else {
                report.inactive += 1;
                settled.push(*dirty);
                continue;
            };
            let mapped =
                integration.mapper.map(&batch.join(dirty.id, base, &integration.mapper.config().selection));
            for warning in &mapped.warnings {
                *report.missing.entry(warning.to_string()).or_default() += 1;
            }
            let opportunity = mapped.opportunity;
            if opportunity.phone_number.is_none() && opportunity.email.is_none() {
                report.no_contact_key += 1;
                settled.push(*dirty);
                continue;
            }
            let fingerprint = fingerprint(&opportunity, &identity);
            let contact = contact_fingerprint(&opportunity);
            let before = delivered.get(&dirty.id);
            if before.is_some_and(|before| before.fingerprint.as_ref() == Some(&fingerprint)) {
                report.unchanged += 1;
                settled.push(*dirty);
                continue;
            }
            let moved = before.is_some_and(|before| before.contact != contact);
            // While the claim stands, Hatch may still have the opportunity under the contact that it was delivered under.
            let claimed = before.map_or_else(|| contact.clone(), |before| before.contact.clone());
            claims.push(Delivered {
                id: dirty.id,
                fingerprint: None,
                contact: claimed,
                at: self.clock.now(),
            });
            outgoing.push(Outgoing { dirty: *dirty, opportunity, fingerprint, contact, moved });
        }
        let clear = |dirty| Change::ClearDirty { integration: integration.name.clone(), dirty };
        let count = settled.len() as u64;
        let claim = |delivered| Change::SetDelivered { integration: integration.name.clone(), delivered };
        self.commit(settled.into_iter().map(clear).chain(claims.into_iter().map(claim)).collect()).await?;
        self.announce_settled(integration, count);
        Ok(outgoing)
    }

    /// Sends opportunities: those that share a phone or an e-mail one after the other, the others at the same time.
    async fn send(
        &self,
        integration: &Integration,
        outgoing: Vec<Outgoing>,
        dead: &mut HashSet<String>,
        report: &mut IntegrationReport,
    ) -> Result<(), SyncError> {
        let mut outcomes = stream::iter(in_order_of_contacts(outgoing))
            .map(|group| async move {
                let mut outcomes = Vec::new();
                for outgoing in group {
                    if let Err(error) = self.store.check_epoch(&self.connection, self.epoch).await {
                        outcomes.push((outgoing, Err(error)));
                        break;
                    }
                    let outcome = integration.sink.upsert(&outgoing.opportunity).await;
                    let stop =
                        outcome.as_ref().is_err_and(|error| !matches!(error, SinkError::Rejected { .. }));
                    outcomes.push((outgoing, Ok(outcome)));
                    // What comes behind a failure for the same contact must not overtake it.
                    if stop || self.cancelled() {
                        break;
                    }
                }
                stream::iter(outcomes)
            })
            .buffer_unordered(CONCURRENT_UPSERTS)
            .flatten()
            .ready_chunks(CONCURRENT_UPSERTS * 4);
        while let Some(chunk) = outcomes.next().await {
            let (mut changes, mut failed) = (Vec::new(), None);
            let mut settled = 0;
            for (outgoing, outcome) in chunk {
                let outcome = match outcome {
                    Ok(outcome) => outcome,
                    Err(error) => {
                        failed.get_or_insert(error);
                        continue;
                    }
                };
                settled += u64::from(self.settle(integration, outgoing, outcome, dead, report, &mut changes));
            }
            self.commit(changes).await?;
            self.announce_settled(integration, settled);
            if let Some(error) = failed {
                return Err(error.into());
            }
            if report.error.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Notes what became of one upsert. Answers whether the opportunity is done with.
    fn settle(
        &self,
        integration: &Integration,
        outgoing: Outgoing,
        outcome: Result<Upserted, SinkError>,
        dead: &mut HashSet<String>,
        report: &mut IntegrationReport,
        changes: &mut Vec<Change>,
    ) -> bool {
        let id = outgoing.dirty.id;
        let subject = integration.subject(id);
        let name = || integration.name.clone();
        let reason = match outcome {
            Ok(_) => {
                report.delivered += 1;
                report.contact_moved += u64::from(outgoing.moved);
                let Outgoing { fingerprint, contact, .. } = outgoing;
                let delivered =
                    Delivered { id, fingerprint: Some(fingerprint), contact, at: self.clock.now() };
                changes.push(Change::SetDelivered { integration: name(), delivered });
                changes.push(Change::ClearDirty { integration: name(), dirty: outgoing.dirty });
                if dead.remove(&subject) {
                    changes.push(Change::RemoveDeadLetter { integration: name(), subject });
                }
                return true;
            }
            Err(error @ SinkError::Rejected { .. }) => error.to_string(),
            Err(error) => {
                tracing::warn!(integration = %integration.name, id, %error, "delivery stopped");
                report.error.get_or_insert_with(|| error.to_string());
                return false;
            }
        };
        report.rejected += 1;
        tracing::warn!(integration = %integration.name, id, "an opportunity was refused and is a dead letter now");
        dead.insert(subject.clone());
        let letter = DeadLetter { integration: name(), subject, reason, at: self.clock.now() };
        changes.push(Change::PutDeadLetter(letter));
        changes.push(Change::ClearDirty { integration: name(), dirty: outgoing.dirty });
        true
    }

    async fn dead_subjects(&self, integration: &Integration) -> Result<HashSet<String>, SyncError> {
        let letters = self.store.dead_letters(&self.connection).await?;
        let own = letters.into_iter().filter(|letter| letter.integration == integration.name);
        Ok(own.map(|letter| letter.subject).collect())
    }

    fn announce_settled(&self, integration: &Integration, opportunities: u64) {
        if opportunities > 0 {
            self.announce(Progress::Settled { integration: integration.name.clone(), opportunities });
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

/// Tells whether the same body was sent to the same place by the same mapping before.
fn fingerprint(opportunity: &Opportunity, identity: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&MAPPING_VERSION.to_le_bytes());
    hasher.update(identity.as_bytes());
    hasher.update(&[0]);
    // Plain data: writing it cannot fail.
    hasher.update(&serde_json::to_vec(opportunity).unwrap_or_default());
    hasher.finalize().to_hex().to_string()
}

/// What Hatch matches a contact by: the same number in another notation is the same contact.
fn contact_keys(opportunity: &Opportunity) -> Vec<String> {
    let phone = opportunity.phone_number.as_deref().and_then(phone_key).map(|key| format!("phone {key}"));
    let email = opportunity.email.as_deref().and_then(email_key).map(|key| format!("email {key}"));
    phone.into_iter().chain(email).collect()
}

fn contact_fingerprint(opportunity: &Opportunity) -> String {
    blake3::hash(contact_keys(opportunity).join("\n").as_bytes()).to_hex().to_string()
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
        let contact = contact_fingerprint(&opportunity);
        let dirty = Dirty { id, place: id.unsigned_abs(), mark: id.unsigned_abs() };
        Outgoing { dirty, opportunity, fingerprint: String::new(), contact, moved: false }
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

    #[test]
    fn a_phone_in_another_notation_is_not_another_contact() {
        let before = outgoing(1, "614-555-0100", "a@example.org").contact;
        assert_eq!(outgoing(1, "(614) 555 0100", "A@example.org").contact, before);
        assert_ne!(outgoing(1, "614-555-0101", "a@example.org").contact, before);
    }
}

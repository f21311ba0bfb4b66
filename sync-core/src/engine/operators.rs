//! What the host's operators do: dead letters, pausing, delivering again.

use chrono::{DateTime, Utc};

use super::{Engine, keys, push};
use crate::{Change, DeadLetter, Delivered, Integration, StoreError, SyncError};

/// How many opportunities are marked in one commit.
const PAGE: usize = 500;

/// Which opportunities [`Engine::redeliver`] delivers again; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redelivery {
    /// Those of these base records.
    pub ids: Option<Vec<i64>>,
    /// Those whose base record was modified at this time or later.
    pub modified_since: Option<DateTime<Utc>>,
    /// Those that were delivered last before this time, by the host's clock, or never.
    pub delivered_before: Option<DateTime<Utc>>,
}

impl Redelivery {
    /// Those of these base records.
    pub fn of(ids: impl IntoIterator<Item = i64>) -> Self {
        Redelivery { ids: Some(ids.into_iter().collect()), ..Redelivery::default() }
    }
}

impl Engine {
    /// Has opportunities delivered again with the next run although their content did not change: what was edited in Hatch by hand is
    /// otherwise not undone. Answers how many.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration, [`SyncError::Store`] when the store fails; what was marked stays marked.
    pub async fn redeliver(&self, integration: &str, which: &Redelivery) -> Result<u64, SyncError> {
        let integration = self.known_integration(integration)?;
        let mut marked = 0;
        let mut after = None;
        loop {
            let ids = match &which.ids {
                Some(ids) => ids.iter().copied().filter(|id| after.is_none_or(|after| *id > after)).collect(),
                None => self.store.record_ids(&self.connection, integration.base(), after, PAGE).await?,
            };
            let Some(last) = ids.iter().max() else { break };
            after = Some(*last);
            // What is being sent was made before this was asked for: it must not be noted as delivered after that.
            let _lane = integration.lane.lock().await;
            let page = self.to_redeliver(integration, &ids, which).await?;
            marked += page.len() as u64;
            let changes = page.into_iter().flat_map(|(id, before)| {
                let forget = before.map(|before| Change::SetDelivered {
                    integration: integration.name.clone(),
                    delivered: Delivered { fingerprint: None, ..before },
                });
                let mark = Change::MarkDirty { integration: integration.name.clone(), id };
                forget.into_iter().chain([mark])
            });
            self.commit(changes.collect()).await?;
        }
        Ok(marked)
    }

    async fn to_redeliver(
        &self,
        integration: &Integration,
        ids: &[i64],
        which: &Redelivery,
    ) -> Result<Vec<(i64, Option<Delivered>)>, StoreError> {
        let records = self.store.records(&self.connection, integration.base(), ids).await?;
        let delivered = self.store.delivered(&self.connection, &integration.name, ids).await?;
        let wanted = records.iter().filter(|record| record.body.is_some()).filter(|record| {
            let modified = |since| record.modified_on.is_some_and(|modified| modified >= since);
            which.modified_since.is_none_or(modified)
        });
        let with_delivery = wanted
            .map(|record| (record.id, delivered.iter().find(|delivered| delivered.id == record.id).cloned()));
        let delivered_before = |before: &Option<Delivered>| {
            which.delivered_before.is_none_or(|time| before.as_ref().is_none_or(|before| before.at < time))
        };
        Ok(with_delivery.filter(|(_, before)| delivered_before(before)).collect())
    }

    /// Stops delivering the opportunities of an integration until it is resumed, also over restarts. Changes are taken in meanwhile and wait.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration, [`SyncError::Store`] when the store fails.
    pub async fn pause(&self, integration: &str) -> Result<(), SyncError> {
        let key = keys::paused(&self.known_integration(integration)?.name);
        let value = self.clock.now().to_rfc3339();
        Ok(self.commit(vec![Change::SetValue { key, value }]).await?)
    }

    /// Delivers a paused integration again, from the next run on.
    ///
    /// # Errors
    ///
    /// As [`pause`](Self::pause).
    pub async fn resume(&self, integration: &str) -> Result<(), SyncError> {
        let key = keys::paused(&self.known_integration(integration)?.name);
        Ok(self.commit(vec![Change::RemoveValue { key }]).await?)
    }

    pub(super) async fn is_paused(&self, integration: &str) -> Result<bool, StoreError> {
        Ok(self.store.value(&self.connection, &keys::paused(integration)).await?.is_some())
    }

    /// What was given up, oldest first: opportunities that the sink refused, and events whose notes could not be written.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, SyncError> {
        Ok(self.store.dead_letters(&self.connection).await?)
    }

    /// Tries again what a dead letter is about: an opportunity is delivered with the next run, an event's notes wait again. Answers whether
    /// there was such a letter.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn retry_dead_letter(&self, letter: &DeadLetter) -> Result<bool, SyncError> {
        if let Some(event) = push::event_of(letter) {
            return self.retry_event(&letter.integration, event).await;
        }
        let Some(remove) = self.removal_of_letter(letter).await? else { return Ok(false) };
        let id = letter.subject.rsplit(':').next().and_then(|id| id.parse::<i64>().ok());
        let mark = id.map(|id| Change::MarkDirty { integration: letter.integration.clone(), id });
        // A refused opportunity left its claim, so that it is sent even if its body is the one that was delivered before.
        self.commit(mark.into_iter().chain([remove]).collect()).await?;
        Ok(true)
    }

    /// Puts a dead letter away. The opportunity is tried again when its record changes; the notes of an event are not written. Answers
    /// whether there was such a letter.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn discard_dead_letter(&self, letter: &DeadLetter) -> Result<bool, SyncError> {
        if let Some(event) = push::event_of(letter) {
            return self.discard_event(&letter.integration, event).await;
        }
        let Some(remove) = self.removal_of_letter(letter).await? else { return Ok(false) };
        self.commit(vec![remove]).await?;
        Ok(true)
    }

    async fn removal_of_letter(&self, letter: &DeadLetter) -> Result<Option<Change>, StoreError> {
        let letters = self.store.dead_letters(&self.connection).await?;
        let same = |it: &DeadLetter| it.integration == letter.integration && it.subject == letter.subject;
        Ok(letters.iter().any(same).then(|| Change::RemoveDeadLetter {
            integration: letter.integration.clone(),
            subject: letter.subject.clone(),
        }))
    }
}

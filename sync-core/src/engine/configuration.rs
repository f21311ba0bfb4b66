//! What the host configured, against what the connection ran with before.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use chrono::{DateTime, NaiveTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Engine, feeds, keys, push, status};
use crate::{Change, DeadLetter, Integration, Resource, StoreError, SyncError};

/// How far back the first sync reads, as on the product page.
pub const BACKFILL_DAYS: i64 = 90;

/// How many opportunities are marked in one commit.
const MARKED_TOGETHER: usize = 1000;

impl Engine {
    /// Where the first sync starts: 90 days before the day on which ServiceTitan was asked first, by its own clock.
    pub(super) async fn start(&self) -> Result<DateTime<Utc>, SyncError> {
        if let Some(start) = self.time_value(keys::START).await? {
            return Ok(start);
        }
        let now = self.read(self.source.check()).await?.server_time.ok_or(SyncError::NoServerTime)?;
        let start =
            (now - chrono::Duration::days(BACKFILL_DAYS)).date_naive().and_time(NaiveTime::MIN).and_utc();
        let _one_at_a_time = self.writing.lock().await;
        // Another task may have asked at the same time, before midnight.
        if let Some(start) = self.time_value(keys::START).await? {
            return Ok(start);
        }
        let value = Change::SetValue { key: keys::START.to_owned(), value: start.to_rfc3339() };
        self.commit(vec![value]).await?;
        Ok(start)
    }

    /// Notices what the host configured otherwise than before.
    pub(super) async fn notice_configuration(&self) -> Result<(), SyncError> {
        self.forget_unconfigured().await?;
        self.mark_reconfigured().await
    }

    /// Marks what is to be looked at again although none of its own records changed.
    pub(super) async fn mark_what_needs_another_look(&self) -> Result<(), SyncError> {
        self.try_again_what_was_unread().await?;
        self.mark_all_where_asked().await
    }

    /// Forgets integrations that are no more, and resources that none needs any more: the mirror holds no more than is needed. One that comes
    /// back later is read again from the stored start.
    async fn forget_unconfigured(&self) -> Result<(), StoreError> {
        let integrations: BTreeSet<String> = self.integrations.iter().map(|it| it.name.clone()).collect();
        let before: BTreeSet<String> = self.json_value(keys::INTEGRATIONS).await?.unwrap_or_default();
        for name in before.difference(&integrations) {
            tracing::info!(integration = %name, "an integration is no more: what waited and was delivered is forgotten");
            let mut changes = vec![
                Change::RemoveIntegration { integration: name.clone() },
                Change::RemoveValue { key: keys::configuration(name) },
                Change::RemoveValue { key: keys::look_at_all(name) },
                Change::RemoveValue { key: keys::paused(name) },
            ];
            // Unlike an opportunity, an event does not come again: somebody has to say that it is not wanted any more.
            let letters = self.store.dead_letters(&self.connection).await?;
            let of_events =
                |letter: &DeadLetter| letter.integration == *name && push::event_of(letter).is_some();
            changes.extend(letters.into_iter().filter(of_events).map(Change::PutDeadLetter));
            self.commit(changes).await?;
        }
        let feeds: BTreeSet<Resource> = feeds::needed(&self.integrations).into_keys().collect();
        let needed_before: BTreeSet<Resource> = self.json_value(keys::FEEDS).await?.unwrap_or_default();
        for resource in needed_before.difference(&feeds).copied() {
            self.commit(vec![
                Change::RemoveResource { resource },
                Change::RemoveValue { key: keys::cursor(resource) },
                Change::RemoveValue { key: keys::feed_start(resource) },
                Change::RemoveValue { key: keys::read(resource) },
                Change::RemoveValue { key: keys::denied(resource) },
            ])
            .await?;
        }
        if before != integrations {
            self.commit(vec![json_change(keys::INTEGRATIONS, &integrations)]).await?;
        }
        if needed_before != feeds {
            self.commit(vec![json_change(keys::FEEDS, &feeds)]).await?;
        }
        Ok(())
    }

    /// Marks every opportunity of an integration whose configuration is not the one that it ran with last: its body may have changed.
    async fn mark_reconfigured(&self) -> Result<(), SyncError> {
        for integration in &self.integrations {
            let key = keys::configuration(&integration.name);
            let configuration = integration.configuration();
            let before = self.store.value(&self.connection, &key).await?;
            if before.as_deref() == Some(configuration.as_str()) {
                continue;
            }
            let mut last = vec![Change::SetValue { key, value: configuration }];
            let _turn =
                if before.is_none() && self.store.value(&self.connection, keys::PRUNED).await?.is_some() {
                    // What was pruned for the others is news to this one.
                    last.push(Change::RemoveValue { key: keys::cursor(integration.base()) });
                    self.turn_of_feed(integration.base()).await
                } else {
                    None
                };
            self.mark_all(integration, last).await?;
        }
        Ok(())
    }

    /// Marks every opportunity of the integrations for which that was asked.
    async fn mark_all_where_asked(&self) -> Result<(), SyncError> {
        for integration in &self.integrations {
            let key = keys::look_at_all(&integration.name);
            let Some(asked) = self.store.value(&self.connection, &key).await? else { continue };
            self.mark_all(integration, Vec::new()).await?;
            // What was asked for since then may be about what had been marked and delivered by then.
            let _one_at_a_time = self.writing.lock().await;
            if self.store.value(&self.connection, &key).await? == Some(asked) {
                self.commit(vec![Change::RemoveValue { key }]).await?;
            }
        }
        Ok(())
    }

    /// Asks for every opportunity of an integration to be looked at. No two such questions are the same.
    pub(super) fn look_at_all(&self, integration: &Integration) -> Change {
        let number = self.looks_asked_for.fetch_add(1, Ordering::Relaxed);
        let value = format!("{}.{number}", self.epoch.0);
        Change::SetValue { key: keys::look_at_all(&integration.name), value }
    }

    /// Marks all opportunities of an integration in steps. What comes `last` is written in the end, so that a crash marks them all again.
    async fn mark_all(&self, integration: &Integration, last: Vec<Change>) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            if self.cancelled() {
                return Err(SyncError::Cancelled);
            }
            let page =
                self.store.record_ids(&self.connection, integration.base(), after, MARKED_TOGETHER).await?;
            let Some(highest) = page.last() else { break };
            after = Some(*highest);
            let mark = |id| Change::MarkDirty { integration: integration.name.clone(), id };
            self.commit(page.into_iter().map(mark).collect()).await?;
        }
        Ok(self.commit(last).await?)
    }

    /// Remembers that something of a resource could not be looked up, so that it is tried again with the next run.
    pub(super) async fn note_unread(&self, resource: Resource) -> Result<(), SyncError> {
        let _one_at_a_time = self.writing.lock().await;
        let mut unread: BTreeSet<Resource> = self.json_value(keys::UNREAD).await?.unwrap_or_default();
        if unread.insert(resource) {
            self.commit(vec![json_change(keys::UNREAD, &unread)]).await?;
        }
        Ok(())
    }

    pub(super) async fn json_value<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        status::json(self.store.as_ref(), &self.connection, key).await
    }

    pub(super) async fn time_value(&self, key: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        status::time(self.store.as_ref(), &self.connection, key).await
    }
}

fn json_change<T: Serialize>(key: &str, value: &T) -> Change {
    // Plain data: writing it cannot fail.
    Change::SetValue { key: key.to_owned(), value: serde_json::to_string(value).unwrap_or_default() }
}

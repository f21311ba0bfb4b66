//! Changes of the host's configuration.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::stale::StaleMarker;
use crate::ingest::Feeds;
use crate::integrations::Integrations;
use crate::mirror::values::{self, Values};
use crate::mirror::{Mirror, keys};
use crate::{Change, DeadLetter, Resource, StoreError, SyncError};

/// Follows the host's configuration: compares it with the one of the last run.
pub(crate) struct Configuration {
    mirror: Arc<Mirror>,
    integrations: Integrations,
    feeds: Arc<Feeds>,
    stale: StaleMarker,
}

impl Configuration {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        integrations: Integrations,
        feeds: Arc<Feeds>,
        stale: StaleMarker,
    ) -> Self {
        Configuration { mirror, integrations, feeds, stale }
    }

    /// Applies the differences to the configuration of the last run: removes data that is not needed any more, and marks the opportunities of
    /// integrations that were reconfigured.
    pub(crate) async fn follow(&self) -> Result<(), SyncError> {
        let names = [keys::OWNED_CONTACTS, keys::INTEGRATIONS, keys::FEEDS].map(str::to_owned);
        let configurations = self.integrations.iter().map(|it| keys::configuration(&it.name));
        let last_run =
            self.mirror.values(&names.into_iter().chain(configurations).collect::<Vec<_>>()).await?;
        self.renew_contacts(&last_run).await?;
        self.remove_unconfigured(&last_run).await?;
        self.mark_reconfigured(&last_run).await
    }

    /// Has the contacts read again that an older version kept by ID alone, so that a customer may lack those that another one has too: removes
    /// them with their marks and the positions of their feeds, and requests the re-evaluation of every opportunity. Contacts that their feeds do
    /// not bring are looked up meanwhile.
    async fn renew_contacts(&self, last_run: &Values) -> Result<(), StoreError> {
        if last_run.has(keys::OWNED_CONTACTS) {
            return Ok(());
        }
        let contacts = [Resource::CustomerContacts, Resource::LocationContacts];
        let _turns = (self.feeds.turn(contacts[0]).await, self.feeds.turn(contacts[1]).await);
        let lock = self.mirror.lock().await;
        let mut changes =
            vec![Change::SetValue { key: keys::OWNED_CONTACTS.to_owned(), value: "yes".to_owned() }];
        // A connection that was never read has none.
        if last_run.has(keys::FEEDS) {
            for resource in contacts {
                changes.extend([
                    Change::RemoveResource { resource },
                    Change::RemoveValue { key: keys::cursor(resource) },
                    Change::RemoveValue { key: keys::feed_start(resource) },
                    Change::RemoveValue { key: keys::head_read(resource) },
                ]);
            }
            changes.extend(self.integrations.iter().map(|it| self.mirror.request_reevaluation(it)));
            tracing::info!("contacts are read again, now for each of their owners");
        }
        lock.commit(changes).await
    }

    /// Marks opportunities that are stale although none of their own records changed: they lack records of a failed lookup, or their
    /// re-evaluation was requested.
    pub(crate) async fn mark_stale(&self) -> Result<(), SyncError> {
        self.stale.mark_stale().await
    }

    /// Removes integrations that were taken out of the configuration, and resources that no integration needs any more: the mirror holds no
    /// more than is needed. A resource that comes back later is read again from the stored start.
    async fn remove_unconfigured(&self, last_run: &Values) -> Result<(), StoreError> {
        let integrations: BTreeSet<String> = self.integrations.iter().map(|it| it.name.clone()).collect();
        let before: BTreeSet<String> = last_run.json(keys::INTEGRATIONS)?.unwrap_or_default();
        for name in before.difference(&integrations) {
            tracing::info!(integration = %name, "an integration was removed: its marks and deliveries are removed from the store");
            self.remove_integration(name).await?;
        }
        let feeds: BTreeSet<Resource> = self.integrations.needed_feeds().into_keys().collect();
        let needed_before: BTreeSet<Resource> = last_run.json(keys::FEEDS)?.unwrap_or_default();
        for resource in needed_before.difference(&feeds).copied() {
            self.mirror
                .commit(vec![
                    Change::RemoveResource { resource },
                    Change::RemoveValue { key: keys::cursor(resource) },
                    Change::RemoveValue { key: keys::feed_start(resource) },
                    Change::RemoveValue { key: keys::head_read(resource) },
                    Change::RemoveValue { key: keys::denied(resource) },
                    Change::RemoveValue { key: keys::standstill(resource) },
                    Change::RemoveValue { key: keys::endpoint(resource) },
                ])
                .await?;
        }
        if before != integrations {
            self.mirror.commit(vec![values::set_json(keys::INTEGRATIONS, &integrations)]).await?;
        }
        if needed_before != feeds {
            self.mirror.commit(vec![values::set_json(keys::FEEDS, &feeds)]).await?;
        }
        Ok(())
    }

    async fn remove_integration(&self, name: &str) -> Result<(), StoreError> {
        let mut changes = vec![
            Change::RemoveIntegration { integration: name.to_owned() },
            Change::RemoveValue { key: keys::configuration(name) },
            Change::RemoveValue { key: keys::reevaluation(name) },
            Change::RemoveValue { key: keys::paused(name) },
        ];
        // Unlike an opportunity, an event does not come again: its dead letter stays until an operator discards it.
        let letters = self.mirror.dead_letters().await?;
        let of_opportunities =
            |letter: &DeadLetter| letter.integration == name && letter.event_id().is_none();
        let remove = |letter: DeadLetter| Change::RemoveDeadLetter {
            integration: letter.integration,
            subject: letter.subject,
        };
        changes.extend(letters.into_iter().filter(of_opportunities).map(remove));
        self.mirror.commit(changes).await
    }

    /// Marks every opportunity of an integration whose configuration is not the one of its last run: its body may have changed.
    async fn mark_reconfigured(&self, last_run: &Values) -> Result<(), SyncError> {
        for integration in self.integrations.iter() {
            let key = keys::configuration(&integration.name);
            let configuration = integration.configuration();
            let before = last_run.text(&key);
            if before == Some(configuration.as_str()) {
                continue;
            }
            let mut last = vec![Change::SetValue { key, value: configuration }];
            let is_new = before.is_none();
            let _turn = if is_new && self.mirror.value(keys::PRUNED).await?.is_some() {
                // The base records that were pruned are new to this integration: their feed is read again.
                last.push(Change::RemoveValue { key: keys::cursor(integration.base()) });
                Some(self.feeds.turn(integration.base()).await)
            } else {
                None
            };
            self.stale.mark_all(integration, last).await?;
        }
        Ok(())
    }
}

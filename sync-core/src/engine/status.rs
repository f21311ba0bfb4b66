//! The state of a connection, as the store tells it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys;
use crate::{DeadLetter, Resource, Store, StoreError};

/// The state of a connection, read from its store without an engine: also beside the process that writes. Holds no customer data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConnectionStatus {
    /// The day from which base records are read; `None` before the first run.
    pub start: Option<DateTime<Utc>>,
    /// Each feed that is followed.
    pub feeds: BTreeMap<Resource, FeedStatus>,
    /// Each integration, by name.
    pub integrations: BTreeMap<String, IntegrationStatus>,
    /// What was given up, oldest first.
    pub dead_letters: Vec<DeadLetter>,
}

/// The state of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FeedStatus {
    /// When it was read to its head last, by the host's clock.
    pub read: Option<DateTime<Utc>>,
    /// Why the app was refused it when it was asked last.
    pub refused: Option<String>,
}

/// The state of an integration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IntegrationStatus {
    /// Opportunities that wait for delivery.
    pub waiting: u64,
    /// Since when it is paused, by the host's clock.
    pub paused: Option<DateTime<Utc>>,
    /// Dead letters.
    pub dead_letters: u64,
}

impl ConnectionStatus {
    /// Reads the state of a connection. One that was never opened has none.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn read(store: &dyn Store, connection: &str) -> Result<Self, StoreError> {
        let dead_letters = store.dead_letters(connection).await?;
        let mut status = ConnectionStatus {
            start: time(store, connection, keys::START).await?,
            dead_letters,
            ..ConnectionStatus::default()
        };
        let names: BTreeSet<String> = json(store, connection, keys::INTEGRATIONS).await?.unwrap_or_default();
        for name in names {
            let dead_letters =
                status.dead_letters.iter().filter(|letter| letter.integration == name).count() as u64;
            let integration = IntegrationStatus {
                waiting: store.dirty_count(connection, &name).await?,
                paused: time(store, connection, &keys::paused(&name)).await?,
                dead_letters,
            };
            status.integrations.insert(name, integration);
        }
        let feeds: BTreeSet<Resource> = json(store, connection, keys::FEEDS).await?.unwrap_or_default();
        for resource in feeds {
            let feed = FeedStatus {
                read: time(store, connection, &keys::read(resource)).await?,
                refused: store.value(connection, &keys::denied(resource)).await?,
            };
            status.feeds.insert(resource, feed);
        }
        Ok(status)
    }
}

/// A value of the connection that is JSON.
pub(super) async fn json<T: DeserializeOwned>(
    store: &dyn Store,
    connection: &str,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let Some(text) = store.value(connection, key).await? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| damaged(key, &text))
}

/// A value of the connection that is a time.
pub(super) async fn time(
    store: &dyn Store,
    connection: &str,
    key: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(text) = store.value(connection, key).await? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| damaged(key, &text))
}

fn damaged(key: &str, text: &str) -> StoreError {
    StoreError::Damaged(format!("the value {key:?} in the store is {text:?}"))
}

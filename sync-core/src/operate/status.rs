//! The status of a connection, as the store tells it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::mirror::values::Values;
use crate::mirror::{EndpointNote, keys};
use crate::{BadFieldCounts, DeadLetter, Resource, Standstill, Store, StoreError};

/// The state of a connection, read from its store without an engine: also beside the process that writes. Holds no customer data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConnectionStatus {
    /// The day from which base records are read; `None` before the first run.
    pub start: Option<DateTime<Utc>>,
    /// Each feed that the integrations need.
    pub feeds: BTreeMap<Resource, FeedStatus>,
    /// Fields that could not be read, of the records that ever came into the mirror.
    pub bad_fields: BadFieldCounts,
    /// Each integration, by name.
    pub integrations: BTreeMap<String, IntegrationStatus>,
    /// The dead letters, oldest first.
    pub dead_letters: Vec<DeadLetter>,
}

/// The state of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FeedStatus {
    /// When the feed was last read to its head, by the host's clock.
    pub read: Option<DateTime<Utc>>,
    /// Why the app was refused the feed at the last attempt.
    pub refused: Option<String>,
    /// Since when the feed stands still, and at which request; `None` for a feed whose last page could be read.
    pub stands_still: Option<Standstill>,
    /// The note that lookups of the resource's records left some of the asked IDs out without a word; `None` for an endpoint that was not seen to.
    pub narrow: Option<NarrowEndpoint>,
}

impl FeedStatus {
    /// Reads the state of each of these feeds.
    pub(super) async fn read(
        store: &dyn Store,
        connection: &str,
        feeds: BTreeSet<Resource>,
    ) -> Result<BTreeMap<Resource, Self>, StoreError> {
        let keys = [keys::head_read, keys::denied, keys::standstill, keys::endpoint];
        let keys: Vec<String> = feeds.iter().flat_map(|feed| keys.map(|key| key(*feed))).collect();
        let values = Values::read(store, connection, &keys).await?;
        let state_of = |feed: Resource| {
            Ok(FeedStatus {
                read: values.time(&keys::head_read(feed))?,
                refused: values.text(&keys::denied(feed)).map(str::to_owned),
                stands_still: values.json(&keys::standstill(feed))?,
                narrow: NarrowEndpoint::of(feed, &values)?,
            })
        };
        feeds.into_iter().map(|feed| Ok((feed, state_of(feed)?))).collect()
    }
}

/// An endpoint that cannot be asked for many IDs at a time: it answered for some of them only, without a word. Fewer are asked for at a time
/// until a day later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NarrowEndpoint {
    /// The most IDs that are asked for at a time.
    pub most_at_once: usize,
    /// When the endpoint left IDs out last, by the host's clock.
    pub noted: DateTime<Utc>,
}

impl NarrowEndpoint {
    fn of(resource: Resource, values: &Values) -> Result<Option<Self>, StoreError> {
        let note: Option<EndpointNote> = values.json(&keys::endpoint(resource))?;
        let narrow = note.and_then(|note| note.narrow);
        Ok(narrow.map(|(most, noted)| NarrowEndpoint { most_at_once: most.max(1), noted }))
    }
}

/// The state of an integration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IntegrationStatus {
    /// Number of opportunities that wait for delivery.
    pub waiting: u64,
    /// When the integration was paused, by the host's clock.
    pub paused: Option<DateTime<Utc>>,
    /// Number of dead letters.
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
        let keys = [keys::START, keys::BAD_FIELDS, keys::INTEGRATIONS, keys::FEEDS];
        let values = Values::read(store, connection, &keys).await?;
        let mut status = ConnectionStatus {
            start: values.time(keys::START)?,
            dead_letters,
            bad_fields: values.json(keys::BAD_FIELDS)?.unwrap_or_default(),
            ..ConnectionStatus::default()
        };
        let names: BTreeSet<String> = values.json(keys::INTEGRATIONS)?.unwrap_or_default();
        let keys: Vec<String> = names.iter().map(|name| keys::paused(name)).collect();
        let paused = Values::read(store, connection, &keys).await?;
        for name in names {
            let dead_letters =
                status.dead_letters.iter().filter(|letter| letter.integration == name).count() as u64;
            let integration = IntegrationStatus {
                waiting: store.dirty_count(connection, &name).await?,
                paused: paused.time(&keys::paused(&name))?,
                dead_letters,
            };
            status.integrations.insert(name, integration);
        }
        let feeds = values.json(keys::FEEDS)?.unwrap_or_default();
        status.feeds = FeedStatus::read(store, connection, feeds).await?;
        Ok(status)
    }
}

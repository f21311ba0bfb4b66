//! The change feeds of a connection.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::MutexGuard;

use super::Ingest;
use crate::integrations::Integrations;
use crate::mirror::Mirror;
use crate::progress::ProgressSender;
use crate::reader::Reader;
use crate::settings::Settings;
use crate::{BadFieldCounts, Clock, Resource, StoreError};

/// Reads the change feeds into the mirror.
pub(crate) struct Feeds {
    pub(super) mirror: Arc<Mirror>,
    pub(super) ingest: Arc<Ingest>,
    pub(super) reader: Reader,
    pub(super) integrations: Integrations,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) progress: ProgressSender,
    pub(super) children_days_earlier: u32,
    /// Whether incremental reads ask for the changes that a feed holds back.
    pub(super) recent_changes: bool,
    /// Interval between two reads of a reference table.
    pub(super) reference_tables_every: Duration,
    /// One lock for each feed. Protects its cursor from change between the read of the cursor and the commit of the page.
    turns: BTreeMap<Resource, tokio::sync::Mutex<()>>,
    /// Protects the newest time that ServiceTitan told since this engine was opened.
    server_time: Mutex<Option<DateTime<Utc>>>,
}

/// The exclusive right to move the cursor of a feed.
pub(crate) struct FeedTurn<'a> {
    /// `None` for a feed that no integration needs.
    _held: Option<MutexGuard<'a, ()>>,
}

impl Feeds {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        ingest: Arc<Ingest>,
        reader: Reader,
        integrations: Integrations,
        clock: Arc<dyn Clock>,
        progress: ProgressSender,
        settings: &Settings,
    ) -> Self {
        let needed = integrations.needed_feeds().into_keys();
        let turns = needed.map(|feed| (feed, tokio::sync::Mutex::default())).collect();
        let children_days_earlier = settings.children_days_earlier;
        Feeds {
            mirror,
            ingest,
            reader,
            integrations,
            clock,
            progress,
            children_days_earlier,
            recent_changes: settings.recent_changes,
            reference_tables_every: settings.reference_tables_every,
            turns,
            server_time: Mutex::default(),
        }
    }

    /// Adds the counts of bad fields to those that the store keeps, and returns those that are new since the last call.
    pub(crate) async fn keep_bad_fields(&self) -> Result<BadFieldCounts, StoreError> {
        self.ingest.keep_bad_fields().await
    }

    /// The feeds that the integrations need, those of base records last: what is ingested before a base record affects no opportunity yet, and
    /// costs no search for one.
    pub(crate) fn needed(&self) -> Vec<Resource> {
        let bases = self.integrations.base_resources();
        let (bases, mut feeds): (Vec<_>, Vec<_>) =
            self.integrations.needed_feeds().into_keys().partition(|feed| bases.contains(feed));
        feeds.extend(bases);
        feeds
    }

    /// Waits for the exclusive right to move the cursor of a feed: meanwhile no page of the feed is ingested.
    pub(crate) async fn turn(&self, feed: Resource) -> FeedTurn<'_> {
        let held = match self.turns.get(&feed) {
            Some(turn) => Some(turn.lock().await),
            None => None,
        };
        FeedTurn { _held: held }
    }

    /// The newest time that ServiceTitan told since this engine was opened.
    pub(crate) fn server_time(&self) -> Option<DateTime<Utc>> {
        *self.server_time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note_server_time(&self, time: DateTime<Utc>) {
        let mut newest = self.server_time.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = (*newest).max(Some(time));
    }
}

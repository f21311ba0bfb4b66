//! Feeds, read to their heads.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use tokio::time::Instant;

use super::feeds::Feeds;
use super::page::{NO_POSITION, ReadPage};
use crate::mirror::keys;
use crate::{Change, FeedReport, Resource, SourceError, SourceErrorKind, StoreError, SyncError, SyncReport};

/// Number of records that do not fit which a report names for one feed; the others are only counted.
const NAMED_PROBLEMS: usize = 100;

/// The outcome of feeds that were read at the same time.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct IngestedFeeds {
    /// Each feed that was read.
    pub feeds: BTreeMap<Resource, FeedReport>,
    /// The feeds that have more pages ready, for which there was no time.
    pub unfinished: Vec<Resource>,
    /// The integrations that cannot be delivered since a feed that they need is refused.
    pub held_up: BTreeSet<String>,
}

impl Feeds {
    /// Reads these feeds to their heads. A feed that fails is named in the report and holds up only the integrations that cannot do without
    /// it. Returns the names of the integrations that are held up.
    pub(crate) async fn ingest_all(
        &self,
        feeds: &[Resource],
        report: &mut SyncReport,
    ) -> Result<BTreeSet<String>, SyncError> {
        let read = self.ingest(feeds, None).await?;
        report.feeds.extend(read.feeds);
        Ok(read.held_up)
    }

    /// Reads some feeds to their heads, and begins no further page once the time is up. They are read at the same time, except that the first read
    /// of base records waits for the other feeds: a record that comes before the base records affects no opportunity, and costs no search for one.
    pub(crate) async fn ingest(
        &self,
        feeds: &[Resource],
        until: Option<Instant>,
    ) -> Result<IngestedFeeds, SyncError> {
        let mut needed = self.integrations.needed_feeds();
        needed.retain(|feed, _| feeds.contains(feed));
        let (waiting, others) = self.waiting_bases(needed.keys().copied()).await?;
        let mut ingested = IngestedFeeds::default();
        let mut refusal = None;
        let mut heads = Vec::new();
        let mut outcomes = self.ingest_together(&others, until).await?;
        let has_time = until.is_none_or(|until| Instant::now() < until);
        if others.is_empty() || (has_time && outcomes.iter().all(|(_, read)| !read.unfinished)) {
            outcomes.extend(self.ingest_together(&waiting, until).await?);
        } else {
            ingested.unfinished.extend(waiting);
        }
        for (resource, read) in outcomes {
            let needing = &needed[&resource];
            ingested.feeds.insert(resource, read.report);
            ingested.unfinished.extend(read.unfinished.then_some(resource));
            heads.extend(read.head_read);
            if let Some(error) = read.refused
                && !needing.is_empty()
            {
                ingested.held_up.extend(needing.iter().cloned());
                refusal = Some(error);
            }
        }
        // However many feeds told nothing new, that they were read is one commit.
        self.mirror.commit(heads).await?;
        match refusal {
            Some(error) if ingested.held_up.len() == self.integrations.len() => Err(error.into()),
            _ => Ok(ingested),
        }
    }

    /// Tells feeds of base records that were never read to their heads from the others.
    async fn waiting_bases(
        &self,
        feeds: impl Iterator<Item = Resource>,
    ) -> Result<(Vec<Resource>, Vec<Resource>), StoreError> {
        let bases: Vec<Resource> = self.integrations.base_resources().into_iter().collect();
        let states = self.mirror.feed_states(&bases).await?;
        let waits = |feed: &Resource| states.get(feed).is_some_and(|state| state.head_read.is_none());
        Ok(feeds.partition(waits))
    }

    /// Reads these feeds at the same time.
    async fn ingest_together(
        &self,
        feeds: &[Resource],
        until: Option<Instant>,
    ) -> Result<Vec<(Resource, ReadFeed)>, SyncError> {
        let read = join_all(feeds.iter().map(|feed| self.ingest_feed(*feed, until))).await;
        feeds.iter().copied().zip(read).map(|(feed, read)| Ok((feed, read?))).collect()
    }

    /// Reads a feed to its head, or until the time is up.
    async fn ingest_feed(&self, resource: Resource, until: Option<Instant>) -> Result<ReadFeed, SyncError> {
        let mut report = FeedReport::default();
        let (mut refused, mut head_read, mut unfinished) = (None, None, false);
        while !self.reader.is_stopped() {
            match self.read_page(resource).await {
                Ok(ReadPage { outcome: page, head_read: head }) => {
                    report.pages += 1;
                    report.changed += page.changed as u64;
                    report.unchanged += (page.records - page.changed) as u64;
                    report.unreadable += page.problems.len() as u64;
                    let room = NAMED_PROBLEMS.saturating_sub(report.problems.len());
                    report.problems.extend(page.problems.into_iter().take(room));
                    if page.cannot_go_on {
                        let error = format!("the feed of {resource} cannot go on: {NO_POSITION}");
                        tracing::warn!(%resource, "{error}");
                        report.error = Some(error);
                    }
                    if !page.has_more {
                        head_read = head;
                        break;
                    }
                    if until.is_some_and(|until| Instant::now() >= until) {
                        unfinished = true;
                        break;
                    }
                }
                Err(SyncError::Cancelled) => break,
                Err(SyncError::Source(error)) if error.kind == SourceErrorKind::Auth => {
                    return Err(error.into());
                }
                Err(SyncError::Source(error)) => {
                    tracing::warn!(%resource, %error, "a feed could not be read");
                    report.error = Some(error.to_string());
                    if error.kind == SourceErrorKind::MissingScope {
                        let key = keys::denied(resource);
                        self.mirror.commit(vec![Change::SetValue { key, value: error.to_string() }]).await?;
                    }
                    report.refused = error.kind != SourceErrorKind::Temporary;
                    if report.refused {
                        refused = Some(error);
                    }
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        report.lag_seconds = if head_read.is_some() { Some(0) } else { self.lag(resource).await? };
        if report.error.is_some() {
            report.stands_still = self.mirror.json_value(&keys::standstill(resource)).await?;
        }
        Ok(ReadFeed { report, refused, head_read, unfinished })
    }

    /// Number of seconds since the feed was last read to its head.
    async fn lag(&self, resource: Resource) -> Result<Option<u64>, StoreError> {
        let read = self.mirror.time_value(&keys::head_read(resource)).await?;
        // A clock that was set back makes no negative lag.
        Ok(read.map(|read| (self.clock.now() - read).num_seconds().try_into().unwrap_or(0)))
    }
}

/// A feed that was read as far as it goes.
struct ReadFeed {
    report: FeedReport,
    /// The error that stays until somebody changes something.
    refused: Option<SourceError>,
    /// The note that the feed was read to its head, if it is not committed yet.
    head_read: Option<Change>,
    /// Whether more pages are ready, for which there was no time.
    unfinished: bool,
}

//! One page of a feed: read from the cursor, committed together with the next cursor.

use super::feeds::Feeds;
use crate::mirror::{FeedStart, keys, values};
use crate::{Change, FeedPosition, Priority, Progress, Resource, SyncError};

/// The outcome of one page of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IngestedPage {
    /// Number of records on the page.
    pub records: usize,
    /// Number of records that were new or had changed.
    pub changed: usize,
    /// Records that do not fit, each with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Whether another page is ready now, and can be read.
    pub has_more: bool,
    /// Whether more records follow that cannot be read, since ServiceTitan names no position behind this page. The next run reads the page again.
    pub cannot_go_on: bool,
}

impl Feeds {
    /// Reads the next page of a feed and commits its records, the marks of the opportunities that they affect and the new cursor together.
    pub(crate) async fn ingest_page(&self, resource: Resource) -> Result<IngestedPage, SyncError> {
        let _turn = self.turn(resource).await;
        let cursor = self.mirror.value(&keys::cursor(resource)).await?;
        let mut more = Vec::new();
        let position = match cursor {
            Some(token) => FeedPosition::Token(token),
            None => {
                let start = self.new_feed_start(resource).await?;
                let value = Change::SetValue { key: keys::feed_start(resource), value: start.to_text() };
                more.push(value);
                match start {
                    FeedStart::Beginning => FeedPosition::Beginning,
                    FeedStart::At(date) => FeedPosition::Since(date),
                }
            }
        };
        let head_was_reached = self.mirror.value(&keys::head_read(resource)).await?.is_some();
        let priority = if head_was_reached { Priority::Incremental } else { Priority::Backfill };
        let (page, lock) = loop {
            let erasures = self.mirror.erasures();
            let page = self.reader.read_feed(resource, &position, priority).await?;
            if let Some(lock) = self.mirror.lock_since(erasures).await {
                break (page, lock);
            }
        };
        if let Some(time) = page.server_time {
            self.note_server_time(time);
        }
        let next = page.next.filter(|next| FeedPosition::Token(next.clone()) != position);
        // To read on would be to read this page for ever.
        let cannot_go_on = page.has_more && next.is_none();
        if let Some(next) = next {
            more.push(Change::SetValue { key: keys::cursor(resource), value: next });
        }
        if !page.has_more {
            more.push(values::set_time(keys::head_read(resource), self.clock.now()));
        }
        if self.mirror.is_denied(resource).await? {
            // Opportunities that were delivered meanwhile lack the records of this feed.
            more.push(Change::RemoveValue { key: keys::denied(resource) });
            let showing = self.integrations.showing(resource);
            more.extend(showing.map(|integration| self.mirror.request_reevaluation(integration)));
        }
        let records = page.records.len();
        let ingested = self.ingest.ingest_locked(&lock, resource, page.records, more).await?;
        self.progress.announce(Progress::Page { resource, records });
        Ok(IngestedPage {
            records,
            changed: ingested.changed,
            problems: page.problems,
            has_more: page.has_more && !cannot_go_on,
            cannot_go_on,
        })
    }
}

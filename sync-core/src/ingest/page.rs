//! One page of a feed: read from the cursor, committed together with the next cursor.

use super::feeds::Feeds;
use super::records::put_records;
use crate::mirror::{FeedStart, FeedState, keys, values};
use crate::{Change, FeedPosition, Priority, Progress, Resource, SourceErrorKind, Standstill, SyncError};

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

/// The reason why a feed whose page names no position behind it cannot go on.
pub(super) const NO_POSITION: &str =
    "ServiceTitan says that more records follow, and names no position behind the last page";

/// Number of characters of a position that a note about a feed keeps.
const LONGEST_POSITION: usize = 300;

/// A page that was read and ingested.
pub(super) struct ReadPage {
    pub(super) outcome: IngestedPage,
    /// The note that the feed was read to its head, for a page that told nothing new: it is not committed yet.
    pub(super) head_read: Option<Change>,
}

impl Feeds {
    /// Reads the next page of a feed and commits its records, the marks of the opportunities that they affect and the new cursor together.
    pub(crate) async fn ingest_page(&self, resource: Resource) -> Result<IngestedPage, SyncError> {
        let page = self.read_page(resource).await?;
        self.mirror.commit(page.head_read.into_iter().collect()).await?;
        Ok(page.outcome)
    }

    /// As [`ingest_page`](Self::ingest_page), except that the last page of a feed costs no commit if it tells nothing new: the caller commits the note
    /// that the feed was read, together with those of other feeds.
    pub(super) async fn read_page(&self, resource: Resource) -> Result<ReadPage, SyncError> {
        let _turn = self.turn(resource).await;
        let mut state = self.mirror.feed_state(resource).await?;
        let mut more = Vec::new();
        let position = match state.cursor.take() {
            Some(token) => FeedPosition::Token(token),
            None => {
                let start = self.new_feed_start(resource).await?;
                let value = start.to_text();
                if self.mirror.value(&keys::feed_start(resource)).await?.as_ref() != Some(&value) {
                    more.push(Change::SetValue { key: keys::feed_start(resource), value });
                }
                match start {
                    FeedStart::Beginning => FeedPosition::Beginning,
                    FeedStart::At(date) => FeedPosition::Since(date),
                }
            }
        };
        let page = self.read_from(resource, &state, &position, more).await;
        if let Err(SyncError::Source(error)) = &page
            && error.kind != SourceErrorKind::Auth
            && !state.stands_still
        {
            self.note_standstill(resource, &position, &error.message).await?;
        }
        page
    }

    async fn read_from(
        &self,
        resource: Resource,
        state: &FeedState,
        position: &FeedPosition,
        mut more: Vec<Change>,
    ) -> Result<ReadPage, SyncError> {
        let head_was_reached = state.head_read.is_some();
        let priority = if head_was_reached { Priority::Incremental } else { Priority::Backfill };
        let include_recent = self.recent_changes && head_was_reached;
        let (page, lock) = loop {
            let erasures = self.mirror.erasures();
            let page = self.reader.read_feed(resource, position, include_recent, priority).await?;
            if let Some(lock) = self.mirror.lock_since(erasures).await {
                break (page, lock);
            }
        };
        if let Some(time) = page.server_time {
            self.note_server_time(time);
        }
        let next = page.next.filter(|next| FeedPosition::Token(next.clone()) != *position);
        // To read on would be to read this page for ever.
        let cannot_go_on = page.has_more && next.is_none();
        if let Some(next) = next {
            more.push(Change::SetValue { key: keys::cursor(resource), value: next });
        }
        let mut head_read =
            (!page.has_more).then(|| values::set_time(keys::head_read(resource), self.clock.now()));
        if state.is_denied {
            // Opportunities that were delivered meanwhile lack the records of this feed.
            more.push(Change::RemoveValue { key: keys::denied(resource) });
            let showing = self.integrations.showing(resource);
            more.extend(showing.map(|integration| self.mirror.request_reevaluation(integration)));
        }
        if state.stands_still && !cannot_go_on {
            more.push(Change::RemoveValue { key: keys::standstill(resource) });
        }
        let records = page.records.len();
        let (mut changes, ingested) = self.ingest.changes_of(resource, page.records).await?;
        let put = put_records(&changes);
        changes.extend(more);
        if !changes.is_empty() {
            changes.extend(head_read.take());
        }
        lock.commit(changes).await?;
        drop(lock);
        self.ingest.count_bad_fields(resource, &page.bad_fields, &put);
        if cannot_go_on && !state.stands_still {
            self.note_standstill(resource, position, NO_POSITION).await?;
        }
        self.progress.announce(Progress::Page { resource, records });
        let outcome = IngestedPage {
            records,
            changed: ingested.changed,
            problems: page.problems,
            has_more: page.has_more && !cannot_go_on,
            cannot_go_on,
        };
        Ok(ReadPage { outcome, head_read })
    }

    /// Notes durably since when a feed stands still and at which request.
    async fn note_standstill(
        &self,
        resource: Resource,
        position: &FeedPosition,
        reason: &str,
    ) -> Result<(), SyncError> {
        let from = match position {
            FeedPosition::Beginning => "the beginning".to_owned(),
            FeedPosition::Since(date) => date.date_naive().to_string(),
            FeedPosition::Token(token) => token.chars().take(LONGEST_POSITION).collect(),
        };
        let request = format!("the feed of {resource} from {from}");
        let standstill = Standstill { since: self.clock.now(), request, reason: reason.to_owned() };
        Ok(self.mirror.commit(vec![values::set_json(&keys::standstill(resource), &standstill)]).await?)
    }
}

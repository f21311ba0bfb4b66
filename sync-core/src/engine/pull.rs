//! Reading the change feeds into the mirror.

use std::collections::BTreeSet;

use futures::future::join_all;

use super::feeds::{self, FeedStart};
use super::{Engine, keys};
use crate::{
    Change, FeedPosition, FeedReport, Priority, Progress, Resource, SourceError, SourceErrorKind, StoreError,
    SyncError, SyncReport,
};

/// How many records that do not fit a report names for one feed; the rest is counted.
const NAMED_PROBLEMS: usize = 100;

/// What one page of a feed brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PulledPage {
    /// Records on the page.
    pub records: usize,
    /// Those of them that were new or had changed.
    pub changed: usize,
    /// Records that do not fit, each with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Whether another page is ready now.
    pub has_more: bool,
}

impl Engine {
    /// The feeds that the integrations need, for [`pull_page`](Self::pull_page).
    pub fn feeds(&self) -> Vec<Resource> {
        feeds::needed(&self.integrations).into_keys().collect()
    }

    /// One step of a sync: reads the next page of a feed and commits its records, the opportunities that they touch and the new cursor
    /// together. Repeating it does no harm.
    ///
    /// # Errors
    ///
    /// [`SyncError::Source`] when the page cannot be read, [`SyncError::Store`] when it cannot be committed, [`SyncError::Cancelled`] when
    /// the engine was asked to stop. Nothing is half-written.
    pub async fn pull_page(&self, resource: Resource) -> Result<PulledPage, SyncError> {
        let _turn = self.turn_of_feed(resource).await;
        let cursor = self.store.value(&self.connection, &keys::cursor(resource)).await?;
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
        let head_was_reached = self.store.value(&self.connection, &keys::read(resource)).await?.is_some();
        let priority = if head_was_reached { Priority::Incremental } else { Priority::Backfill };
        let (page, _one_at_a_time) = loop {
            let forgotten = self.forgotten();
            let page = self.read(self.source.read_feed(resource, &position, priority)).await?;
            let writing = self.writing.lock().await;
            // It may have what was forgotten since.
            if forgotten == self.forgotten() {
                break (page, writing);
            }
        };
        if let Some(time) = page.server_time {
            self.note_server_time(time);
        }
        let next = FeedPosition::Token(page.next.clone());
        if next != position {
            more.push(Change::SetValue { key: keys::cursor(resource), value: page.next });
        }
        if !page.has_more {
            more.push(Change::SetValue { key: keys::read(resource), value: self.clock.now().to_rfc3339() });
        }
        if self.is_denied(resource).await? {
            // What was delivered without it meanwhile lacks what could not be read.
            more.push(Change::RemoveValue { key: keys::denied(resource) });
            let needing = self.integrations.iter().filter(|it| feeds::needs(it, resource));
            more.extend(needing.map(|integration| self.look_at_all(integration)));
        }
        let records = page.records.len();
        let taken = self.take_in_held(resource, page.records, more).await?;
        self.announce(Progress::Page { resource, records });
        Ok(PulledPage { records, changed: taken.changed, problems: page.problems, has_more: page.has_more })
    }

    /// Held by whoever reads or sets a feed's cursor: nobody moves one that has been set back meanwhile, or reads a page beside another.
    pub(super) async fn turn_of_feed(&self, resource: Resource) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        match self.pulling.get(&resource) {
            Some(turn) => Some(turn.lock().await),
            // No integration needs it.
            None => None,
        }
    }

    /// Reads every feed to its head. A feed that fails is named in the report and holds up only the integrations that cannot do without;
    /// these are returned.
    pub(super) async fn pull(&self, report: &mut SyncReport) -> Result<BTreeSet<String>, SyncError> {
        let needed = feeds::needed(&self.integrations);
        let mut held_up = BTreeSet::new();
        let mut refusal = None;
        let outcomes = join_all(needed.keys().map(|resource| self.pull_feed(*resource))).await;
        for ((resource, needing), outcome) in needed.iter().zip(outcomes) {
            let (feed, refused) = outcome?;
            report.feeds.insert(*resource, feed);
            if let Some(error) = refused
                && !needing.is_empty()
            {
                held_up.extend(needing.iter().cloned());
                refusal = Some(error);
            }
        }
        match refusal {
            Some(error) if held_up.len() == self.integrations.len() => Err(error.into()),
            _ => Ok(held_up),
        }
    }

    /// Reads a feed to its head. Also answers why it will not work until somebody changes something.
    async fn pull_feed(&self, resource: Resource) -> Result<(FeedReport, Option<SourceError>), SyncError> {
        let mut report = FeedReport::default();
        let mut refused = None;
        while !self.cancelled() {
            match self.pull_page(resource).await {
                Ok(page) => {
                    report.pages += 1;
                    report.changed += page.changed as u64;
                    report.unchanged += (page.records - page.changed) as u64;
                    report.unreadable += page.problems.len() as u64;
                    let room = NAMED_PROBLEMS.saturating_sub(report.problems.len());
                    report.problems.extend(page.problems.into_iter().take(room));
                    if !page.has_more {
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
                        self.commit(vec![Change::SetValue { key, value: error.to_string() }]).await?;
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
        report.lag_seconds = self.lag(resource).await?;
        Ok((report, refused))
    }

    /// Where a feed that is read for the first time starts.
    async fn new_feed_start(&self, resource: Resource) -> Result<FeedStart, SyncError> {
        if feeds::starts_at_the_beginning(resource) {
            return Ok(FeedStart::Beginning);
        }
        let start = self.start().await?;
        let earlier =
            if feeds::may_start_earlier(resource) { self.settings.children_days_earlier } else { 0 };
        Ok(FeedStart::At(start - chrono::Duration::days(i64::from(earlier))))
    }

    /// Where a feed started; `None` before it was ever read.
    pub(super) async fn feed_start(&self, resource: Resource) -> Result<Option<FeedStart>, StoreError> {
        let Some(text) = self.store.value(&self.connection, &keys::feed_start(resource)).await? else {
            return Ok(None);
        };
        let damaged = || StoreError::Damaged(format!("the start of the feed of {resource} is {text:?}"));
        FeedStart::from_text(&text).map(Some).ok_or_else(damaged)
    }

    /// Whether the app was refused the feed when it was asked last.
    pub(super) async fn is_denied(&self, resource: Resource) -> Result<bool, StoreError> {
        Ok(self.store.value(&self.connection, &keys::denied(resource)).await?.is_some())
    }

    /// How many seconds ago the feed was read to its head.
    async fn lag(&self, resource: Resource) -> Result<Option<u64>, StoreError> {
        let read = self.time_value(&keys::read(resource)).await?;
        // A clock that was set back makes no negative lag.
        Ok(read.map(|read| (self.clock.now() - read).num_seconds().try_into().unwrap_or(0)))
    }
}

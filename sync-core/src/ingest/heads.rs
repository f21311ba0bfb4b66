//! All feeds, read to their heads.

use std::collections::BTreeSet;

use futures::future::join_all;

use super::feeds::Feeds;
use crate::mirror::keys;
use crate::{Change, FeedReport, Resource, SourceError, SourceErrorKind, StoreError, SyncError, SyncReport};

/// Number of records that do not fit which a report names for one feed; the others are only counted.
const NAMED_PROBLEMS: usize = 100;

impl Feeds {
    /// Reads every feed to its head. A feed that fails is named in the report and holds up only the integrations that cannot do without
    /// it. Returns the names of the integrations that are held up.
    pub(crate) async fn ingest_all(&self, report: &mut SyncReport) -> Result<BTreeSet<String>, SyncError> {
        let needed = self.integrations.needed_feeds();
        let mut held_up = BTreeSet::new();
        let mut refusal = None;
        let outcomes = join_all(needed.keys().map(|resource| self.ingest_feed(*resource))).await;
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

    /// Reads a feed to its head. The second part of the answer is the error that stays until somebody changes something.
    async fn ingest_feed(&self, resource: Resource) -> Result<(FeedReport, Option<SourceError>), SyncError> {
        let mut report = FeedReport::default();
        let mut refused = None;
        while !self.reader.is_stopped() {
            match self.ingest_page(resource).await {
                Ok(page) => {
                    report.pages += 1;
                    report.changed += page.changed as u64;
                    report.unchanged += (page.records - page.changed) as u64;
                    report.unreadable += page.problems.len() as u64;
                    let room = NAMED_PROBLEMS.saturating_sub(report.problems.len());
                    report.problems.extend(page.problems.into_iter().take(room));
                    if page.cannot_go_on {
                        let error = format!(
                            "the feed of {resource} cannot go on: ServiceTitan says that more records follow, and names no position behind the last page"
                        );
                        tracing::warn!(%resource, "{error}");
                        report.error = Some(error);
                    }
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
        report.lag_seconds = self.lag(resource).await?;
        Ok((report, refused))
    }

    /// Number of seconds since the feed was last read to its head.
    async fn lag(&self, resource: Resource) -> Result<Option<u64>, StoreError> {
        let read = self.mirror.time_value(&keys::head_read(resource)).await?;
        // A clock that was set back makes no negative lag.
        Ok(read.map(|read| (self.clock.now() - read).num_seconds().try_into().unwrap_or(0)))
    }
}

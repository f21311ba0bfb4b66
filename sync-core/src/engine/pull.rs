//! Reading the change feeds into the mirror.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures::future::join_all;

use super::feeds::{self, Need};
use super::{Engine, touch};
use crate::{
    Change, FeedPosition, FeedReport, MirrorRecord, Priority, Progress, Resource, SourceErrorKind,
    StoreError, SyncError, SyncReport,
};

impl Engine {
    /// Reads every feed to its head. A feed that fails is named in the report; only one that every opportunity needs, and that
    /// will not work later either, stops the run.
    pub(super) async fn pull(&self, start: DateTime<Utc>, report: &mut SyncReport) -> Result<(), SyncError> {
        let needed = feeds::needed(&self.integrations);
        let pulls = needed.iter().map(|(resource, need)| self.pull_feed(*resource, *need, start));
        for (resource, outcome) in needed.keys().zip(join_all(pulls).await) {
            report.feeds.insert(*resource, outcome?);
        }
        Ok(())
    }

    async fn pull_feed(
        &self,
        resource: Resource,
        need: Need,
        start: DateTime<Utc>,
    ) -> Result<FeedReport, SyncError> {
        let mut report = FeedReport::default();
        let key = cursor_key(resource);
        let mut position = match self.store.value(&self.connection, &key).await? {
            Some(token) => FeedPosition::Token(token),
            None if feeds::starts_at_the_beginning(resource) => FeedPosition::Beginning,
            None => FeedPosition::Since(start),
        };
        while !self.cancelled() {
            let page = match self.source.read_feed(resource, &position, Priority::Incremental).await {
                Ok(page) => page,
                Err(error) if error.kind == SourceErrorKind::Auth => return Err(error.into()),
                Err(error) if need == Need::Required && error.kind != SourceErrorKind::Temporary => {
                    return Err(error.into());
                }
                Err(error) => {
                    tracing::warn!(%resource, %error, "a feed could not be read");
                    report.error = Some(error.to_string());
                    return Ok(report);
                }
            };
            report.pages += 1;
            report.problems.extend(page.problems);
            let records = page.records.len();
            let (mut changes, changed) = self.changes_of(resource, page.records).await?;
            report.changed += changed as u64;
            report.unchanged += (records - changed) as u64;
            let next = FeedPosition::Token(page.next.clone());
            if next != position {
                changes.push(Change::SetValue { key: key.clone(), value: page.next });
            }
            self.commit(changes).await?;
            self.announce(Progress::Page { resource, records });
            if !page.has_more {
                break;
            }
            position = next;
        }
        Ok(report)
    }

    /// What a page's records change: the mirror, and the opportunities that they touch. Also how many of the records were new.
    pub(super) async fn changes_of(
        &self,
        resource: Resource,
        records: Vec<MirrorRecord>,
    ) -> Result<(Vec<Change>, usize), StoreError> {
        let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
        let kept = self.store.records(&self.connection, resource, &ids).await?;
        let kept: HashMap<i64, MirrorRecord> = kept.into_iter().map(|record| (record.id, record)).collect();
        let new: Vec<MirrorRecord> = records
            .into_iter()
            .filter(|record| {
                kept.get(&record.id).is_none_or(|kept| record.replaces(kept) && record.body != kept.body)
            })
            .collect();
        let changed = new.len();

        // Where a record belonged before counts too: an estimate that moved touches the job that it left.
        let mut touching = new.clone();
        touching.extend(new.iter().filter_map(|record| kept.get(&record.id)).cloned());
        let mut marks = Vec::new();
        for integration in &self.integrations {
            let base = integration.base();
            let touched = if resource == base {
                new.iter().map(|record| record.id).collect()
            } else {
                touch::touched(self.store.as_ref(), &self.connection, base, &touching).await?
            };
            let mark = |id| Change::MarkDirty { integration: integration.name.clone(), id };
            marks.extend(touched.into_iter().map(mark));
        }
        let mut changes: Vec<Change> = new.into_iter().map(Change::PutRecord).collect();
        changes.extend(marks);
        Ok((changes, changed))
    }
}

fn cursor_key(resource: Resource) -> String {
    format!("cursor:{resource}")
}

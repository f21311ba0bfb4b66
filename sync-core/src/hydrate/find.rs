//! The ways to find the records that opportunities are made of.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::mirror::Reads;
use crate::{MirrorRecord, Resource, StoreError, SyncError};

/// A parent whose children are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parent {
    pub(super) id: i64,
    /// `None` where it is not known: then the children are looked up.
    pub(super) created_on: Option<DateTime<Utc>>,
}

/// Finds the records that a batch of opportunities is made of.
#[async_trait]
pub(super) trait FindRecords: Send + Sync {
    /// The reads of the connection.
    fn reads(&self) -> &Reads;

    /// The records with these IDs. Those that cannot be found are left out.
    async fn find_records(
        &mut self,
        resource: Resource,
        ids: &BTreeSet<i64>,
    ) -> Result<Vec<MirrorRecord>, SyncError>;

    /// The children of these parents, as far as they can be found.
    async fn find_children(
        &mut self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
    ) -> Result<Vec<MirrorRecord>, SyncError>;

    /// Has a reference table read on for rows that the mirror lacks, and notes those that the table lacks, too.
    async fn settle_missing_rows(&mut self, resource: Resource, ids: &[i64]) -> Result<(), SyncError>;
}

/// The parents whose children the mirror may lack. A mark decides; without a mark, the children of a parent that was created since the
/// start of their feed came or will come through the feed. Contacts need not: one that gets a further owner may be older than that owner and
/// than the start of the feed, so that the contacts of every owner are looked up once.
pub(super) async fn incomplete_parents(
    reads: &Reads,
    children: Resource,
    parents: &[Parent],
) -> Result<Vec<i64>, StoreError> {
    let start = reads.feed_start(children).await?;
    let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
    let marks: HashMap<i64, bool> = reads.completeness(children, &ids).await?.into_iter().collect();
    let is_incomplete = |parent: &&Parent| {
        let mark = marks.get(&parent.id).copied();
        let not_before = parent.created_on.filter(|_| children.owner().is_none());
        !mark.unwrap_or_else(|| start.is_some_and(|start| start.covers(not_before)))
    };
    Ok(parents.iter().filter(is_incomplete).map(|parent| parent.id).collect())
}

/// The records without those that are known to be absent.
pub(super) fn present(records: Vec<MirrorRecord>) -> Vec<MirrorRecord> {
    records.into_iter().filter(|record| record.body.is_some()).collect()
}

//! Records of a batch: in the mirror, else in ServiceTitan.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::ingest::Ingest;
use crate::mirror::Mirror;
use crate::reader::Reader;
use crate::{Change, Clock, MirrorRecord, Priority, Resource, SyncError};

/// A parent whose children are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parent {
    pub(super) id: i64,
    /// `None` where it is not known: then the children are looked up.
    pub(super) created_on: Option<DateTime<Utc>>,
}

/// The lookups of one batch.
pub(super) struct Lookups<'a> {
    pub(super) mirror: &'a Mirror,
    pub(super) ingest: &'a Ingest,
    pub(super) reader: &'a Reader,
    pub(super) clock: &'a dyn Clock,
    pub(super) priority: Priority,
    /// Lookups that failed, without customer data.
    pub(super) warnings: Vec<String>,
}

impl<'a> Lookups<'a> {
    pub(super) fn new(
        mirror: &'a Mirror,
        ingest: &'a Ingest,
        reader: &'a Reader,
        clock: &'a dyn Clock,
        priority: Priority,
    ) -> Self {
        Lookups { mirror, ingest, reader, clock, priority, warnings: Vec::new() }
    }

    /// The records with these IDs: from the mirror, and by lookup where the mirror does not know them. A record that does not exist is
    /// kept as absent.
    pub(super) async fn find_records(
        &mut self,
        resource: Resource,
        ids: &BTreeSet<i64>,
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        // 0 stands for "none" in some of ServiceTitan's ID fields.
        let ids: Vec<i64> = ids.iter().copied().filter(|id| *id != 0).collect();
        let kept = self.mirror.records(resource, &ids).await?;
        let known: HashSet<i64> = kept.iter().map(|record| record.id).collect();
        let unknown: Vec<i64> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
        if unknown.is_empty() {
            return Ok(present(kept));
        }
        if resource.has_ids_lookup() {
            self.look_up_records(resource, &unknown).await?;
        } else {
            self.mark_absent(resource, &unknown).await?;
        }
        Ok(present(self.mirror.records(resource, &ids).await?))
    }

    /// Marks records as absent that only their feed can bring: once it does, the opportunities that were delivered without them are
    /// re-evaluated.
    pub(super) async fn mark_absent(&self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        let lock = self.mirror.lock().await;
        let kept = self.mirror.records(resource, ids).await?;
        let known: HashSet<i64> = kept.iter().map(|record| record.id).collect();
        let unknown = ids.iter().filter(|id| !known.contains(id));
        let absent = unknown.map(|id| Change::PutRecord(MirrorRecord::absent(resource, *id)));
        Ok(lock.commit(absent.collect()).await?)
    }

    /// All children of these parents: from the mirror where it is known to have them all, else after one lookup of all of them.
    pub(super) async fn find_children(
        &mut self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        let incomplete = self.incomplete_parents(children, parents).await?;
        if !incomplete.is_empty() && children.has_parent_lookup() {
            self.look_up_children(children, parent, &incomplete).await?;
        }
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        Ok(present(self.mirror.linked(children, parent, &ids).await?))
    }

    /// The parents whose children the mirror may lack. A mark decides; without a mark, the children of a parent that was created since the
    /// start of their feed came or will come through the feed.
    async fn incomplete_parents(
        &self,
        children: Resource,
        parents: &[Parent],
    ) -> Result<Vec<i64>, SyncError> {
        let start = self.mirror.feed_start(children).await?;
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        let marks: HashMap<i64, bool> = self.mirror.completeness(children, &ids).await?.into_iter().collect();
        let is_incomplete = |parent: &&Parent| {
            let mark = marks.get(&parent.id).copied();
            !mark.unwrap_or_else(|| start.is_some_and(|start| start.covers(parent.created_on)))
        };
        Ok(parents.iter().filter(is_incomplete).map(|parent| parent.id).collect())
    }
}

fn present(records: Vec<MirrorRecord>) -> Vec<MirrorRecord> {
    records.into_iter().filter(|record| record.body.is_some()).collect()
}

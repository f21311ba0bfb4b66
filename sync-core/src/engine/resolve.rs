//! Reading what opportunities need and the mirror lacks, in batches across opportunities.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::Engine;
use super::feeds;
use crate::{Change, MirrorRecord, Priority, Resource, SyncError};

/// A parent whose children are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parent {
    pub(super) id: i64,
    /// Where it is not known, the children are read.
    pub(super) created_on: Option<DateTime<Utc>>,
}

/// Finds records for a batch of opportunities: in the mirror, else in ServiceTitan.
pub(super) struct Resolver<'a> {
    pub(super) engine: &'a Engine,
    pub(super) priority: Priority,
    /// What could not be read, without customer data.
    pub(super) warnings: Vec<String>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(engine: &'a Engine, priority: Priority) -> Self {
        Resolver { engine, priority, warnings: Vec::new() }
    }

    /// The records with these IDs: from the mirror, and from ServiceTitan where the mirror does not know them. One that does not exist
    /// is remembered as absent.
    pub(super) async fn records(
        &mut self,
        resource: Resource,
        ids: &BTreeSet<i64>,
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        // 0 stands for "none" in some of ServiceTitan's ID fields.
        let ids: Vec<i64> = ids.iter().copied().filter(|id| *id != 0).collect();
        let kept = self.engine.store.records(&self.engine.connection, resource, &ids).await?;
        let known: HashSet<i64> = kept.iter().map(|record| record.id).collect();
        let unknown: Vec<i64> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
        if unknown.is_empty() {
            return Ok(present(kept));
        }
        if feeds::has_ids_lookup(resource) {
            self.look_up_records(resource, &unknown).await?;
        } else {
            self.note_wanted(resource, &unknown).await?;
        }
        Ok(present(self.engine.store.records(&self.engine.connection, resource, &ids).await?))
    }

    /// Remembers records that nothing but their feed brings as absent: what is delivered without them is looked at again once it does.
    pub(super) async fn note_wanted(&self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        let _one_at_a_time = self.engine.writing.lock().await;
        let kept = self.engine.store.records(&self.engine.connection, resource, ids).await?;
        let known: HashSet<i64> = kept.iter().map(|record| record.id).collect();
        let unknown = ids.iter().filter(|id| !known.contains(id));
        let absent = unknown.map(|id| Change::PutRecord(MirrorRecord::absent(resource, *id)));
        Ok(self.engine.commit(absent.collect()).await?)
    }

    /// All children of these parents: from the mirror where it is known to have them all, else after one full read.
    pub(super) async fn children(
        &mut self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        let unread = self.incomplete(children, parents).await?;
        if !unread.is_empty() && feeds::has_parent_lookup(children) {
            self.look_up_children(children, parent, &unread).await?;
        }
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        Ok(present(self.engine.store.linked(&self.engine.connection, children, parent, &ids).await?))
    }

    /// The parents whose children the mirror may lack. A mark decides; without one, the children of what was created since their feed starts
    /// came or will come through the feed.
    async fn incomplete(&self, children: Resource, parents: &[Parent]) -> Result<Vec<i64>, SyncError> {
        let engine = self.engine;
        let start = engine.feed_start(children).await?;
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        let marks: HashMap<i64, bool> =
            engine.store.completeness(&engine.connection, children, &ids).await?.into_iter().collect();
        let complete = |parent: &&Parent| {
            let mark = marks.get(&parent.id).copied();
            !mark.unwrap_or_else(|| start.is_some_and(|start| start.covers(parent.created_on)))
        };
        Ok(parents.iter().filter(complete).map(|parent| parent.id).collect())
    }
}

fn present(records: Vec<MirrorRecord>) -> Vec<MirrorRecord> {
    records.into_iter().filter(|record| record.body.is_some()).collect()
}

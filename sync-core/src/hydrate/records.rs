//! Records of a batch that is to be delivered: in the mirror, else looked up in ServiceTitan.

use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;

use super::find::{FindRecords, Parent, incomplete_parents, present};
use crate::ingest::Ingest;
use crate::mirror::{Mirror, Reads};
use crate::reader::Reader;
use crate::{Change, Clock, MirrorRecord, Priority, Resource, SyncError};

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
}

#[async_trait]
impl FindRecords for Lookups<'_> {
    fn reads(&self) -> &Reads {
        self.mirror
    }

    /// The records with these IDs: from the mirror, and by lookup where the mirror does not know them. A record that does not exist is
    /// kept as absent.
    async fn find_records(
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
    async fn mark_absent(&mut self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        let lock = self.mirror.lock().await;
        let kept = self.mirror.records(resource, ids).await?;
        let known: HashSet<i64> = kept.iter().map(|record| record.id).collect();
        let unknown = ids.iter().filter(|id| !known.contains(id));
        let absent = unknown.map(|id| Change::PutRecord(MirrorRecord::absent(resource, *id)));
        Ok(lock.commit(absent.collect()).await?)
    }

    /// All children of these parents: from the mirror where it is known to have them all, else after one lookup of all of them.
    async fn find_children(
        &mut self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        let incomplete = incomplete_parents(self.mirror, children, parents).await?;
        if !incomplete.is_empty() && children.has_parent_lookup() {
            self.look_up_children(children, parent, &incomplete).await?;
        }
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        Ok(present(self.mirror.linked(children, parent, &ids).await?))
    }
}

//! Records of a batch that is to be delivered: in the mirror, else looked up in ServiceTitan.

use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;

use super::find::{FindRecords, Parent, incomplete_parents, present};
use crate::ingest::{Feeds, Ingest};
use crate::mirror::{Mirror, Reads};
use crate::reader::Reader;
use crate::{Change, Clock, MirrorRecord, Priority, Resource, SyncError};

/// The lookups of one batch.
pub(super) struct Lookups<'a> {
    pub(super) mirror: &'a Mirror,
    pub(super) feeds: &'a Feeds,
    pub(super) ingest: &'a Ingest,
    pub(super) reader: &'a Reader,
    pub(super) clock: &'a dyn Clock,
    pub(super) priority: Priority,
    /// Lookups that failed, without customer data.
    pub(super) warnings: Vec<String>,
}

impl Lookups<'_> {
    /// Those of these IDs that the mirror neither has nor knows as absent.
    async fn unknown(&self, resource: Resource, ids: &[i64]) -> Result<Vec<i64>, SyncError> {
        let kept = self.mirror.records(resource, ids).await?;
        let known: HashSet<i64> = kept.iter().map(|record| record.id).collect();
        Ok(ids.iter().copied().filter(|id| !known.contains(id)).collect())
    }

    /// Reads a reference table on because the mirror does not know these rows. Returns those that are still unknown: they are settled next, so
    /// that a row has its table read once.
    async fn read_table_for(&self, table: Resource, unknown: &[i64]) -> Result<Vec<i64>, SyncError> {
        if unknown.is_empty() {
            return Ok(Vec::new());
        }
        self.feeds.read_table_on(table).await?;
        self.unknown(table, unknown).await
    }

    /// Marks records as absent that only their feed can bring: once it does, the opportunities that were delivered without them are
    /// re-evaluated.
    async fn mark_absent(&self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        if ids.is_empty() {
            return Ok(());
        }
        let lock = self.mirror.lock().await;
        let absent = self.unknown(resource, ids).await?;
        let absent = absent.into_iter().map(|id| Change::PutRecord(MirrorRecord::absent(resource, id)));
        Ok(lock.commit(absent.collect()).await?)
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
        let mut unknown: Vec<i64> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
        if unknown.is_empty() {
            return Ok(present(kept));
        }
        if resource.is_reference() {
            unknown = self.read_table_for(resource, &unknown).await?;
        }
        if resource.has_ids_lookup() {
            self.look_up_records(resource, &unknown).await?;
        } else {
            self.mark_absent(resource, &unknown).await?;
        }
        Ok(present(self.mirror.records(resource, &ids).await?))
    }

    async fn settle_missing_rows(&mut self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        let unknown = self.unknown(resource, ids).await?;
        let unknown = self.read_table_for(resource, &unknown).await?;
        self.mark_absent(resource, &unknown).await
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

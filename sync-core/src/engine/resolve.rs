//! Reading what opportunities need and the mirror lacks, in batches across opportunities.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::Engine;
use super::feeds;
use crate::{Change, MirrorRecord, Priority, Resource, SourceErrorKind, SyncError};

/// A parent whose children are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parent {
    pub(super) id: i64,
    /// Where it is not known, the children are read.
    pub(super) created_on: Option<DateTime<Utc>>,
}

impl Engine {
    /// The records with these IDs: from the mirror, and from ServiceTitan where the mirror does not know them. One that does not exist
    /// is remembered as absent.
    pub(super) async fn resolve_records(
        &self,
        resource: Resource,
        ids: &BTreeSet<i64>,
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        // 0 stands for "none" in some of ServiceTitan's ID fields.
        let ids: Vec<i64> = ids.iter().copied().filter(|id| *id != 0).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut records = self.store.records(&self.connection, resource, &ids).await?;
        let known: HashSet<i64> = records.iter().map(|record| record.id).collect();
        let unknown: Vec<i64> = ids.into_iter().filter(|id| !known.contains(id)).collect();
        if !unknown.is_empty() && feeds::has_ids_lookup(resource) {
            let read = match self.source.read_by_ids(resource, &unknown, Priority::Incremental).await {
                Ok(read) => read,
                Err(error) if error.kind == SourceErrorKind::MissingScope => {
                    tracing::warn!(%resource, %error, "records could not be looked up");
                    return Ok(present(records));
                }
                Err(error) => return Err(error.into()),
            };
            let found: HashSet<i64> = read.records.iter().map(|record| record.id).collect();
            // A record that is there and does not fit is absent too, until it changes and its feed brings it.
            let absent =
                unknown.iter().filter(|id| !found.contains(id)).map(|id| MirrorRecord::absent(resource, *id));
            let changes = read.records.iter().cloned().chain(absent).map(Change::PutRecord).collect();
            self.commit(changes).await?;
            records.extend(read.records);
        }
        Ok(present(records))
    }

    /// All children of these parents: from the mirror where it is known to have them all, else after one full read.
    pub(super) async fn resolve_children(
        &self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
        start: DateTime<Utc>,
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        if !feeds::starts_at_the_beginning(children) {
            // What was created while the feed was read came through the feed.
            let older =
                parents.iter().filter(|parent| parent.created_on.is_none_or(|created| created < start));
            let older: Vec<i64> = older.map(|parent| parent.id).collect();
            let marks = self.store.completeness(&self.connection, children, &older).await?;
            let complete: HashSet<i64> = marks.iter().filter(|(_, all)| *all).map(|(id, _)| *id).collect();
            let unread: Vec<i64> = older.into_iter().filter(|id| !complete.contains(id)).collect();
            if !unread.is_empty() {
                self.read_children(children, parent, &unread).await?;
            }
        }
        Ok(present(self.store.linked(&self.connection, children, parent, &ids).await?))
    }

    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        ids: &[i64],
    ) -> Result<(), SyncError> {
        let read = match self.source.read_children(children, parent, ids, Priority::Incremental).await {
            Ok(read) => read,
            Err(error) if error.kind == SourceErrorKind::MissingScope => {
                tracing::warn!(resource = %children, %error, "children could not be looked up");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let kept = self.store.linked(&self.connection, children, parent, ids).await?;
        let kept: HashMap<i64, MirrorRecord> = kept.into_iter().map(|record| (record.id, record)).collect();
        let mut changes = Vec::new();
        if matches!(children, Resource::CustomerContacts | Resource::LocationContacts) {
            // The answer is the whole set: what it lacks is gone. ServiceTitan's contact lists hold active contacts only, and the inactive
            // ones that the export brought are not counted anyway.
            let answered: HashSet<i64> = read.records.iter().map(|record| record.id).collect();
            let gone = kept.keys().filter(|id| !answered.contains(id));
            changes.extend(gone.map(|id| Change::RemoveRecord { resource: children, id: *id }));
        }
        for record in read.records {
            let record = match kept.get(&record.id) {
                Some(kept) => keep_active(record, kept),
                None => record,
            };
            changes.push(Change::PutRecord(record));
        }
        changes.extend(ids.iter().map(|id| Change::MarkComplete { children, parent_id: *id }));
        Ok(self.commit(changes).await?)
    }
}

fn present(records: Vec<MirrorRecord>) -> Vec<MirrorRecord> {
    records.into_iter().filter(|record| record.body.is_some()).collect()
}

/// A list read keeps what only the export tells: `active`.
fn keep_active(mut record: MirrorRecord, kept: &MirrorRecord) -> MirrorRecord {
    let parse = |body: &Option<String>| {
        body.as_deref()
            .and_then(|body| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(body).ok())
    };
    if let (Some(mut new), Some(old)) = (parse(&record.body), parse(&kept.body))
        && !new.contains_key("active")
        && let Some(active) = old.get("active")
    {
        new.insert("active".to_owned(), active.clone());
        record.body = Some(serde_json::Value::Object(new).to_string());
    }
    record
}

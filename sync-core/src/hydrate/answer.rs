//! Answers of lookups, ingested.
//!
//! An answer is old when it arrives. A record that came into the mirror while the lookup was under way stays as it is: one from a feed may be
//! newer; one from another lookup may be mapped already, and nothing would mark its opportunity again. Newer content of the answer comes
//! through the feed, which marks the opportunities that it affects.

use std::collections::{HashMap, HashSet};

use super::question::Question;
use super::records::Lookups;
use crate::ingest::put_records;
use crate::{Change, MirrorRecord, Records, Resource, SourceError, SourceErrorKind, StoreError, SyncError};

impl Lookups<'_> {
    /// The contacts that the mirror has of the owners in a question; none for other questions.
    pub(super) async fn kept_contacts(
        &self,
        question: Question,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        match question {
            Question::Children { children, parent } if children.is_contacts() => {
                self.mirror.linked(children, parent, ids).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Ingests an answer about these IDs, except for records and children that are not missing any more. `erasures` and `contacts_before` are of the time
    /// before the question was asked.
    pub(super) async fn ingest_answer(
        &self,
        question: Question,
        ids: &[i64],
        erasures: u64,
        contacts_before: &[MirrorRecord],
        read: Records,
    ) -> Result<(), SyncError> {
        let Some(lock) = self.mirror.lock_since(erasures).await else {
            // The answer may show that customer, and so may the opportunities that the lookup was made for.
            let message = "a customer was erased during a lookup: the lookup is made again with the next run"
                .to_owned();
            return Err(SourceError { kind: SourceErrorKind::Temporary, message }.into());
        };
        let changes = match question {
            Question::Records(resource) => self.changes_of_records(resource, ids, read.records).await?,
            Question::Children { children, parent } => {
                self.changes_of_children(children, parent, ids, contacts_before, read.records).await?
            }
        };
        let put = put_records(&changes);
        lock.commit(changes).await?;
        self.ingest.count_bad_fields(question.resource(), &read.bad_fields, &put);
        Ok(())
    }

    /// A record that the answer lacks is kept as absent: it is not looked up again until its feed brings it.
    async fn changes_of_records(
        &self,
        resource: Resource,
        ids: &[i64],
        records: Vec<MirrorRecord>,
    ) -> Result<Vec<Change>, StoreError> {
        let kept = self.mirror.records(resource, ids).await?;
        let known: HashSet<i64> = kept.iter().map(|record| record.id).collect();
        let mut found: HashMap<i64, MirrorRecord> =
            records.into_iter().map(|record| (record.id, record)).collect();
        let missing = ids.iter().filter(|id| !known.contains(id));
        let record = |id: &i64| found.remove(id).unwrap_or_else(|| MirrorRecord::absent(resource, *id));
        Ok(missing.map(record).map(Change::PutRecord).collect())
    }

    async fn changes_of_children(
        &self,
        children: Resource,
        parent: Resource,
        ids: &[i64],
        contacts_before: &[MirrorRecord],
        mut records: Vec<MirrorRecord>,
    ) -> Result<Vec<Change>, StoreError> {
        let marks = self.mirror.completeness(children, ids).await?;
        let complete: HashSet<i64> =
            marks.into_iter().filter(|(_, complete)| *complete).map(|(id, _)| id).collect();
        let of_incomplete =
            |record: &MirrorRecord| record.linked_to(parent).is_some_and(|id| !complete.contains(&id));
        records.retain(|record| record.linked_to(parent).is_some_and(|id| ids.contains(&id)));
        records.retain(of_incomplete);

        let mut changes = Vec::new();
        if children.is_contacts() {
            // The answer is the whole set: a contact that it lacks is gone. ServiceTitan's contact lists hold active contacts only, and
            // the inactive ones that the export brought are not used anyway.
            let answered: HashSet<(i64, i64)> = records.iter().map(MirrorRecord::key).collect();
            let kept = self.mirror.linked(children, parent, ids).await?;
            let gone = kept
                .iter()
                .filter(|record| of_incomplete(record) && !answered.contains(&record.key()))
                .filter(|record| contacts_before.contains(record));
            changes.extend(gone.map(Change::remove));
        }
        // A child that belonged elsewhere before affects what it left; what it belongs to now is being evaluated.
        changes.extend(self.ingest.reparenting_changes(children, &records).await?);
        let incomplete = ids.iter().filter(|id| !complete.contains(id));
        changes.extend(incomplete.map(|id| Change::MarkComplete { children, parent_id: *id }));
        Ok(changes)
    }

    /// Marks IDs that were refused each by itself, so that they are not looked up again: their feed brings any change.
    pub(super) async fn settle_refused(
        &mut self,
        question: Question,
        refused: Vec<(i64, SourceError)>,
    ) -> Result<(), SyncError> {
        let mut changes = Vec::new();
        for (id, error) in refused {
            changes.push(match question {
                Question::Records(resource) => {
                    self.warnings.push(format!("{resource} {id} could not be looked up: {error}"));
                    Change::PutRecord(MirrorRecord::absent(resource, id))
                }
                Question::Children { children, parent } => {
                    self.warnings
                        .push(format!("{children} of {parent} {id} could not be looked up: {error}"));
                    Change::MarkComplete { children, parent_id: id }
                }
            });
        }
        // A record that its feed brings meanwhile is either found here or finds its mark.
        let lock = self.mirror.lock().await;
        Ok(lock.commit(changes).await?)
    }
}

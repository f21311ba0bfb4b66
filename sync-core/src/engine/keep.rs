//! Taking what was looked up into the mirror.
//!
//! Answers are old when they arrive. What came into the mirror while one was under way stays as it is: through a feed, it may be newer; by
//! another lookup, it may be mapped already, and nothing would mark that again. What the answer has beyond that comes through the feed,
//! which marks what it touches.

use std::collections::{HashMap, HashSet};

use super::feeds;
use super::look_up::Question;
use super::resolve::Resolver;
use crate::{Change, MirrorRecord, Resource, SourceError, SourceErrorKind, StoreError, SyncError};

impl Resolver<'_> {
    /// The contacts that the mirror has of the owners that are about to be asked about.
    pub(super) async fn contacts_before(
        &self,
        question: Question,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        match question {
            Question::Children { children, parent } if feeds::are_contacts(children) => {
                self.engine.store.linked(&self.engine.connection, children, parent, ids).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Takes an answer into the mirror, but for what was not missing any more. `forgotten` counts the customers that were forgotten before
    /// it was asked for.
    pub(super) async fn keep(
        &self,
        question: Question,
        ids: &[i64],
        forgotten: u64,
        contacts_before: &[MirrorRecord],
        records: Vec<MirrorRecord>,
    ) -> Result<(), SyncError> {
        let _one_at_a_time = self.engine.writing.lock().await;
        if forgotten != self.engine.forgotten() {
            // The answer may be about that customer, and so may the opportunities that it was asked for.
            let message =
                "a customer was forgotten while something was looked up: it is looked up again".to_owned();
            return Err(SourceError { kind: SourceErrorKind::Temporary, message }.into());
        }
        let changes = match question {
            Question::Records(resource) => self.changes_of_records(resource, ids, records).await?,
            Question::Children { children, parent } => {
                self.changes_of_children(children, parent, ids, contacts_before, records).await?
            }
        };
        Ok(self.engine.commit(changes).await?)
    }

    /// A record that was asked for and did not come is absent: it is not asked for again until its feed brings it.
    async fn changes_of_records(
        &self,
        resource: Resource,
        ids: &[i64],
        records: Vec<MirrorRecord>,
    ) -> Result<Vec<Change>, StoreError> {
        let kept = self.engine.store.records(&self.engine.connection, resource, ids).await?;
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
        let engine = self.engine;
        let marks = engine.store.completeness(&engine.connection, children, ids).await?;
        let complete: HashSet<i64> =
            marks.into_iter().filter(|(_, complete)| *complete).map(|(id, _)| id).collect();
        let of_incomplete =
            |record: &MirrorRecord| record.linked_to(parent).is_some_and(|id| !complete.contains(&id));
        records.retain(of_incomplete);

        let mut changes = Vec::new();
        if feeds::are_contacts(children) {
            // The answer is the whole set: what it lacks is gone. ServiceTitan's contact lists hold active contacts only, and the inactive
            // ones that the export brought are not counted anyway.
            let answered: HashSet<i64> = records.iter().map(|record| record.id).collect();
            let kept = engine.store.linked(&engine.connection, children, parent, ids).await?;
            let gone = kept
                .iter()
                .filter(|record| of_incomplete(record) && !answered.contains(&record.id))
                .filter(|record| contacts_before.contains(record));
            changes.extend(gone.map(|record| Change::RemoveRecord { resource: children, id: record.id }));
        }
        // One that belonged elsewhere before touches what it left; what it belongs to now is being looked at.
        changes.extend(engine.changes_of_moved(children, &records).await?);
        let incomplete = ids.iter().filter(|id| !complete.contains(id));
        changes.extend(incomplete.map(|id| Change::MarkComplete { children, parent_id: *id }));
        Ok(changes)
    }

    /// Does not ask again about what is refused by itself: its feed tells what changes.
    pub(super) async fn give_up_on(
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
        // What its feed brings meanwhile must find it noted, or be found.
        let _one_at_a_time = self.engine.writing.lock().await;
        Ok(self.engine.commit(changes).await?)
    }
}

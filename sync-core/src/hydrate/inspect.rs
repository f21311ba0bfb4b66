//! Inspection: the records of one opportunity as they are known, and where it is wished as ServiceTitan has them now. Changes nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use async_trait::async_trait;
use serde::Deserialize;

use super::find::{FindRecords, Parent, incomplete_parents, present};
use super::join::Batch;
use super::question::CHUNK;
use crate::base::Base;
use crate::mirror::Reads;
use crate::reader::Reader;
use crate::{
    Integration, MirrorRecord, MissingReason, MissingRecord, Priority, Records, Resource, SourceError,
    SourceErrorKind, SyncError,
};

/// Finds the records of an opportunity without changing anything.
#[derive(Clone)]
pub(crate) struct Inspector {
    reads: Reads,
    reader: Reader,
}

/// The records of one opportunity.
pub(crate) struct Inspected {
    pub(crate) batch: Batch,
    /// Records that are not at hand.
    pub(crate) missing: BTreeSet<MissingRecord>,
    /// Reads that were refused, without customer data.
    pub(crate) warnings: Vec<String>,
}

impl Inspector {
    pub(crate) fn new(reads: Reads, reader: Reader) -> Self {
        Inspector { reads, reader }
    }

    /// The base record; `None` if it was never read. With `refresh`, as ServiceTitan has it now.
    pub(crate) async fn find_base(
        &self,
        integration: &Integration,
        id: i64,
        refresh: bool,
    ) -> Result<Option<MirrorRecord>, SyncError> {
        let mut inspection = self.inspection(refresh);
        let found = inspection.versions(integration.base(), &[id]).await?;
        match inspection.warnings.pop() {
            Some(message) => Err(SourceError { kind: SourceErrorKind::Refused, message }.into()),
            None => Ok(found.into_values().next()),
        }
    }

    /// Finds the records that the opportunity of a base record is made of. With `refresh`, each one is read from ServiceTitan, as far as it can
    /// be read by itself.
    pub(crate) async fn inspect(
        &self,
        integration: &Integration,
        bases: &BTreeMap<i64, Base>,
        refresh: bool,
    ) -> Result<Inspected, SyncError> {
        let mut inspection = self.inspection(refresh);
        let batch = (&mut inspection as &mut dyn FindRecords).hydrate_batch(integration, bases).await?;
        Ok(Inspected { batch, missing: inspection.missing, warnings: inspection.warnings })
    }

    fn inspection(&self, refresh: bool) -> Inspection<'_> {
        Inspection {
            reads: &self.reads,
            reader: Some(&self.reader).filter(|_| refresh),
            missing: BTreeSet::new(),
            warnings: Vec::new(),
        }
    }
}

/// The newest known versions of some records, by ID and owner.
type Versions = BTreeMap<(i64, i64), MirrorRecord>;

struct Inspection<'a> {
    reads: &'a Reads,
    /// ServiceTitan, where its newer records are wished.
    reader: Option<&'a Reader>,
    missing: BTreeSet<MissingRecord>,
    warnings: Vec<String>,
}

impl Inspection<'_> {
    /// The newest known version of each of these records, those included that are known to be absent.
    async fn versions(&mut self, resource: Resource, ids: &[i64]) -> Result<Versions, SyncError> {
        let kept = self.reads.records(resource, ids).await?;
        let mut versions: Versions = kept.into_iter().map(|record| (record.key(), record)).collect();
        let Some(reader) = self.reader.filter(|_| resource.has_ids_lookup()) else { return Ok(versions) };
        for chunk in ids.chunks(CHUNK) {
            let read = reader.read_by_ids(resource, chunk, Priority::Interactive).await;
            let Some(read) = self.answered(resource, read)? else { continue };
            let mut came: HashSet<i64> = read.records.iter().map(|record| record.id).collect();
            // A record that a request for many leaves out is asked for by itself before it counts as absent.
            let left_out: Vec<i64> =
                chunk.iter().copied().filter(|id| chunk.len() > 1 && !came.contains(id)).collect();
            let mut answers = vec![read];
            for id in left_out {
                let read = reader.read_by_ids(resource, &[id], Priority::Interactive).await;
                answers.extend(self.answered(resource, read)?);
            }
            // One that does not fit exists all the same.
            let all_fit = answers.iter().all(|read| read.problems.is_empty());
            for read in answers {
                came.extend(read.records.iter().map(|record| record.id));
                merge(&mut versions, read.records);
            }
            let gone = chunk.iter().filter(|id| all_fit && !came.contains(id));
            let absent = gone.map(|id| MirrorRecord::absent(resource, *id));
            versions.extend(absent.map(|record| (record.key(), record)));
        }
        Ok(versions)
    }

    /// The answer to a read; `None` if ServiceTitan refused it, which is a warning.
    fn answered(
        &mut self,
        resource: Resource,
        read: Result<Records, SyncError>,
    ) -> Result<Option<Records>, SyncError> {
        match read {
            Ok(read) => {
                self.warnings.extend(read.problems.iter().cloned());
                Ok(Some(read))
            }
            Err(SyncError::Source(error))
                if matches!(
                    error.kind,
                    SourceErrorKind::MissingScope | SourceErrorKind::Refused | SourceErrorKind::NotFound
                ) =>
            {
                self.warnings.push(format!("{resource} could not be read from ServiceTitan: {error}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn miss(&mut self, resource: Resource, id: i64, reason: MissingReason) {
        self.missing.insert(MissingRecord { resource, id, reason });
    }

    /// Replaces the children of these parents by those that ServiceTitan has now.
    async fn refresh_children(
        &mut self,
        children: Resource,
        parent: Resource,
        ids: &[i64],
        kept: Vec<MirrorRecord>,
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        let mut versions: Versions = kept.into_iter().map(|record| (record.key(), record)).collect();
        let Some(reader) = self.reader else { return Ok(versions.into_values().collect()) };
        // One by one, since a request for many may leave the children of some out.
        for id in ids {
            let read = reader.read_children(children, parent, &[*id], Priority::Interactive).await;
            let Some(read) = self.answered(children, read)? else { continue };
            if children.is_contacts() && read.problems.is_empty() {
                // The answer has all active contacts and no inactive one.
                let answered: HashSet<(i64, i64)> = read.records.iter().map(MirrorRecord::key).collect();
                versions.retain(|contact, record| {
                    answered.contains(contact) || record.linked_to(parent) != Some(*id) || is_inactive(record)
                });
            }
            merge(&mut versions, read.records);
        }
        Ok(versions.into_values().collect())
    }
}

#[async_trait]
impl FindRecords for Inspection<'_> {
    fn reads(&self) -> &Reads {
        self.reads
    }

    async fn find_records(
        &mut self,
        resource: Resource,
        ids: &BTreeSet<i64>,
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        // 0 stands for "none" in some of ServiceTitan's ID fields.
        let ids: Vec<i64> = ids.iter().copied().filter(|id| *id != 0).collect();
        let versions = self.versions(resource, &ids).await?;
        for id in ids {
            match versions.get(&(id, 0)) {
                Some(MirrorRecord { body: Some(_), .. }) => {}
                Some(_) => self.miss(resource, id, MissingReason::NotFound),
                None => self.miss(resource, id, MissingReason::NotReadYet),
            }
        }
        Ok(present(versions.into_values().collect()))
    }

    async fn find_children(
        &mut self,
        children: Resource,
        parent: Resource,
        parents: &[Parent],
    ) -> Result<Vec<MirrorRecord>, SyncError> {
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        let kept = present(self.reads.linked(children, parent, &ids).await?);
        if !children.has_parent_lookup() {
            return Ok(kept);
        }
        if self.reader.is_some() {
            return self.refresh_children(children, parent, &ids, kept).await;
        }
        for id in incomplete_parents(self.reads, children, parents).await? {
            self.miss(children, id, MissingReason::ChildrenNotReadYet);
        }
        Ok(kept)
    }

    /// A seller is an employee or a technician: of one that is neither, only the employee is reported as missing.
    async fn settle_missing_rows(&mut self, resource: Resource, ids: &[i64]) -> Result<(), SyncError> {
        for id in ids {
            let reported =
                MissingRecord { resource: Resource::Employees, id: *id, reason: MissingReason::NotFound };
            if !self.missing.contains(&reported) {
                self.miss(resource, *id, MissingReason::NotFound);
            }
        }
        Ok(())
    }
}

/// Puts records in the place of the versions that they replace.
fn merge(versions: &mut Versions, records: Vec<MirrorRecord>) {
    for record in records {
        if versions.get(&record.key()).is_none_or(|kept| record.replaces(kept)) {
            versions.insert(record.key(), record);
        }
    }
}

/// Whether a contact is inactive. Only the export brings inactive contacts.
fn is_inactive(record: &MirrorRecord) -> bool {
    #[derive(Deserialize)]
    struct Activity {
        active: Option<bool>,
    }
    let body = record.body.as_deref().unwrap_or_default();
    serde_json::from_str::<Activity>(body).is_ok_and(|contact| contact.active == Some(false))
}

//! Taking records into the mirror, and marking the opportunities that they touch.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::settings::ReferenceChanges;
use super::{Engine, feeds, touch};
use crate::{Change, MirrorRecord, Resource, StoreError};

/// What records change.
#[derive(Debug, Default)]
pub(super) struct TakenIn {
    /// How many of them were new or had changed.
    pub(super) changed: usize,
    /// The opportunities that they touch, by integration.
    pub(super) touched: BTreeMap<String, Vec<i64>>,
}

impl Engine {
    /// Takes records into the mirror and marks what they touch, in one commit together with `more`.
    pub(super) async fn take_in(
        &self,
        resource: Resource,
        records: Vec<MirrorRecord>,
        more: Vec<Change>,
    ) -> Result<TakenIn, StoreError> {
        // What a record touches is read from the mirror: nothing may be written between that and the commit.
        let _one_at_a_time = self.writing.lock().await;
        self.take_in_held(resource, records, more).await
    }

    /// The same for whoever holds `writing` already.
    pub(super) async fn take_in_held(
        &self,
        resource: Resource,
        records: Vec<MirrorRecord>,
        more: Vec<Change>,
    ) -> Result<TakenIn, StoreError> {
        let (mut changes, taken) = self.changes_of(resource, records).await?;
        changes.extend(more);
        self.commit(changes).await?;
        Ok(taken)
    }

    async fn changes_of(
        &self,
        resource: Resource,
        records: Vec<MirrorRecord>,
    ) -> Result<(Vec<Change>, TakenIn), StoreError> {
        let kept = self.kept(resource, &records).await?;
        let mut changes = Vec::new();
        // Where a record belonged before counts too: an estimate that moved touches the job that it left.
        let mut touching = Vec::new();
        // What an opportunity named and was delivered without.
        let mut was_wanted = false;
        for record in records {
            let Some(kept) = kept.get(&record.id) else {
                touching.push(record.clone());
                changes.push(Change::PutRecord(record));
                continue;
            };
            let record = keep_active(record, kept);
            if record.replaces(kept) && record.body != kept.body {
                was_wanted |= kept.body.is_none();
                changes.extend(contacts_to_read_again(&record, kept));
                touching.extend([record.clone(), kept.clone()]);
                changes.push(Change::PutRecord(record));
            }
        }
        let put = changes.iter().filter(|change| matches!(change, Change::PutRecord(_))).count();
        let mut taken = TakenIn { changed: put, ..TakenIn::default() };
        if taken.changed == 0 {
            return Ok((changes, taken));
        }
        for integration in &self.integrations {
            let ids: Vec<i64> = if resource == integration.base() {
                touching.iter().map(|record| record.id).collect()
            } else {
                let touched =
                    touch::touched(self.store.as_ref(), &self.connection, integration.base(), &touching)
                        .await?;
                touched.into_iter().collect()
            };
            let mark = |id: &i64| Change::MarkDirty { integration: integration.name.clone(), id: *id };
            changes.extend(ids.iter().map(mark));
            taken.touched.insert(integration.name.clone(), ids);
            let named_by_others = resource.is_reference() && feeds::needs(integration, resource);
            let counts = was_wanted || self.settings.reference_changes == ReferenceChanges::Touch;
            if named_by_others && counts {
                changes.push(self.look_at_all(integration));
            }
        }
        Ok((changes, taken))
    }

    /// Takes in children that were read for the opportunities that are being looked at, and marks those that a child left.
    pub(super) async fn changes_of_moved(
        &self,
        resource: Resource,
        records: &[MirrorRecord],
    ) -> Result<Vec<Change>, StoreError> {
        let kept = self.kept(resource, records).await?;
        let mut left = Vec::new();
        let mut changes = Vec::new();
        for record in records {
            let Some(kept) = kept.get(&record.id) else {
                changes.push(Change::PutRecord(record.clone()));
                continue;
            };
            if record.replaces(kept) && record.links != kept.links {
                left.push(kept.clone());
            }
            changes.push(Change::PutRecord(keep_active(record.clone(), kept)));
        }
        if !left.is_empty() {
            for integration in &self.integrations {
                let base = integration.base();
                let touched = touch::touched(self.store.as_ref(), &self.connection, base, &left).await?;
                let mark = |id| Change::MarkDirty { integration: integration.name.clone(), id };
                changes.extend(touched.into_iter().map(mark));
            }
        }
        Ok(changes)
    }

    async fn kept(
        &self,
        resource: Resource,
        records: &[MirrorRecord],
    ) -> Result<HashMap<i64, MirrorRecord>, StoreError> {
        let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
        let kept = self.store.records(&self.connection, resource, &ids).await?;
        Ok(kept.into_iter().map(|record| (record.id, record)).collect())
    }
}

/// A list read keeps what only the export tells: `active`.
fn keep_active(mut record: MirrorRecord, kept: &MirrorRecord) -> MirrorRecord {
    let tells =
        |record: &MirrorRecord| record.body.as_deref().is_some_and(|body| body.contains("\"active\""));
    if !tells(&record)
        && tells(kept)
        && let (Some(new), Some(mut old)) = (fields(&record), fields(kept))
        && let Some(active) = old.remove("active")
    {
        record.body = Some(with_active(new, active));
    }
    record
}

fn with_active(mut record: Map<String, Value>, active: Value) -> String {
    record.insert("active".to_owned(), active);
    Value::Object(record).to_string()
}

/// The contacts of an inactive owner are refused, and those that the mirror has are taken for all of them. Of one that is active again they
/// can be read.
fn contacts_to_read_again(record: &MirrorRecord, kept: &MirrorRecord) -> Option<Change> {
    let contacts = feeds::contacts_of(record.resource)?;
    let again = is_inactive(kept) && !is_inactive(record);
    again.then_some(Change::MarkIncomplete { children: contacts, parent_id: record.id })
}

fn is_inactive(record: &MirrorRecord) -> bool {
    fields(record).is_some_and(|fields| say_inactive(&fields))
}

fn fields(record: &MirrorRecord) -> Option<Map<String, Value>> {
    serde_json::from_str(record.body.as_deref()?).ok()
}

fn say_inactive(fields: &Map<String, Value>) -> bool {
    fields.get("active") == Some(&Value::Bool(false))
}

/// The record as one that ServiceTitan has no more. `None` if it is inactive already, or is no record.
pub(super) fn gone(kept: &MirrorRecord) -> Option<MirrorRecord> {
    let fields = fields(kept).filter(|fields| !say_inactive(fields))?;
    Some(MirrorRecord { body: Some(with_active(fields, Value::Bool(false))), ..kept.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(body: &str) -> MirrorRecord {
        MirrorRecord { body: Some(body.to_owned()), ..MirrorRecord::absent(Resource::Jobs, 1) }
    }

    #[test]
    fn a_list_read_keeps_what_only_the_export_tells() {
        let kept = job(r#"{"id":1,"active":false,"summary":"old"}"#);
        let read = keep_active(job(r#"{"id":1,"summary":"new"}"#), &kept);
        let body: Value = serde_json::from_str(&read.body.unwrap()).unwrap();
        assert_eq!(body, serde_json::json!({"id": 1, "active": false, "summary": "new"}));
    }

    #[test]
    fn what_a_read_tells_itself_is_not_kept_from_before() {
        let kept = job(r#"{"id":1,"active":false}"#);
        let read = job(r#"{"id":1,"active":true}"#);
        assert_eq!(keep_active(read.clone(), &kept), read);
        // Something inside of a record that is called so says nothing of the record.
        let kept = job(r#"{"id":1,"items":[{"active":false}]}"#);
        assert_eq!(keep_active(job(r#"{"id":1}"#), &kept), job(r#"{"id":1}"#));
    }

    #[test]
    fn a_record_that_is_gone_is_inactive_once() {
        let kept = job(r#"{"id":1,"active":true}"#);
        let without = gone(&kept).unwrap();
        assert_eq!(without.body.as_deref(), Some(r#"{"active":false,"id":1}"#));
        assert!(without.replaces(&kept));
        assert_eq!(gone(&without), None);
        assert_eq!(gone(&MirrorRecord::absent(Resource::Jobs, 1)), None);
    }
}

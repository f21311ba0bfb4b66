//! All records of one resource, ordered by row and by change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use chrono::{DateTime, Utc};

use super::record::{Record, id_at};
use crate::resources::Resource;

/// The position of an export: everything up to this change was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FeedPosition {
    pub(crate) modified: DateTime<Utc>,
    pub(crate) sequence: u64,
}

/// All records of one resource.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    records: BTreeMap<i64, Record>,
    feed: BTreeMap<FeedPosition, i64>,
    /// By the path of an ID field, the records that name an ID there.
    parents: HashMap<&'static str, HashMap<i64, BTreeSet<i64>>>,
}

impl Collection {
    pub(crate) fn get(&self, id: i64) -> Option<&Record> {
        self.records.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: i64) -> Option<&mut Record> {
        self.records.get_mut(&id)
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The records whose `field` names `parent`, by row.
    pub(crate) fn children(&self, field: &str, parent: i64) -> impl Iterator<Item = &Record> {
        self.parents
            .get(field)
            .and_then(|parents| parents.get(&parent))
            .into_iter()
            .flatten()
            .filter_map(|id| self.records.get(id))
    }

    /// The records changed after `position`, oldest change first.
    pub(crate) fn changed_after(
        &self,
        position: FeedPosition,
    ) -> impl Iterator<Item = (FeedPosition, &Record)> {
        self.feed
            .range((Bound::Excluded(position), Bound::Unbounded))
            .filter_map(|(at, id)| self.records.get(id).map(|record| (*at, record)))
    }

    /// The latest change that was made at or before a time.
    pub(crate) fn last_change_until(&self, time: DateTime<Utc>) -> Option<FeedPosition> {
        let latest = FeedPosition { modified: time, sequence: u64::MAX };
        self.feed.range(..=latest).next_back().map(|(at, _)| *at)
    }

    pub(super) fn put(&mut self, resource: &'static Resource, record: Record) {
        if let Some(old) = self.records.remove(&record.id) {
            self.feed.remove(&FeedPosition { modified: old.modified, sequence: old.sequence });
            for field in resource.id_fields() {
                if let Some(parent) = id_at(&old.json, field)
                    && let Some(children) =
                        self.parents.get_mut(field).and_then(|parents| parents.get_mut(&parent))
                {
                    children.remove(&old.id);
                }
            }
        }
        for field in resource.id_fields() {
            if let Some(parent) = id_at(&record.json, field) {
                self.parents.entry(field).or_default().entry(parent).or_default().insert(record.id);
            }
        }
        self.feed.insert(FeedPosition { modified: record.modified, sequence: record.sequence }, record.id);
        self.records.insert(record.id, record);
    }
}

//! Records that are made from the seed when they are asked for: the index that is kept of them.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::record::{Entry, FeedPosition, Record, ids_at};
use crate::resources::Resource;

/// A number that stands for the records that are made together, such as those of one job.
pub(crate) type Unit = u32;

/// Makes records again that were grown before, the same as they were then.
pub(crate) trait Regrow: Debug + Send + Sync {
    /// The record of a unit that this entry stands for.
    fn record(&self, unit: Unit, resource: &'static Resource, entry: Entry) -> Option<Arc<Record>>;
}

/// All that is kept of a grown record.
#[derive(Debug)]
struct Row {
    id: i64,
    /// Nanoseconds since 1970.
    created: i64,
    modified: i64,
    unit: Unit,
    sequence: u32,
    active: bool,
}

impl Row {
    fn entry(&self) -> Entry {
        Entry {
            id: self.id,
            created: DateTime::from_timestamp_nanos(self.created),
            modified: DateTime::from_timestamp_nanos(self.modified),
            active: self.active,
            deleted: false,
            sequence: self.sequence.into(),
        }
    }

    fn position(&self) -> (i64, u32) {
        (self.modified, self.sequence)
    }
}

/// The index of a resource's grown records: by row, by change, and by the records that they name.
#[derive(Debug, Default)]
pub(super) struct Grown {
    rows: Vec<Row>,
    /// Places in `rows`, in the order of change.
    feed: Vec<u32>,
    /// By the path of an ID field, the IDs there with the places in `rows` of the records that name them.
    parents: HashMap<&'static str, Vec<(i64, u32)>>,
    /// True while `feed` and `parents` are in order.
    is_sealed: bool,
}

impl Grown {
    /// Adds a record whose ID is higher than all others, or replaces one, which goes on naming the records that it named.
    /// [`seal`](Self::seal) has to follow the last one. False where the index cannot hold it.
    pub(super) fn put(&mut self, resource: &'static Resource, unit: Unit, record: &Record) -> bool {
        let nanoseconds = |time: DateTime<Utc>| time.timestamp_nanos_opt();
        let (Some(created), Some(modified)) = (nanoseconds(record.created), nanoseconds(record.modified))
        else {
            return false;
        };
        let known = self.place_of(record.id);
        let place = known.unwrap_or(self.rows.len());
        let (Ok(sequence), Ok(number)) = (u32::try_from(record.sequence), u32::try_from(place)) else {
            return false;
        };
        let row = Row { id: record.id, created, modified, unit, sequence, active: record.active };
        match self.rows.get_mut(place) {
            Some(before) => *before = row,
            None => self.rows.push(row),
        }
        self.is_sealed = false;
        for field in resource.id_fields() {
            let named = ids_at(&record.json, field);
            if !named.is_empty() {
                self.parents.entry(field).or_default().extend(named.into_iter().map(|id| (id, number)));
            }
        }
        true
    }

    /// Puts everything into order once all records are put.
    pub(super) fn seal(&mut self) {
        if std::mem::replace(&mut self.is_sealed, true) {
            return;
        }
        debug_assert!(self.rows.is_sorted_by_key(|row| row.id), "IDs are given out in order");
        self.rows.shrink_to_fit();
        self.feed = Vec::new();
        let mut feed: Vec<u32> = (0..).take(self.rows.len()).collect();
        feed.sort_unstable_by_key(|place| self.row(*place).map(Row::position));
        self.feed = feed;
        for parents in self.parents.values_mut() {
            parents.sort_unstable();
            // A record that was replaced names most records again.
            parents.dedup();
            parents.shrink_to_fit();
        }
    }

    fn row(&self, place: u32) -> Option<&Row> {
        self.rows.get(usize::try_from(place).ok()?)
    }

    fn place_of(&self, id: i64) -> Option<usize> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok()
    }

    fn find(&self, id: i64) -> Option<&Row> {
        self.rows.get(self.place_of(id)?)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn contains(&self, id: i64) -> bool {
        self.find(id).is_some()
    }

    pub(super) fn unit_of(&self, id: i64) -> Option<Unit> {
        self.find(id).map(|row| row.unit)
    }

    pub(super) fn entry(&self, id: i64) -> Option<Entry> {
        self.find(id).map(Row::entry)
    }

    /// The ID of the record at a place in the order of rows.
    pub(super) fn id_at_place(&self, place: usize) -> Option<i64> {
        self.rows.get(place).map(|row| row.id)
    }

    /// All entries, by row.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.rows.iter().map(Row::entry)
    }

    /// The rows whose `field` names `parent`, in order.
    pub(super) fn children(&self, field: &str, parent: i64) -> impl Iterator<Item = i64> {
        let parents = self.parents.get(field).map_or(&[][..], Vec::as_slice);
        let first = parents.partition_point(|(named, _)| *named < parent);
        let children = parents.iter().skip(first).take_while(move |(named, _)| *named == parent);
        children.filter_map(|(_, place)| self.row(*place)).map(|row| row.id)
    }

    /// The entries changed after `position`, oldest change first.
    pub(super) fn changed_after(&self, position: FeedPosition) -> impl Iterator<Item = Entry> {
        let is_passed =
            |place: &u32| self.row(*place).is_some_and(|row| FeedPosition::of(&row.entry()) <= position);
        let first = self.feed.partition_point(is_passed);
        self.feed.iter().skip(first).filter_map(|place| self.row(*place)).map(Row::entry)
    }

    /// The entries changed at or before a time, latest change first.
    pub(super) fn changed_until(&self, time: DateTime<Utc>) -> impl Iterator<Item = Entry> {
        let is_passed = |place: &u32| self.row(*place).is_some_and(|row| row.entry().modified <= time);
        let end = self.feed.partition_point(is_passed);
        self.feed.iter().take(end).rev().filter_map(|place| self.row(*place)).map(Row::entry)
    }
}

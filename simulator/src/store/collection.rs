//! All records of one resource, ordered by row and by change.
//!
//! A record is kept whole, or an index of it is kept and the record is made from the seed when it is asked for. A record of the second
//! kind that changes is kept whole from then on, and what the index says of it does not count any more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::grown::{Grown, Regrow, Unit};
use super::record::{Entry, FeedPosition, Record, RecordRef, ids_at};
use crate::resources::Resource;

/// All records of one resource.
#[derive(Debug)]
pub(crate) struct Collection {
    resource: &'static Resource,
    kept: BTreeMap<i64, Record>,
    /// The kept records in the order of change.
    feed: BTreeMap<FeedPosition, i64>,
    /// By the path of an ID field, the kept records that name an ID there.
    parents: HashMap<&'static str, HashMap<i64, BTreeSet<i64>>>,
    grown: Grown,
    /// The number of grown records that are kept whole by now.
    replaced: usize,
    source: Option<Arc<dyn Regrow>>,
}

impl Collection {
    pub(super) fn new(resource: &'static Resource) -> Self {
        Self {
            resource,
            kept: BTreeMap::new(),
            feed: BTreeMap::new(),
            parents: HashMap::new(),
            grown: Grown::default(),
            replaced: 0,
            source: None,
        }
    }

    pub(crate) fn get(&self, id: i64) -> Option<RecordRef<'_>> {
        if let Some(record) = self.kept.get(&id) {
            return Some(RecordRef::Kept(record));
        }
        let (unit, entry) = (self.grown.unit_of(id)?, self.grown.entry(id)?);
        self.source.as_ref()?.record(unit, self.resource, entry).map(RecordRef::Grown)
    }

    /// The unit of a grown record.
    pub(crate) fn unit_of(&self, id: i64) -> Option<Unit> {
        self.grown.unit_of(id)
    }

    /// A record's entry; cheaper than the record.
    pub(crate) fn entry(&self, id: i64) -> Option<Entry> {
        self.kept.get(&id).map(|record| record.entry).or_else(|| self.grown.entry(id))
    }

    pub(super) fn delete(&mut self, id: i64) {
        if let Some(record) = self.kept.get_mut(&id) {
            record.entry.deleted = true;
        }
    }

    /// The entries of all records, by row.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let grown = self.grown.entries().filter(|entry| !self.kept.contains_key(&entry.id));
        let mut entries: Vec<Entry> = grown.chain(self.kept.values().map(|record| record.entry)).collect();
        entries.sort_by_key(|entry| entry.id);
        entries
    }

    /// All records, by row. In a large world, entries are cheaper.
    pub(crate) fn records(&self) -> impl Iterator<Item = RecordRef<'_>> {
        self.entries().into_iter().filter_map(|entry| self.get(entry.id))
    }

    pub(crate) fn len(&self) -> usize {
        self.grown.len() + self.kept.len() - self.replaced
    }

    /// The row at a place that counts the grown records first. A record that changed may be at two places.
    pub(crate) fn id_at_place(&self, place: usize) -> Option<i64> {
        self.grown.id_at_place(place).or_else(|| self.kept.keys().nth(place - self.grown.len()).copied())
    }

    /// The number of places.
    pub(crate) fn places(&self) -> usize {
        self.grown.len() + self.kept.len()
    }

    /// The rows whose `field` names `parent`, in order.
    pub(crate) fn child_ids(&self, field: &str, parent: i64) -> Vec<i64> {
        let kept = self.parents.get(field).and_then(|parents| parents.get(&parent));
        let grown = self.grown.children(field, parent).filter(|id| !self.kept.contains_key(id));
        let mut ids: Vec<i64> = grown.chain(kept.into_iter().flatten().copied()).collect();
        ids.sort_unstable();
        ids
    }

    /// The records whose `field` names `parent`, by row.
    pub(crate) fn children(&self, field: &str, parent: i64) -> impl Iterator<Item = RecordRef<'_>> {
        self.child_ids(field, parent).into_iter().filter_map(|id| self.get(id))
    }

    /// The entries changed after `position`, oldest change first.
    pub(crate) fn changed_after(&self, position: FeedPosition) -> impl Iterator<Item = Entry> {
        let mut grown =
            self.grown.changed_after(position).filter(|entry| !self.kept.contains_key(&entry.id)).peekable();
        let kept = self.feed.range((Bound::Excluded(position), Bound::Unbounded));
        let mut kept = kept.filter_map(|(_, id)| self.kept.get(id)).map(|record| record.entry).peekable();
        std::iter::from_fn(move || match (grown.peek(), kept.peek()) {
            (Some(one), Some(other)) if FeedPosition::of(one) > FeedPosition::of(other) => kept.next(),
            (Some(_), _) => grown.next(),
            (None, _) => kept.next(),
        })
    }

    /// The latest change that was made at or before a time.
    pub(crate) fn last_change_until(&self, time: DateTime<Utc>) -> Option<FeedPosition> {
        let latest = FeedPosition { modified: time, sequence: u64::MAX };
        let kept = self.feed.range(..=latest).next_back().map(|(at, _)| *at);
        let mut grown = self.grown.changed_until(time).filter(|entry| !self.kept.contains_key(&entry.id));
        kept.max(grown.next().as_ref().map(FeedPosition::of))
    }

    /// Adds or replaces a record that is to be made from the seed when it is asked for. [`seal`](Self::seal) has to follow.
    pub(super) fn plant(&mut self, unit: Unit, record: Record) {
        if !self.grown.put(self.resource, unit, &record) {
            self.put(record);
        }
    }

    /// Puts planted records into order, and lets them be made by this source from now on.
    pub(super) fn seal(&mut self, source: &Arc<dyn Regrow>) {
        self.grown.seal();
        self.source = Some(Arc::clone(source));
    }

    /// Adds or replaces a record, to be kept whole.
    pub(super) fn put(&mut self, record: Record) {
        if let Some(old) = self.kept.remove(&record.id) {
            self.feed.remove(&FeedPosition::of(&old));
            for field in self.resource.id_fields() {
                for parent in ids_at(&old.json, field) {
                    if let Some(children) =
                        self.parents.get_mut(field).and_then(|parents| parents.get_mut(&parent))
                    {
                        children.remove(&old.id);
                    }
                }
            }
        } else {
            self.replaced += usize::from(self.grown.contains(record.id));
        }
        for field in self.resource.id_fields() {
            for parent in ids_at(&record.json, field) {
                self.parents.entry(field).or_default().entry(parent).or_default().insert(record.id);
            }
        }
        self.feed.insert(FeedPosition::of(&record), record.id);
        self.kept.insert(record.id, record);
    }
}

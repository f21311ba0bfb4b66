//! Changes of single records of the world.

use std::collections::BTreeSet;

use super::opportunities;
use crate::resources::Resource;
use crate::store::{Ground as _, Object, Store};

/// The reason why a change to the world was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// There is no such record.
    #[error("there is no {resource} record with the ID {id}")]
    NoSuchRecord {
        /// The resource that was looked in.
        resource: &'static str,
        /// The ID that was looked for.
        id: i64,
    },
    /// The record is there, but has nothing that could change this way.
    #[error("the {resource} record {id} cannot change this way: {reason}")]
    DoesNotApply {
        /// The record's resource.
        resource: &'static str,
        /// The record's ID.
        id: i64,
        /// The condition that is not met.
        reason: &'static str,
    },
}

/// A change that was made to the world: the one record whose `modifiedOn` it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The changed record's resource, by its list's path.
    pub resource: &'static str,
    /// The changed record's ID.
    pub id: i64,
    /// The jobs and memberships whose Hatch opportunities may look different now, by resource and ID.
    pub opportunities: Vec<(&'static str, i64)>,
}

pub(super) fn check(store: &Store, resource: &'static Resource, id: i64) -> Result<(), ChangeError> {
    let found = store.of(resource.name).entry(id).map(|_| ());
    found.ok_or(ChangeError::NoSuchRecord { resource: resource.name, id })
}

/// Changes a record, now. `None` when there is no such record.
pub(crate) fn edit(
    store: &mut Store,
    resource: &'static Resource,
    id: i64,
    change: impl FnOnce(&mut Object),
) -> Option<Change> {
    let mut touched = touched(store, resource, id);
    // A record that changed in this very moment would not be seen to change again.
    if store.of(resource.name).entry(id)?.modified >= store.now() {
        store.advance(chrono::Duration::seconds(1));
    }
    store.change(resource, id, change);
    touched.extend(self::touched(store, resource, id));
    Some(finish(store, resource, id, touched))
}

/// Changes a contact, now, for each of its owners. `None` when there is no such contact.
pub(super) fn edit_contact(
    store: &mut Store,
    resource: &'static Resource,
    id: i64,
    change: impl Fn(&mut Object),
) -> Option<Change> {
    let shown = store.of(resource.name).get(id)?.shown_id();
    let mut opportunities = BTreeSet::new();
    for (resource, row) in store.rows_of_contact(shown) {
        opportunities.extend(edit(store, resource, row, &change)?.opportunities);
    }
    Some(Change { resource: resource.name, id, opportunities: opportunities.into_iter().collect() })
}

/// Deletes a record, now.
pub(super) fn delete(store: &mut Store, resource: &'static Resource, id: i64) -> Option<Change> {
    let change = edit(store, resource, id, |_| {})?;
    store.delete(resource, id);
    Some(change)
}

/// Adds a record, now.
pub(super) fn add(store: &mut Store, resource: &'static Resource, json: Object) -> Change {
    let (id, now) = (store.fresh_id(), store.now());
    store.put(resource, id, now, now, true, json);
    added(store, resource, id)
}

/// The change that a record's addition was.
pub(super) fn added(store: &mut Store, resource: &'static Resource, id: i64) -> Change {
    let touched = touched(store, resource, id);
    finish(store, resource, id, touched)
}

fn touched(store: &Store, resource: &'static Resource, id: i64) -> BTreeSet<(&'static str, i64)> {
    let record = store.of(resource.name).get(id);
    record.map(|record| opportunities::of(store, resource, id, &record.json)).unwrap_or_default()
}

fn finish(
    store: &mut Store,
    resource: &'static Resource,
    id: i64,
    touched: BTreeSet<(&'static str, i64)>,
) -> Change {
    let opportunities: Vec<_> = touched.into_iter().collect();
    store.count_revision(&opportunities);
    Change { resource: resource.name, id, opportunities }
}

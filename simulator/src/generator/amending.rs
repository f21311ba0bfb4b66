//! Amending a grown world: records that are changed or added after all parts have grown.

use std::sync::Arc;

use super::amendment::{Amendment, give_owner};
use super::planting::Seedbed;
use crate::resources::{CUSTOMER_CONTACTS, Resource};
use crate::store::{Ground as _, Record, RecordRef, Store, Unit};

/// A world whose parts have grown.
pub(super) struct Amending {
    pub(super) store: Store,
    /// The source of the records; `None` where they are kept whole.
    seedbed: Option<Arc<Seedbed>>,
}

impl Amending {
    pub(super) fn new((store, seedbed): (Store, Option<Arc<Seedbed>>)) -> Self {
        Self { store, seedbed }
    }

    /// Amends a record as of its last change. [`settle`](Self::settle) has to follow before the order of changes or children are asked for.
    pub(super) fn amend(&mut self, resource: &'static Resource, id: i64, amendment: Amendment) {
        let Some(record) = self.store.of(resource.name).get(id).map(RecordRef::into_owned) else { return };
        let Record { entry, mut json } = record;
        amendment.apply(id, &mut json);
        let active = entry.active && !matches!(amendment, Amendment::Ended { .. });
        let times = (entry.created, entry.modified);
        match (&self.seedbed, self.store.of(resource.name).unit_of(id)) {
            (Some(seedbed), Some(unit)) => {
                seedbed.amend(id, amendment);
                let record = self.store.changed(resource, (id, id), times, active, json);
                self.plant(unit, resource, record);
            }
            _ => self.store.put(resource, id, times.0, times.1, active, json),
        }
    }

    /// Adds an active row of a customer's contact for a further owner. [`settle`](Self::settle) has to follow, as for an amendment.
    pub(super) fn share(&mut self, contact: i64, resource: &'static Resource, owner: i64) {
        let contacts = self.store.of(CUSTOMER_CONTACTS.name);
        let Some(original) = contacts.get(contact).map(RecordRef::into_owned) else { return };
        let unit = contacts.unit_of(contact);
        let Record { entry, mut json } = original;
        give_owner(&mut json, resource, owner);
        let times = (entry.created, entry.modified);
        let row = self.store.fresh_id();
        match (&self.seedbed, unit) {
            (Some(seedbed), Some(unit)) => {
                seedbed.amend(row, Amendment::Shared { contact, owner });
                let record = self.store.changed(resource, (row, contact), times, true, json);
                self.plant(unit, resource, record);
            }
            _ => self.store.put_showing(resource, (row, contact), times, true, json),
        }
    }

    fn plant(&mut self, unit: Unit, resource: &'static Resource, record: Record) {
        let growth = self.store.growth();
        self.store.plant(unit, [(resource, record)], growth);
    }

    /// Puts amended and added records into order.
    pub(super) fn settle(&mut self) {
        if let Some(seedbed) = &self.seedbed {
            seedbed.seal(&mut self.store);
        }
    }
}

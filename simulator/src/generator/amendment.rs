//! Amendments of a grown world: records that are changed or added after all parts have grown.
//!
//! An amendment is a few bytes, and the JSON of its record follows from it and the record as its part grew it. So a large world keeps amendments in
//! place of records.

use std::sync::Arc;

use super::planting::Seedbed;
use crate::resources::{CUSTOMER_CONTACTS, LOCATION_CONTACTS, Resource};
use crate::store::{Ground as _, Object, Record, RecordRef, Store};

/// The difference of a record to the one that its part grew.
#[derive(Debug, Clone, Copy)]
pub(super) enum Amendment {
    /// Inactive, and merged into another customer.
    Ended { merged_into: Option<i64> },
    /// An e-mail contact with a value that is not one address.
    Unclean(Unclean),
    /// A row of its own for a further owner of a customer's contact.
    Shared { contact: i64, owner: i64 },
}

/// A value of an e-mail contact that is not one address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unclean {
    Word(&'static str),
    /// Two addresses with this between them.
    Two(&'static str),
}

impl Amendment {
    /// Amends the JSON of a row. That of a shared contact is made from another row.
    pub(super) fn apply(self, row: i64, json: &mut Object) {
        match self {
            Self::Ended { merged_into: Some(survivor) } => {
                json.insert("mergedToId".into(), survivor.into());
            }
            Self::Unclean(Unclean::Word(word)) => {
                json.insert("value".into(), word.into());
            }
            Self::Unclean(Unclean::Two(between)) => {
                let value = format!("first{row}@home.example{between}second{row}@home.example");
                json.insert("value".into(), value.into());
            }
            Self::Ended { merged_into: None } | Self::Shared { .. } => {}
        }
    }
}

/// Makes a contact one of an owner that is a customer or a location, as the resource says.
pub(super) fn give_owner(json: &mut Object, resource: &'static Resource, owner: i64) {
    for (of, field) in [(&CUSTOMER_CONTACTS, "customerId"), (&LOCATION_CONTACTS, "locationId")] {
        if of.name == resource.name {
            json.insert(field.into(), owner.into());
        } else {
            json.remove(field);
        }
    }
}

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
                self.store.plant_showing(unit, resource, (id, id), times, active, json);
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
                self.store.plant_showing(unit, resource, (row, contact), times, true, json);
            }
            _ => self.store.put_showing(resource, (row, contact), times, true, json),
        }
    }

    /// Puts amended and added records into order.
    pub(super) fn settle(&mut self) {
        if let Some(seedbed) = &self.seedbed {
            seedbed.seal(&mut self.store);
        }
    }
}

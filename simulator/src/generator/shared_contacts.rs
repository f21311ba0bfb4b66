//! Contacts that belong to several owners: a further customer, a location, or both. The further owner may be younger than the contact.

use super::Household;
use crate::dice::Dice;
use crate::resources::{CUSTOMER_CONTACTS, LOCATION_CONTACTS, Resource};
use crate::store::{Ground as _, Record, RecordRef, Store};

/// The share of households that share a contact, in hundredths.
const SHARED_PERCENT: u64 = 20;

/// Draws from dice of its own, so that all else in the world stays as it would be without.
pub(super) fn grow(store: &mut Store, dice: &mut Dice, households: &[Household]) {
    for household in households {
        if !dice.chance(SHARED_PERCENT) {
            continue;
        }
        let contacts: Vec<i64> = store
            .of(CUSTOMER_CONTACTS.name)
            .children("customerId", household.customer)
            .filter(|contact| contact.active && contact.shown_id() == contact.id)
            .map(|contact| contact.id)
            .collect();
        let Some(contact) = dice.pick(&contacts) else { continue };
        let index = usize::try_from(dice.below(households.len() as u64)).unwrap_or(0);
        let other = households.get(index).map(|it| it.customer).filter(|it| *it != household.customer);
        let customer = other.filter(|_| dice.chance(70));
        let location = dice.pick(&household.locations).filter(|_| customer.is_none() || dice.chance(40));
        if let Some(customer) = customer {
            add_owner(store, contact, &CUSTOMER_CONTACTS, customer);
        }
        if let Some(location) = location {
            add_owner(store, contact, &LOCATION_CONTACTS, location);
        }
    }
}

/// Adds a row of a customer's contact for a further owner.
fn add_owner(store: &mut Store, contact: i64, resource: &'static Resource, owner: i64) {
    let Some(original) = store.of(CUSTOMER_CONTACTS.name).get(contact).map(RecordRef::into_owned) else {
        return;
    };
    let Record { entry, mut json } = original;
    for (of, field) in [(&CUSTOMER_CONTACTS, "customerId"), (&LOCATION_CONTACTS, "locationId")] {
        if of.name == resource.name {
            json.insert(field.into(), owner.into());
        } else {
            json.remove(field);
        }
    }
    let row = store.fresh_id();
    store.put_showing(resource, (row, contact), (entry.created, entry.modified), true, json);
}

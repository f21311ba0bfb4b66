//! Contacts that belong to several owners: a further customer, a location, or both. The further owner may be younger than the contact.

use super::Household;
use super::amending::Amending;
use crate::dice::Dice;
use crate::resources::{CUSTOMER_CONTACTS, LOCATION_CONTACTS};

/// The share of households that share a contact, in hundredths.
const SHARED_PERCENT: u64 = 20;

/// Draws from dice of its own, so that all else in the world stays as it would be without.
pub(super) fn grow(world: &mut Amending, dice: &mut Dice, households: &[Household]) {
    // Children are asked for while the index is in order: the rows are added afterwards.
    world.settle();
    let mut rows = Vec::new();
    for household in households {
        if !dice.chance(SHARED_PERCENT) {
            continue;
        }
        let contacts: Vec<i64> = world
            .store
            .of(CUSTOMER_CONTACTS.name)
            .children("customerId", household.customer)
            .filter(|contact| contact.active)
            .map(|contact| contact.id)
            .collect();
        let Some(contact) = dice.pick(&contacts) else { continue };
        let index = usize::try_from(dice.below(households.len() as u64)).unwrap_or(0);
        let other = households.get(index).map(|it| it.customer).filter(|it| *it != household.customer);
        let customer = other.filter(|_| dice.chance(70));
        let location = dice.pick(&household.locations).filter(|_| customer.is_none() || dice.chance(40));
        rows.extend(customer.map(|customer| (contact, &CUSTOMER_CONTACTS, customer)));
        rows.extend(location.map(|location| (contact, &LOCATION_CONTACTS, location)));
    }
    for (contact, resource, owner) in rows {
        world.share(contact, resource, owner);
    }
}

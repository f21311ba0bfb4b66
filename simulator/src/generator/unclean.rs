//! E-mail contacts whose value is not one address.

use crate::dice::Dice;
use crate::resources::CUSTOMER_CONTACTS;
use crate::store::{Ground as _, Record, RecordRef, Store};

/// The share of customers' e-mail contacts that are unclean, in hundredths.
const UNCLEAN_PERCENT: u64 = 15;

/// Draws from dice of its own, so that all else in the world stays as it would be without.
pub(super) fn grow(store: &mut Store, dice: &mut Dice) {
    let is_email = |contact: &RecordRef<'_>| contact.json.get("type").is_some_and(|kind| kind == "Email");
    let emails: Vec<i64> =
        store.of(CUSTOMER_CONTACTS.name).records().filter(is_email).map(|contact| contact.id).collect();
    for email in emails {
        if !dice.chance(UNCLEAN_PERCENT) {
            continue;
        }
        let Some(record) = store.of(CUSTOMER_CONTACTS.name).get(email).map(RecordRef::into_owned) else {
            continue;
        };
        let Record { entry, mut json } = record;
        let value = match dice.below(5) {
            0 => "N/A".to_owned(),
            1 => "none".to_owned(),
            2 => "@".to_owned(),
            3 => format!("first{email}@home.example; second{email}@home.example"),
            _ => format!("first{email}@home.example, second{email}@home.example"),
        };
        json.insert("value".into(), value.into());
        store.put(&CUSTOMER_CONTACTS, email, entry.created, entry.modified, entry.active, json);
    }
}

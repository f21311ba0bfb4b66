//! E-mail contacts whose value is not one address.

use super::amending::Amending;
use super::amendment::{Amendment, Unclean};
use crate::dice::Dice;
use crate::resources::CUSTOMER_CONTACTS;
use crate::store::RecordRef;

/// The share of customers' e-mail contacts that are unclean, in hundredths.
const UNCLEAN_PERCENT: u64 = 15;

/// Draws from dice of its own, so that all else in the world stays as it would be without.
pub(super) fn grow(world: &mut Amending, dice: &mut Dice) {
    let is_email = |contact: &RecordRef<'_>| contact.json.get("type").is_some_and(|kind| kind == "Email");
    let contacts = world.store.of(CUSTOMER_CONTACTS.name).records();
    let emails: Vec<i64> = contacts.filter(is_email).map(|contact| contact.id).collect();
    for email in emails {
        if !dice.chance(UNCLEAN_PERCENT) {
            continue;
        }
        let value = match dice.below(5) {
            0 => Unclean::Word("N/A"),
            1 => Unclean::Word("none"),
            2 => Unclean::Word("@"),
            3 => Unclean::Two("; "),
            _ => Unclean::Two(", "),
        };
        world.amend(&CUSTOMER_CONTACTS, email, Amendment::Unclean(value));
    }
}

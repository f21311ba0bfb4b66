//! The fields that contacts of customers and of locations have in common.

use servicetitan_client::model::Record;
use servicetitan_client::{ContactType, CustomerContact, LocationContact};

use crate::order::{List, in_list_order_by};

/// A contact of a customer or of a location.
pub(crate) trait Contact: Record {
    fn contact_type(&self) -> Option<&ContactType>;
    fn value(&self) -> Option<&str>;
    fn must_not_be_texted(&self) -> bool;
    /// Returns the ID of the customer or the location. One contact may have several owners, so that its own ID does not identify it.
    fn owner_id(&self) -> Option<i64>;
}

macro_rules! contact {
    ($($model:ident of $owner:ident),+) => {$(
        impl Contact for $model {
            fn contact_type(&self) -> Option<&ContactType> {
                self.r#type.as_ref()
            }
            fn value(&self) -> Option<&str> {
                self.value.as_deref()
            }
            fn must_not_be_texted(&self) -> bool {
                self.phone_settings.as_ref().and_then(|settings| settings.do_not_text) == Some(true)
            }
            fn owner_id(&self) -> Option<i64> {
                self.$owner.map(i64::from)
            }
        }
    )+};
}

contact!(CustomerContact of customer_id, LocationContact of location_id);

/// Whether a contact is of a type, in any case: the product page writes types in another one than ServiceTitan.
pub(crate) fn is_of_type(contact: &impl Contact, wanted: &ContactType) -> bool {
    contact.contact_type().is_some_and(|it| it.as_str().eq_ignore_ascii_case(wanted.as_str()))
}

/// Returns the active contacts, the newest first. One contact may have several owners, each with a copy: its identity is its ID and its owner.
pub(crate) fn contacts_in_list_order<'a, C: Contact>(
    contacts: impl IntoIterator<Item = &'a C>,
) -> List<'a, C> {
    in_list_order_by(contacts, |contact| (contact.id().into(), contact.owner_id()))
}

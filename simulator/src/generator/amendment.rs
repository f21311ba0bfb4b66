//! Amendments: the differences of records to those that the parts of a world grew.
//!
//! An amendment is a few bytes, and the JSON of its record follows from it and the record as its part grew it. So a large world keeps amendments in
//! place of records.

use crate::resources::{CUSTOMER_CONTACTS, LOCATION_CONTACTS, Resource};
use crate::store::Object;

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

//! The contacts that give an opportunity its phone number and its e-mail address.

mod choice;
mod contact;
mod email_address;
mod placeholder;
mod rules;

pub use choice::ContactKey;
pub use placeholder::PlaceholderEmails;
pub use rules::{ContactFallback, ContactOwner, EmailValues, PassedOver};

pub(crate) use choice::{Channel, ChosenContact, PassedContact};
pub(crate) use contact::contacts_in_list_order;
pub(crate) use rules::ContactRules;

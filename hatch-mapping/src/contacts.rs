//! Which of a customer's contacts Hatch gets.

use servicetitan_client::{ContactType, CustomerContact};

use crate::PlaceholderEmails;
use crate::order::first_in_list_order;

/// The first active e-mail address in list order that is not a placeholder.
pub(crate) fn email<'a>(
    contacts: &[&'a CustomerContact],
    placeholders: &PlaceholderEmails,
) -> Option<&'a str> {
    first_value(contacts, &ContactType::Email, |address| !placeholders.contains(address))
}

/// The first active mobile phone number in list order, else the first phone number.
pub(crate) fn phone_number<'a>(contacts: &[&'a CustomerContact]) -> Option<&'a str> {
    first_value(contacts, &ContactType::MobilePhone, |_| true)
        .or_else(|| first_value(contacts, &ContactType::Phone, |_| true))
}

/// The first value of a type that is neither blank nor unwanted.
fn first_value<'a>(
    contacts: &[&'a CustomerContact],
    wanted_type: &ContactType,
    wanted: impl Fn(&str) -> bool,
) -> Option<&'a str> {
    let first = first_in_list_order(contacts.iter().copied(), |contact| {
        contact.r#type.as_ref().is_some_and(|it| it.as_str().eq_ignore_ascii_case(wanted_type.as_str()))
            && value(contact).is_some_and(&wanted)
    });
    first.and_then(value)
}

/// A contact's value without surrounding white space, unless it is blank.
fn value(contact: &CustomerContact) -> Option<&str> {
    contact.value.as_deref().map(str::trim).filter(|value| !value.is_empty())
}

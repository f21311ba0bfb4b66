//! Which of a customer's contacts Hatch gets.

use servicetitan_client::{ContactType, CustomerContact};

use crate::PlaceholderEmails;

/// The first e-mail address of the list that is not a placeholder.
///
/// `contacts` are in list order, without the inactive ones.
pub(crate) fn email<'a>(
    contacts: &[&'a CustomerContact],
    placeholders: &PlaceholderEmails,
) -> Option<&'a str> {
    values(contacts, ContactType::Email).find(|address| !placeholders.contains(address))
}

/// The first mobile phone number of the list, else the first phone number.
pub(crate) fn phone_number<'a>(contacts: &[&'a CustomerContact]) -> Option<&'a str> {
    values(contacts, ContactType::MobilePhone).next().or_else(|| values(contacts, ContactType::Phone).next())
}

/// The values of one type that are not blank.
fn values<'a>(contacts: &[&'a CustomerContact], wanted: ContactType) -> impl Iterator<Item = &'a str> {
    contacts
        .iter()
        .filter(move |contact| contact.r#type.as_ref().is_some_and(|it| it.normalized() == wanted))
        .filter_map(|contact| contact.value.as_deref())
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

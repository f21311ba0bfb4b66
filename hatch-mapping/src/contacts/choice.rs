//! The choice of the contacts that give phone number and e-mail address: the customer's, or the location's by a fallback.

use serde::Serialize;
use servicetitan_client::ContactType;
use servicetitan_client::model::Record;

use super::contact::{Contact, contacts_in_list_order, is_of_type};
use super::rules::{ContactFallback, ContactOwner, ContactRules, PassedOver};
use crate::joined::Joins;
use crate::order::List;

/// The source of an opportunity's contact key, which is the phone number or e-mail address by which Hatch finds the contact. Without a contact
/// key, Hatch makes a new contact for every upsert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactKey {
    /// The customer's contacts give one.
    Customer,
    /// The location's contacts give one, by the configured [`ContactFallback`]; the customer's give none.
    Location,
    /// The customer's contacts give none. The location's would, but the fallback is off.
    MissingWithoutFallback,
    /// No contact gives one.
    Missing,
}

impl ContactKey {
    /// Whether the opportunity has neither a phone number nor an e-mail address.
    pub fn is_missing(self) -> bool {
        matches!(self, ContactKey::MissingWithoutFallback | ContactKey::Missing)
    }

    /// Whether a [`ContactFallback`] would give the opportunity the contact key that it lacks.
    pub fn fallback_would_help(self) -> bool {
        self == ContactKey::MissingWithoutFallback
    }
}

/// A chosen contact, and the value that it gives.
#[derive(Clone, Copy)]
pub(crate) struct ChosenContact<'a> {
    pub(crate) value: &'a str,
    pub(crate) owner: ContactOwner,
    pub(crate) contact_id: i64,
    /// The place in the owner's list in the details, counted from 1.
    pub(crate) place: usize,
    /// Of a phone number: whether it is a mobile one.
    pub(crate) is_mobile: bool,
}

/// The chosen contacts.
pub(crate) struct ContactChoice<'a> {
    pub(crate) email: Option<ChosenContact<'a>>,
    pub(crate) phone_number: Option<ChosenContact<'a>>,
    pub(crate) key: ContactKey,
}

/// The standard field that a contact fills.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Email,
    PhoneNumber,
}

/// A contact that was passed over.
pub(crate) struct PassedContact {
    pub(crate) channel: Channel,
    pub(crate) owner: ContactOwner,
    pub(crate) contact_id: i64,
    /// The place in the owner's list in the details, counted from 1; `None` if it is not in there.
    pub(crate) place: Option<usize>,
    pub(crate) reason: PassedOver,
}

impl ContactRules<'_> {
    /// Chooses the contacts, and reports each contact that it passes over to `tell`.
    pub(crate) fn choose<'a>(
        &self,
        joins: &Joins<'a>,
        tell: &mut impl FnMut(PassedContact),
    ) -> ContactChoice<'a> {
        let own = self.search(ContactOwner::Customer, &joins.customer_contacts);
        let email = own.email(tell);
        let phone_number = own.phone_number(tell);
        let is_missing = email.is_none() && phone_number.is_none();
        let falls_back = match self.fallback {
            ContactFallback::Never => false,
            ContactFallback::WhenBothMissing => is_missing,
            ContactFallback::WhenOneMissing => email.is_none() || phone_number.is_none(),
        };
        if !falls_back {
            let key = if is_missing { self.missing_key(joins) } else { ContactKey::Customer };
            return ContactChoice { email, phone_number, key };
        }
        let location = self.search(ContactOwner::Location, &joins.location_contacts);
        let email = email.or_else(|| location.email(tell));
        let phone_number = phone_number.or_else(|| location.phone_number(tell));
        let key = match (is_missing, email.is_some() || phone_number.is_some()) {
            (false, _) => ContactKey::Customer,
            (true, true) => ContactKey::Location,
            (true, false) => ContactKey::Missing,
        };
        ContactChoice { email, phone_number, key }
    }

    /// Tells whether a fallback would give the contact key that the customer's contacts lack.
    fn missing_key(&self, joins: &Joins<'_>) -> ContactKey {
        match self.of_location(joins) {
            (None, None) => ContactKey::Missing,
            _ => ContactKey::MissingWithoutFallback,
        }
    }

    /// Returns the e-mail address and the phone number that the location's contacts would give.
    fn of_location<'a>(&self, joins: &Joins<'a>) -> (Option<ChosenContact<'a>>, Option<ChosenContact<'a>>) {
        let location = self.search(ContactOwner::Location, &joins.location_contacts);
        let quietly = &mut |_| {};
        (location.email(quietly), location.phone_number(quietly))
    }

    /// Returns the contacts of the location that a fallback would use for what the choice lacks.
    pub(crate) fn unused_of_location(
        &self,
        joins: &Joins<'_>,
        choice: &ContactChoice<'_>,
    ) -> Vec<PassedContact> {
        let (email, phone_number) = self.of_location(joins);
        let unused = [
            (Channel::Email, email.filter(|_| choice.email.is_none())),
            (Channel::PhoneNumber, phone_number.filter(|_| choice.phone_number.is_none())),
        ];
        let passed = |(channel, contact): (Channel, Option<ChosenContact<'_>>)| {
            let ChosenContact { owner, contact_id, place, .. } = contact?;
            let reason = PassedOver::OnlyByFallback;
            Some(PassedContact { channel, owner, contact_id, place: Some(place), reason })
        };
        unused.into_iter().filter_map(passed).collect()
    }

    /// Returns the inactive contacts of the customer, and of the location where a fallback is configured.
    pub(crate) fn inactive(&self, joins: &Joins<'_>) -> Vec<PassedContact> {
        let mut passed = inactive_of(ContactOwner::Customer, &joins.customer_contacts);
        if self.fallback != ContactFallback::Never {
            passed.extend(inactive_of(ContactOwner::Location, &joins.location_contacts));
        }
        passed
    }

    /// Returns a search through one owner's contacts.
    fn search<'r, 'a, C: Contact>(&'r self, owner: ContactOwner, contacts: &[&'a C]) -> Search<'r, 'a, C> {
        Search { rules: self, owner, contacts: contacts_in_list_order(contacts.iter().copied()) }
    }
}

fn inactive_of<C: Contact>(owner: ContactOwner, contacts: &[&C]) -> Vec<PassedContact> {
    let inactive = contacts.iter().filter(|contact| contact.active() == Some(false));
    let passed = inactive.filter_map(|contact| {
        let is = |wanted| is_of_type(*contact, &wanted);
        let channel = if is(ContactType::Email) {
            Channel::Email
        } else if is(ContactType::MobilePhone) || is(ContactType::Phone) {
            Channel::PhoneNumber
        } else {
            return None;
        };
        let (contact_id, reason) = (Record::id(*contact).into(), PassedOver::Inactive);
        Some(PassedContact { channel, owner, contact_id, place: None, reason })
    });
    passed.collect()
}

/// A search through one owner's contacts.
struct Search<'r, 'a, C> {
    rules: &'r ContactRules<'r>,
    owner: ContactOwner,
    contacts: List<'a, C>,
}

impl<'a, C: Contact> Search<'_, 'a, C> {
    /// Returns the first e-mail address.
    fn email(&self, tell: &mut impl FnMut(PassedContact)) -> Option<ChosenContact<'a>> {
        self.first(Channel::Email, &ContactType::Email, tell)
    }

    /// Returns the first mobile phone number, else the first phone number.
    fn phone_number(&self, tell: &mut impl FnMut(PassedContact)) -> Option<ChosenContact<'a>> {
        let mut first = |wanted| self.first(Channel::PhoneNumber, wanted, tell);
        first(&ContactType::MobilePhone).or_else(|| first(&ContactType::Phone))
    }

    fn first(
        &self,
        channel: Channel,
        wanted: &ContactType,
        tell: &mut impl FnMut(PassedContact),
    ) -> Option<ChosenContact<'a>> {
        let of_type =
            self.contacts.iter().copied().zip(1..).filter(|(contact, _)| is_of_type(*contact, wanted));
        for (contact, place) in of_type {
            let (owner, contact_id) = (self.owner, Record::id(contact).into());
            let value = match channel {
                Channel::Email => self.rules.email(contact),
                Channel::PhoneNumber => self.rules.phone_number(contact),
            };
            match value {
                Ok(value) => {
                    let is_mobile = *wanted == ContactType::MobilePhone;
                    return Some(ChosenContact { value, owner, contact_id, place, is_mobile });
                }
                Err(reason) => {
                    let place = Some(place);
                    tell(PassedContact { channel, owner, contact_id, place, reason });
                }
            }
        }
        None
    }
}

//! The rules by which a contact is used or passed over.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::contact::Contact;
use super::email_address::addresses;
use super::placeholder::PlaceholderEmails;

/// The rule by which the contacts of an opportunity's location stand in for the customer's. They are searched in the same way. The product page
/// knows the customer's only, so that the default is never.
///
/// A location's contacts may belong to somebody else than the customer: a tenant, a neighbour with the key, a property manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactFallback {
    /// The location's contacts are never used.
    #[default]
    Never,
    /// The location's contacts are used where the customer's give neither a phone number nor an e-mail address.
    WhenBothMissing,
    /// The location's contacts are used for whichever of phone number and e-mail address the customer's do not give.
    WhenOneMissing,
}

/// The part of an e-mail contact's value that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmailValues {
    /// The first address in the value. A value without an address is passed over: Hatch would refuse the whole opportunity.
    #[default]
    Addresses,
    /// The value as it is, as on the product page, but for surrounding white space.
    Verbatim,
}

/// The owner of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactOwner {
    /// The opportunity's customer.
    Customer,
    /// The opportunity's location.
    Location,
}

impl ContactOwner {
    /// Returns the name of the owner's object in the details.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ContactOwner::Customer => "customer",
            ContactOwner::Location => "location",
        }
    }
}

impl fmt::Display for ContactOwner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The reason why a contact of the right type is not the one that Hatch gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PassedOver {
    /// The contact is inactive in ServiceTitan.
    Inactive,
    /// The contact has no value, or only white space.
    Blank,
    /// The value is on the list of placeholder e-mails.
    Placeholder,
    /// There is no e-mail address in the value.
    NotAnAddress,
    /// ServiceTitan says that the number must not be texted, and such numbers are not to be sent.
    DoNotText,
    /// The contact is the location's, and the configured [`ContactFallback`] does not use those here.
    OnlyByFallback,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            PassedOver::Inactive => "inactive in ServiceTitan",
            PassedOver::Blank => "empty",
            PassedOver::Placeholder => "a placeholder, not a real e-mail address",
            PassedOver::NotAnAddress => "not an e-mail address",
            PassedOver::DoNotText => "marked \"do not text\" in ServiceTitan",
            PassedOver::OnlyByFallback => "usable, but contacts of the location are not used here",
        })
    }
}

/// The part of a mapper's configuration that contacts go by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContactRules<'a> {
    pub(crate) placeholders: &'a PlaceholderEmails,
    pub(crate) email_values: EmailValues,
    pub(crate) skip_do_not_text: bool,
    pub(crate) fallback: ContactFallback,
}

impl ContactRules<'_> {
    /// Returns the e-mail address that an active contact gives, or the reason why it gives none.
    pub(super) fn email<'c>(&self, contact: &'c impl Contact) -> Result<&'c str, PassedOver> {
        let value = trimmed_value(contact)?;
        if self.placeholders.contains(value) {
            return Err(PassedOver::Placeholder);
        }
        if self.email_values == EmailValues::Verbatim {
            return Ok(value);
        }
        let mut reason = PassedOver::NotAnAddress;
        for address in addresses(value) {
            // Most values are one address, which was held against the list above.
            if address.len() == value.len() || !self.placeholders.contains(address) {
                return Ok(address);
            }
            reason = PassedOver::Placeholder;
        }
        Err(reason)
    }

    /// Returns the phone number that an active contact gives, or the reason why it gives none.
    pub(super) fn phone_number<'c>(&self, contact: &'c impl Contact) -> Result<&'c str, PassedOver> {
        let value = trimmed_value(contact)?;
        if self.skip_do_not_text && contact.must_not_be_texted() {
            return Err(PassedOver::DoNotText);
        }
        Ok(value)
    }
}

/// Returns a contact's value without surrounding white space.
fn trimmed_value(contact: &impl Contact) -> Result<&str, PassedOver> {
    let value = contact.value().map(str::trim).unwrap_or_default();
    if value.is_empty() { Err(PassedOver::Blank) } else { Ok(value) }
}

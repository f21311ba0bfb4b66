//! The rules by which Hatch finds the contact and the opportunity of an upsert.
//!
//! A contact is found by phone number, then by e-mail address; if neither finds one, the upsert makes a new contact. Within the contact, an
//! opportunity with the same `externalID` is replaced, and another one is added. The functions here are pure, so that a simulator, a
//! sink and a host's own tests agree on it.
//!
//! ```
//! use hatch_mapping::contact_matching::{ContactMatch, HeldContact, match_contact};
//!
//! let held = [
//!     HeldContact { phone_number: None, email: Some("ann@example.org") },
//!     HeldContact { phone_number: Some("(555) 010-0199"), email: None },
//! ];
//! assert_eq!(match_contact(Some("+1 555 010 0199"), Some("ann@example.org"), held), ContactMatch::ByPhone(1));
//! assert_eq!(match_contact(None, Some("Ann@Example.org"), held), ContactMatch::ByEmail(0));
//! assert_eq!(match_contact(None, None, held), ContactMatch::New);
//! ```

/// The keys of a contact that Hatch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeldContact<'a> {
    /// The phone number.
    pub phone_number: Option<&'a str>,
    /// The e-mail address.
    pub email: Option<&'a str>,
}

/// The contact of an upsert. The number is the contact's index among the given ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactMatch {
    /// The first contact with the same phone number.
    ByPhone(usize),
    /// The first contact with the same e-mail address; none has the phone number.
    ByEmail(usize),
    /// A contact that Hatch makes. An upsert without phone number and e-mail address always makes one.
    New,
}

/// The effect of an upsert on a contact's opportunities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpportunityMatch {
    /// The opportunity at this index is replaced.
    Replaces(usize),
    /// An opportunity is added.
    Adds,
}

/// Finds the contact of an upsert with this phone number and e-mail address.
pub fn match_contact<'a>(
    phone_number: Option<&str>,
    email: Option<&str>,
    held: impl IntoIterator<Item = HeldContact<'a>>,
) -> ContactMatch {
    let (phone, email) = (phone_number.and_then(phone_key), email.and_then(email_key));
    let mut by_email = None;
    for (index, contact) in held.into_iter().enumerate() {
        if phone.is_some() && contact.phone_number.and_then(phone_key) == phone {
            return ContactMatch::ByPhone(index);
        }
        if by_email.is_none() && email.is_some() && contact.email.and_then(email_key) == email {
            by_email = Some(index);
        }
    }
    by_email.map_or(ContactMatch::New, ContactMatch::ByEmail)
}

/// Finds the one of a contact's opportunities that an upsert with this `externalID` replaces. External IDs are compared letter by letter; an
/// upsert without one replaces none.
pub fn match_opportunity<'a>(
    external_id: Option<&str>,
    held: impl IntoIterator<Item = Option<&'a str>>,
) -> OpportunityMatch {
    let found = external_id.and_then(|id| held.into_iter().position(|held| held == Some(id)));
    found.map_or(OpportunityMatch::Adds, OpportunityMatch::Replaces)
}

/// Returns the part that all spellings of one phone number have in common: the digits, without North America's country code. `None` if there is
/// no digit.
///
/// Hatch does not say how it compares numbers; this function is the only place that would change.
pub fn phone_key(phone_number: &str) -> Option<String> {
    let digits: String = phone_number.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).map(str::to_owned);
    Some(national.unwrap_or(digits)).filter(|key| !key.is_empty())
}

/// Returns the part that all spellings of one e-mail address have in common: all but case and surrounding white space. `None` if it is blank.
pub fn email_key(email: &str) -> Option<String> {
    Some(email.trim().to_lowercase()).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn held<'a>(phone_number: &'a str, email: &'a str) -> HeldContact<'a> {
        HeldContact { phone_number: Some(phone_number), email: Some(email) }
    }

    #[test]
    fn the_phone_number_decides_before_the_email_address() {
        let contacts = [held("1", "a@b.example"), held("2", "c@d.example")];
        assert_eq!(match_contact(Some("2"), Some("a@b.example"), contacts), ContactMatch::ByPhone(1));
        assert_eq!(match_contact(Some("3"), Some("a@b.example"), contacts), ContactMatch::ByEmail(0));
        assert_eq!(match_contact(Some("3"), Some("x@y.example"), contacts), ContactMatch::New);
    }

    #[test]
    fn what_is_blank_matches_nothing() {
        assert_eq!(match_contact(Some("--"), Some(" "), [held("-", " ")]), ContactMatch::New);
        assert_eq!(match_contact(None, None, [HeldContact::default()]), ContactMatch::New);
    }

    #[test]
    fn the_same_external_id_replaces_and_another_one_adds() {
        let held = [None, Some("41"), Some("42")];
        assert_eq!(match_opportunity(Some("42"), held), OpportunityMatch::Replaces(2));
        assert_eq!(match_opportunity(Some("042"), held), OpportunityMatch::Adds);
        assert_eq!(match_opportunity(None, held), OpportunityMatch::Adds);
    }

    #[test]
    fn only_a_country_code_before_ten_digits_is_dropped() {
        for (number, key) in [
            ("+1 (555) 010-0199", Some("5550100199")),
            ("555.010.0199", Some("5550100199")),
            ("1550100199", Some("1550100199")),
            ("+1 555 010 0199 55", Some("1555010019955")),
            ("+44 20 7946 0018", Some("442079460018")),
            ("ext.", None),
        ] {
            assert_eq!(phone_key(number).as_deref(), key, "{number}");
        }
    }

    proptest! {
        #[test]
        fn a_contact_is_found_by_its_own_keys(phone in "\\PC{0,12}", email in "\\PC{0,12}") {
            let contact = held(&phone, &email);
            let expected = match (phone_key(&phone), email_key(&email)) {
                (Some(_), _) => ContactMatch::ByPhone(0),
                (None, Some(_)) => ContactMatch::ByEmail(0),
                (None, None) => ContactMatch::New,
            };
            prop_assert_eq!(match_contact(Some(&phone), Some(&email), [contact]), expected);
        }
    }
}

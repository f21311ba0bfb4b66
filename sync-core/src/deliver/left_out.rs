//! Standard fields that the sink did not take, and that an opportunity is delivered without.

use hatch_mapping::Opportunity;

use crate::{Delivered, SinkError};

/// Text between a fingerprint and the names of the fields that the delivery went without.
const WITHOUT: &str = " without ";

/// A standard field that an opportunity may be delivered without. `source` and `externalID` say which opportunity it is, so that they are not among these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OptionalField {
    FirstName,
    LastName,
    Email,
    PhoneNumber,
    Status,
    ExternalContactId,
    ExternalCreatedAt,
    ExternalUpdatedAt,
}

impl OptionalField {
    const ALL: [OptionalField; 8] = [
        OptionalField::FirstName,
        OptionalField::LastName,
        OptionalField::Email,
        OptionalField::PhoneNumber,
        OptionalField::Status,
        OptionalField::ExternalContactId,
        OptionalField::ExternalCreatedAt,
        OptionalField::ExternalUpdatedAt,
    ];

    /// The field's name in Hatch's body.
    pub(super) fn name(self) -> &'static str {
        match self {
            OptionalField::FirstName => "firstName",
            OptionalField::LastName => "lastName",
            OptionalField::Email => "email",
            OptionalField::PhoneNumber => "phoneNumber",
            OptionalField::Status => "status",
            OptionalField::ExternalContactId => "externalContactID",
            OptionalField::ExternalCreatedAt => "externalCreatedAt",
            OptionalField::ExternalUpdatedAt => "externalUpdatedAt",
        }
    }

    /// The field that a JSON pointer of a refusal names: `/data/attributes/email`, or `/email`.
    fn at(pointer: &str) -> Option<OptionalField> {
        let name = pointer.strip_prefix("/data/attributes/").or_else(|| pointer.strip_prefix('/'))?;
        OptionalField::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Takes the field's value out of an opportunity. Returns whether there was one.
    fn take_from(self, opportunity: &mut Opportunity) -> bool {
        match self {
            OptionalField::FirstName => opportunity.first_name.take().is_some(),
            OptionalField::LastName => opportunity.last_name.take().is_some(),
            OptionalField::Email => opportunity.email.take().is_some(),
            OptionalField::PhoneNumber => opportunity.phone_number.take().is_some(),
            OptionalField::Status => opportunity.status.take().is_some(),
            OptionalField::ExternalContactId => opportunity.external_contact_id.take().is_some(),
            OptionalField::ExternalCreatedAt => opportunity.external_created_at.take().is_some(),
            OptionalField::ExternalUpdatedAt => opportunity.external_updated_at.take().is_some(),
        }
    }
}

/// Takes the fields that a refusal names out of an opportunity, and adds them to `left_out`. Returns whether the rest may be delivered: the refusal
/// names nothing else, each field had a value, and a phone number or an e-mail address is left for Hatch to find the contact by.
pub(super) fn leave_out(
    error: &SinkError,
    opportunity: &mut Opportunity,
    left_out: &mut Vec<OptionalField>,
) -> bool {
    let SinkError::Rejected { pointers, .. } = error else { return false };
    let named: Option<Vec<OptionalField>> = pointers.iter().map(|it| OptionalField::at(it)).collect();
    let Some(mut named) = named.filter(|named| !named.is_empty()) else { return false };
    named.sort_unstable();
    named.dedup();
    let without_value = named.iter().filter(|field| !field.take_from(opportunity)).count();
    left_out.extend(named);
    without_value == 0 && (opportunity.email.is_some() || opportunity.phone_number.is_some())
}

/// The fingerprint of a delivery: that of the whole opportunity, with the names of the fields that it went without. The whole is not sent again until it
/// changes, and then is tried whole again.
pub(super) fn fingerprint_without(whole: String, left_out: &[OptionalField]) -> String {
    if left_out.is_empty() {
        return whole;
    }
    let names: Vec<&str> = left_out.iter().map(|field| field.name()).collect();
    format!("{whole}{WITHOUT}{}", names.join(","))
}

/// Whether a delivery was of the opportunity with this fingerprint, be it without some fields.
pub(super) fn is_of(delivered: &Delivered, whole: &str) -> bool {
    let fingerprint = delivered.fingerprint.as_deref();
    fingerprint.is_some_and(|it| it.split(WITHOUT).next() == Some(whole))
}

impl Delivered {
    /// The names of the standard fields, such as `email`, that the sink did not take and that the opportunity was delivered without.
    pub fn fields_left_out(&self) -> Vec<&str> {
        let names = self.fingerprint.as_deref().and_then(|it| it.split_once(WITHOUT));
        names.into_iter().flat_map(|(_, names)| names.split(',')).collect()
    }
}

#[cfg(test)]
mod tests {
    use hatch_mapping::Details;

    use super::*;

    fn opportunity() -> Opportunity {
        Opportunity {
            source: "custom:test".to_owned(),
            first_name: Some("Ann".to_owned()),
            last_name: None,
            email: Some("ann@example.org".to_owned()),
            phone_number: Some("614-555-0100".to_owned()),
            status: None,
            external_id: "1".to_owned(),
            external_contact_id: None,
            external_created_at: None,
            external_updated_at: None,
            details: Details::default(),
        }
    }

    fn refusal(pointers: &[&str]) -> SinkError {
        let pointers: Vec<String> = pointers.iter().map(|it| (*it).to_owned()).collect();
        SinkError::Rejected { reasons: pointers.clone(), pointers }
    }

    #[test]
    fn fields_that_a_refusal_names_are_left_out_as_long_as_a_contact_key_is_left() {
        let (mut rest, mut left_out) = (opportunity(), Vec::new());
        assert!(leave_out(&refusal(&["/data/attributes/email", "/firstName"]), &mut rest, &mut left_out));
        assert_eq!((rest.email, rest.first_name, rest.phone_number.is_some()), (None, None, true));
        assert_eq!(left_out, [OptionalField::FirstName, OptionalField::Email]);
        let both = refusal(&["/data/attributes/email", "/data/attributes/phoneNumber"]);
        assert!(!leave_out(&both, &mut opportunity(), &mut Vec::new()));
    }

    #[test]
    fn a_refusal_that_names_anything_else_or_a_field_without_a_value_costs_the_opportunity() {
        let others = [
            refusal(&[]),
            refusal(&["/data/attributes/email", "/data/attributes/details"]),
            refusal(&["/data/attributes/externalID"]),
            refusal(&["/data/attributes/source"]),
            refusal(&["/data/attributes/details/email"]),
            refusal(&["/data/attributes/lastName"]),
            SinkError::Unavailable("down".to_owned()),
        ];
        for error in others {
            assert!(!leave_out(&error, &mut opportunity(), &mut Vec::new()), "{error:?}");
        }
    }

    #[test]
    fn a_fingerprint_keeps_the_fields_that_its_delivery_went_without() {
        let delivered = |fingerprint: String| Delivered {
            id: 1,
            fingerprint: Some(fingerprint),
            contact: String::new(),
            at: chrono::DateTime::UNIX_EPOCH,
        };
        let without = delivered(fingerprint_without(
            "abc".to_owned(),
            &[OptionalField::Email, OptionalField::PhoneNumber],
        ));
        assert_eq!(without.fields_left_out(), ["email", "phoneNumber"]);
        assert!(is_of(&without, "abc") && !is_of(&without, "ab"));
        let whole = delivered(fingerprint_without("abc".to_owned(), &[]));
        assert!(is_of(&whole, "abc") && whole.fields_left_out().is_empty());
    }
}

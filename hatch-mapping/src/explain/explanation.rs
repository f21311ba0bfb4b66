//! An explanation as data and as text.

use std::fmt;

use serde::Serialize;

use crate::contacts::{ContactKey, ContactOwner, PassedOver};
use crate::path::DetailPath;

/// The origins of an opportunity's standard fields. As text and as JSON it has the customer's data; `Debug` prints none.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The standard fields in the order of Hatch's body.
    pub fields: Vec<FieldOrigin>,
    /// The source of the phone number or e-mail address by which Hatch finds the contact, or why there is neither.
    pub contact_key: ContactKey,
}

impl Explanation {
    /// Returns the origin of a field by its name in Hatch, such as `phoneNumber`.
    pub fn field(&self, name: &str) -> Option<&FieldOrigin> {
        self.fields.iter().find(|field| field.field == name)
    }

    /// Explains the status as set by the host, as for a record that was deleted.
    #[must_use]
    pub fn with_status(mut self, status: impl Into<String>) -> Self {
        if let Some(field) = self.fields.iter_mut().find(|field| field.field == "status") {
            *field = FieldOrigin::new("status", Some(status.into()), "set by the host");
        }
        self
    }
}

/// The origin of one standard field.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FieldOrigin {
    /// The field's name in Hatch, such as `phoneNumber`.
    pub field: &'static str,
    /// The value as Hatch gets it.
    pub value: Option<String>,
    /// The kind of record that the value came from, such as `contact`. `None` if the field has no value or came from no record.
    pub record: Option<&'static str>,
    /// That record's ID.
    pub record_id: Option<i64>,
    /// The path of the value in the details. `None` if `record` is, or if the details do not have the record.
    pub path: Option<DetailPath>,
    /// The rule that gave the value, or the reason why there is none.
    pub reason: &'static str,
    /// The contacts that were passed over for the field, with the reason for each.
    pub passed_over: Vec<PassedOverContact>,
}

impl FieldOrigin {
    /// A field that came from no record.
    pub(super) fn new(field: &'static str, value: Option<String>, reason: &'static str) -> Self {
        FieldOrigin {
            field,
            value,
            record: None,
            record_id: None,
            path: None,
            reason,
            passed_over: Vec::new(),
        }
    }
}

/// A contact that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PassedOverContact {
    /// The owner of the contact.
    pub owner: ContactOwner,
    /// The contact's ID, which other owners may have too.
    pub contact_id: i64,
    /// The path of the contact's value in the details. `None` for an inactive contact, which the details do not have.
    pub path: Option<DetailPath>,
    /// The reason.
    pub reason: PassedOver,
}

/// Prints no values: they are a customer's, and stay out of logs.
impl fmt::Debug for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Explanation")
            .field("fields", &self.fields)
            .field("contact_key", &self.contact_key)
            .finish()
    }
}

/// Prints no value: it is a customer's, and stays out of logs.
impl fmt::Debug for FieldOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FieldOrigin")
            .field("field", &self.field)
            .field("record", &self.record)
            .field("record_id", &self.record_id)
            .field("path", &self.path)
            .field("reason", &self.reason)
            .field("passed_over", &self.passed_over)
            .finish_non_exhaustive()
    }
}

/// Writes each field with its origin and the contacts passed over for it, and a last line if Hatch cannot find the contact.
impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, field) in self.fields.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            fmt::Display::fmt(field, formatter)?;
        }
        match self.contact_key {
            ContactKey::Customer | ContactKey::Location => Ok(()),
            ContactKey::Missing => formatter
                .write_str("\nHatch cannot find the contact: there is neither a phone number nor an e-mail address."),
            ContactKey::MissingWithoutFallback => formatter.write_str(
                "\nHatch cannot find the contact: the customer has neither a phone number nor an e-mail address. \
                 The location has one; the option contact_fallback would use it.",
            ),
        }
    }
}

impl fmt::Display for FieldOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.value.as_deref().unwrap_or("no value"))?;
        write!(formatter, "\n  {}", self.reason)?;
        if let (Some(record), Some(id)) = (self.record, self.record_id) {
            write!(formatter, ", from {record} {id}")?;
        }
        if let Some(path) = &self.path {
            write!(formatter, " ({path})")?;
        }
        for contact in &self.passed_over {
            write!(formatter, "\n  passed over: {contact}")?;
        }
        Ok(())
    }
}

impl fmt::Display for PassedOverContact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "contact {} of the {}", self.contact_id, self.owner)?;
        if let Some(path) = &self.path {
            write!(formatter, " ({path})")?;
        }
        write!(formatter, ": {}", self.reason)
    }
}

//! The body of Hatch's upsert.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::Details;

/// An opportunity, as Hatch's upsert (`POST /v1/contacts`) takes it.
///
/// A standard field without a value is written as `null`, so that Hatch clears it; `status` alone is left out then.
#[derive(Clone, PartialEq)]
pub struct Opportunity {
    /// One of the sources configured in Hatch.
    pub source: String,
    /// The first name of the customer.
    pub first_name: Option<String>,
    /// The last name of the customer.
    pub last_name: Option<String>,
    /// The first e-mail address among the contacts that is no placeholder.
    pub email: Option<String>,
    /// The first mobile phone number among the contacts, else the first phone number.
    pub phone_number: Option<String>,
    /// Hatch's free-form status, from the detail that the host configures. A host may set it itself.
    pub status: Option<String>,
    /// The ID of the job or membership, behind the configured prefix.
    pub external_id: String,
    /// The ID of the customer.
    pub external_contact_id: Option<String>,
    /// The time at which the job or membership was created.
    pub external_created_at: Option<DateTime<Utc>>,
    /// The time at which job, first appointment or first estimate changed last; Hatch sorts by it.
    pub external_updated_at: Option<DateTime<Utc>>,
    /// The base record's own fields, and the joined records under their names.
    pub details: Details,
}

/// A time as the standard fields have it.
pub(crate) fn written_time(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl Serialize for Opportunity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = |time: &Option<DateTime<Utc>>| time.as_ref().map(written_time);
        let mut body = serializer.serialize_map(None)?;
        body.serialize_entry("source", &self.source)?;
        body.serialize_entry("firstName", &self.first_name)?;
        body.serialize_entry("lastName", &self.last_name)?;
        body.serialize_entry("email", &self.email)?;
        body.serialize_entry("phoneNumber", &self.phone_number)?;
        if let Some(status) = &self.status {
            body.serialize_entry("status", status)?;
        }
        body.serialize_entry("externalID", &self.external_id)?;
        body.serialize_entry("externalContactID", &self.external_contact_id)?;
        body.serialize_entry("externalCreatedAt", &time(&self.external_created_at))?;
        body.serialize_entry("externalUpdatedAt", &time(&self.external_updated_at))?;
        body.serialize_entry("details", &self.details)?;
        body.end()
    }
}

/// Prints source and external ID only: the rest is a customer's, and stays out of logs.
impl fmt::Debug for Opportunity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Opportunity")
            .field("source", &self.source)
            .field("external_id", &self.external_id)
            .finish_non_exhaustive()
    }
}

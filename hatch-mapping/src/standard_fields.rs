//! Hatch's standard fields, from the records that they come from.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::config::MapperConfig;
use crate::contacts::{ContactKey, PassedContact};
use crate::joined::{BaseRecord, JoinedRecord};
use crate::names::{NameParts, split_name};
use crate::order::{first_in_list_order, is_real};
use crate::selection::SelectableObject;
use crate::warnings::ContactWarnings;

/// The standard fields of an opportunity, without its details. `status` is not among them: it is filled from the details.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StandardFields<'a> {
    /// One of the sources configured in Hatch.
    pub source: &'a str,
    /// The first name of the customer.
    pub first_name: Option<&'a str>,
    /// The last name of the customer.
    pub last_name: Option<&'a str>,
    /// The first e-mail address among the contacts that is no placeholder.
    pub email: Option<&'a str>,
    /// The first mobile phone number among the contacts, else the first phone number.
    pub phone_number: Option<&'a str>,
    /// The ID of the job or membership, behind the configured prefix.
    pub external_id: String,
    /// The ID of the customer.
    pub external_contact_id: Option<String>,
    /// The time at which the job or membership was created.
    pub external_created_at: Option<DateTime<Utc>>,
    /// The time at which job, first appointment or first estimate changed last.
    pub external_updated_at: Option<DateTime<Utc>>,
    /// The source of the phone number or e-mail address by which Hatch finds the contact, or why there is neither.
    pub contact_key: ContactKey,
    pub(crate) contact_warnings: ContactWarnings,
}

/// Prints source and external ID only: the rest is a customer's, and stays out of logs.
impl fmt::Debug for StandardFields<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StandardFields")
            .field("source", &self.source)
            .field("external_id", &self.external_id)
            .finish_non_exhaustive()
    }
}

/// Reads the standard fields out of the joined records.
pub(crate) fn read_fields<'a>(record: &JoinedRecord<'a>, config: &'a MapperConfig) -> StandardFields<'a> {
    let (id, created_on, customer_id) = match record.base {
        BaseRecord::Job(job) => (job.id.get(), job.created_on, job.customer_id),
        BaseRecord::Membership(membership) => {
            (membership.id.get(), membership.created_on, membership.customer_id)
        }
    };
    let customer = record.joins.customer;
    let name = customer.and_then(|customer| customer.name.as_deref());
    let NameParts { first, last } = name.map(split_name).unwrap_or_default();
    let customer_id = customer.map(|customer| customer.id).or(customer_id).filter(|id| id.get() != 0);
    let mut contact_warnings = ContactWarnings::default();
    let mut warn = |contact: PassedContact| contact_warnings.add(contact.reason);
    let contacts = config.contact_rules().choose(&record.joins, &mut warn);
    StandardFields {
        source: &config.source,
        first_name: first,
        last_name: last,
        email: contacts.email.map(|contact| contact.value),
        phone_number: contacts.phone_number.map(|contact| contact.value),
        external_id: match &config.external_id_prefix {
            Some(prefix) => format!("{prefix}{id}"),
            None => id.to_string(),
        },
        external_contact_id: customer_id.map(|id| id.to_string()),
        external_created_at: created_on.filter(is_real),
        external_updated_at: modification_times(record, config).into_iter().flatten().max(),
        contact_key: contacts.key,
        contact_warnings,
    }
}

/// The times of which the latest is `externalUpdatedAt`: the base record's and, for a job, those of the first appointment and of the first
/// estimate, where these are selected.
pub(crate) fn modification_times(
    record: &JoinedRecord<'_>,
    config: &MapperConfig,
) -> [Option<DateTime<Utc>>; 3] {
    let job = match record.base {
        BaseRecord::Job(job) => job,
        BaseRecord::Membership(membership) => return [membership.modified_on.filter(is_real), None, None],
    };
    let joins = &record.joins;
    let selected = |object| config.selection.contains(object);
    let appointment = selected(SelectableObject::Appointments)
        .then(|| first_in_list_order(joins.appointments.iter().copied()))
        .flatten();
    let estimate = selected(SelectableObject::Estimates)
        .then(|| first_in_list_order(joins.estimates.iter().copied()))
        .flatten();
    let times = [
        job.modified_on,
        appointment.and_then(|appointment| appointment.modified_on),
        estimate.and_then(|estimate| estimate.modified_on),
    ];
    times.map(|time| time.filter(is_real))
}

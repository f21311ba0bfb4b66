//! Hatch's standard fields, from the records that they come from.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::contacts;
use crate::joined::{BaseRecord, JoinedRecord};
use crate::order::{first_in_list_order, is_real};
use crate::{Mapper, NameParts, SelectableObject, split_name};

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
    /// The customer's first e-mail address that is no placeholder.
    pub email: Option<&'a str>,
    /// The customer's first mobile phone number, else the first phone number.
    pub phone_number: Option<&'a str>,
    /// The ID of the job or membership, behind the configured prefix.
    pub external_id: String,
    /// The ID of the customer.
    pub external_contact_id: Option<String>,
    /// When the job or membership was created.
    pub external_created_at: Option<DateTime<Utc>>,
    /// When job, first appointment or first estimate changed last.
    pub external_updated_at: Option<DateTime<Utc>>,
}

/// The content stays out of logs: it is a customer's.
impl fmt::Debug for StandardFields<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StandardFields")
            .field("source", &self.source)
            .field("external_id", &self.external_id)
            .finish_non_exhaustive()
    }
}

impl Mapper {
    /// The standard fields alone, at a fraction of what an opportunity with its details costs: to tell by whom a change is, or
    /// whether Hatch could match a contact at all.
    ///
    /// ```
    /// # use hatch_mapping::{BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, OpportunityModel};
    /// # use servicetitan_client::{Customer, Job};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let job: Job = serde_json::from_str(r#"{"id": 42}"#)?;
    /// # let customer: Customer = serde_json::from_str(r#"{"id": 7, "name": "Smith, John"}"#)?;
    /// let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:servicetitan"))?;
    /// let joins = Joins { customer: Some(&customer), ..Joins::default() };
    /// let record = JoinedRecord { base: BaseRecord::Job(&job), joins };
    /// let fields = mapper.standard_fields(&record);
    /// assert_eq!((fields.first_name, fields.phone_number), (Some("John"), None));
    /// # Ok(())
    /// # }
    /// ```
    pub fn standard_fields<'a>(&'a self, record: &JoinedRecord<'a>) -> StandardFields<'a> {
        let config = self.config();
        let (id, created_on, customer_id) = match record.base {
            BaseRecord::Job(job) => (job.id.get(), job.created_on, job.customer_id),
            BaseRecord::Membership(membership) => {
                (membership.id.get(), membership.created_on, membership.customer_id)
            }
        };
        let customer = record.joins.customer;
        let name = customer.and_then(|customer| customer.name.as_deref());
        let NameParts { first, last } = name.map(split_name).unwrap_or_default();
        let contact_id = customer.map(|customer| customer.id).or(customer_id).filter(|id| id.get() != 0);
        StandardFields {
            source: &config.source,
            first_name: first,
            last_name: last,
            email: contacts::email(&record.joins.customer_contacts, &config.placeholder_emails),
            phone_number: contacts::phone_number(&record.joins.customer_contacts),
            external_id: match &config.external_id_prefix {
                Some(prefix) => format!("{prefix}{id}"),
                None => id.to_string(),
            },
            external_contact_id: contact_id.map(|id| id.to_string()),
            external_created_at: created_on.filter(is_real),
            external_updated_at: self.updated_at(record),
        }
    }

    /// The latest of the base record's time and, for a job, those of the first appointment and the first estimate, where selected.
    fn updated_at(&self, record: &JoinedRecord<'_>) -> Option<DateTime<Utc>> {
        let job = match record.base {
            BaseRecord::Job(job) => job,
            BaseRecord::Membership(membership) => return membership.modified_on.filter(is_real),
        };
        let joins = &record.joins;
        let selected = |object| self.config().selection.contains(object);
        let appointment = selected(SelectableObject::Appointments)
            .then(|| first_in_list_order(joins.appointments.iter().copied(), |_| true));
        let estimate = selected(SelectableObject::Estimates)
            .then(|| first_in_list_order(joins.estimates.iter().copied(), |_| true));
        let times = [
            job.modified_on,
            appointment.flatten().and_then(|appointment| appointment.modified_on),
            estimate.flatten().and_then(|estimate| estimate.modified_on),
        ];
        times.into_iter().flatten().filter(is_real).max()
    }
}

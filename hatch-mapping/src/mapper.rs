//! From a joined record to an opportunity.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use servicetitan_client::{
    Appointment, AppointmentAssignment, CustomerContact, Estimate, Invoice, RecurringService,
    RecurringServiceEvent,
};

use crate::details::DetailsBuilder;
use crate::joined::{BaseRecord, JoinedRecord, Joins};
use crate::order::{in_list_order, is_real};
use crate::path::DetailPath;
use crate::{
    ConfigError, Details, MappingWarning, NameParts, ObjectSelection, Opportunity, OpportunityModel,
    PlaceholderEmails, SelectableObject, contacts, split_name,
};

/// The version of the mapping's rules. A host that keeps fingerprints of what it sent makes this a part of them.
pub const MAPPING_VERSION: u32 = 1;

/// How opportunities are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MapperConfig {
    /// Which base records they are made from.
    pub model: OpportunityModel,
    /// Which objects they have beside the ones that they always have.
    pub selection: ObjectSelection,
    /// E-mail addresses that stand for "none".
    #[serde(default)]
    pub placeholder_emails: PlaceholderEmails,
    /// One of the sources configured in Hatch, such as `custom:servicetitan`.
    pub source: String,
    /// The detail that fills Hatch's free-form `status`, such as `jobStatus`.
    #[serde(default)]
    pub status_path: Option<DetailPath>,
    /// What stands before the ID in `externalID`, to keep apart two models or tenants in one Hatch account.
    #[serde(default)]
    pub external_id_prefix: Option<String>,
}

impl MapperConfig {
    /// The model's default selection, and nothing else beyond the product page.
    pub fn new(model: OpportunityModel, source: impl Into<String>) -> Self {
        MapperConfig {
            model,
            selection: ObjectSelection::default_for(model),
            placeholder_emails: PlaceholderEmails::default(),
            source: source.into(),
            status_path: None,
            external_id_prefix: None,
        }
    }
}

/// Makes opportunities from joined records.
#[derive(Debug, Clone)]
pub struct Mapper {
    config: MapperConfig,
}

/// An opportunity, and what it lacks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Mapped {
    /// The opportunity.
    pub opportunity: Opportunity,
    /// What records name and was not there.
    pub warnings: Vec<MappingWarning>,
}

/// The lists of a joined record in list order, without what is inactive.
pub(crate) struct Lists<'a> {
    pub(crate) customer_contacts: Vec<&'a CustomerContact>,
    pub(crate) appointments: Vec<&'a Appointment>,
    pub(crate) assignments: Vec<&'a AppointmentAssignment>,
    pub(crate) estimates: Vec<&'a Estimate>,
    pub(crate) invoices: Vec<&'a Invoice>,
    pub(crate) recurring_services: Vec<&'a RecurringService>,
    pub(crate) recurring_service_events: Vec<&'a RecurringServiceEvent>,
}

impl<'a> Lists<'a> {
    fn of(joins: &Joins<'a>) -> Self {
        Lists {
            customer_contacts: in_list_order(joins.customer_contacts.iter().copied()),
            appointments: in_list_order(joins.appointments.iter().copied()),
            assignments: in_list_order(joins.appointment_assignments.iter().copied()),
            estimates: in_list_order(joins.estimates.iter().copied()),
            invoices: in_list_order(joins.invoices.iter().copied()),
            recurring_services: in_list_order(joins.recurring_services.iter().copied()),
            recurring_service_events: in_list_order(joins.recurring_service_events.iter().copied()),
        }
    }
}

impl Mapper {
    /// A mapper.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a selection that is not possible, naming what is missing, or without a source.
    pub fn new(config: MapperConfig) -> Result<Self, ConfigError> {
        config.selection.check(config.model)?;
        if config.source.trim().is_empty() {
            return Err(ConfigError::NoSource);
        }
        Ok(Mapper { config })
    }

    /// How it makes opportunities.
    pub fn config(&self) -> &MapperConfig {
        &self.config
    }

    /// The opportunity of a base record and what is joined to it. Never fails: what is missing is left out, with a warning.
    pub fn map(&self, record: &JoinedRecord<'_>) -> Mapped {
        let lists = Lists::of(&record.joins);
        let mut builder =
            DetailsBuilder { record, lists: &lists, selection: &self.config.selection, warnings: Vec::new() };
        let details = Details(builder.build());
        let mut warnings = builder.warnings;
        warnings.sort_unstable();
        warnings.dedup();

        let (id, created_on, customer_id) = match record.base {
            BaseRecord::Job(job) => (job.id.get(), job.created_on, job.customer_id),
            BaseRecord::Membership(membership) => {
                (membership.id.get(), membership.created_on, membership.customer_id)
            }
        };
        let customer = record.joins.customer;
        let name = customer.and_then(|customer| customer.name.as_deref());
        let NameParts { first, last } = name.map(split_name).unwrap_or_default();
        let email = contacts::email(&lists.customer_contacts, &self.config.placeholder_emails);
        let phone_number = contacts::phone_number(&lists.customer_contacts);
        let contact_id = customer.map(|customer| customer.id).or(customer_id).filter(|id| id.get() != 0);
        let opportunity = Opportunity {
            source: self.config.source.clone(),
            first_name: first.map(str::to_owned),
            last_name: last.map(str::to_owned),
            email: email.map(str::to_owned),
            phone_number: phone_number.map(str::to_owned),
            status: self.status(&details),
            external_id: match &self.config.external_id_prefix {
                Some(prefix) => format!("{prefix}{id}"),
                None => id.to_string(),
            },
            external_contact_id: contact_id.map(|id| id.to_string()),
            external_created_at: created_on.filter(is_real),
            external_updated_at: self.updated_at(record, &lists),
            details,
        };
        Mapped { opportunity, warnings }
    }

    /// The ID of the base record that an `externalID` stands for; `None` if it is not one of this mapper's.
    pub fn base_id(&self, external_id: &str) -> Option<i64> {
        let prefix = self.config.external_id_prefix.as_deref().unwrap_or_default();
        let digits = external_id.strip_prefix(prefix)?;
        // `+42` and `042` are numbers to Rust, and never written here.
        digits.parse::<i64>().ok().filter(|id| id.to_string() == digits)
    }

    fn status(&self, details: &Details) -> Option<String> {
        match details.get(self.config.status_path.as_ref()?)? {
            Value::String(text) => Some(text.clone()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
            number_or_boolean => Some(number_or_boolean.to_string()),
        }
    }

    /// The latest of the base record's time and, for a job, those of the first appointment and the first estimate, where selected.
    fn updated_at(&self, record: &JoinedRecord<'_>, lists: &Lists<'_>) -> Option<DateTime<Utc>> {
        let job = match record.base {
            BaseRecord::Job(job) => job,
            BaseRecord::Membership(membership) => return membership.modified_on.filter(is_real),
        };
        let selected = |object| self.config.selection.contains(object);
        let appointment = lists.appointments.first().filter(|_| selected(SelectableObject::Appointments));
        let estimate = lists.estimates.first().filter(|_| selected(SelectableObject::Estimates));
        let times = [
            job.modified_on,
            appointment.and_then(|appointment| appointment.modified_on),
            estimate.and_then(|estimate| estimate.modified_on),
        ];
        times.into_iter().flatten().filter(is_real).max()
    }
}

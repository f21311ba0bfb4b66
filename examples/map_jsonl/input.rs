//! What a line has, and how it is mapped.

use hatch_mapping::{
    BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, ObjectSelection, Opportunity, OpportunityModel,
    PlaceholderEmails,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobType, Location, LocationContact, Membership,
    MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

/// A base record and what belongs to it, each with ServiceTitan's own field names inside. A key that is not one of these is refused: a list
/// under a misspelt name would be missing without a word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input<'a> {
    model: OpportunityModel,
    /// The model's default selection if it is missing.
    select: Option<ObjectSelection>,
    placeholder_emails: Option<PlaceholderEmails>,
    /// A job or a membership, as the model says.
    #[serde(borrow)]
    record: &'a RawValue,
    /// With `contacts` inside, as has the location.
    customer: Customer,
    location: Option<Location>,
    business_unit: Option<BusinessUnit>,
    job_type: Option<JobType>,
    membership_type: Option<MembershipType>,
    campaign: Option<Campaign>,
    campaign_category: Option<CampaignCategory>,
    tag_types: Option<Vec<TagType>>,
    zone: Option<Zone>,
    cancel_reason: Option<JobCancelReason>,
    appointments: Option<Vec<Appointment>>,
    appointment_assignments: Option<Vec<AppointmentAssignment>>,
    estimates: Option<Vec<Estimate>>,
    invoices: Option<Vec<Invoice>>,
    employees: Option<Vec<Employee>>,
    technicians: Option<Vec<Technician>>,
    recurring_services: Option<Vec<RecurringService>>,
    recurring_service_events: Option<Vec<RecurringServiceEvent>>,
}

impl<'a> Input<'a> {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without the values that it has.
    pub(crate) fn read(line: &'a [u8]) -> Result<Self, String> {
        let line = std::str::from_utf8(line).map_err(|_| "the line is not UTF-8")?;
        // Windows puts a mark of its own before the first line of a file.
        let line = line.trim_start_matches('\u{feff}');
        if !line.trim_start().starts_with('{') {
            return Err("the line is not a JSON object".to_owned());
        }
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let input =
            serde_path_to_error::deserialize(&mut deserializer).map_err(|error| reason("", &error))?;
        deserializer.end().map_err(|_| "there is more on the line than one JSON object")?;
        Ok(input)
    }

    /// The opportunity.
    ///
    /// # Errors
    ///
    /// What is wrong with the selection, the record or the contacts.
    pub(crate) fn map(mut self, source: &str) -> Result<Opportunity, String> {
        let mut config = MapperConfig::new(self.model, source);
        config.selection = self.select.take().unwrap_or(config.selection);
        config.placeholder_emails = self.placeholder_emails.take().unwrap_or_default();
        let mapper = Mapper::new(config).map_err(|error| error.to_string())?;

        let customer_contacts: Vec<CustomerContact> =
            contacts("customer.contacts", &mut self.customer.extra)?;
        let location_contacts: Vec<LocationContact> = match &mut self.location {
            Some(location) => contacts("location.contacts", &mut location.extra)?,
            None => Vec::new(),
        };
        let joins = self.joins(&customer_contacts, &location_contacts);
        let mapped = match self.model {
            OpportunityModel::Job => {
                let job: Job = read("record", self.record.get())?;
                mapper.map(&JoinedRecord { base: BaseRecord::Job(&job), joins })
            }
            OpportunityModel::Membership => {
                let membership: Membership = read("record", self.record.get())?;
                mapper.map(&JoinedRecord { base: BaseRecord::Membership(&membership), joins })
            }
        };
        Ok(mapped.opportunity)
    }

    fn joins<'r>(&'r self, customer: &'r [CustomerContact], location: &'r [LocationContact]) -> Joins<'r> {
        Joins {
            customer: Some(&self.customer),
            customer_contacts: customer.iter().collect(),
            location: self.location.as_ref(),
            location_contacts: location.iter().collect(),
            business_unit: self.business_unit.as_ref(),
            job_type: self.job_type.as_ref(),
            membership_type: self.membership_type.as_ref(),
            campaign: self.campaign.as_ref(),
            campaign_category: self.campaign_category.as_ref(),
            tag_types: all(&self.tag_types),
            zone: self.zone.as_ref(),
            cancel_reason: self.cancel_reason.as_ref(),
            appointments: all(&self.appointments),
            appointment_assignments: all(&self.appointment_assignments),
            estimates: all(&self.estimates),
            invoices: all(&self.invoices),
            employees: all(&self.employees),
            technicians: all(&self.technicians),
            recurring_services: all(&self.recurring_services),
            recurring_service_events: all(&self.recurring_service_events),
            ..Joins::default()
        }
    }
}

fn all<T>(list: &Option<Vec<T>>) -> Vec<&T> {
    list.iter().flatten().collect()
}

/// Takes the contacts out of a record: ServiceTitan has them apart, and so its model knows no such field.
fn contacts<T: DeserializeOwned>(at: &str, fields: &mut Map<String, Value>) -> Result<Vec<T>, String> {
    let contacts: Option<Vec<T>> = match fields.remove("contacts") {
        Some(list) => serde_path_to_error::deserialize(list).map_err(|error| reason(at, &error))?,
        None => None,
    };
    Ok(contacts.unwrap_or_default())
}

fn read<T: DeserializeOwned>(at: &str, json: &str) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| reason(at, &error))
}

/// Where it failed, and what was expected there. What was found is a customer's, and stays out of what may end up in a log.
fn reason(at: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let inner = error.inner();
    let message = inner.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if inner.classify() != Category::Data {
        return format!("not JSON: {message} at column {}", inner.column());
    }
    let path = match error.path().to_string() {
        path if path == "." => at.to_owned(),
        path if at.is_empty() => path,
        path if path.starts_with('[') => format!("{at}{path}"),
        path => format!("{at}.{path}"),
    };
    let found = message.starts_with("invalid type: ") || message.starts_with("invalid value: ");
    let message = match message.rsplit_once(", expected ") {
        Some((_, expected)) if found => format!("expected {expected}"),
        _ => message.to_owned(),
    };
    if path.is_empty() { message } else { format!("{path}: {message}") }
}

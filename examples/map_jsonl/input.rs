//! One line of input: a base record, the records that belong to it, and how it is to be mapped.

use hatch_mapping::{
    BaseRecord, ContactFallback, EmailValues, JoinedRecord, Joins, Mapper, MapperConfig, ObjectSelection,
    OpportunityModel, PlaceholderEmails,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use servicetitan_client::{Customer, CustomerContact, Job, Location, LocationContact, Membership};

use crate::records::{self, Records};

/// A base record and what belongs to it, each with ServiceTitan's own field names inside. A key that is not one of these is refused: a list
/// under a misspelt name would be missing without a word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input<'a> {
    model: OpportunityModel,
    /// The model's default selection if it is missing.
    select: Option<ObjectSelection>,
    placeholder_emails: Option<PlaceholderEmails>,
    email_values: Option<EmailValues>,
    skip_do_not_text: Option<bool>,
    contact_fallback: Option<ContactFallback>,
    /// A job or a membership, as the model says.
    #[serde(borrow)]
    record: &'a RawValue,
    /// With `contacts` inside, as has the location.
    customer: &'a RawValue,
    location: Option<&'a RawValue>,
    business_unit: Option<&'a RawValue>,
    job_type: Option<&'a RawValue>,
    membership_type: Option<&'a RawValue>,
    campaign: Option<&'a RawValue>,
    campaign_category: Option<&'a RawValue>,
    tag_types: Option<&'a RawValue>,
    zone: Option<&'a RawValue>,
    cancel_reason: Option<&'a RawValue>,
    appointments: Option<&'a RawValue>,
    appointment_assignments: Option<&'a RawValue>,
    estimates: Option<&'a RawValue>,
    invoices: Option<&'a RawValue>,
    employees: Option<&'a RawValue>,
    technicians: Option<&'a RawValue>,
    recurring_services: Option<&'a RawValue>,
    recurring_service_events: Option<&'a RawValue>,
}

impl<'a> Input<'a> {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// A message about the line as a whole, without the values on it.
    pub(crate) fn read(line: &'a str) -> Result<Self, String> {
        // Windows puts a mark of its own before the first line of a file.
        let line = line.trim_start_matches('\u{feff}');
        if !line.trim_start().starts_with('{') {
            return Err("the line is not a JSON object".to_owned());
        }
        records::read_one("", line)
    }

    /// Looks at the joined record of the line, with a mapper that is configured as the line says. Returns what `look` gives, and the records and fields
    /// that could not be read, each with its path.
    ///
    /// # Errors
    ///
    /// A message about the selection or the base record. Any other record that cannot be read is left out.
    pub(crate) fn with_record<T>(
        mut self,
        source: &str,
        look: impl FnOnce(&Mapper, &JoinedRecord<'_>) -> T,
    ) -> Result<(T, Vec<String>), String> {
        let mapper = Mapper::new(self.config(source)).map_err(|error| error.to_string())?;
        match self.model {
            OpportunityModel::Job => {
                let job: Job = records::read_one("record", self.record.get())?;
                let mut read = Records::default();
                read.note_unread("record", &job);
                Ok(self.join(&mapper, BaseRecord::Job(&job), read, look))
            }
            OpportunityModel::Membership => {
                let membership: Membership = records::read_one("record", self.record.get())?;
                let mut read = Records::default();
                read.note_unread("record", &membership);
                Ok(self.join(&mapper, BaseRecord::Membership(&membership), read, look))
            }
        }
    }

    fn config(&mut self, source: &str) -> MapperConfig {
        let mut config = MapperConfig::new(self.model, source);
        config.selection = self.select.take().unwrap_or(config.selection);
        config.placeholder_emails = self.placeholder_emails.take().unwrap_or_default();
        config.email_values = self.email_values.unwrap_or_default();
        config.skip_do_not_text = self.skip_do_not_text.unwrap_or_default();
        config.contact_fallback = self.contact_fallback.unwrap_or_default();
        config
    }

    fn join<T>(
        &self,
        mapper: &Mapper,
        base: BaseRecord<'_>,
        mut read: Records,
        look: impl FnOnce(&Mapper, &JoinedRecord<'_>) -> T,
    ) -> (T, Vec<String>) {
        let mut customer: Option<Customer> = read.one("customer", Some(self.customer));
        let customer_contacts: Vec<CustomerContact> = match &mut customer {
            Some(customer) => read.contacts("customer", &mut customer.extra),
            None => Vec::new(),
        };
        let mut location: Option<Location> = read.one("location", self.location);
        let location_contacts: Vec<LocationContact> = match &mut location {
            Some(location) => read.contacts("location", &mut location.extra),
            None => Vec::new(),
        };
        let business_unit = read.one("business_unit", self.business_unit);
        let job_type = read.one("job_type", self.job_type);
        let membership_type = read.one("membership_type", self.membership_type);
        let campaign = read.one("campaign", self.campaign);
        let campaign_category = read.one("campaign_category", self.campaign_category);
        let tag_types = read.list("tag_types", self.tag_types);
        let zone = read.one("zone", self.zone);
        let cancel_reason = read.one("cancel_reason", self.cancel_reason);
        let appointments = read.list("appointments", self.appointments);
        let assignments = read.list("appointment_assignments", self.appointment_assignments);
        let estimates = read.list("estimates", self.estimates);
        let invoices = read.list("invoices", self.invoices);
        let employees = read.list("employees", self.employees);
        let technicians = read.list("technicians", self.technicians);
        let recurring_services = read.list("recurring_services", self.recurring_services);
        let recurring_service_events = read.list("recurring_service_events", self.recurring_service_events);
        let joins = Joins {
            customer: customer.as_ref(),
            customer_contacts: customer_contacts.iter().collect(),
            location: location.as_ref(),
            location_contacts: location_contacts.iter().collect(),
            business_unit: business_unit.as_ref(),
            job_type: job_type.as_ref(),
            membership_type: membership_type.as_ref(),
            campaign: campaign.as_ref(),
            campaign_category: campaign_category.as_ref(),
            tag_types: tag_types.iter().collect(),
            zone: zone.as_ref(),
            cancel_reason: cancel_reason.as_ref(),
            appointments: appointments.iter().collect(),
            appointment_assignments: assignments.iter().collect(),
            estimates: estimates.iter().collect(),
            invoices: invoices.iter().collect(),
            employees: employees.iter().collect(),
            technicians: technicians.iter().collect(),
            recurring_services: recurring_services.iter().collect(),
            recurring_service_events: recurring_service_events.iter().collect(),
            ..Joins::default()
        };
        (look(mapper, &JoinedRecord { base, joins }), read.into_lost())
    }
}

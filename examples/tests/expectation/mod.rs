//! Expected content of Hatch: `map(source)` for every base record, from the simulator's raw records.
//!
//! The records are joined here by separate, simple code over all records, so that an error in the engine's hydration is not repeated here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use hatch_mapping::{BaseRecord, JoinedRecord, Joins, Mapper, OpportunityModel};
use serde::de::DeserializeOwned;
use serde_json::Value;
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};
use simulator::WorldHandle;

/// All records of the tenant from which opportunities are mapped.
struct Records {
    jobs: Vec<Job>,
    memberships: Vec<Membership>,
    customers: Vec<Customer>,
    customer_contacts: Vec<CustomerContact>,
    locations: Vec<Location>,
    location_contacts: Vec<LocationContact>,
    business_units: Vec<BusinessUnit>,
    job_types: Vec<JobType>,
    membership_types: Vec<MembershipType>,
    campaigns: Vec<Campaign>,
    categories: Vec<CampaignCategory>,
    tag_types: Vec<TagType>,
    zones: Vec<Zone>,
    canceled_logs: Vec<JobCanceledLog>,
    cancel_reasons: Vec<JobCancelReason>,
    appointments: Vec<Appointment>,
    assignments: Vec<AppointmentAssignment>,
    estimates: Vec<Estimate>,
    invoices: Vec<Invoice>,
    employees: Vec<Employee>,
    technicians: Vec<Technician>,
    recurring_services: Vec<RecurringService>,
    recurring_service_events: Vec<RecurringServiceEvent>,
}

fn read<T: DeserializeOwned>(world: &WorldHandle, resource: &str) -> Vec<T> {
    let records = world.records(resource).into_iter();
    records.map(|record| serde_json::from_value(record).expect("a record of the simulator")).collect()
}

impl Records {
    fn of(world: &WorldHandle) -> Self {
        Records {
            jobs: read(world, "jobs"),
            memberships: read(world, "memberships"),
            customers: read(world, "customers"),
            customer_contacts: read(world, "customers/contacts"),
            locations: read(world, "locations"),
            location_contacts: read(world, "locations/contacts"),
            business_units: read(world, "business-units"),
            job_types: read(world, "job-types"),
            membership_types: read(world, "membership-types"),
            campaigns: read(world, "campaigns"),
            categories: read(world, "categories"),
            tag_types: read(world, "tag-types"),
            zones: read(world, "zones"),
            canceled_logs: read(world, "job-canceled-logs"),
            cancel_reasons: read(world, "job-cancel-reasons"),
            appointments: read(world, "appointments"),
            assignments: read(world, "appointment-assignments"),
            estimates: read(world, "estimates"),
            invoices: read(world, "invoices"),
            employees: read(world, "employees"),
            technicians: read(world, "technicians"),
            recurring_services: read(world, "recurring-services"),
            recurring_service_events: read(world, "recurring-service-events"),
        }
    }

    /// Returns the customer, or the customer that it was finally merged into.
    fn customer(&self, id: i64) -> Option<&Customer> {
        let mut seen = BTreeSet::from([id]);
        let mut customer = self.customers.iter().find(|it| it.id.get() == id)?;
        while let Some(next) = customer.merged_to_id
            && let Some(survivor) = self.customers.iter().find(|it| it.id == next)
            && seen.insert(next.get())
        {
            customer = survivor;
        }
        Some(customer)
    }

    /// Returns the joins that both models have.
    fn shared(&self, customer: Option<i64>, location: Option<i64>, business_unit: Option<i64>) -> Joins<'_> {
        let customer = customer.and_then(|id| self.customer(id));
        let location = location.and_then(|id| self.locations.iter().find(|it| it.id.get() == id));
        Joins {
            customer,
            customer_contacts: customer.map_or_else(Vec::new, |owner| {
                self.customer_contacts.iter().filter(|it| it.customer_id == Some(owner.id)).collect()
            }),
            location,
            location_contacts: location.map_or_else(Vec::new, |owner| {
                self.location_contacts.iter().filter(|it| it.location_id == Some(owner.id)).collect()
            }),
            business_unit: business_unit
                .and_then(|id| self.business_units.iter().find(|it| it.id.get() == id)),
            tag_types: self.tag_types.iter().collect(),
            zone: location.and_then(|it| it.zone_id).and_then(|id| self.zones.iter().find(|it| it.id == id)),
            employees: self.employees.iter().collect(),
            technicians: self.technicians.iter().collect(),
            ..Joins::default()
        }
    }

    fn job<'a>(&'a self, job: &'a Job) -> JoinedRecord<'a> {
        let mut joins = self.shared(
            job.customer_id.map(i64::from),
            job.location_id.map(i64::from),
            job.business_unit_id.map(i64::from),
        );
        joins.job_type = job.job_type_id.and_then(|id| self.job_types.iter().find(|it| it.id == id));
        joins.campaign = job.campaign_id.and_then(|id| self.campaigns.iter().find(|it| it.id == id));
        let category = joins.campaign.and_then(|it| it.category.as_ref()).and_then(|it| it.id);
        joins.campaign_category = category.and_then(|id| self.categories.iter().find(|it| it.id == id));
        joins.canceled_log = self
            .canceled_logs
            .iter()
            .filter(|it| it.job_id == Some(job.id) && it.active != Some(false))
            .max_by_key(|it| (it.created_on, it.id));
        let reason = joins.canceled_log.and_then(|it| it.reason_id);
        joins.cancel_reason = reason.and_then(|id| self.cancel_reasons.iter().find(|it| it.id == id));
        joins.appointments = self.appointments.iter().filter(|it| it.job_id == Some(job.id)).collect();
        let appointments: Vec<_> = joins.appointments.iter().map(|it| it.id).collect();
        let belongs =
            |it: &&AppointmentAssignment| it.appointment_id.is_some_and(|id| appointments.contains(&id));
        joins.appointment_assignments = self.assignments.iter().filter(belongs).collect();
        joins.estimates = self.estimates.iter().filter(|it| it.job_id == Some(job.id)).collect();
        let of_job = |it: &&Invoice| it.job.as_ref().and_then(|of| of.id) == Some(job.id);
        joins.invoices = self.invoices.iter().filter(of_job).collect();
        JoinedRecord { base: BaseRecord::Job(job), joins }
    }

    fn membership<'a>(&'a self, membership: &'a Membership) -> JoinedRecord<'a> {
        let mut joins = self.shared(
            membership.customer_id.map(i64::from),
            membership.location_id.map(i64::from),
            membership.business_unit_id.map(i64::from),
        );
        let kind = membership.membership_type_id;
        joins.membership_type = kind.and_then(|id| self.membership_types.iter().find(|it| it.id == id));
        let of = Some(membership.id);
        joins.recurring_services =
            self.recurring_services.iter().filter(|it| it.membership_id == of).collect();
        joins.recurring_service_events =
            self.recurring_service_events.iter().filter(|it| it.membership_id == of).collect();
        JoinedRecord { base: BaseRecord::Membership(membership), joins }
    }
}

/// Returns the expected bodies in Hatch, by external ID, of every active base record that was modified at or after the start. An opportunity
/// without phone and e-mail is not sent, so it is left out.
pub fn bodies(world: &WorldHandle, mapper: &Mapper, start: DateTime<Utc>) -> BTreeMap<String, Value> {
    let records = Records::of(world);
    let joined: Vec<JoinedRecord<'_>> = match mapper.config().model {
        OpportunityModel::Job => {
            let entered = world.ids_modified_since("jobs", start);
            let entered = records.jobs.iter().filter(|it| entered.contains(&it.id.get()));
            entered.filter(|it| it.active != Some(false)).map(|it| records.job(it)).collect()
        }
        OpportunityModel::Membership => {
            let entered = world.ids_modified_since("memberships", start);
            let entered = records.memberships.iter().filter(|it| entered.contains(&it.id.get()));
            entered.filter(|it| it.active != Some(false)).map(|it| records.membership(it)).collect()
        }
    };
    let opportunities = joined.iter().map(|joined| mapper.map(joined).opportunity);
    opportunities
        .filter(|it| it.phone_number.is_some() || it.email.is_some())
        .map(|it| (it.external_id.clone(), serde_json::to_value(&it).expect("a body")))
        .collect()
}

/// Returns true if the customer is inactive: ServiceTitan refuses to list its contacts (409). Unless they were read before, the opportunity has
/// neither contacts nor phone and e-mail, and is not sent.
fn has_hidden_contacts(body: &Value) -> bool {
    body.pointer("/details/customer/active") == Some(&Value::Bool(false))
}

fn without_contacts(mut body: Value) -> Value {
    if let Some(customer) = body.pointer_mut("/details/customer").and_then(Value::as_object_mut) {
        customer.remove("contacts");
    }
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !["phoneNumber", "email"].contains(&name.as_str()));
    }
    body
}

/// Returns the differences between the expected and the actual content of Hatch, one line for each opportunity that differs.
pub fn differences(expected: &BTreeMap<String, Value>, held: &BTreeMap<String, Value>) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, expected) in expected {
        match held.get(id) {
            None if has_hidden_contacts(expected) => {}
            None => lines.push(format!("{id} is missing")),
            Some(held) => {
                let mut paths = Vec::new();
                let (mut expected, mut held) = (expected.clone(), held.clone());
                if has_hidden_contacts(&expected) {
                    (expected, held) = (without_contacts(expected), without_contacts(held));
                }
                compare(String::new(), &expected, &held, &mut paths);
                if !paths.is_empty() {
                    lines.push(format!("{id}: {}", paths.join(", ")));
                }
            }
        }
    }
    lines
}

fn compare(path: String, expected: &Value, held: &Value, differing: &mut Vec<String>) {
    match (expected, held) {
        (Value::Object(expected), Value::Object(held)) => {
            let names: BTreeSet<&String> = expected.keys().chain(held.keys()).collect();
            for name in names {
                let of =
                    |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                compare(format!("{path}/{name}"), &of(expected), &of(held), differing);
            }
        }
        (Value::Array(expected), Value::Array(held)) if expected.len() == held.len() => {
            for (index, (expected, held)) in expected.iter().zip(held).enumerate() {
                compare(format!("{path}/{index}"), expected, held, differing);
            }
        }
        _ if expected == held => {}
        _ => differing.push(format!("{path} is {} and not {}", short(held), short(expected))),
    }
}

/// Shortens a value for messages.
fn short(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

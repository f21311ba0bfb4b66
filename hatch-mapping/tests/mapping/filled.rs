//! Records of which every field has a value, made from the models' own tables, and the rows that a catalogue has for a piece of JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};
use servicetitan_client::model::{Described, Field, FieldType};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use crate::fixture::{Fixture, read};

fn value(field_type: FieldType) -> Value {
    match field_type {
        // Every ID is 1, so that whatever names a record finds it.
        FieldType::Integer => json!(1),
        FieldType::Float | FieldType::Decimal => json!(1.5),
        FieldType::Boolean => json!(true),
        FieldType::Timestamp => json!("2026-01-02T03:04:05Z"),
        FieldType::Date => json!("2026-01-02"),
        FieldType::Object(fields) => filled(fields),
        FieldType::Map => json!({"name": "text"}),
        FieldType::List(item) => json!([value(*item)]),
        _ => json!("text"),
    }
}

fn filled(fields: &[Field]) -> Value {
    fields.iter().map(|field| (field.name.to_owned(), value(field.field_type))).collect::<Map<_, _>>().into()
}

/// Everything that a job and a membership can have, both sold by a technician.
pub(crate) fn filled_by_technician() -> Fixture {
    read(json!({
        "job": filled(Job::FIELDS),
        "membership": filled(Membership::FIELDS),
        "customer": filled(Customer::FIELDS),
        "customer_contacts": [filled(CustomerContact::FIELDS)],
        "location": filled(Location::FIELDS),
        "location_contacts": [filled(LocationContact::FIELDS)],
        "business_unit": filled(BusinessUnit::FIELDS),
        "job_type": filled(JobType::FIELDS),
        "membership_type": filled(MembershipType::FIELDS),
        "campaign": filled(Campaign::FIELDS),
        "campaign_category": filled(CampaignCategory::FIELDS),
        "tag_types": [filled(TagType::FIELDS)],
        "zone": filled(Zone::FIELDS),
        "canceled_log": filled(JobCanceledLog::FIELDS),
        "cancel_reason": filled(JobCancelReason::FIELDS),
        "appointments": [filled(Appointment::FIELDS)],
        "assignments": [filled(AppointmentAssignment::FIELDS)],
        "estimates": [filled(Estimate::FIELDS)],
        "invoices": [filled(Invoice::FIELDS)],
        "employees": [filled(Employee::FIELDS)],
        "technicians": [filled(Technician::FIELDS)],
        "recurring_services": [filled(RecurringService::FIELDS)],
        "recurring_service_events": [filled(RecurringServiceEvent::FIELDS)],
    }))
}

/// The same, sold by an employee; the assigned technician has another ID.
pub(crate) fn filled_by_employee() -> Fixture {
    let mut fixture = filled_by_technician();
    for technician in &mut fixture.technicians {
        technician.id = 2.into();
    }
    for assignment in &mut fixture.assignments {
        assignment.technician_id = Some(2.into());
    }
    fixture
}

/// The rows that a catalogue has for details, in the order of their text: each path with `#` for the place in a list, and its value. A list of
/// objects is followed by the fields of its items, a list of values by its items.
pub(crate) fn rows(text: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Rows { path: String::new(), found: &mut found, is_item: false }.deserialize(&mut deserializer).unwrap();
    found
}

/// Reads one value and notes its rows.
struct Rows<'a> {
    path: String,
    found: &'a mut Vec<(String, Value)>,
    is_item: bool,
}

impl Rows<'_> {
    fn add(&mut self, value: Value) {
        self.found.push((self.path.clone(), value));
    }
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_unit<E>(mut self) -> Result<(), E> {
        self.add(Value::Null);
        Ok(())
    }
    fn visit_bool<E>(mut self, value: bool) -> Result<(), E> {
        self.add(value.into());
        Ok(())
    }
    fn visit_u64<E>(mut self, value: u64) -> Result<(), E> {
        self.add(value.into());
        Ok(())
    }
    fn visit_i64<E>(mut self, value: i64) -> Result<(), E> {
        self.add(value.into());
        Ok(())
    }
    fn visit_f64<E>(mut self, value: f64) -> Result<(), E> {
        self.add(value.into());
        Ok(())
    }
    fn visit_str<E>(mut self, value: &str) -> Result<(), E> {
        self.add(value.into());
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.add(json!([]));
        let path = format!("{}:#", self.path);
        while items
            .next_element_seed(Rows { path: path.clone(), found: self.found, is_item: true })?
            .is_some()
        {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<(), A::Error> {
        if !self.path.is_empty() && !self.is_item {
            self.add(json!({}));
        }
        while let Some(name) = fields.next_key::<String>()? {
            let path = if self.path.is_empty() { name } else { format!("{}:{name}", self.path) };
            fields.next_value_seed(Rows { path, found: self.found, is_item: false })?;
        }
        Ok(())
    }
}

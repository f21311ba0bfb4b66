//! What holds for any JSON that the models accept.

use hatch_mapping::{DetailPath, Mapper, OpportunityModel};
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Deserialize;
use serde_json::{Value, json};
use servicetitan_client::model::{Described, Field};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use crate::fixture::{Fixture, JOB, MEMBERSHIP, config, mapper};

/// The records of a fixture, by their names there, with the fields that their models declare.
const RECORDS: [(&str, &[Field]); 23] = [
    ("job", Job::FIELDS),
    ("membership", Membership::FIELDS),
    ("customer", Customer::FIELDS),
    ("customer_contacts", CustomerContact::FIELDS),
    ("location", Location::FIELDS),
    ("location_contacts", LocationContact::FIELDS),
    ("business_unit", BusinessUnit::FIELDS),
    ("job_type", JobType::FIELDS),
    ("membership_type", MembershipType::FIELDS),
    ("campaign", Campaign::FIELDS),
    ("campaign_category", CampaignCategory::FIELDS),
    ("tag_types", TagType::FIELDS),
    ("zone", Zone::FIELDS),
    ("canceled_log", JobCanceledLog::FIELDS),
    ("cancel_reason", JobCancelReason::FIELDS),
    ("appointments", Appointment::FIELDS),
    ("assignments", AppointmentAssignment::FIELDS),
    ("estimates", Estimate::FIELDS),
    ("invoices", Invoice::FIELDS),
    ("employees", Employee::FIELDS),
    ("technicians", Technician::FIELDS),
    ("recurring_services", RecurringService::FIELDS),
    ("recurring_service_events", RecurringServiceEvent::FIELDS),
];

/// The record of this name in a fixture's JSON; of a list, the first one.
fn record_of<'a>(fixture: &'a mut Value, name: &str) -> &'a mut Value {
    match &mut fixture[name] {
        Value::Array(records) => &mut records[0],
        record => record,
    }
}

/// A value of any kind that a field may have, or of none that it may.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-3..70_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,9}(\\.[0-9]{1,9})?".prop_map(Value::from),
        "(0001|2026|9999)-0[1-9]-1[0-9]T0[0-9]:00:00(\\.[0-9]{1,9})?Z".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((any_name(), inner), 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Names that are hard on paths, names of joins, and any others.
fn any_name() -> impl Strategy<Value = String> {
    const HARD: &[&str] = &[
        "",
        "1",
        "a:b",
        "\"",
        "\"a\"",
        "id",
        "customer",
        "contacts",
        "tags",
        "appointments",
        "status",
        "memo",
    ];
    prop_oneof![prop::sample::select(HARD).prop_map(str::to_owned), any::<String>()]
}

/// Changes to make to a fixture's JSON: which value, what to put there, and under which name if it is an object.
fn changes() -> impl Strategy<Value = Vec<(Index, Value, Option<String>)>> {
    prop::collection::vec((any::<Index>(), any_value(), prop::option::of(any_name())), 1..6)
}

/// Where the values within the records are, and the objects that can get another field: each as a JSON pointer.
#[derive(Default)]
struct Places {
    values: Vec<String>,
    objects: Vec<String>,
}

impl Places {
    fn find(&mut self, value: &Value, pointer: &str) {
        match value {
            Value::Object(fields) => {
                // The outermost object is the fixture itself.
                self.objects.extend((!pointer.is_empty()).then(|| pointer.to_owned()));
                for (name, value) in fields {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    self.find(value, &format!("{pointer}/{name}"));
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    self.find(value, &format!("{pointer}/{index}"));
                }
            }
            _ => self.values.push(pointer.to_owned()),
        }
    }
}

/// A full fixture with those of the changes that the models accept.
fn changed(changes: &[(Index, Value, Option<String>)]) -> Fixture {
    let mut json = Fixture::full_json();
    for (index, value, name) in changes {
        let mut places = Places::default();
        places.find(&json, "");
        let mut next = json.clone();
        match name {
            Some(name) => {
                next.pointer_mut(index.get::<String>(&places.objects)).unwrap()[name] = value.clone();
            }
            None => *next.pointer_mut(index.get::<String>(&places.values)).unwrap() = value.clone(),
        }
        if Fixture::deserialize(&next).is_ok() {
            json = next;
        }
    }
    Fixture::deserialize(&json).unwrap()
}

fn every_leaf_is_read_by_its_printed_path(
    fixture: &Fixture,
    model: OpportunityModel,
) -> Result<(), TestCaseError> {
    let details = fixture.map(model).opportunity.details;
    for (path, leaf) in details.flatten() {
        prop_assert_eq!(details.get(&path), Some(leaf));
        let parsed: DetailPath = path.to_string().parse().unwrap();
        prop_assert_eq!(parsed, path);
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_json_that_the_models_accept_makes_the_mapper_panic_and_every_leaf_is_read_by_its_path(changes in changes()) {
        let fixture = changed(&changes);
        for model in [JOB, MEMBERSHIP] {
            every_leaf_is_read_by_its_printed_path(&fixture, model)?;
            let mapper = mapper(model, hatch_mapping::ObjectSelection::all(model));
            mapper.explain(&fixture.record(model));
        }
    }

    #[test]
    fn any_json_in_any_field_but_the_id_costs_that_field_and_is_written_as_it_came(at in any::<Index>(), value in any_value()) {
        let all: Vec<(&str, &str)> = RECORDS
            .iter()
            .flat_map(|(record, fields)| fields.iter().map(move |field| (*record, field.name)))
            .filter(|(_, field)| *field != "id")
            .collect();
        let (record, field) = *at.get::<(&str, &str)>(&all);
        let mut json = Fixture::full_json();
        record_of(&mut json, record)[field] = value.clone();
        let fixture = Fixture::deserialize(&json);
        prop_assert!(fixture.is_ok(), "{}.{}: {}", record, field, fixture.unwrap_err());
        let fixture = fixture.unwrap();

        let mut written = serde_json::to_value(&fixture).unwrap();
        let mut before = serde_json::to_value(Fixture::full()).unwrap();
        let came = record_of(&mut written, record)[field].take();
        prop_assert_eq!(came, value, "{}.{}", record, field);
        record_of(&mut before, record)[field] = Value::Null;
        prop_assert_eq!(written, before);
        for (model, id) in [(JOB, "42"), (MEMBERSHIP, "43")] {
            prop_assert_eq!(fixture.map(model).opportunity.external_id, id);
            every_leaf_is_read_by_its_printed_path(&fixture, model)?;
            mapper(model, hatch_mapping::ObjectSelection::all(model)).explain(&fixture.record(model));
        }
    }

    #[test]
    fn the_status_is_the_text_of_whatever_value_its_path_reads(changes in changes(), at in any::<Index>()) {
        let fixture = changed(&changes);
        for model in [JOB, MEMBERSHIP] {
            let details = fixture.map(model).opportunity.details;
            let (path, leaf) = at.get::<(DetailPath, &Value)>(&details.flatten()).clone();
            let mut config = config(model);
            config.selection = hatch_mapping::ObjectSelection::all(model);
            config.status_path = Some(path.clone());
            config.allow_unlisted_paths = true;
            let status = Mapper::new(config).unwrap().map(&fixture.record(model)).opportunity.status;
            let text = match leaf {
                Value::String(text) => Some(text.clone()),
                Value::Null | Value::Array(_) | Value::Object(_) => None,
                leaf => Some(leaf.to_string()),
            };
            prop_assert_eq!(status, text, "{}", path);
        }
    }

    #[test]
    fn the_body_written_is_the_json_that_paths_read_and_has_no_name_twice(changes in changes()) {
        let fixture = changed(&changes);
        for model in [JOB, MEMBERSHIP] {
            let opportunity = fixture.map(model).opportunity;
            let text = serde_json::to_string(&opportunity).unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read["details"], &Value::Object(opportunity.details.as_map().clone()));
            // Read and written again it would be shorter if a name had come twice.
            prop_assert_eq!(read.to_string().len(), text.len());
        }
    }
}

#[test]
fn every_leaf_of_a_full_opportunity_is_read_by_its_printed_path() {
    for model in [JOB, MEMBERSHIP] {
        every_leaf_is_read_by_its_printed_path(&Fixture::full(), model).unwrap();
        assert!(Fixture::full().map(model).opportunity.details.flatten().len() > 30);
    }
}

#[test]
fn the_changes_are_ones_that_the_models_accept_often_enough_to_matter() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let full = serde_json::to_value(Fixture::full().map(JOB).opportunity.details).unwrap();
    let mut different = 0;
    for _ in 0..100 {
        let changes = changes().new_tree(&mut runner).unwrap().current();
        let details = changed(&changes).map(JOB).opportunity.details;
        different += u32::from(details.as_map() != full.as_object().unwrap());
    }
    assert!(different > 50, "{different} of 100");
    assert_eq!(json!(full)["id"], 42);
}

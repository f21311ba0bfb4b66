//! What holds for every joined record.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use hatch_mapping::{
    Details, Mapper, ObjectSelection, Opportunity, OpportunityModel, PlaceholderEmails, SelectableObject,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{Fixture, JOB, MEMBERSHIP, config, mapper, read, read_all, time};

fn models() -> impl Strategy<Value = OpportunityModel> {
    prop_oneof![Just(JOB), Just(MEMBERSHIP)]
}

/// A selection that a model's mapper accepts.
fn selections(model: OpportunityModel) -> impl Strategy<Value = ObjectSelection> {
    prop::collection::vec(any::<bool>(), SelectableObject::ALL.len()).prop_map(move |chosen| {
        let mut set: BTreeSet<SelectableObject> = SelectableObject::ALL
            .into_iter()
            .zip(chosen)
            .filter(|(object, chosen)| *chosen && object.belongs_to(model))
            .map(|(object, _)| object)
            .collect();
        if !set.contains(&SelectableObject::Appointments) {
            set.remove(&SelectableObject::AppointmentAssignments);
        }
        set.into_iter().collect()
    })
}

/// A few days, so that times are often equal; a time of year 1; or no time.
fn times() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        6 => (1..6_u32).prop_map(|day| Some(crate::fixture::day(day))),
        1 => Just(Some("0001-01-01T00:00:00Z".to_owned())),
        1 => Just(None),
    ]
}

/// Records with IDs, times and activity of all sorts, and what else one of them has by its index.
fn records(first_id: i64, more: fn(i64) -> Value) -> impl Strategy<Value = Vec<Value>> {
    let active = prop_oneof![Just(None), Just(Some(true)), Just(Some(false))];
    prop::collection::vec((times(), times(), active), 0..5).prop_map(move |list| {
        let mut records = Vec::new();
        for ((created, modified, active), index) in list.into_iter().zip(0..) {
            let mut record = more(index);
            record["id"] = json!(first_id + index);
            for (name, value) in
                [("createdOn", json!(created)), ("modifiedOn", json!(modified)), ("active", json!(active))]
            {
                if !value.is_null() {
                    record[name] = value;
                }
            }
            records.push(record);
        }
        records
    })
}

/// Values that are blank, placeholders, shared or none of these.
const VALUES: [&str; 8] = [
    "a@real.example",
    "b@real.example",
    " c@real.example ",
    "A@NoEmail.com",
    "none@x.example",
    "",
    " ",
    "d@noemail.com.example",
];
const TYPES: [&str; 8] =
    ["Email", "email", "MobilePhone", "mobilePhone", "Phone", "PHONE", "Fax", "Carrier pigeon"];

fn contacts() -> impl Strategy<Value = Vec<Value>> {
    let picks = prop::collection::vec((0..TYPES.len(), 0..VALUES.len()), 5);
    (records(1000, |_| json!({})), picks).prop_map(|(mut contacts, picks)| {
        for (contact, (kind, value)) in contacts.iter_mut().zip(picks) {
            contact["type"] = json!(TYPES[kind]);
            contact["value"] = json!(VALUES[value]);
        }
        contacts
    })
}

/// Full fixtures whose lists have any times and activity.
fn fixtures() -> impl Strategy<Value = Fixture> {
    (
        contacts(),
        records(2000, |_| json!({})),
        records(3000, |index| json!({"appointmentId": 2000 + index % 3, "technicianId": 31 + index % 2})),
        records(4000, |index| json!({"soldBy": 31 + 10 * (index % 3)})),
        records(5000, |_| json!({"total": "1.50"})),
        records(6000, |_| json!({})),
    )
        .prop_map(|(contacts, appointments, assignments, estimates, invoices, services)| {
            let mut fixture = Fixture::full();
            fixture.location_contacts = read_all(contacts.clone());
            fixture.customer_contacts = read_all(contacts);
            fixture.appointments = read_all(appointments);
            fixture.assignments = read_all(assignments);
            fixture.estimates = read_all(estimates);
            fixture.invoices = read_all(invoices);
            fixture.recurring_service_events = read_all(services.clone());
            fixture.recurring_services = read_all(services);
            fixture.job.tag_type_ids = Some(vec![61.into(), 63.into(), 62.into()]);
            fixture
        })
}

/// Puts every list in an order that the numbers decide.
fn shuffled(fixture: &Fixture, order: &[u8]) -> Fixture {
    fn shuffle<T>(list: &mut [T], order: &[u8]) {
        for (from, to) in order.iter().enumerate().take(list.len()) {
            list.swap(from, usize::from(*to) % list.len());
        }
    }
    let mut it = fixture.clone();
    shuffle(&mut it.customer_contacts, order);
    shuffle(&mut it.location_contacts, order);
    shuffle(&mut it.tag_types, order);
    shuffle(&mut it.appointments, order);
    shuffle(&mut it.assignments, order);
    shuffle(&mut it.estimates, order);
    shuffle(&mut it.invoices, order);
    shuffle(&mut it.employees, order);
    shuffle(&mut it.technicians, order);
    shuffle(&mut it.recurring_services, order);
    shuffle(&mut it.recurring_service_events, order);
    it
}

fn paths(opportunity: &Opportunity) -> BTreeSet<String> {
    opportunity.details.flatten().into_iter().map(|(path, _)| path.to_string()).collect()
}

fn without_times_and_details(mut opportunity: Opportunity) -> Opportunity {
    opportunity.details = Details::default();
    opportunity.external_updated_at = None;
    opportunity
}

/// The names under which an object stands in details.
fn names_of(object: SelectableObject) -> &'static [&'static str] {
    match object {
        SelectableObject::Estimates => &["estimates"],
        SelectableObject::Appointments => &["appointments"],
        SelectableObject::AppointmentAssignments => &["assignments"],
        SelectableObject::CancelReasons => &["cancelReason"],
        SelectableObject::TagTypes => &["tags"],
        SelectableObject::Campaigns => &["campaign"],
        SelectableObject::Zones => &["zone"],
        SelectableObject::EmployeesAndTechnicians => {
            &["soldBy", "soldByEmployee", "soldByTechnician", "technician"]
        }
        SelectableObject::Invoices => &["invoices"],
        SelectableObject::RecurringServices => &["recurringServices"],
        SelectableObject::RecurringServiceEvents => &["recurringServiceEvents"],
        // One that is missing above fails the test by never appearing.
        _ => &[],
    }
}

/// Whether a name stands anywhere for an object or a list, that is, for what was joined.
fn has_joined(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(it, value)| {
            (it == name && (value.is_object() || value.is_array())) || has_joined(value, name)
        }),
        Value::Array(items) => items.iter().any(|item| has_joined(item, name)),
        _ => false,
    }
}

/// The times of a record that list order goes by.
fn age(record: &Value) -> (Option<chrono::DateTime<chrono::Utc>>, i64) {
    let created = record.get("createdOn").and_then(Value::as_str).and_then(time);
    (created.filter(|it| *it > time("0002-01-01T00:00:00Z").unwrap()), record["id"].as_i64().unwrap())
}

/// Those that are not inactive, newest first: by the words of the design, over JSON.
fn in_order(mut records: Vec<Value>) -> Vec<Value> {
    records.retain(|record| record.get("active") != Some(&json!(false)));
    records.sort_by_key(|record| Reverse(age(record)));
    records
}

proptest! {
    #[test]
    fn the_order_of_the_input_lists_does_not_matter(
        fixture in fixtures(), order in prop::collection::vec(any::<u8>(), 8), model in models()
    ) {
        let write = |fixture: &Fixture| serde_json::to_string(&fixture.map(model).opportunity).unwrap();
        prop_assert_eq!(write(&fixture), write(&shuffled(&fixture, &order)));
    }

    #[test]
    fn selecting_more_only_adds_paths_and_moves_no_standard_field_but_external_updated_at(
        fixture in fixtures(),
        (model, fewer, more) in models().prop_flat_map(|model| (Just(model), selections(model), selections(model)))
    ) {
        let union: ObjectSelection = fewer.iter().chain(more.iter()).collect();
        let small = fixture.map_selected(model, fewer).opportunity;
        let large = fixture.map_selected(model, union).opportunity;
        for (path, value) in small.details.flatten() {
            prop_assert_eq!(large.details.get(&path), Some(value), "{}", path);
        }
        prop_assert!(paths(&small).is_subset(&paths(&large)));
        prop_assert!(large.external_updated_at >= small.external_updated_at);
        prop_assert_eq!(without_times_and_details(small), without_times_and_details(large));
    }

    #[test]
    fn a_deselected_object_never_appears_and_a_selected_one_does(
        fixture in fixtures(), (model, selection) in models().prop_flat_map(|model| (Just(model), selections(model)))
    ) {
        let mapped = fixture.map_selected(model, selection.clone());
        let details = Value::Object(mapped.opportunity.details.as_map().clone());
        for object in SelectableObject::ALL {
            let appears = |name: &&str| has_joined(&details, name);
            if !selection.contains(object) {
                prop_assert!(!names_of(object).iter().any(appears), "{:?}", object);
            } else if object != SelectableObject::AppointmentAssignments {
                prop_assert!(names_of(object).iter().any(appears), "{:?}", object);
            }
        }
    }

    #[test]
    fn a_flattened_path_reads_its_leaf_and_still_does_after_print_and_parse(fixture in fixtures(), model in models()) {
        let details = fixture.map(model).opportunity.details;
        for (path, value) in details.flatten() {
            prop_assert_eq!(details.get(&path.to_string().parse().unwrap()), Some(value));
        }
    }

    #[test]
    fn external_updated_at_is_that_of_the_job_the_first_appointment_or_the_first_estimate_whichever_is_latest(
        appointments in records(2000, |_| json!({})), estimates in records(3000, |_| json!({})), modified in times(),
        selection in selections(JOB)
    ) {
        let mut fixture = Fixture::bare();
        fixture.job = read(json!({"id": 1, "modifiedOn": modified}));
        fixture.appointments = read_all(appointments.clone());
        fixture.estimates = read_all(estimates.clone());
        let first = |object, list: Vec<Value>| {
            let first = in_order(list).into_iter().next().filter(|_| selection.contains(object));
            first.and_then(|it| it.get("modifiedOn").and_then(Value::as_str).map(str::to_owned))
        };
        let candidates = [
            modified,
            first(SelectableObject::Appointments, appointments),
            first(SelectableObject::Estimates, estimates),
        ];
        let real = |text: &String| !text.starts_with("0001");
        let expected = candidates.into_iter().flatten().filter(real).max().and_then(|text| time(&text));
        let updated = fixture.map_selected(JOB, selection.clone()).opportunity.external_updated_at;
        prop_assert_eq!(updated, expected);
        prop_assert!(updated >= fixture.job.modified_on.filter(|_| updated.is_some()));
    }

    #[test]
    fn the_contacts_taken_are_the_first_in_list_order_active_not_blank_no_placeholder_and_mobile_before_phone(
        contacts in contacts(), model in models()
    ) {
        let mut config = config(model);
        config.placeholder_emails = PlaceholderEmails::new(["noemail.com", "None*@x.example"]);
        let mut fixture = Fixture::bare();
        fixture.customer_contacts = read_all(contacts.clone());
        let mapper = Mapper::new(config).unwrap();
        let opportunity = mapper.map(&fixture.record(model)).opportunity;

        let contacts = in_order(contacts);
        let of_type = |kind: &str, refused: &[&str]| {
            let fits = |it: &&Value| it["type"].as_str().unwrap().to_lowercase() == kind;
            let values = contacts.iter().filter(fits).map(|it| it["value"].as_str().unwrap().trim().to_owned());
            values.into_iter().find(|value| !value.is_empty() && !refused.contains(&value.as_str()))
        };
        prop_assert_eq!(opportunity.email, of_type("email", &["A@NoEmail.com", "none@x.example"]));
        prop_assert_eq!(opportunity.phone_number, of_type("mobilephone", &[]).or_else(|| of_type("phone", &[])));
    }

    #[test]
    fn the_standard_fields_alone_are_those_of_the_opportunity(
        fixture in fixtures(), (model, selection) in models().prop_flat_map(|model| (Just(model), selections(model)))
    ) {
        let (mapper, record) = (mapper(model, selection), fixture.record(model));
        let (fields, opportunity) = (mapper.standard_fields(&record), mapper.map(&record).opportunity);
        prop_assert_eq!(fields.source, opportunity.source);
        prop_assert_eq!(fields.first_name, opportunity.first_name.as_deref());
        prop_assert_eq!(fields.last_name, opportunity.last_name.as_deref());
        prop_assert_eq!(fields.email, opportunity.email.as_deref());
        prop_assert_eq!(fields.phone_number, opportunity.phone_number.as_deref());
        prop_assert_eq!(fields.external_id, opportunity.external_id);
        prop_assert_eq!(fields.external_contact_id, opportunity.external_contact_id);
        prop_assert_eq!(fields.external_created_at, opportunity.external_created_at);
        prop_assert_eq!(fields.external_updated_at, opportunity.external_updated_at);
    }

    #[test]
    fn each_standard_field_is_explained_by_a_path_to_its_value_exactly_where_it_has_one(
        fixture in fixtures(), (model, selection) in models().prop_flat_map(|model| (Just(model), selections(model)))
    ) {
        let mapper = mapper(model, selection);
        let opportunity = mapper.map(&fixture.record(model)).opportunity;
        let body = serde_json::to_value(&opportunity).unwrap();
        let explained = mapper.explain(&fixture.record(model)).fields;
        let in_body = body.as_object().unwrap().keys().filter(|name| *name != "details");
        let named: BTreeSet<&str> = explained.iter().map(|it| it.field).filter(|name| *name != "status").collect();
        prop_assert_eq!(named, in_body.map(String::as_str).collect::<BTreeSet<_>>());
        for origin in explained.iter().filter(|it| !["source", "status"].contains(&it.field)) {
            let value = &body[origin.field];
            prop_assert_eq!(origin.path.is_some(), !value.is_null(), "{}", origin.field);
            let Some(path) = &origin.path else { continue };
            let found = opportunity.details.read(path).unwrap();
            let told = value.as_str().unwrap();
            let same = match found {
                // A name is in it in part, a time in another notation.
                Value::String(text) => {
                    text.contains(told) || (time(told).is_some() && time(told) == time(text))
                }
                id => id.as_i64().is_some() && id.as_i64() == told.parse().ok(),
            };
            prop_assert!(same, "{} at {}", origin.field, path);
        }
    }

    #[test]
    fn an_external_id_is_exact_for_any_id_and_leads_back_to_it(
        id in any::<i64>(), model in models(), prefix in prop_oneof![Just(String::new()), "[a-z0-9-]{0,5}:?"]
    ) {
        let mut config = config(model);
        config.external_id_prefix = Some(prefix.clone());
        let mapper = Mapper::new(config).unwrap();
        let mut fixture = Fixture::bare();
        (fixture.job.id, fixture.membership.id) = (id.into(), id.into());
        let external_id = mapper.map(&fixture.record(model)).opportunity.external_id;
        prop_assert_eq!(&external_id, &format!("{prefix}{id}"));
        prop_assert_eq!(mapper.base_id(&external_id), Some(id));
        // Nothing else leads to it: not with more in front, and not the same number in other words.
        prop_assert_eq!(mapper.base_id(&format!("x{external_id}")), None);
        prop_assert_eq!(mapper.base_id(&format!("{prefix}+{id}")), None);
    }
}

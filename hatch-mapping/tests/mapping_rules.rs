//! The rules by which records become opportunities, one test each.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[allow(dead_code, reason = "each test binary uses a part of the samples")]
mod sample;

use hatch_mapping::{
    Mapper, MapperConfig, MappingWarning, ObjectSelection, OpportunityModel, PlaceholderEmails,
    SelectableObject,
};
use sample::{Sample, at, mapper, read};
use serde_json::{Value, json};

fn detail(sample: &Sample, mapper: &Mapper, path: &str) -> Option<Value> {
    mapper.map(&sample.joined()).opportunity.details.get(&path.parse().unwrap()).cloned()
}

#[test]
fn the_body_has_exactly_the_fields_of_hatchs_upsert_and_null_where_there_is_no_value() {
    let sample = Sample { customer: read(json!({"id": 7})), contacts: Vec::new(), ..Sample::default() };
    let body =
        serde_json::to_value(mapper(ObjectSelection::none()).map(&sample.joined()).opportunity).unwrap();
    let mut names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "details",
        "email",
        "externalContactID",
        "externalCreatedAt",
        "externalID",
        "externalUpdatedAt",
        "firstName",
        "lastName",
        "phoneNumber",
        "source",
    ];
    assert_eq!(names, expected);
    assert_eq!(body["email"], Value::Null);
    assert_eq!(body["externalID"], "42");
    assert_eq!(body["externalContactID"], "7");
    assert_eq!(body["externalCreatedAt"], "2026-01-01T00:00:00Z");
}

#[test]
fn external_updated_at_is_the_latest_of_job_first_appointment_and_first_estimate() {
    // The newest appointment is number 1; the older one changed later and does not count.
    let sample = Sample {
        appointments: vec![
            read(json!({"id": 1, "createdOn": at(1), "modifiedOn": at(20)})),
            read(json!({"id": 2, "createdOn": at(2), "modifiedOn": at(9)})),
        ],
        estimates: vec![read(json!({"id": 3, "createdOn": at(2), "modifiedOn": at(8)}))],
        ..Sample::default()
    };
    let updated = |selection: &[SelectableObject]| {
        let mapped = mapper(selection.iter().copied().collect()).map(&sample.joined());
        serde_json::to_value(mapped.opportunity).unwrap()["externalUpdatedAt"].clone()
    };
    assert_eq!(updated(&[]), at(5));
    assert_eq!(updated(&[SelectableObject::Estimates]), at(8));
    assert_eq!(updated(&[SelectableObject::Estimates, SelectableObject::Appointments]), at(9));
}

#[test]
fn lists_are_newest_first_equal_times_by_higher_id_and_missing_or_year_1_times_last() {
    let sample = Sample {
        appointments: vec![
            read(json!({"id": 1})),
            read(json!({"id": 2, "createdOn": at(2)})),
            read(json!({"id": 3, "createdOn": at(3)})),
            read(json!({"id": 4, "createdOn": at(3)})),
            read(json!({"id": 5, "createdOn": "0001-01-01T00:00:00Z"})),
            read(json!({"id": 6, "createdOn": at(9), "active": false})),
        ],
        ..Sample::default()
    };
    let mapper = mapper([SelectableObject::Appointments].into_iter().collect());
    let ids: Vec<_> = (1..=6).map(|n| detail(&sample, &mapper, &format!("appointments:{n}:id"))).collect();
    assert_eq!(ids, [Some(json!(4)), Some(json!(3)), Some(json!(2)), Some(json!(5)), Some(json!(1)), None]);
}

#[test]
fn a_mobile_phone_comes_before_a_phone_and_inactive_or_blank_ones_are_passed_over() {
    let contact = |id: i64, day: u32, kind: &str, value: &str, active: bool| {
        read(json!({"id": id, "createdOn": at(day), "type": kind, "value": value, "active": active}))
    };
    let number = |contacts| {
        let sample = Sample { contacts, ..Sample::default() };
        mapper(ObjectSelection::none()).map(&sample.joined()).opportunity.phone_number
    };
    let phone: servicetitan_client::CustomerContact = contact(1, 9, "Phone", "phone", true);
    assert_eq!(
        number(vec![phone.clone(), contact(2, 1, "MobilePhone", "mobile", true)]).as_deref(),
        Some("mobile")
    );
    assert_eq!(
        number(vec![phone.clone(), contact(2, 1, "MobilePhone", "mobile", false)]).as_deref(),
        Some("phone")
    );
    assert_eq!(number(vec![phone, contact(2, 1, "MobilePhone", "  ", true)]).as_deref(), Some("phone"));
    assert_eq!(number(vec![contact(1, 1, "Fax", "fax", true)]), None);
}

#[test]
fn a_placeholder_e_mail_is_passed_over_and_the_next_real_address_is_taken() {
    let email = |id: i64, day: u32, value: &str| {
        read(json!({"id": id, "createdOn": at(day), "type": "Email", "value": value}))
    };
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:test");
    config.placeholder_emails = PlaceholderEmails::new(["noemail.com"]);
    let placed = Mapper::new(config).unwrap();
    let contacts = vec![email(1, 9, "X@NoEmail.com"), email(2, 1, "ann@lee.example")];
    let sample = Sample { contacts, ..Sample::default() };
    assert_eq!(placed.map(&sample.joined()).opportunity.email.as_deref(), Some("ann@lee.example"));
    // The list is off unless the host asks for it.
    assert_eq!(
        mapper(ObjectSelection::none()).map(&sample.joined()).opportunity.email.as_deref(),
        Some("X@NoEmail.com")
    );
}

#[test]
fn an_object_that_was_not_selected_does_not_appear_even_where_it_was_given() {
    let sample = Sample::full();
    let details = mapper(ObjectSelection::none()).map(&sample.joined()).opportunity.details;
    for name in ["appointments", "estimates", "invoices", "campaign", "cancelReason", "tags", "soldBy"] {
        assert!(!details.as_map().contains_key(name), "{name}");
    }
    assert!(details.get(&"location:zone".parse().unwrap()).is_none());
}

#[test]
fn an_assignment_stands_with_its_own_appointment_and_its_technician_with_it() {
    let sample = Sample::full();
    let mapper = mapper(ObjectSelection::all(OpportunityModel::Job));
    assert_eq!(detail(&sample, &mapper, "appointments:1:assignments:1:id"), Some(json!(402)));
    assert_eq!(detail(&sample, &mapper, "appointments:2:assignments:1:technician:name"), Some(json!("Tess")));
    assert_eq!(detail(&sample, &mapper, "appointments:1:assignments:2"), None);
}

#[test]
fn whoever_has_the_sellers_id_is_taken_before_one_whose_user_id_it_is_in_any_order() {
    let mut sample = Sample { job: read(json!({"id": 42, "soldById": 5})), ..Sample::default() };
    sample.employees =
        vec![read(json!({"id": 9, "userId": 5, "name": "by user"})), read(json!({"id": 5, "name": "by id"}))];
    let mapper = mapper(ObjectSelection::all(OpportunityModel::Job));
    assert_eq!(detail(&sample, &mapper, "soldBy:name"), Some(json!("by id")));
    sample.employees.reverse();
    assert_eq!(detail(&sample, &mapper, "soldBy:name"), Some(json!("by id")));
}

#[test]
fn a_join_that_is_named_and_missing_is_an_absent_key_and_a_warning_without_its_id() {
    let sample = Sample { job: read(json!({"id": 42, "campaignId": 987_654})), ..Sample::default() };
    let mapped = mapper(ObjectSelection::all(OpportunityModel::Job)).map(&sample.joined());
    assert_eq!(mapped.warnings, [MappingWarning::Campaign]);
    assert!(!mapped.warnings[0].to_string().contains("987"));
    assert!(!mapped.opportunity.details.as_map().contains_key("campaign"));
}

#[test]
fn an_id_of_zero_names_nothing() {
    let sample = Sample { job: read(json!({"id": 42, "campaignId": 0, "soldById": 0})), ..Sample::default() };
    assert_eq!(mapper(ObjectSelection::all(OpportunityModel::Job)).map(&sample.joined()).warnings, []);
}

#[test]
fn status_is_filled_only_from_the_path_that_the_host_names() {
    let sample = Sample { job: read(json!({"id": 42, "jobStatus": "Hold"})), ..Sample::default() };
    assert_eq!(mapper(ObjectSelection::none()).map(&sample.joined()).opportunity.status, None);
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:test");
    config.status_path = Some("jobStatus".parse().unwrap());
    assert_eq!(
        Mapper::new(config).unwrap().map(&sample.joined()).opportunity.status.as_deref(),
        Some("Hold")
    );
}

#[test]
fn neither_debug_nor_a_config_error_tells_about_the_customer() {
    let opportunity = mapper(ObjectSelection::none()).map(&Sample::full().joined()).opportunity;
    let debug = format!("{opportunity:?} {:?}", opportunity.details);
    assert!(!debug.contains("Smith") && !debug.contains("555"), "{debug}");
}

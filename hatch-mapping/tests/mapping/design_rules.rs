//! The rules where the product page is silent, one test each.

use hatch_mapping::{
    ConfigError, Mapped, Mapper, MappingWarning, ObjectSelection, PlaceholderEmails, SelectableObject,
};
use serde_json::{Value, json};

use crate::fixture::{Fixture, JOB, MEMBERSHIP, at, config, day, mapper, read, read_all, time};

#[test]
fn a_standard_field_without_a_value_is_null_and_status_alone_is_left_out() {
    let mut fixture = Fixture::bare();
    fixture.customer = Some(read(json!({"id": 7})));
    fixture.job = read(json!({"id": 42}));
    let body = serde_json::to_string(&fixture.map_selected(JOB, []).opportunity).unwrap();
    let expected =
        r#"{"source":"custom:servicetitan","firstName":null,"lastName":null,"email":null,"phoneNumber":null,"#
            .to_owned()
            + r#""externalID":"42","externalContactID":"7","externalCreatedAt":null,"externalUpdatedAt":null,"#
            + r#""details":{"id":42,"customer":{"id":7,"contacts":[]}}}"#;
    assert_eq!(body, expected);
}

#[test]
fn timestamps_are_written_in_rfc_3339() {
    let body = serde_json::to_value(Fixture::full().map_selected(JOB, []).opportunity).unwrap();
    assert_eq!(body["externalCreatedAt"], "2026-01-01T10:00:00Z");
    assert_eq!(body["externalUpdatedAt"], "2026-01-02T10:00:00.287600400Z");
    assert_eq!(body["details"]["modifiedOn"], "2026-01-02T10:00:00.2876004Z");
}

#[test]
fn lists_are_newest_first_equal_times_by_higher_id_and_missing_or_year_1_times_last() {
    let mut fixture = Fixture::bare();
    fixture.appointments = read_all([
        json!({"id": 1}),
        json!({"id": 2, "createdOn": day(2)}),
        json!({"id": 3, "createdOn": day(3)}),
        json!({"id": 4, "createdOn": day(3)}),
        json!({"id": 5, "createdOn": "0001-01-01T00:00:00Z"}),
        json!({"id": 6, "createdOn": day(9), "active": false}),
    ]);
    let mapped = fixture.map_selected(JOB, [SelectableObject::Appointments]);
    let ids: Vec<_> = (1..=6).map(|n| at(&mapped, &format!("appointments:{n}:id")).cloned()).collect();
    assert_eq!(ids, [Some(json!(4)), Some(json!(3)), Some(json!(2)), Some(json!(5)), Some(json!(1)), None]);
}

#[test]
fn inactive_records_are_left_out_before_counting() {
    let mut fixture = Fixture::full();
    fixture.estimates[1].active = Some(false);
    fixture.appointments[1].active = Some(false);
    fixture.assignments[0].active = Some(false);
    fixture.invoices[0].active = Some(false);
    fixture.customer_contacts[0].active = Some(false);
    let mapped = fixture.map(JOB);
    assert_eq!(at(&mapped, "estimates:1:id"), Some(&json!(51)));
    assert_eq!(at(&mapped, "estimates:2"), None);
    assert_eq!(at(&mapped, "appointments:1:id"), Some(&json!(21)));
    assert_eq!(at(&mapped, "appointments:1:assignments"), Some(&json!([])));
    assert_eq!(at(&mapped, "invoices"), Some(&json!([])));
    assert_eq!(at(&mapped, "customer:contacts:1:id"), Some(&json!(3)));
}

#[test]
fn a_record_that_was_given_twice_counts_once_as_it_was_changed_last() {
    let mut fixture = Fixture::bare();
    let appointment =
        |modified, status| json!({"id": 1, "createdOn": day(1), "modifiedOn": modified, "status": status});
    fixture.appointments = read_all([appointment(day(9), "Done"), appointment(day(8), "Scheduled")]);
    for _ in 0..2 {
        let mapped = fixture.map(JOB);
        assert_eq!(at(&mapped, "appointments:1:status"), Some(&json!("Done")));
        assert_eq!(at(&mapped, "appointments:2"), None);
        fixture.appointments.reverse();
    }
}

#[test]
fn external_updated_at_counts_appointments_and_estimates_only_where_they_are_selected() {
    use SelectableObject::{Appointments, Estimates};
    let mut fixture = Fixture::bare();
    fixture.appointments = read_all([json!({"id": 1, "modifiedOn": day(9)})]);
    fixture.estimates = read_all([json!({"id": 2, "modifiedOn": day(8)})]);
    let updated = |mapped: Mapped| mapped.opportunity.external_updated_at;
    assert_eq!(updated(fixture.map_selected(JOB, [])), time(&day(5)));
    assert_eq!(updated(fixture.map_selected(JOB, [Estimates])), time(&day(8)));
    assert_eq!(updated(fixture.map_selected(JOB, [Appointments])), time(&day(9)));
}

#[test]
fn external_updated_at_may_go_back_when_an_appointment_disappears() {
    let mut fixture = Fixture::bare();
    fixture.appointments = read_all([json!({"id": 1, "modifiedOn": day(9)})]);
    assert_eq!(fixture.map(JOB).opportunity.external_updated_at, time(&day(9)));
    fixture.appointments[0].active = Some(false);
    assert_eq!(fixture.map(JOB).opportunity.external_updated_at, time(&day(5)));
}

#[test]
fn a_time_of_year_one_is_none() {
    let mut fixture = Fixture::bare();
    fixture.job.created_on = time("0001-01-01T00:00:00Z");
    fixture.job.modified_on = time("0001-01-01T00:00:00Z");
    let opportunity = fixture.map(JOB).opportunity;
    assert_eq!((opportunity.external_created_at, opportunity.external_updated_at), (None, None));
}

#[test]
fn external_contact_id_of_a_merged_customer_is_the_survivors() {
    let mut fixture = Fixture::full();
    fixture.customer = Some(read(json!({"id": 70, "name": "Survivor"})));
    assert_eq!(fixture.map(JOB).opportunity.external_contact_id.as_deref(), Some("70"));
}

#[test]
fn blank_contacts_and_white_space_around_a_value_are_passed_over() {
    let mut fixture = Fixture::bare();
    fixture.customer_contacts = read_all([
        json!({"id": 3, "createdOn": day(3), "type": "MobilePhone", "value": " \t"}),
        json!({"id": 2, "createdOn": day(2), "type": "MobilePhone"}),
        json!({"id": 1, "createdOn": day(1), "type": "MobilePhone", "value": " 555-0100 "}),
    ]);
    assert_eq!(fixture.map(JOB).opportunity.phone_number.as_deref(), Some("555-0100"));
}

#[test]
fn a_placeholder_e_mail_is_passed_over_and_the_next_real_address_or_none_is_taken() {
    let mut fixture = Fixture::bare();
    fixture.customer_contacts = read_all([
        json!({"id": 1, "createdOn": day(9), "type": "Email", "value": "X@NoEmail.com"}),
        json!({"id": 2, "createdOn": day(1), "type": "Email", "value": "ann@lee.example"}),
    ]);
    let email = |placeholders, fixture: &Fixture| {
        let mut config = config(JOB);
        config.placeholder_emails = placeholders;
        Mapper::new(config).unwrap().map(&fixture.record(JOB)).opportunity.email
    };
    let placeholders = PlaceholderEmails::new(["noemail.com"]);
    assert_eq!(email(placeholders.clone(), &fixture).as_deref(), Some("ann@lee.example"));
    fixture.customer_contacts.truncate(1);
    assert_eq!(email(placeholders, &fixture), None);
    // The list is off unless the host asks for it.
    assert_eq!(email(PlaceholderEmails::default(), &fixture).as_deref(), Some("X@NoEmail.com"));
}

#[test]
fn an_impossible_choice_is_refused_and_a_mapper_without_a_source_too() {
    let mut impossible = config(MEMBERSHIP);
    impossible.selection = [SelectableObject::Invoices].into_iter().collect();
    let error = Mapper::new(impossible).unwrap_err();
    assert_eq!(error, ConfigError::NotOfModel { object: SelectableObject::Invoices, model: MEMBERSHIP });
    let mut nameless = config(JOB);
    nameless.source = " ".to_owned();
    assert_eq!(Mapper::new(nameless).unwrap_err(), ConfigError::NoSource);
}

#[test]
fn whoever_has_the_sellers_id_is_taken_before_one_whose_user_id_it_is_in_any_order() {
    let mut fixture = Fixture::bare();
    fixture.job.sold_by_id = Some(5.into());
    fixture.employees =
        read_all([json!({"id": 9, "userId": 5, "name": "by user"}), json!({"id": 5, "name": "by id"})]);
    for _ in 0..2 {
        assert_eq!(at(&fixture.map(JOB), "soldBy:name"), Some(&json!("by id")));
        fixture.employees.reverse();
    }
}

#[test]
fn of_several_with_the_sellers_user_id_the_lowest_id_is_taken_in_any_order() {
    let mut fixture = Fixture::bare();
    fixture.membership.sold_by_id = Some(5.into());
    fixture.employees = read_all([
        json!({"id": 9, "userId": 5, "name": "later"}),
        json!({"id": 8, "userId": 5, "name": "first"}),
    ]);
    for _ in 0..2 {
        assert_eq!(at(&fixture.map(MEMBERSHIP), "soldBy:name"), Some(&json!("first")));
        fixture.employees.reverse();
    }
}

#[test]
fn a_joined_object_takes_the_place_of_a_field_of_its_name() {
    let mut fixture = Fixture::full();
    fixture.job.extra.insert("estimates".to_owned(), json!("as it came"));
    let text = serde_json::to_string(&fixture.map(JOB).opportunity).unwrap();
    assert_eq!(text.matches("\"estimates\"").count(), 1);
    assert_eq!(at(&fixture.map(JOB), "estimates:1:id"), Some(&json!(52)));
    assert_eq!(at(&fixture.map_selected(JOB, []), "estimates"), Some(&json!("as it came")));
}

#[test]
fn a_field_that_came_as_null_stays_null_and_one_that_did_not_come_is_absent() {
    let mapped = Fixture::full().map(JOB);
    assert_eq!(at(&mapped, "completedOn"), Some(&json!(null)));
    assert_eq!(at(&mapped, "summary"), None);
}

#[test]
fn a_missing_join_is_an_absent_key_and_a_warning_without_its_id() {
    let mut fixture = Fixture::full();
    (fixture.customer, fixture.location, fixture.business_unit) = (None, None, None);
    (fixture.job_type, fixture.membership_type, fixture.campaign) = (None, None, None);
    fixture.cancel_reason = None;
    fixture.tag_types.clear();
    fixture.technicians.retain(|technician| technician.id.get() != 32);
    fixture.employees.clear();
    let mapped = fixture.map(JOB);
    for path in [
        "customer",
        "location",
        "businessUnit",
        "jobType",
        "campaign",
        "cancelReason",
        "estimates:1:soldByEmployee",
        "appointments:1:assignments:1:technician",
    ] {
        assert_eq!(at(&mapped, path), None, "{path}");
    }
    use MappingWarning::*;
    assert_eq!(
        mapped.warnings,
        [Customer, Location, BusinessUnit, JobType, Campaign, CancelReason, TagType, Technician, SoldBy]
    );
    assert!(
        mapped.warnings.iter().all(|warning| !warning.to_string().contains(|it: char| it.is_ascii_digit()))
    );
    assert_eq!(mapped.opportunity.external_contact_id.as_deref(), Some("7"), "the job names it all the same");
    assert_eq!(fixture.map(MEMBERSHIP).warnings, [Customer, Location, BusinessUnit, MembershipType, SoldBy]);
    let mut fixture = Fixture::full();
    (fixture.zone, fixture.campaign_category) = (None, None);
    assert_eq!(fixture.map(JOB).warnings, [CampaignCategory, Zone]);
}

#[test]
fn a_base_record_whose_customer_or_times_cannot_be_read_is_mapped_with_a_warning_for_each() {
    use MappingWarning::{UnreadableCreatedOn, UnreadableCustomerId, UnreadableModifiedOn};
    let mut fixture = Fixture::bare();
    // A field that cannot be read is absent from the model, and is written as it came.
    fixture.job =
        read(json!({"id": 42, "customerId": "seven", "createdOn": "soon", "modifiedOn": {"seconds": 17}}));
    fixture.membership = read(json!({"id": 43, "customerId": [7], "createdOn": "soon", "modifiedOn": true}));
    fixture.customer = None;
    for model in [JOB, MEMBERSHIP] {
        let mapped = fixture.map(model);
        assert_eq!(mapped.warnings, [UnreadableCustomerId, UnreadableCreatedOn, UnreadableModifiedOn]);
        assert_eq!(mapped.opportunity.external_contact_id, None);
        assert_eq!(at(&mapped, "createdOn"), Some(&json!("soon")), "the value is kept in the details");
    }
    // A field that is missing or null is no field that cannot be read.
    fixture.job = read(json!({"id": 42, "createdOn": null}));
    assert_eq!(fixture.map(JOB).warnings, []);
}

#[test]
fn an_id_of_zero_names_nothing() {
    let mut fixture = Fixture::bare();
    fixture.job = read(
        json!({"id": 42, "customerId": 7, "campaignId": 0, "soldById": 0, "locationId": 0, "jobTypeId": 0}),
    );
    assert_eq!(fixture.map(JOB).warnings, []);
    fixture.job = read(json!({"id": 42, "customerId": 0}));
    fixture.customer = None;
    assert_eq!(fixture.map(JOB).opportunity.external_contact_id, None);
}

#[test]
fn status_is_filled_only_from_the_path_that_the_host_names() {
    let status = |path: &str| {
        let mut config = config(JOB);
        config.selection = ObjectSelection::all(JOB);
        config.status_path = Some(path.parse().unwrap());
        // Some of the paths below lead nowhere on purpose.
        config.allow_unlisted_paths = true;
        Mapper::new(config).unwrap().map(&Fixture::full().record(JOB)).opportunity.status
    };
    assert_eq!(Fixture::full().map(JOB).opportunity.status, None);
    for (path, text) in [
        ("jobStatus", Some("Canceled")),
        ("estimates:1:status:name", Some("Open")),
        ("estimates:1:status:value", Some("0")),
        ("customer:contacts:2:value", Some("john@example.org")),
        ("campaign:category:type", Some("Paid")),
        ("appointments:1:assignments:1:technician:name", Some("Tina")),
        ("cancelReason:memo", Some("Moved away")),
        ("newField:a:1", Some("1")),
        // Neither a null nor an object nor a list is a status, nor is what is not there.
        ("completedOn", None),
        ("customer", None),
        ("estimates", None),
        ("estimates:1", None),
        ("estimates:name", None),
        ("estimates:3:name", None),
        ("cancelReason:memo:1", None),
        ("noSuchField", None),
    ] {
        assert_eq!(status(path).as_deref(), text, "{path}");
    }
}

#[test]
fn a_host_can_mark_an_opportunity_whose_record_was_deleted_by_setting_its_status() {
    let mut opportunity = Fixture::full().map(JOB).opportunity;
    opportunity.status = Some("deleted".to_owned());
    assert_eq!(serde_json::to_value(&opportunity).unwrap()["status"], "deleted");
    let mapper = mapper(JOB, ObjectSelection::all(JOB));
    let explained = mapper.explain(&Fixture::full().record(JOB)).with_status("deleted");
    let status = explained.field("status").unwrap();
    assert_eq!((status.reason, &status.path), ("set by the host", &None));
}

#[test]
fn equal_content_is_written_as_equal_bytes() {
    let write = || serde_json::to_vec(&Fixture::full().map(JOB).opportunity).unwrap();
    assert_eq!(write(), write());
    let opportunity = Fixture::full().map(JOB).opportunity;
    let unread = serde_json::to_vec(&opportunity).unwrap();
    opportunity.details.as_map();
    assert_eq!(serde_json::to_vec(&opportunity).unwrap(), unread, "looking into details changes nothing");
}

#[test]
fn details_that_were_kept_as_json_are_equal_to_those_that_they_were_written_from() {
    let details = Fixture::full().map(JOB).opportunity.details;
    let Value::Object(kept) = serde_json::to_value(&details).unwrap() else {
        panic!("details are an object")
    };
    let kept = hatch_mapping::Details::from(kept);
    assert_eq!(kept, details);
    assert_ne!(kept, Fixture::bare().map(JOB).opportunity.details);
    assert_eq!(serde_json::to_value(&kept).unwrap(), serde_json::to_value(&details).unwrap());
}

#[test]
fn neither_debug_tells_about_the_customer() {
    let fixture = Fixture::full();
    let mapper = mapper(JOB, []);
    let record = fixture.record(JOB);
    let opportunity = mapper.map(&record).opportunity;
    let debug =
        format!("{opportunity:?} {:?} {:?} {record:?}", opportunity.details, mapper.standard_fields(&record));
    assert!(!["Smith", "John", "555", "example.org"].iter().any(|it| debug.contains(it)), "{debug}");
}

//! The product page's section on which of ServiceTitan's data is available in Hatch: objects to select, lists, and standard fields.

use hatch_mapping::{ConfigError, Mapped, Mapper, ObjectSelection, OpportunityModel, SelectableObject};
use serde_json::{Value, json};

use crate::fixture::{Fixture, JOB, MEMBERSHIP, at, config, day, read, read_all, time};

const MODELS: [OpportunityModel; 2] = [JOB, MEMBERSHIP];

#[test]
fn both_models_have_a_certain_set_of_required_objects() {
    for (model, own) in [(JOB, "jobType:name"), (MEMBERSHIP, "membershipType:name")] {
        let mapped = Fixture::full().map_selected(model, []);
        let required =
            ["id", "customer:name", "customer:contacts:1:value", "location:name", "businessUnit:name", own];
        for path in required {
            assert!(at(&mapped, path).is_some(), "{path}");
        }
    }
}

#[test]
fn the_additional_resources_are_optional_and_can_be_selected_or_deselected_as_needed() {
    use SelectableObject::*;
    for (model, objects, path) in [
        (JOB, &[Estimates][..], "estimates:1:id"),
        (JOB, &[Appointments], "appointments:1:id"),
        (JOB, &[Appointments, AppointmentAssignments], "appointments:1:assignments:1:id"),
        (JOB, &[CancelReasons], "cancelReason:name"),
        (JOB, &[TagTypes], "tags:1:name"),
        (JOB, &[TagTypes], "customer:tags:1:name"),
        (MEMBERSHIP, &[TagTypes], "location:tags:1:name"),
        (JOB, &[Campaigns], "campaign:name"),
        (JOB, &[Zones], "location:zone:name"),
        (MEMBERSHIP, &[Zones], "location:zone:name"),
        (JOB, &[Invoices], "invoices:1:items:1:id"),
        (MEMBERSHIP, &[RecurringServices], "recurringServices:1:id"),
        (MEMBERSHIP, &[RecurringServiceEvents], "recurringServiceEvents:1:id"),
    ] {
        let selection: ObjectSelection = objects.iter().copied().collect();
        assert!(at(&Fixture::full().map_selected(model, selection), path).is_some(), "{path}");
        assert!(at(&Fixture::full().map_selected(model, []), path).is_none(), "{path}");
    }
}

#[test]
fn the_configuration_defaults_to_the_most_commonly_used_optional_resources() {
    use SelectableObject::*;
    let default = |model| ObjectSelection::default_for(model).iter().collect::<Vec<_>>();
    assert_eq!(default(JOB), [Estimates, Appointments, CancelReasons, TagTypes, Campaigns]);
    assert_eq!(default(MEMBERSHIP), [TagTypes]);
    assert_eq!(config(JOB).selection, ObjectSelection::default_for(JOB));
}

#[test]
fn appointment_assignments_can_only_be_enabled_if_appointments_is_selected() {
    let mut config = config(JOB);
    config.selection = [SelectableObject::AppointmentAssignments].into_iter().collect();
    let error = Mapper::new(config).unwrap_err();
    let expected = ConfigError::Missing {
        object: SelectableObject::AppointmentAssignments,
        missing: SelectableObject::Appointments,
    };
    assert_eq!(error, expected);
}

#[test]
fn employees_and_technicians_is_necessary_for_the_estimate_or_membership_sold_by_information() {
    use SelectableObject::{EmployeesAndTechnicians, Estimates};
    let with = Fixture::full().map_selected(JOB, [Estimates, EmployeesAndTechnicians]);
    assert_eq!(at(&with, "estimates:1:soldByEmployee:name"), Some(&json!("Erin")));
    assert_eq!(at(&with, "estimates:2:soldByTechnician:name"), Some(&json!("Tom")));
    assert_eq!(at(&Fixture::full().map_selected(JOB, [Estimates]), "estimates:1:soldByEmployee"), None);
    let with = Fixture::full().map_selected(MEMBERSHIP, [EmployeesAndTechnicians]);
    assert_eq!(at(&with, "soldBy:name"), Some(&json!("Erin")));
    assert_eq!(at(&Fixture::full().map_selected(MEMBERSHIP, []), "soldBy"), None);
}

#[test]
fn these_fields_become_the_details_fields_of_the_hatch_opportunity() {
    let body = serde_json::to_value(Fixture::full().map(JOB).opportunity).unwrap();
    assert_eq!(body["details"]["jobStatus"], "Canceled");
    assert_eq!(body["details"]["customer"]["contacts"][0]["value"], "555-0101");
}

#[test]
fn data_within_a_list_field_is_sorted_by_created_date_in_descending_order() {
    let mapped = Fixture::full().map(JOB);
    let created = |list: &str| {
        let items = at(&mapped, list).and_then(Value::as_array).unwrap();
        items.iter().map(|item| item["createdOn"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for list in ["estimates", "appointments", "customer:contacts"] {
        let mut sorted = created(list);
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        assert!(sorted.len() > 1);
        assert_eq!(created(list), sorted, "{list}");
    }
}

#[test]
fn a_list_of_estimates_has_the_most_recently_created_estimate_listed_first() {
    assert_eq!(at(&Fixture::full().map(JOB), "estimates:1:id"), Some(&json!(52)));
}

#[test]
fn a_list_is_accessed_by_the_index_number_of_the_item() {
    let mapped = Fixture::full().map(JOB);
    assert_eq!(at(&mapped, "appointments:2:id"), Some(&json!(21)));
    assert_eq!(at(&mapped, "appointments:3:id"), None);
}

/// The standard fields of both models' opportunities with these contacts.
fn with_contacts<const N: usize>(contacts: &[Value; N]) -> [Mapped; 2] {
    MODELS.map(|model| {
        let mut fixture = Fixture::bare();
        fixture.customer_contacts = read_all(contacts.clone());
        fixture.map(model)
    })
}

#[test]
fn email_is_the_value_of_the_first_item_in_the_customer_contacts_list_that_has_type_equal_to_email() {
    for mapped in with_contacts(&[
        json!({"id": 1, "type": "Phone", "value": "555-0100", "createdOn": day(9)}),
        json!({"id": 2, "type": "Email", "value": "older@example.org", "createdOn": day(1)}),
        json!({"id": 3, "type": "email", "value": "newer@example.org", "createdOn": day(2)}),
    ]) {
        assert_eq!(mapped.opportunity.email.as_deref(), Some("newer@example.org"));
    }
}

#[test]
fn phone_is_the_value_of_the_first_item_that_has_type_equal_to_mobile_phone() {
    for mapped in with_contacts(&[
        json!({"id": 1, "type": "Phone", "value": "555-0100", "createdOn": day(9)}),
        json!({"id": 2, "type": "MobilePhone", "value": "555-0101", "createdOn": day(1)}),
        json!({"id": 3, "type": "mobilePhone", "value": "555-0102", "createdOn": day(2)}),
    ]) {
        assert_eq!(mapped.opportunity.phone_number.as_deref(), Some("555-0102"));
    }
}

#[test]
fn phone_if_a_mobile_phone_is_missing_is_the_value_of_the_first_item_that_has_type_equal_to_phone() {
    for mapped in with_contacts(&[
        json!({"id": 1, "type": "Fax", "value": "555-0100", "createdOn": day(9)}),
        json!({"id": 2, "type": "phone", "value": "555-0101", "createdOn": day(1)}),
        json!({"id": 3, "type": "Phone", "value": "555-0102", "createdOn": day(2)}),
    ]) {
        assert_eq!(mapped.opportunity.phone_number.as_deref(), Some("555-0102"));
    }
}

#[test]
fn external_id_is_id_of_the_job_or_the_membership() {
    assert_eq!(Fixture::full().map(JOB).opportunity.external_id, "42");
    assert_eq!(Fixture::full().map(MEMBERSHIP).opportunity.external_id, "43");
}

#[test]
fn external_contact_id_is_customer_id() {
    for model in MODELS {
        assert_eq!(Fixture::full().map(model).opportunity.external_contact_id.as_deref(), Some("7"));
    }
}

#[test]
fn external_created_at_is_created_on() {
    let created = |model| Fixture::full().map(model).opportunity.external_created_at;
    assert_eq!(created(JOB), time("2026-01-01T10:00:00Z"));
    assert_eq!(created(MEMBERSHIP), time("2026-02-01T10:00:00Z"));
}

#[test]
fn external_updated_at_of_a_job_is_the_most_recent_of_modified_on_appointments_1_and_estimates_1() {
    let mut fixture = Fixture::bare();
    // The newest of each is number 1; the older ones changed later and do not count.
    fixture.appointments = read_all([
        json!({"id": 1, "createdOn": day(1), "modifiedOn": day(20)}),
        json!({"id": 2, "createdOn": day(2), "modifiedOn": day(9)}),
    ]);
    fixture.estimates = read_all([
        json!({"id": 3, "createdOn": day(1), "modifiedOn": day(21)}),
        json!({"id": 4, "createdOn": day(2), "modifiedOn": day(8)}),
    ]);
    let updated = |fixture: &Fixture| fixture.map(JOB).opportunity.external_updated_at;
    assert_eq!(updated(&fixture), time(&day(9)));
    fixture.estimates[1].modified_on = time(&day(10));
    assert_eq!(updated(&fixture), time(&day(10)));
    fixture.job.modified_on = time(&day(11));
    assert_eq!(updated(&fixture), time(&day(11)));
}

#[test]
fn external_updated_at_of_a_membership_is_modified_on() {
    let mapped = Fixture::full().map(MEMBERSHIP);
    assert_eq!(mapped.opportunity.external_updated_at, time("2026-02-02T10:00:00Z"));
}

/// First and last name of both models' opportunities of a customer with this name.
fn names(name: &str) -> [(Option<String>, Option<String>); 2] {
    MODELS.map(|model| {
        let mut fixture = Fixture::bare();
        fixture.customer = Some(read(json!({"id": 7, "name": name})));
        let opportunity = fixture.map(model).opportunity;
        (opportunity.first_name, opportunity.last_name)
    })
}

#[test]
fn first_name_if_there_is_no_comma_is_the_first_word_and_last_name_everything_after_the_first_word() {
    for (first, last) in names("Mary Ann Smith") {
        assert_eq!((first.as_deref(), last.as_deref()), (Some("Mary"), Some("Ann Smith")));
    }
}

#[test]
fn first_name_if_there_is_a_comma_is_all_text_after_the_first_comma_and_last_name_all_text_before_it() {
    for (first, last) in names("Smith Jones, Mary, Ann") {
        assert_eq!((first.as_deref(), last.as_deref()), (Some("Mary, Ann"), Some("Smith Jones")));
    }
}

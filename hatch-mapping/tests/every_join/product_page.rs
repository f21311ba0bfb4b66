//! The product page's section on how ServiceTitan's data is stored in Hatch, over a job and a membership with every join.

use hatch_mapping::{MappingWarning, OpportunityModel};
use serde_json::json;

use crate::fixture::{Fixture, at, read, time};

const JOB: OpportunityModel = OpportunityModel::Job;
const MEMBERSHIP: OpportunityModel = OpportunityModel::Membership;

#[test]
fn a_job_opportunity_is_created_from_a_job_and_its_external_id_is_the_jobs_id() {
    let mapped = Fixture::full().map(JOB);
    assert_eq!(mapped.opportunity.external_id, "42");
    assert_eq!(at(&mapped, "id"), Some(&json!(42)));
}

#[test]
fn a_membership_opportunity_is_created_from_a_membership_and_its_external_id_is_the_memberships_id() {
    let mapped = Fixture::full().map(MEMBERSHIP);
    assert_eq!(mapped.opportunity.external_id, "43");
    assert_eq!(at(&mapped, "membershipType:name"), Some(&json!("Gold")));
}

#[test]
fn additional_related_data_is_included_and_nothing_is_missing() {
    for model in [JOB, MEMBERSHIP] {
        assert_eq!(Fixture::full().map(model).warnings, []);
    }
    let mapped = Fixture::full().map(JOB);
    for (path, value) in [
        ("newField:a:1", json!(1)),
        ("total", json!(12.5)),
        ("customer:contacts:1:value", json!("555-0101")),
        ("customer:tags:1:name", json!("Late payer")),
        ("location:contacts:1:value", json!("555-0104")),
        ("location:zone:name", json!("North")),
        ("location:tags:1:name", json!("VIP")),
        ("businessUnit:name", json!("Plumbing")),
        ("jobType:name", json!("Repair")),
        ("campaign:category:type", json!("Paid")),
        ("tags:1:name", json!("VIP")),
        ("cancelReason:name", json!("Customer's wish")),
        ("appointments:1:assignments:1:technician:name", json!("Tina")),
        ("appointments:2:assignments:1:technician:name", json!("Tom")),
        ("estimates:1:soldByEmployee:name", json!("Erin")),
        ("estimates:2:soldByTechnician:name", json!("Tom")),
        ("estimates:2:items:1:id", json!(511)),
        ("invoices:1:items:1:total", json!("129.50")),
        ("soldBy:name", json!("Tom")),
    ] {
        assert_eq!(at(&mapped, path), Some(&value), "{path}");
    }
    let mapped = Fixture::full().map(MEMBERSHIP);
    for (path, value) in [
        ("recurringServices:1:name", json!("Tune-up")),
        ("recurringServiceEvents:1:name", json!("Spring")),
        ("soldBy:name", json!("Erin")),
    ] {
        assert_eq!(at(&mapped, path), Some(&value), "{path}");
    }
}

#[test]
fn a_field_that_came_as_null_stays_null_and_one_that_did_not_come_is_absent() {
    let mapped = Fixture::full().map(JOB);
    assert_eq!(at(&mapped, "completedOn"), Some(&json!(null)));
    assert_eq!(at(&mapped, "summary"), None);
}

#[test]
fn data_within_a_list_is_sorted_by_created_date_in_descending_order() {
    let mapped = Fixture::full().map(JOB);
    assert_eq!(at(&mapped, "estimates:1:id"), Some(&json!(52)));
    assert_eq!(at(&mapped, "appointments:1:id"), Some(&json!(22)));
}

#[test]
fn inactive_records_are_left_out_before_counting() {
    let mut fixture = Fixture::full();
    fixture.estimates[1].active = Some(false);
    fixture.appointments[1].active = Some(false);
    let mapped = fixture.map(JOB);
    assert_eq!(at(&mapped, "estimates:1:id"), Some(&json!(51)));
    assert_eq!(at(&mapped, "estimates:2"), None);
    assert_eq!(at(&mapped, "appointments:1:id"), Some(&json!(21)));
}

#[test]
fn external_contact_id_is_the_customers_id_and_of_a_merged_customer_the_survivors() {
    let mut fixture = Fixture::full();
    assert_eq!(fixture.map(JOB).opportunity.external_contact_id.as_deref(), Some("7"));
    fixture.customer = Some(read(json!({"id": 70, "name": "Survivor"})));
    assert_eq!(fixture.map(JOB).opportunity.external_contact_id.as_deref(), Some("70"));
}

#[test]
fn external_created_at_is_created_on_and_a_year_one_time_is_none() {
    let mut fixture = Fixture::full();
    assert_eq!(fixture.map(JOB).opportunity.external_created_at, time("2026-01-01T10:00:00Z"));
    fixture.job.created_on = time("0001-01-01T00:00:00Z");
    assert_eq!(fixture.map(JOB).opportunity.external_created_at, None);
}

#[test]
fn external_updated_at_of_a_membership_is_modified_on() {
    let mapped = Fixture::full().map(MEMBERSHIP);
    assert_eq!(mapped.opportunity.external_updated_at, time("2026-02-02T10:00:00Z"));
}

#[test]
fn first_and_last_name_come_from_the_customers_name() {
    let mut fixture = Fixture::full();
    let opportunity = fixture.map(JOB).opportunity;
    assert_eq!(
        (opportunity.first_name.as_deref(), opportunity.last_name.as_deref()),
        (Some("John"), Some("Smith"))
    );
    fixture.customer = Some(read(json!({"id": 7, "name": "Mary Ann Smith"})));
    let opportunity = fixture.map(MEMBERSHIP).opportunity;
    assert_eq!(
        (opportunity.first_name.as_deref(), opportunity.last_name.as_deref()),
        (Some("Mary"), Some("Ann Smith"))
    );
}

#[test]
fn a_missing_join_is_an_absent_key_and_a_warning() {
    let mut fixture = Fixture::full();
    fixture.customer = None;
    fixture.zone = None;
    fixture.cancel_reason = None;
    fixture.technicians.retain(|technician| technician.id.get() != 32);
    let mapped = fixture.map(JOB);
    assert_eq!(at(&mapped, "customer"), None);
    assert_eq!(at(&mapped, "location:zone"), None);
    assert_eq!(at(&mapped, "appointments:1:assignments:1:technician"), None);
    let mut expected = vec![
        MappingWarning::Customer,
        MappingWarning::Zone,
        MappingWarning::CancelReason,
        MappingWarning::Technician,
    ];
    expected.sort();
    assert_eq!(mapped.warnings, expected);
    assert_eq!(mapped.opportunity.external_contact_id.as_deref(), Some("7"), "the job names it all the same");
}

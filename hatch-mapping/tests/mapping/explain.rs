//! Where standard fields come from, as told to support people.

use hatch_mapping::{Mapper, OpportunityModel};
use serde_json::json;

use crate::fixture::{Fixture, JOB, MEMBERSHIP, config, read, read_all};

/// Field, kind of record, its ID and path.
type Origin = (&'static str, Option<&'static str>, Option<i64>, Option<String>);

fn origins(fixture: &Fixture, model: OpportunityModel) -> Vec<Origin> {
    let mut config = config(model);
    config.status_path = Some("estimates:1:status:name".parse().unwrap());
    let mapper = Mapper::new(config).unwrap();
    let opportunity = mapper.map(&fixture.record(model)).opportunity;
    let explained = mapper.explain(&opportunity);
    let shown = format!("{explained:?}");
    assert!(!shown.contains("Smith") && !shown.contains("555"), "{shown}");
    explained
        .into_iter()
        .map(|it| (it.field, it.record, it.record_id, it.path.map(|path| path.to_string())))
        .collect()
}

fn taken(field: &'static str, record: &'static str, id: i64, path: &str) -> Origin {
    (field, Some(record), Some(id), Some(path.to_owned()))
}

#[test]
fn each_standard_field_names_its_record_and_path() {
    assert_eq!(
        origins(&Fixture::full(), JOB),
        [
            ("source", None, None, None),
            taken("firstName", "customer", 7, "customer:name"),
            taken("lastName", "customer", 7, "customer:name"),
            taken("email", "contact", 3, "customer:contacts:2:value"),
            taken("phoneNumber", "contact", 2, "customer:contacts:3:value"),
            taken("status", "estimate", 52, "estimates:1:status:name"),
            taken("externalID", "job", 42, "id"),
            taken("externalContactID", "customer", 7, "customer:id"),
            taken("externalCreatedAt", "job", 42, "createdOn"),
            taken("externalUpdatedAt", "appointment", 22, "appointments:1:modifiedOn"),
        ]
    );
}

#[test]
fn a_field_without_a_value_says_so() {
    let mut fixture = Fixture::full();
    fixture.membership = read(json!({"id": 43, "customerId": 7}));
    fixture.customer = None;
    fixture.customer_contacts = read_all([]);
    assert_eq!(
        origins(&fixture, MEMBERSHIP),
        [
            ("source", None, None, None),
            ("firstName", None, None, None),
            ("lastName", None, None, None),
            ("email", None, None, None),
            ("phoneNumber", None, None, None),
            ("status", None, None, None),
            taken("externalID", "membership", 43, "id"),
            taken("externalContactID", "membership", 43, "customerId"),
            ("externalCreatedAt", None, None, None),
            ("externalUpdatedAt", None, None, None),
        ]
    );
}

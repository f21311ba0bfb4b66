//! Guarantees of the models that do not depend on the schemas.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failed test")]

use serde_json::{Value, json};
use servicetitan_client::{
    Change, ContactType, Customer, CustomerContact, CustomerId, EstimateId, Job, JobStatus, JobUpdate,
    Location, NewCustomerNote, NewNote, Note,
};

#[test]
fn a_record_keeps_nulls_unknown_fields_and_odd_values() {
    let bytes = br#"{
        "id": 9223372036854775807, "jobNumber": null, "jobStatus": "Teleported", "completedOn": "0001-01-01T00:00:00Z",
        "createdOn": "2021-07-19T20:35:38.2876004Z", "total": "0.00", "customFields": [{"typeId": 1, "name": "", "value": null}],
        "tagTypeIds": [], "jobGeneratedLeadSource": {"jobId": 0, "since": [1, null]}, "somethingNew": {"a": [1.5, {"b": null}]}
    }"#;
    let job: Job = serde_json::from_slice(bytes).unwrap();
    assert_eq!(job.job_number, None);
    assert_eq!(job.job_status, Some(JobStatus::Other("Teleported".to_owned())));
    assert_eq!(job.tag_type_ids, Some(Vec::new()));
    assert_eq!(job.extra.get("somethingNew"), Some(json!({"a": [1.5, {"b": null}]})));
    assert_eq!(serde_json::to_value(&job).unwrap(), serde_json::from_slice::<Value>(bytes).unwrap());
}

/// serde_json's fast float parser is sometimes off by one in the last digit, so that a record would change each time it is mirrored.
#[test]
fn a_coordinate_keeps_its_last_digit() {
    let text = r#"{"id":1,"address":{"longitude":3060.3166515399726}}"#;
    let location: Location = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&location).unwrap(), text);
}

#[test]
fn a_field_that_is_absent_stays_absent() {
    let customer: Customer = serde_json::from_slice(br#"{"id": 1}"#).unwrap();
    assert_eq!(serde_json::to_string(&customer).unwrap(), r#"{"id":1}"#);
}

#[test]
fn only_the_id_must_be_there() {
    assert!(serde_json::from_slice::<Job>(br#"{"jobNumber": "1"}"#).is_err());
    assert!(serde_json::from_slice::<Job>(br#"{"id": null}"#).is_err());
    assert!(serde_json::from_slice::<Note>(br#"{"text": "notes on jobs have no ID"}"#).is_ok());
}

/// The values that were seen on real tenants.
#[test]
fn a_bad_field_costs_itself_and_is_written_back_as_it_came() {
    let json = r#"{"id":"42","customFields":[null,{"typeId":1,"value":{"odd":true}}],"customerId":7.0,"completedOn":"soon","createdOn":"2026-01-01","noCharge":"true","tagTypeIds":{},"total":"1,234.50","estimateIds":[1,null,"3"]}"#;
    let job: Job = serde_json::from_str(json).unwrap();
    assert_eq!((job.id.get(), job.customer_id.map(CustomerId::get)), (42, Some(7)));
    assert_eq!(job.created_on, "2026-01-01T00:00:00Z".parse().ok());
    assert_eq!((job.no_charge, job.tag_type_ids.as_deref()), (Some(true), Some(&[][..])));
    assert_eq!((job.total, job.completed_on), (None, None));
    assert_eq!(job.estimate_ids.as_deref(), Some(&[EstimateId(1), EstimateId(3)][..]));
    assert_eq!(
        serde_json::to_value(&job).unwrap(),
        serde_json::from_str::<Value>(json).unwrap(),
        "written back"
    );
    let unread: Vec<_> = job.unread_fields().into_iter().map(|field| (field.path, field.reason)).collect();
    let told = |path: &str, reason: &str| (path.to_owned(), reason.to_owned());
    assert_eq!(
        unread,
        [
            told("customFields[0]", "expected an object, found null"),
            told("customFields[1].value", "expected a string, found an object"),
            told("completedOn", "expected a timestamp, found a string"),
            told("total", "expected a decimal, found a string"),
            told("estimateIds[1]", "expected a whole number, found null"),
        ]
    );
}

#[test]
fn no_content_shows_in_debug_output() {
    let customer: Customer =
        serde_json::from_slice(br#"{"id": 77123, "name": "Ada", "unknown": "Lovelace"}"#).unwrap();
    let note: Note = serde_json::from_slice(br#"{"text": "Ada"}"#).unwrap();
    let shown = format!("{customer:?} {note:?} {:?}", NewNote::text("Ada").pinned());
    for content in ["Ada", "Lovelace"] {
        assert!(!shown.contains(content), "{shown}");
    }
}

#[test]
fn a_body_is_sent_with_what_was_set_and_nothing_else() {
    assert_eq!(serde_json::to_value(NewNote::text("a")).unwrap(), json!({"text": "a"}));
    assert_eq!(
        serde_json::to_value(NewNote::text("a").pinned()).unwrap(),
        json!({"text": "a", "pinToTop": true})
    );
    let note = NewCustomerNote::from(NewNote::text("a")).add_to_locations(true);
    assert_eq!(serde_json::to_value(note).unwrap(), json!({"text": "a", "addToLocations": true}));
}

#[test]
fn an_update_leaves_a_field_sets_it_or_empties_it() {
    let update = JobUpdate::new().summary("leaks").sold_by_id(Change::Clear);
    assert_eq!(serde_json::to_value(update).unwrap(), json!({"summary": "leaks", "soldById": null}));
    assert_eq!(serde_json::to_value(JobUpdate::new()).unwrap(), json!({}));
}

#[test]
fn contact_types_compare_without_case_and_keep_their_spelling() {
    let contact: CustomerContact = serde_json::from_slice(br#"{"id": 1, "type": "mobilePhone"}"#).unwrap();
    assert_eq!(contact.r#type.as_ref().unwrap().normalized(), ContactType::MobilePhone);
    assert_eq!(serde_json::to_value(&contact).unwrap()["type"], "mobilePhone");
    assert_eq!(ContactType::from("Pager").normalized(), ContactType::Other("Pager".to_owned()));
}

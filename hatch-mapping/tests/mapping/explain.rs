//! Where standard fields come from, as told to support people.

use hatch_mapping::{
    ContactFallback, ContactKey, ContactOwner, EmailValues, Explanation, Mapper, MapperConfig,
    OpportunityModel, PassedOver, PlaceholderEmails,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::contacts::{any_contact_fixture, any_contact_rules};
use crate::fixture::{Fixture, JOB, MEMBERSHIP, config, day, mapper, read, read_all};

/// Field, kind of record, its ID and path.
type Origin = (&'static str, Option<&'static str>, Option<i64>, Option<String>);

fn explanation(
    fixture: &Fixture,
    model: OpportunityModel,
    change: impl Fn(&mut MapperConfig),
) -> Explanation {
    let mut config = config(model);
    change(&mut config);
    let explanation = Mapper::new(config).unwrap().explain(&fixture.record(model));
    let shown = format!("{explanation:?}");
    assert!(!shown.contains("Smith") && !shown.contains("555") && !shown.contains('@'), "{shown}");
    explanation
}

fn origins(fixture: &Fixture, model: OpportunityModel, status_path: &str) -> Vec<Origin> {
    let explanation = explanation(fixture, model, |config| config.status_path = status_path.parse().ok());
    let fields = explanation.fields.into_iter();
    fields.map(|it| (it.field, it.record, it.record_id, it.path.map(|path| path.to_string()))).collect()
}

fn taken(field: &'static str, record: &'static str, id: i64, path: &str) -> Origin {
    (field, Some(record), Some(id), Some(path.to_owned()))
}

#[test]
fn each_standard_field_names_its_record_and_path() {
    assert_eq!(
        origins(&Fixture::full(), JOB, "estimates:1:status:name"),
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
        origins(&fixture, MEMBERSHIP, "status"),
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

/// Owner, contact, path and reason of each contact that was passed over.
fn passed_over(
    explanation: &Explanation,
    field: &str,
) -> Vec<(ContactOwner, i64, Option<String>, PassedOver)> {
    let passed = explanation.field(field).unwrap().passed_over.iter();
    passed.map(|it| (it.owner, it.contact_id, it.path.as_ref().map(ToString::to_string), it.reason)).collect()
}

fn odd_contacts() -> Value {
    json!([
        {"id": 1, "type": "Email", "value": "x@noemail.com", "createdOn": day(9)},
        {"id": 2, "type": "Email", "value": "N/A", "createdOn": day(8)},
        {"id": 3, "type": "Email", "value": " ", "createdOn": day(7)},
        {"id": 4, "type": "Email", "value": "old@x.example", "createdOn": day(6), "active": false},
        {"id": 5, "type": "Email", "value": "Ann <ann@lee.example>", "createdOn": day(5)},
        {"id": 6, "type": "Email", "value": "none", "createdOn": day(4)},
        {"id": 7, "type": "MobilePhone", "value": "555-0107", "createdOn": day(3),
            "phoneSettings": {"doNotText": true}},
        {"id": 8, "type": "Phone", "value": "555-0108", "createdOn": day(2)},
        {"id": 9, "type": "Fax", "value": "555-0109", "createdOn": day(1), "active": false},
    ])
}

fn careful(config: &mut MapperConfig) {
    config.placeholder_emails = PlaceholderEmails::common();
    config.skip_do_not_text = true;
}

#[test]
fn every_contact_that_was_passed_over_is_told_with_its_reason() {
    let mut fixture = Fixture::full();
    fixture.customer_contacts = read(odd_contacts());
    let explanation = explanation(&fixture, JOB, careful);
    let of_customer = |id, place: Option<usize>, reason| {
        let path = place.map(|place| format!("customer:contacts:{place}:value"));
        (ContactOwner::Customer, id, path, reason)
    };
    assert_eq!(
        passed_over(&explanation, "email"),
        [
            of_customer(1, Some(1), PassedOver::Placeholder),
            of_customer(2, Some(2), PassedOver::NotAnAddress),
            of_customer(3, Some(3), PassedOver::Blank),
            of_customer(4, None, PassedOver::Inactive),
        ]
    );
    assert_eq!(passed_over(&explanation, "phoneNumber"), [of_customer(7, Some(6), PassedOver::DoNotText)]);
    let email = explanation.field("email").unwrap();
    assert_eq!((email.record_id, email.value.as_deref()), (Some(5), Some("ann@lee.example")));
    assert_eq!(email.path.as_ref().unwrap().to_string(), "customer:contacts:4:value");
}

#[test]
fn a_contact_of_the_location_is_told_as_such_whether_it_was_used_or_not() {
    let mut fixture = Fixture::full();
    fixture.customer_contacts.clear();
    let unused = explanation(&fixture, JOB, |_| {});
    let path = Some("location:contacts:1:value".to_owned());
    let location = (ContactOwner::Location, 4, path.clone(), PassedOver::OnlyByFallback);
    assert_eq!(passed_over(&unused, "phoneNumber"), [location]);
    assert_eq!(passed_over(&unused, "email"), []);
    assert_eq!(unused.contact_key, ContactKey::MissingWithoutFallback);
    assert!(unused.to_string().contains("contact_fallback"), "{unused}");
    let used =
        explanation(&fixture, JOB, |config| config.contact_fallback = ContactFallback::WhenBothMissing);
    let phone_number = used.field("phoneNumber").unwrap();
    assert_eq!(phone_number.value.as_deref(), Some("555-0104"));
    assert_eq!((phone_number.record, phone_number.record_id), (Some("contact"), Some(4)));
    assert_eq!(phone_number.path.as_ref().map(ToString::to_string), path);
    assert!(phone_number.reason.contains("location"), "{}", phone_number.reason);
    assert_eq!((passed_over(&used, "phoneNumber"), used.contact_key), (vec![], ContactKey::Location));
}

#[test]
fn an_explanation_reads_like_a_letter_and_keeps_its_values_in_json() {
    let mut fixture = Fixture::full();
    fixture.customer_contacts = read(odd_contacts());
    let explanation = explanation(&fixture, JOB, careful);
    let text = explanation.to_string();
    for line in [
        "source: custom:servicetitan",
        "firstName: John",
        "  all after the first comma of the customer's name, from customer 7 (customer:name)",
        "email: ann@lee.example",
        "  the first e-mail address of the customer, from contact 5 (customer:contacts:4:value)",
        "  passed over: contact 1 of the customer (customer:contacts:1:value): a placeholder, not a real e-mail address",
        "  passed over: contact 4 of the customer: inactive in ServiceTitan",
        "phoneNumber: 555-0108",
        "  passed over: contact 7 of the customer (customer:contacts:6:value): marked \"do not text\" in ServiceTitan",
        "status: no value",
        "externalUpdatedAt: 2026-01-06T10:00:00Z",
        "  the first appointment changed last, from appointment 22 (appointments:1:modifiedOn)",
    ] {
        assert!(text.lines().any(|it| it == line), "{line:?} is missing in\n{text}");
    }
    let written = serde_json::to_value(&explanation).unwrap();
    assert_eq!(written["contact_key"], "customer");
    assert_eq!(
        written["fields"][3],
        json!({
            "field": "email", "value": "ann@lee.example", "record": "contact", "record_id": 5,
            "path": "customer:contacts:4:value", "reason": "the first e-mail address of the customer",
            "passed_over": [
                {"owner": "customer", "contact_id": 1, "path": "customer:contacts:1:value", "reason": "placeholder"},
                {"owner": "customer", "contact_id": 2, "path": "customer:contacts:2:value", "reason": "not_an_address"},
                {"owner": "customer", "contact_id": 3, "path": "customer:contacts:3:value", "reason": "blank"},
                {"owner": "customer", "contact_id": 4, "path": null, "reason": "inactive"},
            ]
        })
    );
}

#[test]
fn contacts_of_a_customer_that_was_not_given_have_no_path() {
    let mut fixture = Fixture::full();
    fixture.customer = None;
    let explanation = explanation(&fixture, JOB, |_| {});
    let email = explanation.field("email").unwrap();
    assert_eq!((email.record_id, &email.path), (Some(3), &None));
}

#[test]
fn the_record_of_a_configured_detail_is_the_innermost_one_around_it() {
    for (path, record, id) in [
        ("jobStatus", "job", 42),
        ("campaign:category:type", "campaign category", 14),
        ("location:zone:name", "zone", 13),
        ("appointments:2:assignments:1:technician:name", "technician", 31),
        ("estimates:2:items:1:id", "estimate", 51),
        ("cancelReason:memo", "cancel reason", 16),
        ("newField:a:1", "job", 42),
    ] {
        let explanation = explanation(&Fixture::full(), JOB, |config| {
            config.selection = hatch_mapping::ObjectSelection::all(JOB);
            config.allow_unlisted_paths = true;
            config.status_path = path.parse().ok();
        });
        let status = explanation.field("status").unwrap();
        assert_eq!((status.record, status.record_id), (Some(record), Some(id)), "{path}");
    }
}

proptest! {
    #[test]
    fn an_explanation_has_the_values_of_the_body_and_every_path_leads_to_a_value_that_has_them(
        fixture in any_contact_fixture(), config in any_contact_rules()
    ) {
        let mapper = Mapper::new(config.clone()).unwrap();
        let record = fixture.record(JOB);
        let (mapped, explanation) = (mapper.map(&record), mapper.explain(&record));
        prop_assert_eq!(explanation.contact_key, mapped.contact_key);
        let body = serde_json::to_value(&mapped.opportunity).unwrap();
        for origin in &explanation.fields {
            let value = body.get(origin.field).and_then(Value::as_str);
            prop_assert_eq!(origin.value.as_deref(), value, "{}", origin.field);
        }
        for field in ["email", "phoneNumber"] {
            let origin = explanation.field(field).unwrap();
            if let (Some(path), Some(value)) = (&origin.path, &origin.value) {
                let found = mapped.opportunity.details.get(path).and_then(Value::as_str).unwrap();
                prop_assert!(found.contains(value), "{found}");
            }
            for passed in &origin.passed_over {
                prop_assert_eq!(passed.path.is_none(), passed.reason == PassedOver::Inactive);
                let Some(path) = &passed.path else { continue };
                let found = mapped.opportunity.details.get(path).and_then(Value::as_str).unwrap();
                let fits = match passed.reason {
                    PassedOver::Blank => found.trim().is_empty(),
                    PassedOver::NotAnAddress => config.email_values == EmailValues::Addresses,
                    PassedOver::Placeholder => found.contains("@noemail.com"),
                    PassedOver::DoNotText => config.skip_do_not_text,
                    PassedOver::OnlyByFallback => {
                        passed.owner == ContactOwner::Location && origin.value.is_none()
                            && config.contact_fallback != ContactFallback::WhenOneMissing
                    }
                    _ => false,
                };
                prop_assert!(fits, "{:?}", passed);
            }
        }
    }

    #[test]
    fn a_status_that_the_host_set_is_explained_as_such(status in ".{0,8}") {
        let explanation = mapper(JOB, []).explain(&Fixture::full().record(JOB)).with_status(&status);
        let origin = explanation.field("status").unwrap();
        prop_assert_eq!((origin.value.as_ref(), origin.reason), (Some(&status), "set by the host"));
    }
}

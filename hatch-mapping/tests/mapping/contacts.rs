//! Which contacts give phone number and e-mail address: odd values, numbers that must not be texted, the location's contacts, and contacts
//! with several owners.

use hatch_mapping::{
    ContactFallback, ContactKey, EmailValues, Mapped, Mapper, MapperConfig, MappingWarning, PlaceholderEmails,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{Fixture, JOB, MEMBERSHIP, at, config, day, read_all};

/// Contacts in list order: the first one is the newest.
fn contacts<T: serde::de::DeserializeOwned>(contacts: &[(&str, &str)]) -> Vec<T> {
    let created = (1..=28).rev().map(day);
    read_all(
        (100..).zip(contacts).zip(created).map(
            |((id, (kind, value)), on)| json!({"id": id, "type": kind, "value": value, "createdOn": on}),
        ),
    )
}

/// The opportunity of a customer and a location with these contacts.
fn map(customer: &[(&str, &str)], location: &[(&str, &str)], change: impl Fn(&mut MapperConfig)) -> Mapped {
    let mut fixture = Fixture::full();
    fixture.customer_contacts = contacts(customer);
    fixture.location_contacts = contacts(location);
    map_fixture(&fixture, change)
}

fn map_fixture(fixture: &Fixture, change: impl Fn(&mut MapperConfig)) -> Mapped {
    let mut config = config(JOB);
    change(&mut config);
    Mapper::new(config).unwrap().map(&fixture.record(JOB))
}

fn keys(mapped: &Mapped) -> (Option<&str>, Option<&str>) {
    (mapped.opportunity.phone_number.as_deref(), mapped.opportunity.email.as_deref())
}

const NOT_AN_ADDRESS: &[MappingWarning] = &[MappingWarning::NotAnEmailAddress];
const DO_NOT_TEXT: &[MappingWarning] = &[MappingWarning::DoNotText];

#[test]
fn an_e_mail_contact_that_is_no_address_is_passed_over_with_a_warning() {
    for value in ["N/A", "none", "@", "555-0100", "john at x.example"] {
        let mapped = map(&[("Email", value), ("Email", "ann@lee.example")], &[], |_| {});
        assert_eq!(keys(&mapped), (None, Some("ann@lee.example")), "{value}");
        assert_eq!(mapped.warnings, NOT_AN_ADDRESS);
        let mapped = map(&[("Email", value)], &[], |_| {});
        assert_eq!(keys(&mapped), (None, None), "{value}");
        assert!(mapped.contact_key.is_missing());
    }
}

#[test]
fn a_contact_behind_the_one_that_is_taken_causes_no_warning() {
    let mapped = map(&[("Email", "ann@lee.example"), ("Email", "N/A"), ("Phone", "N/A")], &[], |_| {});
    assert_eq!(keys(&mapped), (Some("N/A"), Some("ann@lee.example")), "a phone number has no syntax");
    assert_eq!(mapped.warnings, []);
}

#[test]
fn of_several_addresses_in_one_contact_the_first_is_taken() {
    for value in [
        "john@x.example; mary@x.example",
        "john@x.example,mary@x.example",
        " john@x.example mary@x.example ",
        "John <john@x.example>",
        "John Smith <john@x.example>, Mary <mary@x.example>",
    ] {
        let mapped = map(&[("Email", value)], &[], |_| {});
        assert_eq!(keys(&mapped), (None, Some("john@x.example")), "{value}");
        assert_eq!(mapped.warnings, []);
        assert_eq!(at(&mapped, "customer:contacts:1:value"), Some(&json!(value)), "details stay as they are");
    }
}

#[test]
fn a_placeholder_among_several_addresses_is_passed_over_like_one_by_itself() {
    let change = |config: &mut MapperConfig| config.placeholder_emails = PlaceholderEmails::common();
    let mapped = map(&[("Email", "x@noemail.com, ann@lee.example")], &[], change);
    assert_eq!(keys(&mapped), (None, Some("ann@lee.example")));
    let mapped = map(&[("Email", "x@noemail.com; None <none@x.example>")], &[], change);
    assert_eq!(keys(&mapped), (None, None));
    assert_eq!(mapped.warnings, [], "placeholders are no news");
}

#[test]
fn a_setting_sends_e_mail_values_as_they_are() {
    for value in ["N/A", "john@x.example; mary@x.example"] {
        let verbatim = |config: &mut MapperConfig| config.email_values = EmailValues::Verbatim;
        let mapped = map(&[("Email", &format!(" {value} "))], &[], verbatim);
        assert_eq!(keys(&mapped), (None, Some(value)));
        assert_eq!(mapped.warnings, []);
    }
}

fn with_settings(kind: &str, value: &str, do_not_text: impl Into<Option<bool>>) -> Value {
    json!({"id": 1, "type": kind, "value": value, "createdOn": day(9),
        "phoneSettings": {"phoneNumber": value, "doNotText": do_not_text.into()}})
}

#[test]
fn a_number_that_must_not_be_texted_is_passed_over_with_a_warning_only_where_the_host_asks() {
    let mut fixture = Fixture::bare();
    let plain = json!({"id": 2, "type": "Phone", "value": "555-0102", "createdOn": day(1)});
    for kind in ["MobilePhone", "Phone"] {
        fixture.customer_contacts = read_all([with_settings(kind, "555-0101", true), plain.clone()]);
        let mapped = map_fixture(&fixture, |_| {});
        assert_eq!((keys(&mapped).0, mapped.warnings.as_slice()), (Some("555-0101"), &[][..]));
        let mapped = map_fixture(&fixture, |config| config.skip_do_not_text = true);
        assert_eq!((keys(&mapped).0, mapped.warnings.as_slice()), (Some("555-0102"), DO_NOT_TEXT));
        let path = "customer:contacts:1:phoneSettings:doNotText";
        assert_eq!(at(&mapped, path), Some(&json!(true)), "the mark is in the details in any case");
    }
    for allowed in [Some(false), None] {
        fixture.customer_contacts = read_all([with_settings("MobilePhone", "555-0101", allowed)]);
        let mapped = map_fixture(&fixture, |config| config.skip_do_not_text = true);
        assert_eq!((keys(&mapped).0, mapped.warnings.as_slice()), (Some("555-0101"), &[][..]));
    }
    fixture.customer_contacts = read_all([with_settings("MobilePhone", "555-0101", true)]);
    let mapped = map_fixture(&fixture, |config| config.skip_do_not_text = true);
    assert_eq!((keys(&mapped), mapped.contact_key), ((None, None), ContactKey::Missing));
}

/// Customer's contacts, location's contacts, and phone and e-mail by each fallback.
type FallbackCase<'a> = (&'a [(&'a str, &'a str)], [(Option<&'a str>, Option<&'a str>); 3], [ContactKey; 3]);

#[test]
fn the_contacts_of_the_location_are_looked_through_only_by_a_fallback_and_where_it_applies() {
    use ContactKey::{Customer, Location, MissingWithoutFallback};
    let location = [("Email", "home@x.example"), ("MobilePhone", "555-0200")];
    let both = (Some("555-0200"), Some("home@x.example"));
    let cases: [FallbackCase<'_>; 4] = [
        (&[], [(None, None), both, both], [MissingWithoutFallback, Location, Location]),
        (
            &[("Email", "N/A"), ("Fax", "555-0300")],
            [(None, None), both, both],
            [MissingWithoutFallback, Location, Location],
        ),
        (
            &[("Phone", "555-0100")],
            [(Some("555-0100"), None), (Some("555-0100"), None), (Some("555-0100"), both.1)],
            [Customer; 3],
        ),
        (
            &[("Email", "ann@lee.example")],
            [
                (None, Some("ann@lee.example")),
                (None, Some("ann@lee.example")),
                (both.0, Some("ann@lee.example")),
            ],
            [Customer; 3],
        ),
    ];
    let fallbacks =
        [ContactFallback::Never, ContactFallback::WhenBothMissing, ContactFallback::WhenOneMissing];
    for (customer, expected, from) in cases {
        for ((fallback, expected), from) in fallbacks.into_iter().zip(expected).zip(from) {
            let mapped = map(customer, &location, |config| config.contact_fallback = fallback);
            assert_eq!((keys(&mapped), mapped.contact_key), (expected, from), "{customer:?} {fallback:?}");
            assert_eq!(mapped.contact_key.is_missing(), expected == (None, None));
            assert_eq!(mapped.contact_key.fallback_would_help(), from == MissingWithoutFallback);
        }
    }
}

#[test]
fn the_fallback_is_off_by_default() {
    assert_eq!(config(JOB).contact_fallback, ContactFallback::Never);
    assert_eq!(config(MEMBERSHIP).contact_fallback, ContactFallback::Never);
}

#[test]
fn the_contacts_of_the_location_go_by_the_same_rules() {
    let mut fixture = Fixture::bare();
    fixture.location_contacts = read_all([
        with_settings("MobilePhone", "555-0201", true),
        json!({"id": 2, "type": "mobilePhone", "value": "555-0202", "createdOn": day(8), "active": false}),
        json!({"id": 3, "type": "Phone", "value": " 555-0203 ", "createdOn": day(1)}),
        json!({"id": 4, "type": "Email", "value": "x@noemail.com", "createdOn": day(7)}),
        json!({"id": 5, "type": "Email", "value": "none", "createdOn": day(6)}),
        json!({"id": 6, "type": "Email", "value": "Ann <ann@lee.example>", "createdOn": day(5)}),
    ]);
    let mapped = map_fixture(&fixture, |config| {
        config.placeholder_emails = PlaceholderEmails::common();
        config.skip_do_not_text = true;
        config.contact_fallback = ContactFallback::WhenBothMissing;
    });
    assert_eq!(keys(&mapped), (Some("555-0203"), Some("ann@lee.example")));
    assert_eq!(mapped.warnings, [MappingWarning::NotAnEmailAddress, MappingWarning::DoNotText]);
}

#[test]
fn a_location_that_has_no_usable_contact_either_mends_nothing() {
    for fallback in
        [ContactFallback::Never, ContactFallback::WhenBothMissing, ContactFallback::WhenOneMissing]
    {
        for location in [&[("Email", "N/A"), ("Fax", "555-0300")][..], &[]] {
            let mapped = map(&[], location, |config| config.contact_fallback = fallback);
            assert_eq!(mapped.contact_key, ContactKey::Missing, "{fallback:?}");
        }
    }
}

#[test]
fn contacts_of_the_location_that_are_not_looked_through_cause_no_warning() {
    let mapped = map(&[], &[("Email", "N/A"), ("Phone", "555-0200")], |_| {});
    assert_eq!((mapped.contact_key, mapped.warnings.len()), (ContactKey::MissingWithoutFallback, 0));
    let both_missing = |config: &mut MapperConfig| config.contact_fallback = ContactFallback::WhenBothMissing;
    let mapped = map(&[], &[("Email", "N/A"), ("Phone", "555-0200")], both_missing);
    assert_eq!((mapped.contact_key, mapped.warnings.as_slice()), (ContactKey::Location, NOT_AN_ADDRESS));
}

#[test]
fn a_contact_that_customer_and_location_share_is_a_contact_of_each() {
    let mut fixture = Fixture::full();
    let shared = |owner: &str, value: &str| json!({"id": 5, owner: 7, "type": "Phone", "value": value});
    fixture.customer_contacts = read_all([shared("customerId", "555-0100")]);
    fixture.location_contacts = read_all([shared("locationId", "555-0200")]);
    let mapped = map_fixture(&fixture, |_| {});
    assert_eq!(at(&mapped, "customer:contacts:1:value"), Some(&json!("555-0100")));
    assert_eq!(at(&mapped, "location:contacts:1:value"), Some(&json!("555-0200")));
    assert_eq!(keys(&mapped).0, Some("555-0100"));
}

#[test]
fn a_contact_given_for_two_owners_counts_for_both_in_an_order_that_the_input_does_not_decide() {
    let mut fixture = Fixture::bare();
    let of = |owner: i64, value: &str, modified: u32| {
        json!({"id": 5, "customerId": owner, "type": "Phone", "value": value, "createdOn": day(1),
            "modifiedOn": day(modified)})
    };
    // Customer 7 has the contact of customer 8, which was merged into it; one copy of it is outdated.
    fixture.customer_contacts =
        read_all([of(7, "555-0107", 3), of(8, "555-0108", 2), of(7, "555-0100", 2), of(8, "555-0109", 9)]);
    let mut bodies = Vec::new();
    for _ in 0..4 {
        fixture.customer_contacts.rotate_left(1);
        let mapped = map_fixture(&fixture, |_| {});
        let values: Vec<_> =
            (1..=3).map(|n| at(&mapped, &format!("customer:contacts:{n}:value")).cloned()).collect();
        assert_eq!(values, [Some(json!("555-0109")), Some(json!("555-0107")), None]);
        bodies.push(serde_json::to_string(&mapped.opportunity).unwrap());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}

#[test]
fn an_outdated_copy_of_a_contact_gives_nothing_that_the_details_do_not_have() {
    let mut fixture = Fixture::bare();
    let copy = |value: &str, modified: u32| json!({"id": 5, "customerId": 7, "type": "Phone", "value": value, "createdOn": day(1), "modifiedOn": day(modified)});
    fixture.customer_contacts = read_all([copy("555-0100", 1), copy("", 2)]);
    assert_eq!(keys(&map_fixture(&fixture, |_| {})), (None, None));
}

fn any_contacts() -> impl Strategy<Value = Vec<Value>> {
    let kinds = prop::sample::select(vec!["Email", "email", "MobilePhone", "Phone", "Fax"]);
    let values = prop_oneof![
        any::<String>(),
        "[a-c]{1,2}(@[a-c]{0,2})?[;, <]{0,2}([a-c]@x\\.example)?",
        Just("x@noemail.com".to_owned()),
    ];
    let contact = (kinds, values, 1..4_i64, 1..4_u32, any::<Option<bool>>(), any::<Option<bool>>()).prop_map(
        |(kind, value, id, on, active, do_not_text)| {
            json!({"id": id, "type": kind, "value": value, "createdOn": day(on), "active": active,
                "phoneSettings": {"doNotText": do_not_text}})
        },
    );
    prop::collection::vec(contact, 0..6)
}

pub(crate) fn any_contact_rules() -> impl Strategy<Value = MapperConfig> {
    let fallbacks = prop::sample::select(vec![
        ContactFallback::Never,
        ContactFallback::WhenBothMissing,
        ContactFallback::WhenOneMissing,
    ]);
    (any::<bool>(), any::<bool>(), any::<bool>(), fallbacks).prop_map(
        |(verbatim, skip_do_not_text, placeholders, fallback)| {
            let mut config = config(JOB);
            config.email_values = if verbatim { EmailValues::Verbatim } else { EmailValues::Addresses };
            config.skip_do_not_text = skip_do_not_text;
            config.placeholder_emails =
                if placeholders { PlaceholderEmails::common() } else { PlaceholderEmails::default() };
            config.contact_fallback = fallback;
            config
        },
    )
}

pub(crate) fn any_contact_fixture() -> impl Strategy<Value = Fixture> {
    (any_contacts(), any_contacts()).prop_map(|(customer, location)| {
        let mut fixture = Fixture::full();
        fixture.customer_contacts = read_all(customer);
        fixture.location_contacts = read_all(location);
        fixture
    })
}

proptest! {
    #[test]
    fn whatever_contacts_and_rules_there_are_what_is_sent_stands_in_a_contact_and_obeys_them(
        fixture in any_contact_fixture(), config in any_contact_rules()
    ) {
        let mapped = Mapper::new(config.clone()).unwrap().map(&fixture.record(JOB));
        let opportunity = &mapped.opportunity;
        let details = Value::Object(opportunity.details.as_map().clone());
        let lists = [&details["customer"]["contacts"], &details["location"]["contacts"]];
        let own = lists.into_iter().take(if config.contact_fallback == ContactFallback::Never { 1 } else { 2 });
        let contacts: Vec<&Value> = own.flat_map(|list| list.as_array().unwrap()).collect();
        if let Some(email) = &opportunity.email {
            prop_assert!(contacts.iter().any(|it| it["value"].as_str().unwrap().contains(email)));
            prop_assert!(!config.placeholder_emails.contains(email));
            prop_assert!(config.email_values == EmailValues::Verbatim || email_address::EmailAddress::is_valid(email));
        }
        if let Some(phone_number) = &opportunity.phone_number {
            let gives = |it: &&Value| it["value"].as_str().unwrap().trim() == phone_number;
            let may = |it: &Value| !(config.skip_do_not_text && it["phoneSettings"]["doNotText"] == true);
            prop_assert!(contacts.iter().any(|it| gives(it) && may(it)));
        }
        let lacks_key = opportunity.email.is_none() && opportunity.phone_number.is_none();
        prop_assert_eq!(mapped.contact_key.is_missing(), lacks_key);
    }

    #[test]
    fn a_fallback_gives_a_contact_key_exactly_where_the_mapper_says_that_it_would(
        fixture in any_contact_fixture(), config in any_contact_rules()
    ) {
        let by = |fallback| {
            let mut config = config.clone();
            config.contact_fallback = fallback;
            Mapper::new(config).unwrap().map(&fixture.record(JOB)).contact_key
        };
        let without = by(ContactFallback::Never);
        for fallback in [ContactFallback::WhenBothMissing, ContactFallback::WhenOneMissing] {
            let with = by(fallback);
            prop_assert_eq!(with == ContactKey::Location, without.fallback_would_help());
            prop_assert_eq!(with.is_missing(), without == ContactKey::Missing);
        }
    }
}

//! Which of a customer's contacts Hatch gets.

use hatch_mapping::{Mapper, OpportunityModel, PlaceholderEmails};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{Fixture, config, read_all};

/// What a contact is made of in these tests.
#[derive(Debug, Clone)]
struct Contact {
    id: i64,
    kind: &'static str,
    value: &'static str,
    /// A day of January 2026; 0 stands for none.
    created: u32,
    active: Option<bool>,
}

impl Contact {
    fn json(&self) -> Value {
        let mut json = json!({"id": self.id, "type": self.kind, "value": self.value});
        if self.created > 0 {
            json["createdOn"] = json!(format!("2026-01-{:02}T00:00:00Z", self.created));
        }
        if let Some(active) = self.active {
            json["active"] = json!(active);
        }
        json
    }
}

/// E-mail and phone of a customer with these contacts.
fn mapped(contacts: &[Contact]) -> (Option<String>, Option<String>) {
    let mut fixture = Fixture::full();
    fixture.customer_contacts = read_all(contacts.iter().map(Contact::json));
    let mut config = config(OpportunityModel::Job);
    config.placeholder_emails = PlaceholderEmails::new(["none.example", "no*@mail.example"]);
    let opportunity = Mapper::new(config).unwrap().map(&fixture.record(OpportunityModel::Job)).opportunity;
    (opportunity.email, opportunity.phone_number)
}

fn contact(id: i64, kind: &'static str, value: &'static str, created: u32) -> Contact {
    Contact { id, kind, value, created, active: None }
}

#[test]
fn email_is_the_value_of_the_first_item_of_the_list_that_has_type_equal_to_email() {
    let contacts = [
        contact(1, "Email", "old@mail.example", 1),
        contact(2, "email", "new@mail.example", 2),
        contact(3, "Fax", "1", 3),
    ];
    assert_eq!(mapped(&contacts).0.as_deref(), Some("new@mail.example"));
}

#[test]
fn phone_is_the_first_mobile_phone_and_if_that_is_missing_the_first_phone() {
    let phone = contact(1, "Phone", "1", 3);
    assert_eq!(mapped(&[phone.clone(), contact(2, "mobilePhone", "2", 1)]).1.as_deref(), Some("2"));
    assert_eq!(mapped(&[phone, contact(2, "Fax", "2", 4)]).1.as_deref(), Some("1"));
}

#[test]
fn a_blank_value_is_passed_over_and_white_space_around_a_value_is_dropped() {
    let contacts = [contact(2, "Email", " \t", 3), contact(1, "Email", " a@mail.example ", 1)];
    assert_eq!(mapped(&contacts).0.as_deref(), Some("a@mail.example"));
}

#[test]
fn a_placeholder_is_passed_over_for_the_next_real_address_or_none() {
    let placeholder = contact(2, "Email", "X@None.Example", 3);
    assert_eq!(mapped(std::slice::from_ref(&placeholder)).0, None);
    assert_eq!(
        mapped(&[placeholder, contact(1, "Email", "a@b.example", 1)]).0.as_deref(),
        Some("a@b.example")
    );
}

fn any_contacts() -> impl Strategy<Value = Vec<Contact>> {
    let kind = prop::sample::select(vec![
        "Email",
        "email",
        "Phone",
        "phone",
        "MobilePhone",
        "mobilePhone",
        "Fax",
        "Pager",
    ]);
    let value = prop::sample::select(vec![
        "a@b.example",
        "c@d.example",
        "x@none.example",
        "NOBODY@mail.example",
        "1",
        "2",
        " ",
    ]);
    let active = prop::option::of(any::<bool>());
    let contact = (kind, value, 0..4_u32, active);
    prop::collection::vec(contact, 0..8).prop_map(|contacts| {
        let numbered = (1..).zip(contacts);
        numbered
            .map(|(id, (kind, value, created, active))| Contact { id, kind, value, created, active })
            .collect()
    })
}

/// The rule, said in another way than the mapper says it: the newest of those that may be taken.
fn first(contacts: &[Contact], kind: &str, accepts: impl Fn(&str) -> bool) -> Option<String> {
    let of_kind = contacts.iter().filter(|it| it.kind.eq_ignore_ascii_case(kind) && it.active != Some(false));
    let accepted = of_kind.filter(|it| !it.value.trim().is_empty() && accepts(it.value));
    accepted.max_by_key(|it| (it.created, it.id)).map(|it| it.value.to_owned())
}

proptest! {
    #[test]
    fn never_a_placeholder_never_an_inactive_one_mobile_before_phone_and_the_first_in_list_order(
        contacts in any_contacts()
    ) {
        let (email, phone) = mapped(&contacts);
        let real = |value: &str| !["x@none.example", "NOBODY@mail.example"].contains(&value);
        prop_assert_eq!(email, first(&contacts, "Email", real));
        let expected = first(&contacts, "MobilePhone", |_| true).or_else(|| first(&contacts, "Phone", |_| true));
        prop_assert_eq!(phone, expected);
    }
}

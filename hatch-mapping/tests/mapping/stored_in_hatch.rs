//! The product page's section on how ServiceTitan's data is stored in Hatch: one test for each of its sentences.

use hatch_mapping::contact_matching::{
    ContactMatch, HeldContact, OpportunityMatch, match_contact, match_opportunity,
};
use hatch_mapping::{Opportunity, OpportunityModel};
use serde_json::json;

use crate::fixture::{Fixture, JOB, MEMBERSHIP, at, read, read_all};

/// A Hatch that files opportunities by the page's rules: contacts, each with what it is known by and its opportunities.
#[derive(Default)]
struct Hatch(Vec<Contact>);

#[derive(Default)]
struct Contact {
    phone_number: Option<String>,
    email: Option<String>,
    opportunities: Vec<Opportunity>,
}

impl Hatch {
    fn upsert(&mut self, opportunity: Opportunity) {
        let held = self
            .0
            .iter()
            .map(|it| HeldContact { phone_number: it.phone_number.as_deref(), email: it.email.as_deref() });
        let (phone_number, email) = (opportunity.phone_number.as_deref(), opportunity.email.as_deref());
        let contact = match match_contact(phone_number, email, held) {
            ContactMatch::ByPhone(index) | ContactMatch::ByEmail(index) => &mut self.0[index],
            ContactMatch::New => {
                let (phone_number, email) = (opportunity.phone_number.clone(), opportunity.email.clone());
                self.0.push(Contact { phone_number, email, opportunities: Vec::new() });
                self.0.last_mut().unwrap()
            }
        };
        let held = contact.opportunities.iter().map(|it| Some(it.external_id.as_str()));
        match match_opportunity(Some(&opportunity.external_id), held) {
            OpportunityMatch::Replaces(index) => contact.opportunities[index] = opportunity,
            OpportunityMatch::Adds => contact.opportunities.push(opportunity),
        }
    }

    /// The external IDs of each contact's opportunities.
    fn external_ids(&self) -> Vec<Vec<&str>> {
        let ids = |contact: &Contact| contact.opportunities.len();
        assert!(self.0.iter().map(ids).all(|count| count > 0));
        self.0.iter().map(|it| it.opportunities.iter().map(|it| it.external_id.as_str()).collect()).collect()
    }
}

/// The opportunity of a job with this ID, of the full fixture's customer.
fn job(id: i64) -> Opportunity {
    let mut fixture = Fixture::full();
    fixture.job.id = id.into();
    fixture.map(JOB).opportunity
}

#[test]
fn there_are_two_types_of_opportunities_that_the_integration_creates() {
    let written = [JOB, MEMBERSHIP].map(|model| serde_json::to_value(model).unwrap());
    assert_eq!(written, [json!("job"), json!("membership")]);
    assert!(serde_json::from_value::<OpportunityModel>(json!("lead")).is_err());
}

#[test]
fn a_job_opportunity_is_created_from_a_job_record_and_additional_related_data_is_included() {
    let mapped = Fixture::full().map(JOB);
    assert_eq!(mapped.warnings, []);
    for (path, value) in [
        ("id", json!(42)),
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
        ("cancelReason:memo", json!("Moved away")),
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
}

#[test]
fn a_membership_opportunity_is_created_from_a_membership_record_and_additional_related_data_is_included() {
    let mapped = Fixture::full().map(MEMBERSHIP);
    assert_eq!(mapped.warnings, []);
    for (path, value) in [
        ("id", json!(43)),
        ("status", json!("Active")),
        ("customer:contacts:1:value", json!("555-0101")),
        ("location:zone:name", json!("North")),
        ("businessUnit:name", json!("Plumbing")),
        ("membershipType:name", json!("Gold")),
        ("recurringServices:1:name", json!("Tune-up")),
        ("recurringServiceEvents:1:name", json!("Spring")),
        ("soldBy:name", json!("Erin")),
    ] {
        assert_eq!(at(&mapped, path), Some(&value), "{path}");
    }
}

#[test]
fn an_opportunity_that_does_not_match_an_existing_contact_creates_a_new_contact() {
    let mut hatch = Hatch::default();
    hatch.upsert(job(1));
    let mut fixture = Fixture::full();
    fixture.customer_contacts = read_all([json!({"id": 9, "type": "Phone", "value": "555-0199"})]);
    hatch.upsert(fixture.map(JOB).opportunity);
    assert_eq!(hatch.external_ids(), [["1"], ["42"]]);
}

#[test]
fn an_opportunity_is_added_to_an_existing_contact_if_a_match_is_found() {
    let mut hatch = Hatch::default();
    hatch.upsert(job(1));
    hatch.upsert(Fixture::full().map(MEMBERSHIP).opportunity);
    // A match by the e-mail address alone.
    let mut fixture = Fixture::full();
    fixture.customer_contacts.retain(|contact| contact.id.get() == 3);
    hatch.upsert(fixture.map(JOB).opportunity);
    assert_eq!(hatch.external_ids(), [["1", "43", "42"]]);
}

#[test]
fn an_existing_opportunity_is_replaced_when_the_external_id_matches() {
    let mut hatch = Hatch::default();
    hatch.upsert(job(42));
    let mut fixture = Fixture::full();
    fixture.customer = Some(read(json!({"id": 7, "name": "Jones, John"})));
    hatch.upsert(fixture.map(JOB).opportunity);
    assert_eq!(hatch.external_ids(), [["42"]]);
    assert_eq!(hatch.0[0].opportunities[0].last_name.as_deref(), Some("Jones"));
}

#[test]
fn an_additional_opportunity_is_created_when_the_external_id_does_not_match() {
    let mut hatch = Hatch::default();
    hatch.upsert(job(42));
    hatch.upsert(job(43));
    assert_eq!(hatch.external_ids(), [["42", "43"]]);
}

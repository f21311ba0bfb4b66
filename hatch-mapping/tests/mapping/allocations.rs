//! What mapping costs in allocations. They are counted, not timed: the benches time.

use allocation_counter::measure;
use hatch_mapping::{ContactFallback, ObjectSelection, PlaceholderEmails, SelectableObject};
use serde_json::json;

use crate::fixture::{Fixture, JOB, config, mapper, read_all};

#[test]
fn standard_fields_alone_take_at_most_two_allocations_for_each_field_that_is_set() {
    let mut config = config(JOB);
    config.selection = ObjectSelection::all(JOB);
    config.placeholder_emails = PlaceholderEmails::common();
    let mapper = hatch_mapping::Mapper::new(config).unwrap();
    let fixture = Fixture::full();
    let record = fixture.record(JOB);
    let mut fields = None;
    let allocations = measure(|| fields = Some(mapper.standard_fields(&record))).count_total;
    let fields = fields.unwrap();
    assert!(fields.email.is_some() && fields.phone_number.is_some() && fields.last_name.is_some());
    // All nine are set, and only the two IDs are made.
    assert_eq!(allocations, 2);
}

#[test]
fn looking_through_the_contacts_of_the_location_too_takes_no_allocation() {
    let mut config = config(JOB);
    config.placeholder_emails = PlaceholderEmails::common();
    config.contact_fallback = ContactFallback::WhenOneMissing;
    config.skip_do_not_text = true;
    let mapper = hatch_mapping::Mapper::new(config).unwrap();
    let mut fixture = Fixture::full();
    let contacts = ["x@noemail.com", "N/A", "john@x.example; mary@x.example"];
    fixture.location_contacts =
        read_all((1..).zip(contacts).map(|(id, value)| json!({"id": id, "type": "Email", "value": value})));
    fixture.customer_contacts.clear();
    let record = fixture.record(JOB);
    let mut fields = None;
    let allocations = measure(|| fields = Some(mapper.standard_fields(&record))).count_total;
    assert_eq!(fields.unwrap().email, Some("john@x.example"));
    assert_eq!(allocations, 2);
}

#[test]
fn the_standard_fields_of_an_opportunity_take_at_most_two_allocations_for_each_that_is_set() {
    let fixture = Fixture::bare();
    let (mapper, record) = (mapper(JOB, []), fixture.record(JOB));
    let details = mapper.map(&record).opportunity.details;
    let whole = measure(|| drop(mapper.map(&record))).count_total;
    let details = measure(|| drop(details.clone())).count_total;
    let set = 7;
    assert!(whole <= details + 2 * set, "{whole} in all, {details} of them for the details");
}

#[test]
fn a_mapped_record_costs_its_text_and_no_parsed_json() {
    let fixture = Fixture::full();
    let (mapper, record) = (mapper(JOB, [SelectableObject::Estimates]), fixture.record(JOB));
    let opportunity = mapper.map(&record).opportunity;
    let mapping = measure(|| drop(mapper.map(&record))).count_total;
    let parsing = measure(|| assert!(!opportunity.details.as_map().is_empty())).count_total;
    assert!(mapping * 4 < parsing, "{mapping} for mapping, {parsing} for parsing the details");
}

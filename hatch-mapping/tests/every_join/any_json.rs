//! What holds for any JSON that the models accept.

use hatch_mapping::{BaseRecord, DetailPath, JoinedRecord, Joins, Mapper, ObjectSelection, OpportunityModel};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use servicetitan_client::{Appointment, Customer, CustomerContact, Estimate, Job, Membership};

use crate::fixture::{Fixture, config};

/// A day of January 2026, a time of year 1, or none.
fn any_time() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        4 => (1..28_u32).prop_map(|day| Some(format!("2026-01-{day:02}T00:00:00Z"))),
        1 => Just(Some("0001-01-01T00:00:00Z".to_owned())),
        1 => Just(None),
    ]
}

/// A value of any kind that a field may have, or of none that it may.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3..3_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any_time().prop_map(Value::from),
        Just(json!("-262143-01-01T00:00:00Z")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("[a-z0-9:]{0,4}", inner), 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// An object with an ID and some of the fields that the mapper reads.
fn any_record() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "customerId",
        "locationId",
        "campaignId",
        "soldById",
        "soldBy",
        "tagTypeIds",
        "createdOn",
        "modifiedOn",
        "active",
        "name",
        "type",
        "value",
        "status",
        "items",
        "unheardOf",
        "1",
        "a:b",
        "",
        "customer",
        "appointments",
    ]);
    let fields = prop::collection::vec((name, any_value()), 0..4);
    (any::<i64>(), fields).prop_map(|(id, fields)| {
        let mut record: Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        record.insert("id".to_owned(), json!(id));
        Value::Object(record)
    })
}

fn any_records() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(any_record(), 0..5)
}

/// Those of the objects that the model accepts.
fn accepted<T: serde::de::DeserializeOwned>(records: &[Value]) -> Vec<T> {
    records.iter().filter_map(|record| serde_json::from_value(record.clone()).ok()).collect()
}

proptest! {
    #[test]
    fn no_json_that_the_models_accept_makes_the_mapper_panic_and_every_leaf_is_read_by_its_path(
        bases in any_records(), customer in any_record(), contacts in any_records(), appointments in any_records(),
        estimates in any_records()
    ) {
        let (jobs, memberships): (Vec<Job>, Vec<Membership>) = (accepted(&bases), accepted(&bases));
        let customer: Vec<Customer> = accepted(std::slice::from_ref(&customer));
        let contacts: Vec<CustomerContact> = accepted(&contacts);
        let appointments: Vec<Appointment> = accepted(&appointments);
        let estimates: Vec<Estimate> = accepted(&estimates);
        let joins = Joins {
            customer: customer.first(),
            customer_contacts: contacts.iter().collect(),
            appointments: appointments.iter().collect(),
            estimates: estimates.iter().collect(),
            ..Joins::default()
        };
        for base in jobs.iter().map(BaseRecord::Job).chain(memberships.iter().map(BaseRecord::Membership)) {
            let model = match base {
                BaseRecord::Job(_) => OpportunityModel::Job,
                BaseRecord::Membership(_) => OpportunityModel::Membership,
            };
            let mut config = config(model);
            config.selection = ObjectSelection::all(model);
            let mapped = Mapper::new(config).unwrap().map(&JoinedRecord { base, joins: joins.clone() });
            serde_json::to_vec(&mapped.opportunity).unwrap();
            for (path, leaf) in mapped.opportunity.details.flatten() {
                prop_assert_eq!(mapped.opportunity.details.get(&path), Some(leaf));
                let printed = path.to_string();
                if let Ok(parsed) = printed.parse::<DetailPath>() {
                    prop_assert_eq!(parsed.to_string(), printed);
                }
            }
        }
    }
}

#[test]
fn every_leaf_of_a_full_opportunity_is_read_by_its_printed_path() {
    for model in [OpportunityModel::Job, OpportunityModel::Membership] {
        let mapped = Fixture::full().map(model);
        let leaves = mapped.opportunity.details.flatten();
        assert!(leaves.len() > 30, "{}", leaves.len());
        for (path, leaf) in leaves {
            let parsed: DetailPath = path.to_string().parse().unwrap();
            assert_eq!(mapped.opportunity.details.get(&parsed), Some(leaf), "{path}");
        }
    }
}

//! Contacts that belong to several owners.

#![allow(clippy::expect_used, reason = "a test that cannot ask has failed")]

mod direct;

use std::collections::{BTreeMap, BTreeSet};

use direct::{Direct, tiny};
use serde_json::{Value, json};
use simulator::{ChangeKind, Simulator, SimulatorConfig, WorldHandle};

fn config() -> SimulatorConfig {
    SimulatorConfig { jobs: 80, memberships: 10, shared_contacts: true, ..tiny() }
}

const KINDS: [(&str, &str, &str); 2] = [
    ("customers/contacts", "customerId", "customerIds"),
    ("locations/contacts", "locationId", "locationIds"),
];

/// By contact ID, the owners of each contact that has several.
fn shared(world: &WorldHandle) -> BTreeMap<i64, BTreeSet<(&'static str, i64)>> {
    let mut owners: BTreeMap<i64, BTreeSet<_>> = BTreeMap::new();
    for (resource, field, _) in KINDS {
        for contact in world.records(resource) {
            let (id, owner) =
                (contact["id"].as_i64().expect("an ID"), contact[field].as_i64().expect("an owner"));
            owners.entry(id).or_default().insert((field, owner));
        }
    }
    owners.retain(|_, owners| owners.len() > 1);
    owners
}

/// The rows of a contact, by owner.
fn rows(world: &WorldHandle, contact: i64) -> BTreeMap<(&'static str, i64), Value> {
    let mut rows = BTreeMap::new();
    for (resource, field, _) in KINDS {
        for row in world.records(resource).into_iter().filter(|it| it["id"] == json!(contact)) {
            rows.insert((field, row[field].as_i64().expect("an owner")), row);
        }
    }
    rows
}

#[test]
fn some_contacts_belong_to_two_customers_and_some_to_a_customer_and_a_location() {
    let world = Simulator::in_process(config()).world();
    let shared = shared(&world);
    let customers =
        |owners: &BTreeSet<(&str, i64)>| owners.iter().filter(|(field, _)| *field == "customerId").count();
    assert!(shared.values().any(|owners| customers(owners) == 2));
    assert!(shared.values().any(|owners| customers(owners) < owners.len()));
    let plain = Simulator::in_process(SimulatorConfig { shared_contacts: false, ..config() }).world();
    assert!(self::shared(&plain).is_empty());
    assert_eq!(plain.records("jobs"), world.records("jobs"));
}

#[tokio::test]
async fn a_shared_contact_is_in_exports_lists_and_lookups_of_each_owner() {
    let caller = Direct::start(config()).await;
    let world = caller.simulator.world();
    let shared = shared(&world);
    for (resource, field, parameter) in KINDS {
        let exported = caller.get(&format!("crm:export/{resource}")).await.json;
        for (contact, owners) in &shared {
            for (_, owner) in owners.iter().filter(|(of, _)| *of == field) {
                let is_row = |it: &&Value| it["id"] == json!(contact) && it[field] == json!(owner);
                assert_eq!(exported["data"].as_array().expect("data").iter().filter(is_row).count(), 1);
                let found =
                    caller.get(&format!("crm:{resource}?{parameter}={owner}&pageSize=500")).await.json;
                let active = rows(&world, *contact)[&(field, *owner)]["active"] == json!(true);
                let found = found["data"].as_array().expect("data").iter().filter(is_row).count();
                assert_eq!(found, usize::from(active));
            }
        }
    }
}

#[test]
fn a_corrected_number_is_corrected_for_every_owner_and_reaches_the_opportunities_of_all() {
    let world = Simulator::in_process(config()).world();
    let shared = shared(&world);
    let is_phone = |contact: &i64| {
        rows(&world, *contact)
            .values()
            .all(|row| row["type"] != json!("Email") && row["active"] == json!(true))
    };
    let contact = *shared.keys().find(|contact| is_phone(contact)).expect("a shared number");
    let change = world.correct_phone(contact, "7405550123").expect("a change");
    let rows = rows(&world, contact);
    assert_eq!(rows.len(), shared[&contact].len());
    for ((field, owner), row) in rows {
        assert_eq!(row["value"], json!("7405550123"));
        let jobs = world.records("jobs").into_iter().filter(|job| job[field] == json!(owner));
        for job in jobs.filter_map(|job| job["id"].as_i64()) {
            assert!(change.opportunities.contains(&("jobs", job)));
        }
    }
}

#[test]
fn a_contact_that_one_owner_loses_stays_with_the_others() {
    let world = Simulator::in_process(config()).world();
    let before = shared(&world);
    let active = |world: &WorldHandle| -> BTreeMap<i64, usize> {
        let active =
            |contact: &i64| rows(world, *contact).values().filter(|it| it["active"] == json!(true)).count();
        before.keys().map(|contact| (*contact, active(contact))).collect()
    };
    let had = active(&world);
    world.mutate_only(&[ChangeKind::ContactDeactivated], 4, 60);
    let has = active(&world);
    assert!(had.iter().any(|(contact, owners)| has[contact] + 1 == *owners && has[contact] > 0));
}

#[tokio::test]
async fn the_contact_of_one_customer_may_go_back_in_revision_when_it_is_another_customers() {
    let caller = Direct::start(SimulatorConfig { reveal_revisions: true, ..config() }).await;
    let world = caller.simulator.world();
    let (contact, owners) = shared(&world).pop_first().expect("a shared contact");
    let source = caller.simulator.hatch_departments()[0].source.clone();
    let rows = rows(&world, contact);
    assert_eq!(rows.len(), owners.len());
    for row in rows.values().chain(rows.values()) {
        let details = json!({ "customer": { "contacts": [row] } });
        let body = json!({ "externalID": "1", "phoneNumber": "6145550100", "details": details });
        caller.upsert(0, body).await.expect("an answer");
    }
    assert!(caller.simulator.hatch().steps_back(&source).is_empty());
}

#[test]
fn with_unclean_emails_some_contacts_hold_several_addresses_or_none() {
    let world =
        Simulator::in_process(SimulatorConfig { unclean_emails: true, jobs: 400, ..config() }).world();
    let emails = world.records("customers/contacts").into_iter().filter(|it| it["type"] == json!("Email"));
    let values: Vec<String> = emails.filter_map(|it| it["value"].as_str().map(str::to_owned)).collect();
    for unclean in ["N/A", "none", "@"] {
        assert!(values.iter().any(|value| value == unclean), "{unclean}");
    }
    assert!(values.iter().any(|value| value.matches('@').count() == 2));
}

//! A contact may belong to several customers: each of them has it, and none takes it from another.

use serde_json::json;
use sync_core::{Change, MirrorRecord, Resource, Role, Store};

use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, LOCATION, jobs};

const OTHER: i64 = 8;
const SHARED: i64 = 5;

/// The shared contact, as a customer's list shows it.
fn shared(customer: i64, phone: &str) -> serde_json::Value {
    json!({"id": SHARED, "customerId": customer, "type": "MobilePhone", "value": phone, "active": true})
}

/// Two customers with a job each, 1 and 2, and one contact that both have.
fn sharing() -> Host {
    let host = Host::new();
    // The first customer's own contact would come before the shared one.
    host.tenant.erase(Resource::CustomerContacts, CUSTOMER * 10);
    host.tenant.put(Resource::Customers, json!({"id": OTHER, "name": "Bob Other", "active": true}));
    for customer in [CUSTOMER, OTHER] {
        host.tenant.put(Resource::CustomerContacts, shared(customer, "614-555-0500"));
    }
    host.job(1);
    host.job_of(2, OTHER);
    host
}

/// The owners of the shared contact in the mirror.
async fn owners(host: &Host) -> Vec<i64> {
    let records = host.store.records(CONNECTION, Resource::CustomerContacts, &[SHARED]).await.unwrap();
    let mut owners: Vec<i64> = records.iter().map(|record| record.owner).collect();
    owners.sort_unstable();
    owners
}

#[tokio::test]
async fn two_customers_with_one_contact_both_get_their_phone() {
    let host = sharing();
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key), (2, 0), "{report:?}");
    for job in [1, 2] {
        assert_eq!(host.hatch.body(job)["phoneNumber"], "614-555-0500", "job {job}");
    }
    let lookups = ["customer-contacts of customers 7 8", "location-contacts of locations 9"];
    assert_eq!(host.tenant.lookups(), lookups);
    // They came at one time, so that nobody is suspected of having lost it.
    for job in [1, 2] {
        host.tenant.put(Resource::Jobs, json!({"id": job, "summary": "again"}));
    }
    host.sync().await;
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn a_contact_that_is_older_than_one_of_its_owners_is_found_for_that_owner_too() {
    let host = Host::new();
    host.tenant.put(Resource::Customers, json!({"id": OTHER, "name": "Bob Other", "active": true}));
    // No feed that starts ninety days ago shows the contact.
    for customer in [CUSTOMER, OTHER] {
        host.tenant.put_old(Resource::CustomerContacts, 400, shared(customer, "614-555-0500"));
    }
    let barn = json!({"id": SHARED, "locationId": LOCATION, "type": "Phone", "value": "614-555-0900"});
    host.tenant.put_old(Resource::LocationContacts, 400, barn);
    host.job_of(2, OTHER);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key), (1, 0), "{report:?}");
    let body = host.hatch.body(2);
    assert_eq!(body["phoneNumber"], "614-555-0500");
    assert_eq!(body["details"]["location"]["contacts"][0]["value"], "614-555-0900");
    // Once for each owner.
    host.tenant.lookups();
    host.job_of(3, OTHER);
    host.sync().await;
    assert!(host.tenant.lookups().is_empty());
}

#[tokio::test]
async fn two_customers_from_long_ago_with_one_contact_both_get_their_phone() {
    let host = Host::new();
    for customer in [21, 22] {
        host.tenant.put_old(Resource::Customers, 400, json!({"id": customer, "name": "Old", "active": true}));
        host.tenant.put_old(Resource::CustomerContacts, 400, shared(customer, "614-555-0500"));
        host.job_of(customer, customer);
    }
    host.sync().await;
    for job in [21, 22] {
        assert_eq!(host.hatch.body(job)["phoneNumber"], "614-555-0500", "job {job}");
    }
    assert_eq!(owners(&host).await, [21, 22]);
}

#[tokio::test]
async fn a_shared_contact_touches_the_opportunities_of_the_owner_for_whom_it_changed() {
    let host = sharing();
    host.sync().await;
    host.hatch.sent();
    host.tenant.put(Resource::CustomerContacts, shared(OTHER, "614-555-0501"));
    host.sync().await;
    assert_eq!(host.hatch.sent(), [2]);
    assert_eq!(host.hatch.body(2)["phoneNumber"], "614-555-0501");
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0500");
}

#[tokio::test]
async fn a_contact_that_another_customer_gets_is_looked_up_for_the_one_who_had_it() {
    let host = Host::new();
    host.tenant.put(Resource::Customers, json!({"id": OTHER, "name": "Bob Other", "active": true}));
    host.tenant.put(Resource::CustomerContacts, shared(CUSTOMER, "614-555-0500"));
    host.job(1);
    host.job_of(2, OTHER);
    host.sync().await;
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0500");
    host.hatch.sent();
    host.tenant.lookups();
    // It moved: its feed tells where it is, and not where it was.
    host.tenant.vanish(Resource::CustomerContacts, SHARED);
    host.tenant.put(Resource::CustomerContacts, shared(OTHER, "614-555-0500"));
    host.sync().await;
    assert_eq!(host.tenant.lookups(), [format!("customer-contacts of customers {CUSTOMER}")]);
    assert_eq!(host.hatch.body(2)["phoneNumber"], "614-555-0500");
    // The phone that is the customer's own.
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0100");
    assert_eq!(owners(&host).await, [OTHER]);
}

#[tokio::test]
async fn an_erased_customer_leaves_a_shared_contact_to_the_other_one() {
    let host = sharing();
    let engine = host.engine().await;
    engine.sync_once().await.unwrap();
    engine.erase(CUSTOMER).await.unwrap();
    assert_eq!(owners(&host).await, [OTHER]);
    host.hatch.sent();
    host.tenant.put(Resource::Jobs, json!({"id": 2, "summary": "still here"}));
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent(), [2]);
    assert_eq!(host.hatch.body(2)["phoneNumber"], "614-555-0500");
}

/// Leaves the store as an older version left it, which kept contacts by ID alone: the second customer took the contact from the first one.
async fn as_older_version(host: &Host) {
    let epoch = host.store.open(CONNECTION, Role::Syncing).await.unwrap();
    let taken = MirrorRecord { owner: CUSTOMER, ..MirrorRecord::absent(Resource::CustomerContacts, SHARED) };
    let marker = Change::RemoveValue { key: "owned-contacts".to_owned() };
    host.store.commit(CONNECTION, epoch, vec![Change::remove(&taken), marker]).await.unwrap();
    assert_eq!(owners(host).await, [OTHER]);
}

#[tokio::test]
async fn contacts_of_an_older_version_are_read_again_and_what_was_lost_is_delivered() {
    let host = sharing();
    let old = json!({"id": 21, "name": "Old", "active": true});
    host.tenant.put_old(Resource::Customers, 400, old);
    let phone =
        json!({"id": 210, "customerId": 21, "type": "Phone", "value": "614-555-0210", "active": true});
    host.tenant.put_old(Resource::CustomerContacts, 400, phone);
    host.job_of(3, 21);
    host.sync().await;
    as_older_version(&host).await;
    // Never sent, as it had no phone.
    let epoch = host.store.open(CONNECTION, Role::Syncing).await.unwrap();
    let unsent = Change::RemoveOpportunity { integration: JOBS.to_owned(), id: 1 };
    host.store.commit(CONNECTION, epoch, vec![unsent]).await.unwrap();
    host.hatch.sent();
    host.tenant.lookups();

    let report = host.sync().await;

    // The others are what Hatch has already.
    assert_eq!(host.hatch.sent(), [1], "{report:?}");
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0500");
    assert_eq!(owners(&host).await, [CUSTOMER, OTHER]);
    // Those that the feed does not bring, too: all of them are looked up once more.
    let lookups = ["customer-contacts of customers 7 8 21", "location-contacts of locations 9"];
    assert_eq!(host.tenant.lookups(), lookups);

    // Once.
    host.sync().await;
    assert!(host.hatch.sent().is_empty() && host.tenant.lookups().is_empty());
}

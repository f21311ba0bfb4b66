//! Lookups with answers of several pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use sync_core::{Priority, Records, Resource, Source, SourceError, SourceErrorKind};

use crate::tenant::{Moment, Tenant, ids, pages_of, source};

/// Number of the customer's contacts.
const CONTACTS: i64 = 25;

fn tenant_of(script: &[Moment]) -> Arc<Tenant> {
    Arc::new(Tenant::new(CONTACTS, script))
}

async fn read(tenant: &Arc<Tenant>) -> Result<Records, SourceError> {
    let (contacts, customers) = (Resource::CustomerContacts, Resource::Customers);
    source(tenant).read_children(contacts, customers, &[1], Priority::Incremental).await
}

fn ids_of(records: &Records) -> BTreeSet<i64> {
    records.records.iter().map(|record| record.id).collect()
}

#[tokio::test]
async fn a_contact_that_goes_away_between_two_pages_takes_no_other_with_it() {
    let tenant = tenant_of(&[pages_of(10), pages_of(10).gone(1)]);
    assert_eq!(ids_of(&read(&tenant).await.unwrap()), ids(2..=CONTACTS));
}

#[tokio::test]
async fn one_that_comes_while_another_goes_away_hides_nothing() {
    for told in [Some(0), None] {
        let mut tenant = Tenant::new(CONTACTS, &[pages_of(10), pages_of(10).gone(1).came(1)]);
        tenant.miscounted = told;
        assert_eq!(ids_of(&read(&Arc::new(tenant)).await.unwrap()), ids(2..=CONTACTS + 1), "{told:?}");
    }
}

#[tokio::test]
async fn contacts_that_came_lately_and_stay_cost_one_more_read() {
    let tenant = tenant_of(&[pages_of(10).came(1)]);
    assert_eq!(ids_of(&read(&tenant).await.unwrap()), ids(1..=CONTACTS + 1));
    assert_eq!(tenant.asked(), 6);
}

#[tokio::test]
async fn a_contact_on_the_first_page_that_was_changed_lately_costs_nothing() {
    let tenant = tenant_of(&[pages_of(10).changed(3)]);
    assert_eq!(ids_of(&read(&tenant).await.unwrap()), ids(1..=CONTACTS));
    assert_eq!(tenant.asked(), 3);
}

#[tokio::test]
async fn an_answer_of_one_page_is_read_once_whatever_came_lately() {
    let tenant = tenant_of(&[pages_of(100).came(1), pages_of(100).gone(1)]);
    assert_eq!(ids_of(&read(&tenant).await.unwrap()), ids(1..=CONTACTS + 1));
    assert_eq!(tenant.asked(), 1);
}

#[tokio::test]
async fn contacts_of_several_customers_on_several_pages_are_read_once() {
    let mut tenant = Tenant::new(CONTACTS, &[pages_of(10)]);
    tenant.is_shared = true;
    let tenant = Arc::new(tenant);
    let (contacts, customers) = (Resource::CustomerContacts, Resource::Customers);
    let read = source(&tenant).read_children(contacts, customers, &[1, 2], Priority::Incremental).await;
    let records = read.unwrap().records;
    let of = |owner| records.iter().filter(|record| record.owner == owner).count();
    assert_eq!((records.len(), of(1), of(2)), (25, 13, 12));
    assert_eq!(tenant.asked(), 3);
}

#[tokio::test]
async fn contacts_that_change_without_end_fail_for_now() {
    let script: Vec<Moment> = (0..40).map(|request| pages_of(10).gone(request / 2)).collect();
    let tenant = tenant_of(&script);
    let error = read(&tenant).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Temporary, "{error}");
    assert!(tenant.asked() <= 12);
}

#[tokio::test]
async fn more_ids_than_fit_in_one_request_are_one_list_after_the_other() {
    let tenant = Arc::new(Tenant::new(120, &[pages_of(20)]));
    let asked: Vec<i64> = (1..=130).collect();
    let read = source(&tenant).read_by_ids(Resource::Employees, &asked, Priority::Incremental).await;
    assert_eq!(ids_of(&read.unwrap()), ids(1..=120));
    // Three pages for each fifty IDs, and one for the remaining IDs that exist.
    assert_eq!(tenant.asked(), 7);
}

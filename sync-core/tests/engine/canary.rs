//! Lookups that answer less than was asked, without a word.

use chrono::TimeDelta;
use serde_json::json;
use sync_core::{Resource, SyncReport};

use crate::host::{CUSTOMER, Host, jobs};
use crate::lookups::old_customers;
use crate::tenant::Way;

fn only_the_first(asked: &[i64]) -> Vec<i64> {
    asked.iter().copied().take(1).collect()
}

fn every_second(asked: &[i64]) -> Vec<i64> {
    asked.iter().copied().step_by(2).collect()
}

fn at_most_ten(asked: &[i64]) -> Vec<i64> {
    asked.iter().copied().take(10).collect()
}

/// Number of warnings about lookups that left something out.
fn warnings(report: &SyncReport) -> usize {
    jobs(report).warnings.iter().filter(|it| it.contains("without a word")).count()
}

/// The lookups since the last call whose text begins so.
fn lookups(host: &Host, beginning: &str) -> Vec<String> {
    let mut lookups = host.tenant.lookups();
    lookups.retain(|it| it.starts_with(beginning));
    lookups
}

const CONTACTS: &str = "customer-contacts of customers ";

#[tokio::test]
async fn owners_whose_children_a_lookup_leaves_out_are_asked_about_again_and_the_report_says_so() {
    for honoured in [only_the_first, every_second, at_most_ten] {
        let host = Host::new();
        host.customer(6, "614-555-0106");
        old_customers(&host, 120);
        host.tenant.honour(Resource::CustomerContacts, Way::Children, honoured);
        let report = host.sync().await;
        assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key), (120, 0));
        for id in 1..=120 {
            assert_eq!(host.hatch.body(id)["phoneNumber"], format!("614-556-{id:04}"));
        }
        assert_eq!(warnings(&report), 1, "{:?}", jobs(&report).warnings);
    }
}

#[tokio::test]
async fn an_endpoint_that_left_some_out_is_asked_for_as_many_as_it_honours_for_a_day() {
    let host = Host::new();
    host.customer(6, "614-555-0106");
    old_customers(&host, 10);
    host.tenant.honour(Resource::CustomerContacts, Way::Children, only_the_first);
    assert_eq!(warnings(&host.sync().await), 1);
    host.tenant.lookups();
    let newcomers = |range: std::ops::RangeInclusive<i64>| {
        for id in range {
            host.tenant.put_old(Resource::Customers, 400, json!({"id": 2000 + id, "name": "Another"}));
            host.job_of(id, 2000 + id);
        }
    };
    newcomers(21..=23);
    let report = host.sync().await;
    assert_eq!((warnings(&report), jobs(&report).no_contact_key), (0, 3));
    assert_eq!(lookups(&host, CONTACTS).len(), 3);

    host.tenant.honour_all(Resource::CustomerContacts, Way::Children);
    host.pass(TimeDelta::hours(25));
    newcomers(31..=33);
    assert_eq!(warnings(&host.sync().await), 0);
    assert_eq!(lookups(&host, CONTACTS).len(), 1);
}

#[tokio::test]
async fn a_request_with_canaries_that_come_is_believed_and_costs_no_further_request() {
    let host = Host::new();
    host.customer(6, "614-555-0106");
    old_customers(&host, 3);
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 3000, "name": "No Phone"}));
    host.job_of(9, 3000);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key, warnings(&report)), (3, 1, 0));
    assert_eq!(lookups(&host, CONTACTS), [format!("{CONTACTS}6 7 1001 1002 1003 3000")]);
}

#[tokio::test]
async fn a_canary_that_lost_its_contacts_without_a_word_does_not_bring_the_endpoint_into_disrepute() {
    let host = Host::new();
    host.sync().await;
    host.tenant.vanish(Resource::CustomerContacts, CUSTOMER * 10);
    old_customers(&host, 3);
    host.tenant.put_old(Resource::Customers, 400, json!({"id": 3000, "name": "No Phone"}));
    host.job_of(9, 3000);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key, warnings(&report)), (3, 1, 0));
}

#[tokio::test]
async fn without_a_canary_silent_owners_are_asked_about_again() {
    for honoured in [only_the_first, every_second] {
        let host = Host::new();
        host.tenant.erase(Resource::CustomerContacts, CUSTOMER * 10);
        // The first of them has no contacts.
        host.tenant.put_old(Resource::Customers, 400, json!({"id": 1000, "name": "No Phone"}));
        host.job_of(9, 1000);
        old_customers(&host, 4);
        host.tenant.honour(Resource::CustomerContacts, Way::Children, honoured);
        let report = host.sync().await;
        assert_eq!((jobs(&report).delivered, jobs(&report).no_contact_key), (4, 1), "{report:?}");
    }
}

#[tokio::test]
async fn a_tenant_without_any_contact_is_asked_about_one_by_one_a_few_times_only() {
    let host = Host::new();
    host.tenant.erase(Resource::CustomerContacts, CUSTOMER * 10);
    for id in 1..=200 {
        host.tenant.put_old(Resource::Customers, 400, json!({"id": 1000 + id, "name": "No Phone"}));
        host.job_of(id, 1000 + id);
    }
    let report = host.sync().await;
    assert_eq!((jobs(&report).no_contact_key, warnings(&report)), (200, 0));
    let asked = lookups(&host, CONTACTS).len();
    assert_eq!(asked, 4 + 25);
}

#[tokio::test]
async fn a_record_that_a_request_for_many_leaves_out_is_asked_for_by_itself_before_it_counts_as_absent() {
    for honoured in [only_the_first, every_second] {
        let host = Host::new();
        old_customers(&host, 60);
        host.tenant.honour(Resource::Customers, Way::Ids, honoured);
        let report = host.sync().await;
        assert_eq!((jobs(&report).delivered, warnings(&report)), (60, 1));
        assert!(jobs(&report).missing.is_empty(), "{report:?}");
        host.tenant.lookups();
        for id in 1..=3 {
            host.tenant.put_unseen(Resource::Customers, json!({"id": 4000 + id, "name": "Another"}));
            host.job_of(100 + id, 4000 + id);
        }
        host.sync().await;
        assert_eq!(lookups(&host, "customers ").len(), 3);
    }
}

//! Base records that are inactive or gone.

use serde_json::json;
use sync_core::{IntegrationReport, Resource};

use crate::host::{CUSTOMER, Host, jobs};

async fn deliver(host: &Host, tell: bool) -> IntegrationReport {
    let integration = if tell { host.jobs().deliver_deletions() } else { host.jobs() };
    let engine = host.bare().integration(integration).open().await.unwrap();
    jobs(&engine.sync_once().await.unwrap()).clone()
}

#[tokio::test]
async fn an_inactive_job_is_kept_and_reported() {
    let host = Host::new();
    host.job(1);
    deliver(&host, false).await;
    host.hatch.sent();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "active": false}));
    let report = deliver(&host, false).await;
    assert_eq!((report.inactive, report.waiting), (1, 0));
    assert!(host.hatch.sent().is_empty());
}

#[tokio::test]
async fn an_inactive_job_is_delivered_once_as_deleted_where_the_host_wants_that_and_comes_back() {
    let host = Host::new();
    host.job(1);
    deliver(&host, true).await;
    assert!(host.hatch.body(1).get("status").is_none());
    host.hatch.sent();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "active": false}));
    deliver(&host, true).await;
    assert_eq!(host.hatch.body(1)["status"], "deleted");
    host.tenant.put(Resource::CustomerContacts, json!({"id": CUSTOMER * 10, "memo": "x"}));
    deliver(&host, true).await;
    deliver(&host, true).await;
    let sent = host.hatch.sent();
    assert!(sent.len() <= 2 && !sent.is_empty(), "{sent:?}");
    host.tenant.put(Resource::Jobs, json!({"id": 1, "active": true}));
    deliver(&host, true).await;
    assert!(host.hatch.body(1).get("status").is_none());
}

#[tokio::test]
async fn an_inactive_job_that_hatch_never_had_is_not_made_to_be_deleted() {
    let host = Host::new();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "customerId": CUSTOMER, "active": false}));
    let report = deliver(&host, true).await;
    assert_eq!(report.inactive, 1);
    assert!(host.hatch.sent().is_empty());
}

#[tokio::test]
async fn a_refused_opportunity_whose_job_becomes_inactive_is_no_dead_letter_any_more() {
    let host = Host::new();
    host.job(1);
    host.hatch.script(1, [crate::hatch::Fate::Rejected]);
    deliver(&host, false).await;
    host.tenant.put(Resource::Jobs, json!({"id": 1, "active": false}));
    deliver(&host, false).await;
    assert!(host.engine().await.dead_letters().await.unwrap().is_empty());
}

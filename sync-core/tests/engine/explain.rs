//! Why an opportunity is as it is: its fields, what is missing, and its delivery.

use chrono::TimeDelta;
use serde_json::json;
use sync_core::{
    Engine, Explainer, MissingReason, NextDelivery, OpportunityExplanation, RecordState, Resource,
    SourceErrorKind, SyncError,
};

use crate::hatch::Fate;
use crate::host::{CUSTOMER, Host, JOBS};
use crate::tenant::Way;

const JOB: i64 = 1;

/// One job, delivered.
async fn delivered() -> (Host, Engine) {
    let host = Host::new();
    host.job(JOB);
    let engine = host.engine().await;
    engine.sync_once().await.unwrap();
    host.tenant.lookups();
    (host, engine)
}

/// Explains the job, and sees that no customer data is in `Debug` and no word of the engine's insides in the text.
async fn explained(engine: &Engine) -> OpportunityExplanation {
    checked(engine.explain(JOBS, JOB).await.unwrap())
}

fn checked(explanation: OpportunityExplanation) -> OpportunityExplanation {
    let debug = format!("{explanation:?}");
    assert!(!debug.contains("Customer7") && !debug.contains("0100"), "{debug}");
    let text = explanation.to_string().to_lowercase();
    for word in ["mirror", "fingerprint", "dirty", "cursor", "epoch", "hydrat", "ingest", "settle", "claim"] {
        assert!(!text.contains(word), "{word:?} in {text}");
    }
    explanation
}

#[tokio::test]
async fn a_delivered_opportunity_is_told_with_the_origin_of_its_fields_and_costs_no_request() {
    let (host, engine) = delivered().await;
    let explanation = explained(&engine).await;
    let phone = explanation.explanation.as_ref().unwrap().field("phoneNumber").unwrap();
    assert_eq!((phone.value.as_deref(), phone.record_id), (Some("614-555-0100"), Some(CUSTOMER * 10)));
    let body = serde_json::to_value(explanation.opportunity.as_ref().unwrap()).unwrap();
    assert_eq!(body, host.hatch.body(JOB));
    assert_eq!(explanation.record, RecordState::Active);
    let last = explanation.last_delivery.as_ref().unwrap();
    assert_eq!((last.is_confirmed, last.is_as_now, last.contact_has_moved), (true, Some(true), false));
    assert_eq!(explanation.next_delivery, NextDelivery::UpToDate);
    assert!(explanation.missing.is_empty() && explanation.dead_letter.is_none());
    assert!(explanation.feeds[&Resource::CustomerContacts].read.is_some());
    assert!(!explanation.feeds.contains_key(&Resource::Invoices), "not selected");
    assert!(host.tenant.lookups().is_empty());
    let text = explanation.to_string();
    for line in [
        "job 1 in jobs: active in ServiceTitan, last changed ",
        "Last delivery to Hatch: 2026-06-01 12:00:00 UTC, the same as now\n",
        "Next delivery to Hatch: when something changes; Hatch is up to date\n",
        "  phoneNumber: 614-555-0100\n    the first mobile phone number of the customer, from contact 70 (customer:contacts:1:value)\n",
        "  customer-contacts: up to date at 2026-06-01 12:00:00 UTC",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
}

#[tokio::test]
async fn a_refresh_shows_what_servicetitan_has_now_and_stores_nothing() {
    let (host, engine) = delivered().await;
    host.tenant.put(
        Resource::CustomerContacts,
        json!({"id": 70, "customerId": CUSTOMER, "type": "MobilePhone", "value": "614-555-0199"}),
    );
    host.tenant.put(Resource::Jobs, json!({"id": JOB, "summary": "later"}));
    let phone = |explanation: &OpportunityExplanation| {
        explanation.opportunity.as_ref().unwrap().phone_number.clone().unwrap()
    };
    let refreshed = checked(engine.explain_refreshed(JOBS, JOB).await.unwrap());
    assert_eq!(phone(&refreshed), "614-555-0199");
    let last = refreshed.last_delivery.as_ref().unwrap();
    assert_eq!((last.is_as_now, last.contact_has_moved), (Some(false), true));
    assert!(refreshed.missing.is_empty(), "{:?}", refreshed.missing);
    assert!(refreshed.to_string().contains("a copy may stay in Hatch"), "{refreshed}");
    let lookups = host.tenant.lookups();
    assert!(lookups.contains(&"customer-contacts of customers 7".to_owned()), "{lookups:?}");
    assert!(lookups.contains(&"jobs 1".to_owned()), "{lookups:?}");

    let kept = explained(&engine).await;
    assert_eq!(phone(&kept), "614-555-0100");
    assert_eq!(kept.next_delivery, NextDelivery::UpToDate);
    engine.sync_once().await.unwrap();
    assert_eq!(phone(&explained(&engine).await), "614-555-0199");
}

#[tokio::test]
async fn a_refresh_keeps_inactive_contacts_and_drops_those_that_are_gone() {
    let (host, engine) = delivered().await;
    let contact = |id: i64, active: bool| json!({"id": id, "customerId": CUSTOMER, "type": "Email", "value": format!("c{id}@x.example"), "active": active});
    host.tenant.put(Resource::CustomerContacts, contact(71, true));
    host.tenant.put(Resource::CustomerContacts, contact(72, false));
    engine.sync_once().await.unwrap();
    host.tenant.vanish(Resource::CustomerContacts, 71);
    let email = |explanation: &OpportunityExplanation| {
        explanation.explanation.as_ref().unwrap().field("email").unwrap().clone()
    };
    assert_eq!(email(&explained(&engine).await).value.as_deref(), Some("c71@x.example"));
    let refreshed = email(&engine.explain_refreshed(JOBS, JOB).await.unwrap());
    assert_eq!(refreshed.value, None);
    let passed: Vec<i64> = refreshed.passed_over.iter().map(|contact| contact.contact_id).collect();
    assert_eq!(passed, [72]);
}

#[tokio::test]
async fn a_refresh_that_is_refused_in_part_warns_and_one_that_cannot_be_made_fails() {
    let (host, engine) = delivered().await;
    host.tenant.refuse(Resource::Estimates, Way::Children, SourceErrorKind::MissingScope);
    let refreshed = engine.explain_refreshed(JOBS, JOB).await.unwrap();
    assert_eq!(refreshed.warnings, ["estimates could not be read from ServiceTitan: scripted: MissingScope"]);
    assert!(refreshed.opportunity.is_some());
    host.tenant.refuse(Resource::Customers, Way::Ids, SourceErrorKind::Temporary);
    assert!(matches!(engine.explain_refreshed(JOBS, JOB).await, Err(SyncError::Source(_))));
    assert!(engine.explain(JOBS, JOB).await.is_ok());
}

#[tokio::test]
async fn records_that_are_missing_are_named_with_their_reason() {
    let host = Host::new();
    host.job(JOB);
    host.tenant.put(Resource::Jobs, json!({"id": JOB, "jobTypeId": 5, "businessUnitId": 6}));
    host.tenant.put_old(Resource::Customers, 200, json!({"id": 8, "name": "Old, Bob"}));
    host.tenant.put_old(Resource::Jobs, 200, json!({"id": 2, "customerId": 8}));
    let engine = host.engine().await;
    engine.pause(JOBS).await.unwrap();
    host.tenant.put(Resource::Jobs, json!({"id": 2, "summary": "changed"}));
    engine.sync_once().await.unwrap();
    let waiting = checked(engine.explain(JOBS, 2).await.unwrap());
    let missing: Vec<_> = waiting.missing.iter().map(|it| (it.resource, it.id, it.reason)).collect();
    assert!(missing.contains(&(Resource::Customers, 8, MissingReason::NotReadYet)), "{missing:?}");
    assert!(missing.contains(&(Resource::Estimates, 2, MissingReason::ChildrenNotReadYet)), "{missing:?}");
    assert!(matches!(waiting.next_delivery, NextDelivery::NoContactKey));
    assert!(waiting.lacks.contains(&"the customer is missing".to_owned()), "{:?}", waiting.lacks);
    assert!(waiting.to_string().contains("customers 8: not read from ServiceTitan yet"), "{waiting}");

    let first = explained(&engine).await;
    assert!(matches!(first.next_delivery, NextDelivery::Paused { .. }));
    assert!(first.to_string().contains("when the integration is resumed; it is paused since 2026-06-01"));
    engine.resume(JOBS).await.unwrap();
    engine.sync_once().await.unwrap();
    let missing: Vec<_> =
        explained(&engine).await.missing.iter().map(|it| (it.resource, it.id, it.reason)).collect();
    let not_found = MissingReason::NotFound;
    assert_eq!(missing, [(Resource::BusinessUnits, 6, not_found), (Resource::JobTypes, 5, not_found)]);
}

#[tokio::test]
async fn a_dead_letter_is_told_and_so_is_a_delivery_that_nobody_confirmed() {
    let host = Host::new();
    host.job(JOB);
    host.job(2);
    host.hatch.script(JOB, [Fate::Rejected]);
    host.hatch.script(2, [Fate::Down]);
    let engine = host.engine().await;
    engine.sync_once().await.unwrap();
    let refused = explained(&engine).await;
    assert_eq!(refused.next_delivery, NextDelivery::DeadLettered);
    assert_eq!(refused.last_delivery.as_ref().map(|last| last.is_confirmed), Some(false));
    let letter = refused.dead_letter.as_ref().unwrap();
    assert!(
        refused.to_string().contains(&format!("Dead letter of 2026-06-01 12:00:00 UTC: {}", letter.reason))
    );
    let waiting = checked(engine.explain(JOBS, 2).await.unwrap());
    assert_eq!(waiting.next_delivery, NextDelivery::NextRun);
    assert!(waiting.dead_letter.is_none());
}

#[tokio::test]
async fn a_changed_table_is_told_to_wait_for_the_next_change() {
    let host = Host::new();
    host.tenant.put(Resource::JobTypes, json!({"id": 5, "name": "Repair"}));
    host.job(JOB);
    host.tenant.put(Resource::Jobs, json!({"id": JOB, "jobTypeId": 5}));
    let engine = host.engine().await;
    engine.sync_once().await.unwrap();
    host.pass(TimeDelta::hours(2));
    host.tenant.put(Resource::JobTypes, json!({"id": 5, "name": "Mending"}));
    engine.sync_once().await.unwrap();
    let explanation = explained(&engine).await;
    assert_eq!(explanation.next_delivery, NextDelivery::NextChange);
    assert!(explanation.to_string().contains("UTC, differs from now"), "{explanation}");
}

#[tokio::test]
async fn a_record_that_is_inactive_gone_or_unknown_is_told_as_such() {
    let (host, engine) = delivered().await;
    host.tenant.put(Resource::Jobs, json!({"id": JOB, "active": false}));
    engine.sync_once().await.unwrap();
    let inactive = explained(&engine).await;
    assert_eq!((inactive.record, &inactive.next_delivery), (RecordState::Inactive, &NextDelivery::Inactive));

    let unknown = checked(engine.explain(JOBS, 99).await.unwrap());
    assert_eq!((unknown.record, &unknown.next_delivery), (RecordState::NeverRead, &NextDelivery::NoRecord));
    assert!(unknown.opportunity.is_none() && unknown.last_delivery.is_none());
    let gone = checked(engine.explain_refreshed(JOBS, 99).await.unwrap());
    assert_eq!(gone.record, RecordState::NotFound);
    assert!(gone.to_string().starts_with("job 99 in jobs: ServiceTitan has no such record\n"), "{gone}");
    assert!(matches!(engine.explain("nobody", JOB).await, Err(SyncError::Configuration(_))));
}

#[tokio::test]
async fn an_explainer_beside_the_engine_fences_nobody_off() {
    let (host, engine) = delivered().await;
    let explainer: Explainer = host.bare().integration(host.jobs()).explainer();
    assert_eq!(explainer.explain(JOBS, JOB).await.unwrap(), explained(&engine).await);
    host.tenant.put(Resource::Jobs, json!({"id": JOB, "summary": "later"}));
    assert_eq!(engine.sync_once().await.unwrap().integrations[JOBS].delivered, 1);
}

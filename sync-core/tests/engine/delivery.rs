//! Deliveries: claims, fingerprints, order, refusals.

use std::sync::Arc;

use serde_json::json;
use sync_core::testing::HookedStore;
use sync_core::{Engine, Resource, Store, StoreError, SyncError};

use crate::hatch::{Fate, Hatch};
use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, LOCATION, integration, jobs, mapping};
use crate::store_hooks::SlowSettlements;

#[tokio::test]
async fn what_was_delivered_is_not_sent_again() {
    let host = Host::new();
    host.job(1);
    assert_eq!(jobs(&host.sync().await).delivered, 1);
    assert_eq!(host.hatch.sent(), [1]);
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0100");

    host.tenant.put(Resource::Jobs, json!({"id": 1}));
    host.tenant.put(Resource::CustomerContacts, json!({"id": CUSTOMER * 10}));
    host.sync().await;
    // The body has the job's time of change, and not the contact's.
    assert_eq!(host.hatch.sent(), [1]);
    host.tenant.put(Resource::CustomerContacts, json!({"id": CUSTOMER * 10, "memo": "x"}));
    let report = host.sync().await;
    assert_eq!(jobs(&report).delivered + jobs(&report).unchanged, 1);
}

#[tokio::test]
async fn upserts_go_on_while_others_are_settled_and_one_commit_settles_all_that_were_answered_meanwhile() {
    let host = Host::new();
    // As many as are claimed together at first.
    for id in 1..=16 {
        host.customer(100 + id, &format!("614-555-{id:04}"));
        host.job_of(id, 100 + id);
    }
    let settlements = Arc::new(SlowSettlements::default());
    let store = Arc::new(HookedStore::new(host.store.clone(), settlements.clone()));
    let builder = Engine::builder(CONNECTION, host.tenant.clone(), store).clock(host.clock.clone());
    let engine = builder.integration(host.jobs()).open().await.unwrap();
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 16);
    // Eight are under way at a time: those of the first commit, and all others during that commit.
    assert_eq!((settlements.count(), host.hatch.most_under_way()), (2, 8));
    let noted = host.store.delivered(CONNECTION, JOBS, &Vec::from_iter(1..=16)).await.unwrap();
    assert!(noted.len() == 16 && noted.iter().all(|it| it.fingerprint.is_some()));
}

/// Adds an estimate and removes it again, after which the body is the same as before.
fn estimate(host: &Host, active: bool) {
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 1, "name": "roof", "active": active}));
}

#[tokio::test]
async fn an_upsert_whose_answer_was_lost_is_sent_again_although_the_source_went_back_to_what_was_delivered_before()
 {
    let host = Host::new();
    host.job(1);
    host.sync().await;
    let before = host.hatch.body(1);

    host.hatch.script(1, [Fate::Lost]);
    estimate(&host, true);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).waiting), (0, 1));
    assert_ne!(host.hatch.body(1), before);

    estimate(&host, false);
    assert_eq!(jobs(&host.sync().await).delivered, 1);
    assert_eq!(host.hatch.body(1), before);
}

#[tokio::test]
async fn a_crash_while_an_upsert_is_under_way_has_it_sent_again_whatever_the_source_says_by_then() {
    let host = Host::new();
    host.job(1);
    host.sync().await;
    let before = host.hatch.body(1);
    host.hatch.sent();

    host.hatch.script(1, [Fate::Hangs]);
    estimate(&host, true);
    let engine = host.engine().await;
    {
        let run = engine.sync_once();
        tokio::pin!(run);
        while host.hatch.sent().is_empty() {
            assert!(futures::poll!(&mut run).is_pending());
            tokio::task::yield_now().await;
        }
        // The process dies here.
    }
    drop(engine);
    let claimed = host.store.delivered(CONNECTION, JOBS, &[1]).await.unwrap();
    assert_eq!(claimed[0].fingerprint, None);

    estimate(&host, false);
    assert_eq!(jobs(&host.sync().await).delivered, 1);
    assert_eq!(host.hatch.body(1), before);
}

#[tokio::test]
async fn an_engine_that_was_fenced_off_sends_nothing_more() {
    let host = Host::new();
    host.job(1);
    let old = host.engine().await;
    old.sync_once().await.unwrap();
    host.hatch.sent();
    host.job(2);
    let _new = host.engine().await;
    let error = old.sync_once().await.unwrap_err();
    assert!(matches!(error, SyncError::Store(StoreError::Fenced { .. })), "{error}");
    assert!(host.hatch.sent().is_empty());
}

#[tokio::test]
async fn an_engine_that_is_fenced_off_between_two_upserts_sends_no_other() {
    let host = Host::new();
    for id in 1..=20 {
        host.job(id);
    }
    let old = host.engine().await;
    let run = old.sync_once();
    tokio::pin!(run);
    let mut sent = Vec::new();
    while sent.is_empty() {
        assert!(futures::poll!(&mut run).is_pending());
        tokio::task::yield_now().await;
        sent = host.hatch.sent();
    }
    let _new = host.engine().await;
    let error = run.await.unwrap_err();
    assert!(matches!(error, SyncError::Store(StoreError::Fenced { .. })), "{error}");
    assert_eq!((sent, host.hatch.sent()), (vec![1], vec![]));
}

#[tokio::test]
async fn what_was_marked_again_after_it_was_mapped_is_not_sent_as_it_was() {
    let host = Host::new();
    for id in 1..=60 {
        host.customer(1000 + id, &format!("614-556-{id:04}"));
        host.job_of(id, 1000 + id);
    }
    let engine = host.engine().await;
    for resource in engine.feeds() {
        while engine.ingest_page(resource).await.unwrap().has_more {}
    }
    let batch = engine.deliver_batch(JOBS, 0);
    tokio::pin!(batch);
    while host.hatch.sent().is_empty() {
        assert!(futures::poll!(&mut batch).is_pending());
        tokio::task::yield_now().await;
    }
    // All sixty opportunities are mapped, and fifty are claimed.
    host.tenant.put(Resource::Jobs, json!({"id": 60, "summary": "newer"}));
    engine.ingest_page(Resource::Jobs).await.unwrap();
    assert_eq!(batch.await.unwrap().report.delivered, 59);
    assert!(host.hatch.body(60).is_null());
    engine.deliver_batch(JOBS, 0).await.unwrap();
    assert_eq!(host.hatch.body(60)["details"]["summary"], "newer");
}

#[tokio::test]
async fn a_refused_opportunity_is_a_dead_letter_holds_nothing_up_and_is_tried_again_when_its_record_changes()
{
    let host = Host::new();
    for id in 1..=3 {
        host.job(id);
    }
    host.hatch.script(1, [Fate::Rejected]);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).rejected, jobs(&report).waiting), (2, 1, 0));
    let letters = host.store.dead_letters(CONNECTION).await.unwrap();
    assert_eq!(letters.iter().map(|it| it.subject.as_str()).collect::<Vec<_>>(), ["job:1"]);

    host.hatch.sent();
    host.sync().await;
    assert!(host.hatch.sent().is_empty());

    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "corrected"}));
    assert_eq!(jobs(&host.sync().await).delivered, 1);
    assert!(host.store.dead_letters(CONNECTION).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_that_the_sink_cannot_take_holds_up_none_but_those_of_its_contact() {
    let host = Host::new();
    host.customer(8, "614-555-0800");
    host.job(1);
    host.job_of(2, 8);
    host.job(3);
    host.job_of(4, 8);
    host.hatch.script(1, [Fate::Down]);
    let report = host.sync().await;
    // Job 3 has the same customer as job 1 and must not overtake that job.
    assert_eq!(host.hatch.sent(), [1, 2, 4]);
    assert_eq!((jobs(&report).delivered, jobs(&report).waiting), (2, 2));
    assert!(jobs(&report).error.is_some());
    host.sync().await;
    assert_eq!(host.hatch.sent(), [1, 3]);
}

#[tokio::test]
async fn those_of_the_contact_of_a_failed_one_wait_over_batches_too() {
    let host = Host::new();
    for id in 1..=120 {
        host.customer(1000 + id, &format!("614-556-{id:04}"));
        host.job_of(id, 1000 + id);
    }
    host.job_of(121, 1001);
    host.hatch.script(1, [Fate::Down]);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).waiting), (119, 2));
    assert!(!host.hatch.sent().contains(&121));
}

#[tokio::test]
async fn a_sink_that_is_down_is_not_tried_with_everything_and_nothing_is_lost() {
    let host = Host::new();
    for id in 1..=200 {
        host.customer(1000 + id, &format!("614-556-{id:04}"));
        host.job_of(id, 1000 + id);
    }
    host.hatch.down(true);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).waiting), (0, 200));
    let tried = host.hatch.sent().len();
    assert!(tried <= 50, "{tried}");
    host.hatch.down(false);
    assert_eq!(jobs(&host.sync().await).delivered, 200);
}

#[tokio::test]
async fn opportunities_of_one_contact_go_one_after_the_other_and_others_at_the_same_time() {
    let host = Host::new();
    for id in 1..=20 {
        host.job(id);
    }
    host.sync().await;
    assert_eq!(host.hatch.most_under_way(), 1);
    assert_eq!(host.hatch.sent(), (1..=20).collect::<Vec<_>>());

    for id in 101..=120 {
        host.customer(id, &format!("614-556-{id:04}"));
        host.job_of(id, id);
    }
    host.sync().await;
    assert!(host.hatch.most_under_way() > 1);
}

#[tokio::test]
async fn integrations_of_one_sink_take_turns() {
    let host = Host::new();
    for id in 1..=10 {
        host.job(id);
    }
    let mut second = mapping();
    second.external_id_prefix = Some("2000".to_owned());
    let engine = host
        .bare()
        .integration(host.jobs())
        .integration(integration("again", second, &host.hatch))
        .open()
        .await
        .unwrap();
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.most_under_way(), 1);
    assert_eq!(host.hatch.sent().len(), 20);
}

#[tokio::test]
async fn another_sink_gets_everything() {
    let host = Host::new();
    host.job(1);
    host.sync().await;
    let other = Arc::new(Hatch::called("another"));
    let engine = host.bare().integration(integration(JOBS, mapping(), &other)).open().await.unwrap();
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(other.sent(), [1]);
}

#[tokio::test]
async fn without_phone_and_email_nothing_is_sent_until_there_is_one() {
    let host = Host::new();
    host.tenant.put(Resource::Customers, json!({"id": 8, "name": "Nobody"}));
    host.job_of(1, 8);
    let report = host.sync().await;
    assert_eq!((jobs(&report).no_contact_key, jobs(&report).waiting), (1, 0));
    assert!(host.hatch.sent().is_empty());
    let email = json!({"id": 80, "customerId": 8, "type": "Email", "value": "nobody@example.org"});
    host.tenant.put(Resource::CustomerContacts, email);
    assert_eq!(jobs(&host.sync().await).delivered, 1);
}

#[tokio::test]
async fn another_phone_is_reported_since_a_copy_may_stay_under_the_former_one() {
    let host = Host::new();
    host.job(1);
    assert_eq!(jobs(&host.sync().await).contact_moved, 0);
    host.tenant.put(Resource::CustomerContacts, json!({"id": CUSTOMER * 10, "value": "(614) 555 0100"}));
    assert_eq!(jobs(&host.sync().await).contact_moved, 0);
    // The first attempt fails, and the second one still counts as a move.
    host.hatch.script(1, [Fate::Down]);
    host.tenant.put(Resource::CustomerContacts, json!({"id": CUSTOMER * 10, "value": "614-555-0177"}));
    assert_eq!(jobs(&host.sync().await).contact_moved, 0);
    assert_eq!(jobs(&host.sync().await).contact_moved, 1);
}

#[tokio::test]
async fn what_waits_behind_one_that_failed_is_not_overtaken_by_its_contact_either() {
    let host = Host::new();
    host.customer(8, "614-555-0108");
    host.customer(9, "614-555-0108");
    for (id, customer) in [(91, 9), (101, 10)] {
        let email = json!({"id": id, "customerId": customer, "type": "Email", "value": "ann@example.org", "active": true});
        host.tenant.put(Resource::CustomerContacts, email);
    }
    host.tenant.put(Resource::Customers, json!({"id": 10, "name": "Ten"}));
    // Job 2 has the first job's phone and the last job's e-mail. More opportunities lie between them than one claim takes.
    host.job_of(1, 8);
    host.job_of(2, 9);
    for id in 1001..=1050 {
        host.customer(id, &format!("614-556-{id}"));
        host.job_of(id, id);
    }
    host.job_of(3, 10);
    host.hatch.script(1, [Fate::Down]);
    assert_eq!(jobs(&host.sync().await).waiting, 3);
    host.hatch.sent();
    host.sync().await;
    assert_eq!(host.hatch.sent(), [1, 2, 3]);
}

#[tokio::test]
async fn an_opportunity_goes_without_a_standard_field_that_the_sink_refuses_until_the_record_changes() {
    let host = Host::new();
    let email =
        json!({"id": 71, "customerId": CUSTOMER, "type": "Email", "value": "a@b.example", "active": true});
    host.tenant.put(Resource::CustomerContacts, email);
    host.job(1);
    host.hatch.script(1, [Fate::FieldRejected("email"), Fate::FieldRejected("firstName")]);
    let report = host.sync().await;
    let job = jobs(&report);
    assert_eq!((job.delivered, job.rejected, job.waiting), (1, 0, 0), "{report:?}");
    assert_eq!((job.left_out["email"], job.left_out["firstName"]), (1, 1));
    assert_eq!(host.hatch.sent(), [1, 1, 1]);
    let body = host.hatch.body(1);
    assert_eq!((&body["email"], &body["firstName"]), (&json!(null), &json!(null)));
    assert_eq!(body["phoneNumber"], "614-555-0100");
    let delivered = host.store.delivered(CONNECTION, JOBS, &[1]).await.unwrap();
    assert_eq!(delivered[0].fields_left_out(), ["email", "firstName"]);
    assert!(host.store.dead_letters(CONNECTION).await.unwrap().is_empty());

    host.tenant.put(Resource::Jobs, json!({"id": 1, "summary": "changed"}));
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, host.hatch.sent()), (1, vec![1]));
    let delivered = host.store.delivered(CONNECTION, JOBS, &[1]).await.unwrap();
    assert!(delivered[0].fields_left_out().is_empty());
    assert_eq!(host.hatch.body(1)["email"], "a@b.example");
}

#[tokio::test]
async fn an_opportunity_whose_only_contact_key_is_refused_is_a_dead_letter() {
    let host = Host::new();
    host.job(1);
    host.hatch.script(1, [Fate::FieldRejected("phoneNumber")]);
    let report = host.sync().await;
    assert_eq!((jobs(&report).delivered, jobs(&report).rejected), (0, 1));
    assert_eq!(host.hatch.sent(), [1]);
    assert_eq!(host.store.dead_letters(CONNECTION).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_delivery_without_a_refused_field_is_not_repeated_although_its_opportunity_is_marked() {
    let host = Host::new();
    let email =
        json!({"id": 71, "customerId": CUSTOMER, "type": "Email", "value": "a@b.example", "active": true});
    host.tenant.put(Resource::CustomerContacts, email);
    host.job(1);
    host.hatch.script(1, [Fate::FieldRejected("email")]);
    host.sync().await;
    assert_eq!(host.hatch.sent(), [1, 1]);
    // A contact that no body shows.
    host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 1, "name": "roof", "active": false}));
    let report = host.sync().await;
    assert_eq!((jobs(&report).unchanged, host.hatch.sent()), (1, vec![]));
}

#[tokio::test]
async fn the_report_counts_opportunities_that_a_fallback_would_mend_and_contacts_that_were_passed_over() {
    let host = Host::new();
    host.tenant.put(Resource::Customers, json!({"id": 8, "name": "No Phone", "active": true}));
    let bad = json!({"id": 80, "customerId": 8, "type": "Email", "value": "none", "active": true});
    host.tenant.put(Resource::CustomerContacts, bad);
    host.job_of(1, 8);
    let report = host.sync().await;
    assert_eq!((jobs(&report).no_contact_key, jobs(&report).fallback_would_help), (1, 0));
    assert_eq!(jobs(&report).passed_over.values().sum::<u64>(), 1, "{report:?}");
    assert!(jobs(&report).missing.keys().all(|it| !it.contains("e-mail")), "{report:?}");
    let phone =
        json!({"id": 90, "locationId": LOCATION, "type": "Phone", "value": "614-555-0190", "active": true});
    host.tenant.put(Resource::LocationContacts, phone);
    let report = host.sync().await;
    assert_eq!((jobs(&report).no_contact_key, jobs(&report).fallback_would_help), (1, 1));
}

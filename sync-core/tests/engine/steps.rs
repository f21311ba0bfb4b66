//! The steps of a run, driven by the host.

use serde_json::json;
use sync_core::{Progress, Resource, Store, SyncError};

use crate::hatch::Fate;
use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, integration, mapping};

#[tokio::test]
async fn pages_and_batches_one_by_one_do_what_a_run_does() {
    let host = Host::new();
    host.tenant.page_size(2);
    for id in 1..=5 {
        host.job(id);
    }
    let engine = host.engine().await;
    for resource in engine.feeds() {
        while engine.ingest_page(resource).await.unwrap().has_more {}
    }
    let mut next = Some(0);
    let mut delivered = 0;
    while let Some(after) = next {
        let batch = engine.deliver_batch(JOBS, after).await.unwrap();
        delivered += batch.report.delivered;
        next = batch.next;
    }
    assert_eq!(delivered, 5);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.sent().len(), 5);
}

#[tokio::test]
async fn a_step_that_is_repeated_after_a_crash_does_no_harm() {
    let host = Host::new();
    host.job(1);
    host.engine().await.ingest_page(Resource::Jobs).await.unwrap();
    let again = host.engine().await.ingest_page(Resource::Jobs).await.unwrap();
    assert_eq!((again.records, again.changed), (0, 0));
    host.sync().await;
    assert_eq!(host.hatch.sent(), [1]);
}

#[tokio::test]
async fn a_large_batch_goes_on_behind_its_last_place() {
    let host = Host::new();
    for id in 1..=750 {
        host.tenant.put(Resource::Jobs, json!({"id": id, "customerId": 999}));
    }
    let engine = host.engine().await;
    for resource in engine.feeds() {
        while engine.ingest_page(resource).await.unwrap().has_more {}
    }
    let first = engine.deliver_batch(JOBS, 0).await.unwrap();
    assert_eq!(first.report.no_contact_key, 500);
    let second = engine.deliver_batch(JOBS, first.next.unwrap()).await.unwrap();
    assert_eq!((second.report.no_contact_key, second.next), (250, None));
}

#[tokio::test]
async fn what_could_not_be_delivered_is_not_overtaken_by_its_contact_in_a_later_batch() {
    let host = Host::new();
    host.job(1);
    for id in 2..=500 {
        host.tenant.put(Resource::Jobs, json!({"id": id, "customerId": 999}));
    }
    host.customer(8, "614-555-0108");
    host.job(501);
    host.job_of(502, 8);
    host.hatch.script(1, [Fate::Down]);
    let engine = host.engine().await;
    for resource in engine.feeds() {
        while engine.ingest_page(resource).await.unwrap().has_more {}
    }
    let first = engine.deliver_batch(JOBS, 0).await.unwrap();
    assert_eq!((first.report.delivered, first.report.no_contact_key), (0, 499));
    // A crash between two steps loses nothing.
    let engine = host.engine().await;
    let second = engine.deliver_batch(JOBS, first.next.unwrap()).await.unwrap();
    assert_eq!(second.report.delivered, 1);
    assert_eq!(host.hatch.sent(), [1, 502]);
    engine.deliver_batch(JOBS, 0).await.unwrap();
    assert_eq!(host.hatch.sent(), [1, 501]);
}

#[tokio::test]
async fn one_is_delivered_ahead_of_the_others() {
    let host = Host::new();
    for id in 1..=5 {
        host.job(id);
    }
    let engine = host.engine().await;
    for resource in engine.feeds() {
        engine.ingest_page(resource).await.unwrap();
    }
    let report = engine.deliver_now(JOBS, &[4, 77]).await.unwrap();
    assert_eq!((report.delivered, report.waiting), (1, 0));
    assert_eq!(host.hatch.sent(), [4]);
    assert_eq!(host.store.dirty_count(CONNECTION, JOBS).await.unwrap(), 4);
    assert!(matches!(engine.deliver_now("other", &[1]).await, Err(SyncError::Configuration(_))));
}

#[tokio::test]
async fn one_that_is_delivered_now_waits_for_the_one_of_its_contact_that_is_on_its_way() {
    let host = Host::new();
    host.job(1);
    let engine = host.engine().await;
    for resource in engine.feeds() {
        engine.ingest_page(resource).await.unwrap();
    }
    host.hatch.script(1, [Fate::Hangs]);
    let batch = engine.deliver_batch(JOBS, 0);
    tokio::pin!(batch);
    while host.hatch.sent().is_empty() {
        assert!(futures::poll!(&mut batch).is_pending());
        tokio::task::yield_now().await;
    }
    host.tenant.put(Resource::Jobs, json!({"id": 1, "customerId": CUSTOMER, "summary": "newer"}));
    engine.ingest_page(Resource::Jobs).await.unwrap();
    let now = engine.deliver_now(JOBS, &[1]);
    tokio::pin!(now);
    for _ in 0..100 {
        assert!(futures::poll!(&mut now).is_pending());
    }
    assert!(host.hatch.sent().is_empty());
}

#[tokio::test]
async fn progress_tells_pages_and_what_is_settled() {
    let host = Host::new();
    host.job(1);
    host.job(2);
    let engine = host.engine().await;
    let steps = engine.progress();
    engine.sync_once().await.unwrap();
    drop(engine);
    let steps: Vec<Progress> = futures::StreamExt::collect(steps).await;
    assert!(steps.contains(&Progress::Page { resource: Resource::Jobs, records: 2 }));
    assert!(steps.contains(&Progress::Waiting { integration: JOBS.to_owned(), opportunities: 2 }));
    let settled = steps.iter().map(|step| match step {
        Progress::Settled { opportunities, .. } => *opportunities,
        _ => 0,
    });
    assert_eq!(settled.sum::<u64>(), 2);
    let delivered = steps.iter().map(|step| match step {
        Progress::Delivered { opportunities, .. } => *opportunities,
        _ => 0,
    });
    assert_eq!(delivered.sum::<u64>(), 2);
}

#[tokio::test]
async fn a_host_of_steps_is_told_of_a_reference_that_came_later_and_of_another_configuration() {
    let host = Host::new();
    host.tenant.put(Resource::Jobs, json!({"id": 1, "customerId": CUSTOMER, "jobTypeId": 30}));
    let steps = async |config| {
        let engine = host.bare().integration(integration(JOBS, config, &host.hatch)).open().await.unwrap();
        for resource in engine.feeds() {
            while engine.ingest_page(resource).await.unwrap().has_more {}
        }
        engine.deliver_batch(JOBS, 0).await.unwrap().report.delivered
    };
    assert_eq!(steps(mapping()).await, 1);
    host.tenant.put(Resource::JobTypes, json!({"id": 30, "name": "Repair"}));
    assert_eq!(steps(mapping()).await, 1);
    assert_eq!(host.hatch.body(1)["details"]["jobType"]["name"], "Repair");
    let mut config = mapping();
    config.source = "custom:other".to_owned();
    assert_eq!(steps(config.clone()).await, 1);
    assert_eq!(steps(config).await, 0);
}

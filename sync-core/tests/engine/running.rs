//! The rhythm of runs, and stopping between two commits, even within a long read.

use serde_json::json;
use sync_core::{Resource, SourceErrorKind};
use tokio_util::sync::CancellationToken;

use crate::host::{CUSTOMER, Host, jobs};
use crate::tenant::Way;

#[tokio::test]
async fn a_read_that_does_not_end_is_abandoned_and_the_next_run_goes_on() {
    for hanging in [Resource::Jobs, Resource::Customers] {
        let host = Host::new();
        // No feed has the job's customer, who has to be looked up.
        host.tenant.put_old(Resource::Customers, 400, json!({"id": 8, "name": "Old Eight"}));
        host.tenant.put(
            Resource::CustomerContacts,
            json!({"id": 80, "customerId": 8, "type": "Phone", "value": "614-555-0001"}),
        );
        host.job_of(1, 8);
        host.job(2);
        let stop = CancellationToken::new();
        let engine = host.bare().cancellation(stop.clone()).integration(host.jobs()).open().await.unwrap();
        host.tenant.hang(Some(hanging));
        let (report, ()) = tokio::join!(engine.sync_once(), async {
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        });
        assert!(report.unwrap().cancelled, "{hanging}");
        host.tenant.hang(None);
        assert_eq!(jobs(&host.sync().await).waiting, 0);
        assert_eq!(host.hatch.body(1)["externalContactID"], "8");
        assert_eq!(host.hatch.body(2)["externalContactID"], CUSTOMER.to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn the_rhythm_ends_when_it_is_asked_to() {
    let host = Host::new();
    let stop = CancellationToken::new();
    let engine = host.bare().cancellation(stop.clone()).integration(host.jobs()).open().await.unwrap();
    let mut runs = 0;
    engine
        .run(|outcome| {
            outcome.as_ref().unwrap();
            runs += 1;
            if runs == 3 {
                stop.cancel();
            }
        })
        .await
        .unwrap();
    assert_eq!(runs, 3);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_never_worked_end_the_rhythm() {
    let host = Host::new();
    host.tenant.refuse(Resource::Jobs, Way::Feed, SourceErrorKind::Auth);
    let mut runs = 0;
    let ended = host.engine().await.run(|_| runs += 1).await;
    assert!(ended.is_err());
    assert_eq!(runs, 1);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_worked_are_asked_again_in_the_next_round_so_that_they_can_be_rotated() {
    let host = Host::new();
    host.job(1);
    let stop = CancellationToken::new();
    let engine = host.bare().cancellation(stop.clone()).integration(host.jobs()).open().await.unwrap();
    let mut worked = Vec::new();
    let ended = engine
        .run(|outcome| {
            worked.push(outcome.is_ok());
            match worked.len() {
                1 => host.tenant.refuse(Resource::Jobs, Way::Feed, SourceErrorKind::Auth),
                2 => host.tenant.allow(Resource::Jobs, Way::Feed),
                _ => stop.cancel(),
            }
        })
        .await;
    assert!(ended.is_ok());
    assert_eq!(worked, [true, false, true]);
}

//! Stopping: between transactions, also within a long pull.

use serde_json::json;
use sync_core::Resource;
use tokio_util::sync::CancellationToken;

use crate::host::{CUSTOMER, Host, jobs};

#[tokio::test]
async fn a_read_that_does_not_end_is_given_up_and_the_next_run_goes_on() {
    for hanging in [Resource::Jobs, Resource::Customers] {
        let host = Host::new();
        // Its customer is not in any feed, and has to be asked for.
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

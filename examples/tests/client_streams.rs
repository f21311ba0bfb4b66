//! Lists and feeds of the client, against the simulator over real HTTP.

#[allow(dead_code, reason = "other tests use the rest")]
mod simulated;

use std::collections::BTreeSet;

use futures::TryStreamExt as _;
use servicetitan_client::{CustomerFilter, ExportFrom, JobFilter, Record, RequestLimits, ServiceTitan};
use simulator::{Simulator, SimulatorConfig};

async fn simulator_and_client() -> (Simulator, ServiceTitan) {
    let config = SimulatorConfig { seed: 5, jobs: 300, memberships: 20, ..SimulatorConfig::default() };
    let simulator = Simulator::start(config).await.expect("the simulator starts");
    let client = simulated::client(&simulator).limits(RequestLimits::per_second(10_000));
    let client = client.build().expect("a client");
    (simulator, client)
}

fn ids<T: Record>(records: &[T]) -> BTreeSet<i64> {
    records.iter().map(|record| record.id().into()).collect()
}

#[tokio::test]
async fn by_creation_and_by_page_number_the_same_records_come_each_once() {
    let (_simulator, client) = simulator_and_client().await;
    let (jobs, customers) = (JobFilter::default(), CustomerFilter::default());
    let by_number: Vec<_> =
        client.jobs().list(&jobs).page_size(40).records().try_collect().await.expect("jobs");
    let by_creation: Vec<_> =
        client.jobs().list(&jobs).page_size(40).by_creation().records().try_collect().await.expect("jobs");
    assert!(by_number.len() > 200);
    assert_eq!(by_creation.len(), by_number.len());
    assert_eq!(ids(&by_creation), ids(&by_number));

    let by_number: Vec<_> =
        client.customers().list(&customers).records().try_collect().await.expect("customers");
    let by_creation: Vec<_> =
        client.customers().list(&customers).by_creation().records().try_collect().await.expect("customers");
    assert_eq!(by_creation.len(), by_number.len());
    assert_eq!(ids(&by_creation), ids(&by_number));
}

#[tokio::test]
async fn a_feed_that_is_read_ahead_costs_no_more_requests_than_its_pages() {
    let (_simulator, client) = simulator_and_client().await;
    let feed = client.jobs().export(ExportFrom::beginning());
    let pages: Vec<_> = feed.try_collect().await.expect("a feed");
    let requests = client.request_counts().of("jpm/v2/tenant/{tenant}/export/jobs");
    assert_eq!(requests, pages.len() as u64);

    // Reading page by page gives the same records.
    let mut from = ExportFrom::beginning();
    let mut jobs = BTreeSet::new();
    loop {
        let page = client.jobs().export(from).one_page().await.expect("a page");
        jobs.extend(ids(&page.records));
        from = page.continue_from.expect("a position").into();
        if !page.has_more {
            break;
        }
    }
    assert_eq!(client.request_counts().of("jpm/v2/tenant/{tenant}/export/jobs"), 2 * requests);
    assert_eq!(jobs, pages.iter().flat_map(|page| ids(&page.records)).collect());
}

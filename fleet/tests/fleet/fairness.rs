//! One tenant's backfill and another one's idle cycles, under one budget of requests: the real client over simulators in this process, in virtual time,
//! where only waiting counts.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use fleet::{Bounds, ConnectionEvent, Fleet, FleetEvent, MemoryRegistry};
use futures::{FutureExt, Stream, StreamExt};
use http::{Request, Response};
use servicetitan_client::{
    Environment, RequestLimits, ServiceTitan, TenantId, Transport, TransportFailure, TransportKind,
};
use simulator::{Server, Simulator, SimulatorConfig};
use sync_core::{MemoryStore, ServiceTitanSource, Store};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::host::{builder, minutes, pass};

/// The way to ServiceTitan and back.
const LATENCY: Duration = Duration::from_millis(120);

/// Transport to a simulated ServiceTitan, without sockets.
struct InProcess(Arc<Simulator>);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        tokio::time::sleep(LATENCY).await;
        let answer = self.0.call(Server::ServiceTitan, &request).await;
        answer.map_err(|broken| TransportFailure::new(TransportKind::Broken, broken.to_string()))
    }
}

/// Adds a tenant of so many jobs to the registry.
fn add(
    registry: &MemoryRegistry,
    store: &Arc<dyn Store>,
    limits: &RequestLimits,
    name: &'static str,
    jobs: usize,
) {
    let config = SimulatorConfig {
        jobs,
        memberships: 0,
        now: DateTime::from_timestamp(1_790_000_000, 0),
        // Small pages make a long backfill of few records.
        export_page_size: 5,
        ..SimulatorConfig::default()
    };
    let simulator = Arc::new(Simulator::in_process(config));
    let (store, limits) = (Arc::clone(store), limits.clone());
    registry.put(name, move || {
        let (credentials, url) = (simulator.credentials(), simulator.servicetitan_url());
        let client = ServiceTitan::builder(Environment::custom(url, url).unwrap())
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(TenantId(credentials.tenant))
            .limits(limits.clone())
            .transport(Arc::new(InProcess(Arc::clone(&simulator))))
            .build()
            .unwrap();
        Ok(builder(name, Arc::new(ServiceTitanSource::new(client)), Arc::clone(&store)))
    });
}

/// Returns the time from the wish for a cycle to its end.
async fn timed_cycle(
    fleet: &Fleet,
    events: &mut (impl Stream<Item = FleetEvent> + Unpin),
    name: &str,
) -> Duration {
    while let Some(Some(_)) = events.next().now_or_never() {}
    let began = Instant::now();
    fleet.sync_now(name).unwrap();
    loop {
        if let Some(FleetEvent::Connection { name: of, event: ConnectionEvent::Cycled { report, .. } }) =
            events.next().await
            && &*of == name
        {
            assert!(!report.cancelled);
            return began.elapsed();
        }
    }
}

/// Lets a tenant backfill beside an idle one, and compares the idle one's cycles with those before.
async fn compare(bounds: Bounds) {
    let registry = Arc::new(MemoryRegistry::new());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    // One app key, with ServiceTitan's 60 requests per second for all of its tenants.
    let limits = RequestLimits::default();
    add(&registry, &store, &limits, "idle", 20);
    let fleet = Fleet::builder(registry.clone()).bounds(bounds).close_after(minutes(60)).build();
    let mut events = Box::pin(fleet.events());
    let (running, stop) = (fleet.clone(), CancellationToken::new());
    let ended = tokio::spawn({
        let stop = stop.clone();
        async move { running.run(stop).await }
    });
    pass(minutes(1)).await;
    // The budget lets the first requests after a pause through without a wait: idle cycles are measured with pauses, in both cases.
    let mut alone = Vec::new();
    for _ in 0..8 {
        pass(Duration::from_millis(1370)).await;
        alone.push(timed_cycle(&fleet, &mut events, "idle").await);
    }
    add(&registry, &store, &limits, "backfill", 1_500);
    pass(Duration::from_secs(2)).await;
    let mut beside = Vec::new();
    for _ in 0..8 {
        pass(Duration::from_millis(1370)).await;
        beside.push(timed_cycle(&fleet, &mut events, "idle").await);
    }
    let backfill = &fleet.status().connections["backfill"];
    assert_eq!(
        backfill.activity,
        fleet::Activity::Cycling,
        "the backfill is over too soon: give it more jobs"
    );
    assert!(backfill.last_cycle.is_none());
    alone.sort_unstable();
    beside.sort_unstable();
    println!("alone {alone:?}, beside a backfill {beside:?}");
    assert!(beside[7] <= alone[7] * 2, "alone {alone:?}, beside a backfill {beside:?}");
    stop.cancel();
    ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_backfill_delays_an_idle_cycle_under_the_same_budget_by_at_most_twice() {
    compare(Bounds::default()).await;
}

#[tokio::test(start_paused = true)]
async fn the_same_holds_where_one_cycle_of_each_kind_may_run() {
    compare(Bounds::default().cycles(1, 1).open_engines(1)).await;
}

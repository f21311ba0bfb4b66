//! Number of requests of a sync, compared with the fewest that its data allows. Counts are the same on every machine.

mod simulated;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, NaiveTime, Utc};
use hatch_mapping::OpportunityModel;
use servicetitan_client::RequestLimits;
use simulator::{ChangeKind, ReferenceReads, RequestFloor, RequestReckoning, Simulator, SimulatorConfig};
use sync_core::{Clock, Engine, MemoryStore, ServiceTitanSource};

/// Number of feeds of records, and of reference tables, with every object of both models selected.
const RECORD_FEEDS: usize = 13;
const REFERENCE_TABLES: usize = 10;

struct Tenant {
    simulator: Arc<Simulator>,
    engine: Engine,
}

/// The simulated world's clock as the host's, so that an hour of the world is an hour of the engine.
struct WorldClock(Arc<Simulator>);

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.world().now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl Tenant {
    async fn open(jobs: usize) -> Tenant {
        let now = DateTime::from_timestamp(1_790_000_000, 0);
        let config =
            SimulatorConfig { seed: 20, jobs, memberships: jobs / 5, now, ..SimulatorConfig::default() };
        let simulator = Arc::new(Simulator::start(config).await.expect("the simulator starts"));
        let client = simulated::client(&simulator).limits(RequestLimits::per_second(10_000));
        let client = client.build().expect("a client");
        let [jobs, memberships] = simulator.hatch_departments();
        let source = ServiceTitanSource::new(client);
        let engine = Engine::builder("test", Arc::new(source), Arc::new(MemoryStore::new()))
            .clock(Arc::new(WorldClock(Arc::clone(&simulator))))
            // The floor reckons without reconciliations.
            .reconcile_every(None)
            .integration(simulated::integration(&simulator, "jobs", OpportunityModel::Job, jobs))
            .integration(simulated::integration(
                &simulator,
                "memberships",
                OpportunityModel::Membership,
                memberships,
            ))
            .open()
            .await
            .expect("an engine");
        Tenant { simulator, engine }
    }

    /// Returns the floor for a window that starts at midnight, 90 days ago.
    fn reckoning(&self) -> RequestReckoning {
        let world = self.simulator.world();
        let day = (world.now() - chrono::Duration::days(90)).date_naive();
        let hourly = ReferenceReads::Every(chrono::Duration::hours(1));
        world.reckon_requests_with(day.and_time(NaiveTime::MIN).and_utc(), hourly)
    }

    /// Runs one sync, and returns its requests by endpoint.
    async fn sync(&self) -> BTreeMap<String, u64> {
        self.simulator.reset_stats();
        self.engine.sync_once().await.expect("a sync");
        let stats = self.simulator.stats();
        assert_eq!(stats.unknown_parameters, BTreeMap::new());
        let mut made = BTreeMap::new();
        for ((endpoint, status), count) in stats.servicetitan {
            // The world's clock may have jumped by hours, which expires the token early.
            if status != 401 && !endpoint.contains("/connect/token") {
                *made.entry(endpoint).or_default() += count;
            }
        }
        made
    }
}

/// Fails if the requests exceed the floor by more than a tenth, and prints both counts for each endpoint.
fn assert_close(made: &BTreeMap<String, u64>, floor: &RequestFloor) {
    let total: u64 = made.values().sum();
    let endpoints = made.keys().chain(floor.by_endpoint.keys());
    let mut table: Vec<String> = endpoints
        .map(|it| {
            format!("{:>6} {:>6}  {it}", made.get(it).unwrap_or(&0), floor.by_endpoint.get(it).unwrap_or(&0))
        })
        .collect();
    table.sort();
    table.dedup();
    let told = || format!("made {total}, floor {}:\n{}", floor.total(), table.join("\n"));
    assert!(total * 10 <= floor.total() * 11, "{}", told());
    // Fewer requests than the floor mean that needed data was not read.
    assert!(total >= floor.total(), "{}", told());
}

#[tokio::test]
async fn a_backfill_makes_at_most_a_tenth_more_requests_than_the_floor() {
    let tenant = Tenant::open(1_500).await;
    let mut reckoning = tenant.reckoning();
    assert_close(&tenant.sync().await, &reckoning.next_floor());
}

#[tokio::test]
async fn an_idle_cycle_makes_one_request_for_each_feed_of_records_and_none_else() {
    let tenant = Tenant::open(200).await;
    let mut reckoning = tenant.reckoning();
    let whole = tenant.sync().await;
    let floor = reckoning.next_floor();
    assert!(floor.by_endpoint.keys().all(|endpoint| whole.contains_key(endpoint)));
    for _ in 0..3 {
        tenant.simulator.world().advance(chrono::Duration::minutes(15));
        let idle = tenant.sync().await;
        assert_eq!((idle.len(), idle.values().sum::<u64>()), (RECORD_FEEDS, RECORD_FEEDS as u64));
        assert_eq!(idle, reckoning.next_floor().by_endpoint);
    }
    tenant.simulator.world().advance(chrono::Duration::minutes(20));
    let hourly = tenant.sync().await;
    assert_eq!(hourly.values().sum::<u64>(), (RECORD_FEEDS + REFERENCE_TABLES) as u64);
    assert_eq!(hourly, reckoning.next_floor().by_endpoint);
}

#[tokio::test]
async fn a_cycle_after_changes_of_all_kinds_makes_at_most_a_tenth_more_requests_than_its_floor() {
    let tenant = Tenant::open(600).await;
    let mut reckoning = tenant.reckoning();
    tenant.sync().await;
    reckoning.next_floor();
    for seed in 0..4 {
        assert_eq!(tenant.simulator.world().mutate(seed, 6).len(), 6);
        assert_close(&tenant.sync().await, &reckoning.next_floor());
    }
}

#[tokio::test]
async fn a_cycle_in_which_old_jobs_enter_makes_at_most_a_tenth_more_requests_than_its_floor() {
    let tenant = Tenant::open(600).await;
    let mut reckoning = tenant.reckoning();
    tenant.sync().await;
    reckoning.next_floor();
    let mut old_jobs = 0;
    for seed in 0..4 {
        let kinds = [ChangeKind::JobChanged, ChangeKind::JobAdded];
        assert_eq!(tenant.simulator.world().mutate_only(&kinds, seed, 6).len(), 6);
        let floor = reckoning.next_floor();
        assert_close(&tenant.sync().await, &floor);
        old_jobs += floor.by_endpoint.get("GET /sales/v2/tenant/{tenant}/estimates").unwrap_or(&0);
    }
    assert!(old_jobs > 0, "no job from before the window has entered");
}

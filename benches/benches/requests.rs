//! Number of requests to ServiceTitan for a tenant of 10,000 jobs: those that the engine makes, the fewest possible, and one for each
//! object. The results are counts, not times; `examples/tests/request_floor.rs` checks smaller tenants against the floor. With `--test`,
//! the tenant has 200 jobs.

#![allow(clippy::print_stdout, reason = "a bench tells what it counted")]

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use benches::figures::{RequestCounts, RequestFigures};
use benches::pictures;
use bytes::Bytes;
use chrono::{DateTime, Duration, NaiveTime, Utc};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, Opportunity, OpportunityModel};
use http::{Request, Response};
use servicetitan_client::{
    Environment, RequestLimits, ServiceTitan, TenantId, Transport, TransportFailure, TransportKind,
};
use simulator::{ChangeKind, ReferenceReads, Server, Simulator, SimulatorConfig};
use sync_core::{
    Clock, Engine, Integration, MemoryStore, OpportunitySink, ServiceTitanSource, SinkError, Upserted,
};

/// Transport to the simulated ServiceTitan, without sockets.
struct InProcess(Arc<Simulator>);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let answer = self.0.call(Server::ServiceTitan, &request).await;
        answer.map_err(|broken| TransportFailure::new(TransportKind::Broken, broken.to_string()))
    }
}

/// The simulated world's clock as the host's, so that an hour of the world is an hour of the engine.
struct WorldClock(Arc<Simulator>);

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.world().now()
    }

    async fn sleep(&self, duration: std::time::Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Sink that accepts every opportunity: requests to Hatch are not counted here.
struct TakesAll(&'static str);

#[async_trait]
impl OpportunitySink for TakesAll {
    fn identity(&self) -> String {
        self.0.to_owned()
    }

    async fn upsert(&self, _: &Opportunity) -> Result<Upserted, SinkError> {
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn integration(name: &'static str, model: OpportunityModel) -> Result<Integration, Box<dyn Error>> {
    let mut config = MapperConfig::new(model, format!("custom:{name}"));
    config.selection = ObjectSelection::all(model);
    Ok(Integration::new(name, Mapper::new(config)?, Arc::new(TakesAll(name))))
}

async fn engine(simulator: &Arc<Simulator>) -> Result<Engine, Box<dyn Error>> {
    let credentials = simulator.credentials();
    let url = simulator.servicetitan_url();
    let client = ServiceTitan::builder(Environment::custom(url, url)?)
        .app_key(credentials.app_key)
        .credentials(credentials.client_id, credentials.client_secret)
        .tenant(TenantId(credentials.tenant))
        .limits(RequestLimits::per_second(100_000))
        .transport(Arc::new(InProcess(Arc::clone(simulator))))
        .build()?;
    let source = ServiceTitanSource::new(client);
    let engine = Engine::builder("bench", Arc::new(source), Arc::new(MemoryStore::new()))
        .clock(Arc::new(WorldClock(Arc::clone(simulator))))
        // The floor reckons without reconciliations.
        .reconcile_every(None)
        .integration(integration("jobs", OpportunityModel::Job)?)
        .integration(integration("memberships", OpportunityModel::Membership)?)
        .open()
        .await?;
    Ok(engine)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let jobs = if is_test { 200 } else { 10_000 };
    let now = DateTime::from_timestamp(1_790_000_000, 0);
    let config = SimulatorConfig { seed: 1, jobs, memberships: jobs / 10, now, ..SimulatorConfig::default() };
    let simulator = Arc::new(Simulator::in_process(config));
    let world = simulator.world();
    let start = (world.now() - Duration::days(90)).date_naive().and_time(NaiveTime::MIN).and_utc();
    let one_by_one = world.requests_one_by_one(start);
    let mut reckoning = world.reckon_requests_with(start, ReferenceReads::Every(Duration::hours(1)));
    let engine = engine(&simulator).await?;

    println!("{jobs} jobs, {} memberships\n", jobs / 10);
    println!("| | engine | floor | ratio | one request for each object |\n|---|---|---|---|---|");
    let mut cycles = Vec::new();
    let mut cycle = async |what: &str,
                           in_picture: &str,
                           one_by_one: Option<u64>|
           -> Result<(), Box<dyn Error>> {
        simulator.reset_stats();
        engine.sync_once().await?;
        let stats = simulator.stats();
        let expired: u64 =
            stats.servicetitan.iter().filter(|((_, status), _)| *status == 401).map(|(_, count)| count).sum();
        let (made, floor) = (stats.servicetitan_requests() - expired, reckoning.next_floor().total());
        let hundredths = (made * 100 + floor / 2) / floor;
        println!(
            "| {what} | {made} | {floor} | {}.{:02} | {} |",
            hundredths / 100,
            hundredths % 100,
            one_by_one.map_or_else(String::new, |requests| requests.to_string())
        );
        cycles.push(RequestCounts { cycle: in_picture.to_owned(), engine: made, floor, one_by_one });
        Ok(())
    };
    cycle("backfill of 90 days", "backfill of 90 days", Some(one_by_one)).await?;
    cycle("idle cycle", "idle cycle", None).await?;
    world.advance(Duration::hours(1));
    let after_an_hour = "idle cycle after an hour, which reads the reference tables";
    cycle(after_an_hour, "idle cycle, with reference tables", None).await?;
    let kinds = [ChangeKind::JobChanged, ChangeKind::JobAdded, ChangeKind::JobCanceled];
    world.mutate_only(&kinds, 1, jobs / 100);
    cycle("cycle after changes to 1 % of the jobs", "1 % of the jobs changed", None).await?;
    if !is_test {
        pictures::publish(&RequestFigures { cycles });
    }
    Ok(())
}

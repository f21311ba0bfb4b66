//! What PostgreSQL costs the engine: CPU of the engine's process for each delivered opportunity, and for each record that is only read, beside
//! the same with the memory store in the same run. The simulator is another process, and so is the server that `POSTGRES_URL` names.
//!
//! ```sh
//! .ci/postgres cargo run --release -p postgres-store --example engine_cpu -- [jobs] [rounds]
//! ```

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::DateTime;
use cpu_time::ProcessTime;
use hatch_mapping::{Mapper, MapperConfig, Opportunity, OpportunityModel};
use postgres_store::{PostgresOptions, PostgresStore};
use servicetitan_client::{Environment, RequestLimits, ServiceTitan, TenantId};
use simulator::{Simulator, SimulatorConfig};
use sync_core::{
    Engine, Integration, MemoryStore, OpportunitySink, ServiceTitanSource, SinkError, Store, Upserted,
};

type Failure = Box<dyn Error>;

/// Writes each opportunity as JSON, as a sink over HTTP would, and keeps nothing.
struct Serialising {
    name: &'static str,
    delivered: Arc<AtomicUsize>,
}

#[async_trait]
impl OpportunitySink for Serialising {
    fn identity(&self) -> String {
        self.name.to_owned()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        let body = serde_json::to_vec(opportunity).unwrap_or_default();
        self.delivered.fetch_add(usize::from(!body.is_empty()), Ordering::Relaxed);
        Ok(Upserted::default())
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn config(jobs: usize) -> SimulatorConfig {
    let now = DateTime::from_timestamp(1_790_000_000, 0);
    SimulatorConfig { seed: 1, jobs, memberships: jobs / 10, now, ..SimulatorConfig::default() }
}

/// The simulator's process; it ends with this value.
struct Tenant {
    process: Child,
    url: String,
}

impl Tenant {
    fn start(jobs: usize) -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--simulate", &jobs.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        let output = process.stdout.take().ok_or("the simulator has no output")?;
        BufReader::new(output).read_line(&mut url)?;
        Ok(Tenant { process, url: url.trim().to_owned() })
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

async fn engine(
    url: &str,
    connection: &str,
    store: Arc<dyn Store>,
    delivered: &Arc<AtomicUsize>,
) -> Result<Engine, Failure> {
    // The credentials grow from the seed alone.
    let credentials = Simulator::in_process(config(1)).credentials();
    let client = ServiceTitan::builder(Environment::custom(url, url)?)
        .app_key(credentials.app_key)
        .credentials(credentials.client_id, credentials.client_secret)
        .tenant(TenantId(credentials.tenant))
        .limits(RequestLimits::per_second(100_000))
        .build()?;
    let mut builder = Engine::builder(connection, Arc::new(ServiceTitanSource::new(client)), store);
    for (name, model) in [("jobs", OpportunityModel::Job), ("memberships", OpportunityModel::Membership)] {
        let mapper = Mapper::new(MapperConfig::new(model, format!("custom:{name}")))?;
        let sink = Serialising { name, delivered: Arc::clone(delivered) };
        builder = builder.integration(Integration::new(name, mapper, Arc::new(sink)));
    }
    Ok(builder.open().await?)
}

/// CPU and time of a backfill in its two parts.
#[derive(Default, Clone, Copy)]
struct Costs {
    feeds: Duration,
    records: usize,
    rest: Duration,
    delivered: usize,
    elapsed: Duration,
}

impl Costs {
    fn micros_of_each_opportunity(&self) -> f64 {
        (self.feeds + self.rest).as_secs_f64() * 1e6 / self.delivered as f64
    }

    fn micros_of_each_record(&self) -> f64 {
        self.feeds.as_secs_f64() * 1e6 / self.records as f64
    }
}

async fn backfill(url: &str, connection: &str, store: Arc<dyn Store>) -> Result<Costs, Failure> {
    let delivered = Arc::default();
    let engine = engine(url, connection, store, &delivered).await?;
    let (began, start) = (Instant::now(), ProcessTime::now());
    let mut records = 0;
    for feed in engine.feeds() {
        loop {
            let page = engine.ingest_page(feed).await?;
            records += page.records;
            if !page.has_more {
                break;
            }
        }
    }
    let feeds = start.elapsed();
    engine.sync_once().await?;
    let rest = start.elapsed() - feeds;
    Ok(Costs { feeds, records, rest, delivered: delivered.load(Ordering::Relaxed), elapsed: began.elapsed() })
}

async fn measure(jobs: usize, rounds: usize) -> Result<(), Failure> {
    let url = std::env::var("POSTGRES_URL").map_err(|_| "POSTGRES_URL names no server")?;
    let tenant = Tenant::start(jobs)?;
    let options = PostgresOptions::from_url(&url)?.schema(format!("engine cpu {}", std::process::id()));
    let postgres = Arc::new(PostgresStore::open(&options).await?);
    println!("{jobs} jobs, {} memberships, default selections, a sink that only serialises\n", jobs / 10);
    println!(
        "| store | CPU of each opportunity | of each record read from feeds | elapsed |\n|---|---|---|---|"
    );
    let mut best = [None::<Costs>; 2];
    for round in 0..rounds {
        // In turns, so that a noisy machine treats both alike.
        for (index, name) in ["memory", "PostgreSQL"].into_iter().enumerate() {
            let store: Arc<dyn Store> = if index == 0 {
                Arc::new(MemoryStore::new())
            } else {
                Arc::clone(&postgres) as Arc<dyn Store>
            };
            let costs = backfill(&tenant.url, &format!("round {round}"), store).await?;
            println!(
                "| {name} | {:.0} µs | {:.1} µs | {:.1} s |",
                costs.micros_of_each_opportunity(),
                costs.micros_of_each_record(),
                costs.elapsed.as_secs_f64()
            );
            let better = best[index].is_none_or(|best| costs.feeds + costs.rest < best.feeds + best.rest);
            if better {
                best[index] = Some(costs);
            }
        }
    }
    if let [Some(memory), Some(durable)] = best {
        println!(
            "\nPostgreSQL in units of the memory store, best of {rounds} rounds: {:.2} for each opportunity (goal: 2), {:.2} for each \
             record",
            durable.micros_of_each_opportunity() / memory.micros_of_each_opportunity(),
            durable.micros_of_each_record() / memory.micros_of_each_record()
        );
    }
    print_sizes(&url, &postgres.schema(), jobs * rounds).await
}

/// What the tables take, indexes and what lies outside of rows included.
async fn print_sizes(url: &str, schema: &str, jobs: usize) -> Result<(), Failure> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    let sizes = "SELECT relname::text, pg_total_relation_size(pg_class.oid), pg_indexes_size(pg_class.oid)
                 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                 WHERE nspname = $1 AND relkind = 'r' ORDER BY 2 DESC LIMIT 6";
    println!("\n| table | rows for each job | bytes for each job | of that in indexes |\n|---|---|---|---|");
    for row in client.query(sizes, &[&schema]).await? {
        let (table, bytes, indexes): (String, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let count = format!("SELECT count(*) FROM \"{schema}\".{table}");
        let rows: i64 = client.query_one(&count, &[]).await?.try_get(0)?;
        let each = |amount: i64| amount as f64 / jobs as f64;
        println!("| {table} | {:.1} | {:.0} | {:.0} |", each(rows), each(bytes), each(indexes));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: usize| -> usize {
        arguments.get(index).and_then(|argument| argument.parse().ok()).unwrap_or(default)
    };
    if arguments.first().is_some_and(|argument| argument == "--simulate") {
        let simulator = Simulator::start(config(number(1, 10_000))).await?;
        println!("{}", simulator.servicetitan_url());
        return std::future::pending().await;
    }
    measure(number(0, 10_000), number(1, 3)).await
}

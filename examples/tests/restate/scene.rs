//! The scene: simulator, servers, workers.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use simulator::{FaultKind, FaultPlan, Simulator, SimulatorConfig, TenantHandle};
use tempfile::TempDir;

use crate::crew::Program;
use crate::postgres_schema::Schema;
use crate::pushing::Pushing;
use crate::servers::Restate;

/// Number of workers.
pub const WORKERS: usize = 3;

/// Requests per second of a tenant, and per ten seconds of a key of Hatch, over which the simulator answers 429.
const SERVICETITAN_LIMIT: u32 = 60;
const HATCH_LIMIT: u32 = 100;

/// Seconds between two cycles of a tenant: longer for many tenants, since one machine plays all parts.
fn rhythm(tenants: usize) -> String {
    (tenants / 4).max(10).to_string()
}

/// The deadline of a worker's call to ServiceTitan, in seconds.
const DEADLINE: &str = "6";

/// Upper bound of the time until everything is quiet: the longest rest of a note that may have been written, and some cycles, which are longer
/// for many tenants.
fn quiet_within(tenants: usize) -> Duration {
    Duration::from_secs(900 + 5 * tenants as u64)
}

pub struct Scene {
    pub simulator: Simulator,
    pub restate: Restate,
    pub schema: Schema,
    /// `None` for a worker that is down.
    pub workers: Vec<Option<Program>>,
    pub pushing: Pushing,
    _intake: Program,
    port: u16,
    folder: TempDir,
    /// Writes that the store refused, of workers that are gone.
    fenced_before: u64,
}

impl Scene {
    /// Starts everything, and registers the workers.
    pub async fn set(seed: u64, tenants: u64) -> Self {
        let config = SimulatorConfig {
            seed,
            tenants: usize::try_from(tenants).expect("a number"),
            jobs: 40,
            memberships: 8,
            export_page_size: 25,
            undocumented_page_caps: true,
            reveal_revisions: true,
            hatch_bodies: Some(true),
            whole_records_up_to: usize::MAX,
            servicetitan_rate_limit: Some(SERVICETITAN_LIMIT),
            hatch_rate_limit: Some(HATCH_LIMIT),
            faults: trouble(seed),
            ..SimulatorConfig::default()
        };
        let simulator = Simulator::start(config).await.expect("the simulator starts");
        let folder = tempfile::tempdir().expect("a folder");
        let listed = listed(&simulator);
        std::fs::write(folder.path().join("tenants.json"), listed.to_string()).expect("a file");
        let restate = Restate::from_environment();
        let schema = Schema::fresh();
        let port = free_port();
        let mut intake = Program::start(
            &["intake", "--listen", "127.0.0.1:0", "--restate", restate.ingress(), "--tenants"]
                .into_iter()
                .chain(host_arguments(&folder, &schema).iter().map(String::as_str))
                .collect::<Vec<_>>(),
            &folder.path().join("intake.log"),
        );
        let url = intake.ready().await["url"].as_str().expect("a URL").to_owned();
        let mut scene = Scene {
            pushing: Pushing::new(url),
            simulator,
            restate,
            schema,
            workers: (0..WORKERS).map(|_| None).collect(),
            _intake: intake,
            port,
            folder,
            fenced_before: 0,
        };
        for number in 0..WORKERS {
            scene.start_worker(number);
        }
        for worker in scene.workers.iter_mut().flatten() {
            worker.ready().await;
        }
        scene.restate.register(&format!("http://127.0.0.1:{port}")).await;
        scene
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a worker that is down.
    pub fn start_worker(&mut self, number: usize) {
        let host = host_arguments(&self.folder, &self.schema);
        let listen = format!("127.0.0.1:{}", self.port);
        let rhythm = rhythm(self.tenants().len());
        let mut arguments = vec!["work", "--listen", &listen, "--rhythm", &rhythm, "--tenants"];
        arguments.extend(host.iter().map(String::as_str));
        let log = self.log(&format!("worker-{number}.log"));
        self.workers[number] = Some(Program::start(&arguments, &log));
    }

    /// Kills a worker. Returns whether it was there.
    pub fn kill_worker(&mut self, number: usize) -> bool {
        let Some(mut worker) = self.workers[number].take() else { return false };
        self.fenced_before += fenced(&worker);
        worker.kill();
        true
    }

    /// Returns whether a worker is up. One that was started while PostgreSQL was away has ended by itself, and is started again as by any
    /// supervisor.
    pub fn is_running(&mut self, number: usize) -> bool {
        let is_up = self.workers[number].as_mut().is_some_and(Program::is_running);
        if !is_up && let Some(worker) = self.workers[number].take() {
            self.fenced_before += fenced(&worker);
        }
        is_up
    }

    fn last_words(&self, number: usize) -> String {
        std::fs::read_to_string(self.log(&format!("worker-{number}.log"))).unwrap_or_default()
    }

    /// Number of writes that the store refused to stale workers.
    pub fn fenced(&self) -> u64 {
        self.fenced_before + self.workers.iter().flatten().map(fenced).sum::<u64>()
    }

    pub fn tenants(&self) -> Vec<TenantHandle> {
        self.simulator.tenants().collect()
    }

    /// Begins a cycle of every tenant, and its rhythm.
    pub async fn start_tenants(&self) {
        for tenant in self.tenants() {
            let connection = connection(&tenant);
            let started = self.restate.call("Connection", &connection, "sync_now").await;
            assert!(started.is_some(), "{connection} was not started");
        }
    }

    /// Ends the faults, and waits until nothing is left to do. Returns how long that took.
    pub async fn calm_down(&mut self) -> Duration {
        self.simulator.clear_faults();
        for number in 0..WORKERS {
            if !self.is_running(number) {
                self.start_worker(number);
            }
        }
        for tenant in self.tenants() {
            tenant.world().mend();
        }
        self.pushing.repeat_refused().await;
        let began = Instant::now();
        // Nothing changes any more: a tenant that is quiet stays so, and the verdict looks at all of them once more.
        let mut left = self.left(self.tenants()).await;
        while !left.is_empty() {
            assert!(
                began.elapsed() < quiet_within(self.tenants().len()),
                "it is not quiet: {}\n{}",
                left.iter().flat_map(|(_, lines)| lines).map(String::as_str).collect::<Vec<_>>().join("\n"),
                (0..WORKERS).map(|number| self.last_words(number)).collect::<String>()
            );
            tokio::time::sleep(Duration::from_secs(1)).await;
            left = self.left(left.into_iter().map(|(tenant, _)| tenant).collect()).await;
        }
        began.elapsed()
    }
}

/// Faults that pass, without those that the tenants' limits are told by: any 429 is one too many.
fn trouble(seed: u64) -> FaultPlan {
    FaultPlan::light(seed).without(|kind| {
        matches!(
            kind,
            FaultKind::TooManyRequests { .. }
                | FaultKind::TooManyRequestsInTitle { .. }
                | FaultKind::TimedOut { .. }
        )
    })
}

/// The name of a tenant's connection.
pub fn connection(tenant: &TenantHandle) -> String {
    format!("tenant-{}", tenant.credentials().tenant)
}

fn fenced(worker: &Program) -> u64 {
    worker.said().and_then(|said| said["fenced"].as_u64()).unwrap_or_default()
}

/// The values of `--tenants` and of the options that workers and intake share.
fn host_arguments(folder: &TempDir, schema: &Schema) -> Vec<String> {
    let tenants = folder.path().join("tenants.json").display().to_string();
    let limits = [SERVICETITAN_LIMIT.to_string(), HATCH_LIMIT.to_string()];
    let [servicetitan, hatch] = limits;
    [
        &tenants,
        "--schema",
        &schema.name,
        "--servicetitan-limit",
        &servicetitan,
        "--hatch-limit",
        &hatch,
        "--deadline",
        DEADLINE,
        "--reference-tables-every",
        "0",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// A port that is free now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The tenants, as the simulator's own program lists them.
fn listed(simulator: &Simulator) -> Value {
    let tenants: Vec<Value> = simulator
        .tenants()
        .map(|tenant| {
            let credentials = tenant.credentials();
            let hatch = tenant.hatch_departments().map(|department| {
                json!({ "name": department.name, "source": department.source, "apiKey": department.api_key.expose_secret() })
            });
            json!({
                "tenant": credentials.tenant, "appKey": credentials.app_key.expose_secret(),
                "clientId": credentials.client_id, "clientSecret": credentials.client_secret.expose_secret(),
                "webhookKey": credentials.webhook_key.expose_secret(), "hatch": hatch,
            })
        })
        .collect();
    json!({"servicetitanUrl": simulator.servicetitan_url(), "hatchUrl": simulator.hatch_url(), "tenants": tenants})
}

//! One seed: a history of a tenant with faults and crashes, and what has to hold at its end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use servicetitan_client::{Environment, ServiceTitan, TenantId};
use simulator::{FaultKind, FaultPlan, HatchDepartment, Simulator, SimulatorConfig, WorldHandle};
use sql_store::SqlStore;
use sync_core::{
    Engine, Integration, MemoryStore, ReferenceChanges, SWEEP_EVERY, ServiceTitanSource, SourceErrorKind,
    Store, SyncError, SyncReport,
};

use crate::chaos::Chaos;
use crate::crashing_store::{CrashingStore, held};
use crate::expectation;
use crate::host_clock::HostClock;
use crate::in_process::{Department, InProcess};

const CONNECTION: &str = "tenant";
const MODELS: [(&str, OpportunityModel); 2] =
    [("jobs", OpportunityModel::Job), ("memberships", OpportunityModel::Membership)];

/// A run is quiet long before this many; one that never gets quiet has failed.
const RUNS_UNTIL_QUIET: usize = 30;

/// What a seed went through, to see that the test tries something.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Travelled {
    pub lives: u64,
    pub crashes: u64,
    pub failed_runs: u64,
    pub upserts: u64,
    pub opportunities: u64,
    pub requests: u64,
    pub faults: u64,
    pub changes: u64,
    pub mended: u64,
}

struct Scenario {
    seed: u64,
    simulator: Arc<Simulator>,
    chaos: Arc<Chaos>,
    store: Arc<dyn Store>,
    storage: Storage,
    clock: Arc<HostClock>,
    /// Sweeps would hide what the feeds lose, so most seeds do without.
    sweeps: bool,
    mappers: Vec<Mapper>,
    /// How many changes the office made.
    changes: Arc<AtomicU64>,
}

/// Where the engine keeps its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    Memory,
    Sqlite,
}

/// Lives through the history of a seed, and says what is wrong at its end.
pub async fn run(seed: u64, storage: Storage) -> Result<Travelled, String> {
    let mut dice = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let store: Arc<dyn Store> = match storage {
        Storage::Memory => Arc::new(MemoryStore::new()),
        Storage::Sqlite => {
            let store = held(true, SqlStore::open(folder.path().join("sync.db"))).await;
            Arc::new(store.map_err(|error| error.to_string())?)
        }
    };
    let scenario = Scenario::new(seed, store, storage, &mut dice);
    let mut travelled = Travelled::default();
    for _ in 0..dice.random_range(2..8) {
        scenario.plan_trouble(&mut dice);
        scenario.open_office(&mut dice);
        scenario.live(&mut dice, &mut travelled).await?;
    }
    scenario.chaos.close_office();
    scenario.simulator.clear_faults();
    scenario.chaos.begin_life(None);
    scenario.run_until_quiet(&mut travelled).await?;
    travelled.changes = scenario.changes.load(Ordering::SeqCst);
    travelled.faults = scenario.simulator.stats().faults.values().sum();
    travelled.requests = scenario.simulator.stats().servicetitan_requests();
    travelled.upserts = scenario.simulator.hatch().total_upserts();
    scenario.verdict(&mut travelled).await?;
    Ok(travelled)
}

impl Scenario {
    fn new(seed: u64, store: Arc<dyn Store>, storage: Storage, dice: &mut StdRng) -> Self {
        let config = SimulatorConfig {
            seed,
            jobs: dice.random_range(3..25),
            memberships: dice.random_range(0..8),
            now: DateTime::from_timestamp(1_750_000_000, 0),
            export_page_size: dice.random_range(2..40),
            max_page_size: dice.random_range(3..60),
            undocumented_page_caps: true,
            reveal_revisions: true,
            ..SimulatorConfig::default()
        };
        let mapper = |model| {
            let mut config = MapperConfig::new(model, source_of(model));
            config.selection = ObjectSelection::all(model);
            Mapper::new(config).expect("a mapper")
        };
        Scenario {
            seed,
            simulator: Arc::new(Simulator::in_process(config)),
            chaos: Chaos::new(),
            store,
            storage,
            clock: Arc::new(HostClock::new()),
            sweeps: dice.random_bool(0.2),
            changes: Arc::default(),
            mappers: MODELS.iter().map(|(_, model)| mapper(*model)).collect(),
        }
    }

    /// Faults for this life: none, some, or everything at once.
    fn plan_trouble(&self, dice: &mut StdRng) {
        let seed = dice.random();
        let plan = match dice.random_range(0..5) {
            0 => FaultPlan::none(),
            1 => FaultPlan::light(seed),
            // Everything arrives, and nobody hears of it.
            2 => {
                let mut plan = FaultPlan::light(seed);
                plan.per_thousand = 200;
                plan.kinds = vec![FaultKind::BrokenAfter];
                plan
            }
            _ => {
                let mut plan = FaultPlan::heavy(seed);
                plan.kinds.push(FaultKind::Forbidden);
                plan
            }
        };
        self.simulator.plan_faults(plan);
        if dice.random_bool(0.2) {
            self.clock.jump(dice.random_range(-200_000..200_000));
        }
    }

    /// The office changes something before some of the requests.
    fn open_office(&self, dice: &mut StdRng) {
        let (world, changes) = (self.simulator.world(), Arc::clone(&self.changes));
        let mut office = StdRng::seed_from_u64(dice.random());
        let busy = dice.random_range(0.0..0.15);
        let undecided = if dice.random_bool(0.4) { undecided_estimate(&world, dice) } else { None };
        self.chaos.let_work(move || {
            let made = match undecided {
                // The job that it comes to and leaves again has the very content that it had before.
                Some((estimate, jobs)) if office.random_bool(0.06) => {
                    let job = jobs[office.random_range(0..2)];
                    usize::from(world.set("estimates", estimate, json!({ "jobId": job })).is_ok())
                }
                _ if office.random_bool(busy) => world.mutate(office.random(), 1).len(),
                _ => 0,
            };
            changes.fetch_add(made as u64, Ordering::SeqCst);
        });
    }

    /// One life of the host: engine built, some runs, perhaps a crash.
    async fn live(&self, dice: &mut StdRng, travelled: &mut Travelled) -> Result<(), String> {
        let crash_at = dice.random_bool(0.7).then(|| dice.random_range(1..300_u64));
        self.chaos.begin_life(crash_at);
        travelled.lives += 1;
        let runs = async {
            let engine = self.engine().await?;
            for _ in 0..dice.random_range(1..4) {
                let meanwhile = pull_meanwhile(&engine, StdRng::seed_from_u64(dice.random()));
                match futures::join!(engine.sync_once(), meanwhile).0 {
                    Ok(_) => {}
                    Err(error) if error.is_temporary() => travelled.failed_runs += 1,
                    // Two tokens in a row were revoked, or a scope was taken away: for all that the client can tell, for good.
                    Err(SyncError::Source(error))
                        if matches!(error.kind, SourceErrorKind::Auth | SourceErrorKind::MissingScope) =>
                    {
                        travelled.failed_runs += 1;
                    }
                    Err(error) => return Err(format!("a run failed for good: {error}")),
                }
            }
            Ok(())
        };
        tokio::select! {
            biased;
            ended = runs => ended,
            () = self.chaos.crash() => {
                travelled.crashes += 1;
                Ok(())
            }
        }
    }

    async fn engine(&self) -> Result<Engine, String> {
        let credentials = self.simulator.credentials();
        let url = self.simulator.servicetitan_url();
        let transport = InProcess { simulator: Arc::clone(&self.simulator), chaos: Arc::clone(&self.chaos) };
        let client = ServiceTitan::builder(Environment::custom(url, url).map_err(|error| error.to_string())?)
            .app_key(credentials.app_key)
            .credentials(credentials.client_id, credentials.client_secret)
            .tenant(TenantId(credentials.tenant))
            .transport(Arc::new(transport))
            .jitter_seed(self.seed)
            .build()
            .map_err(|error| error.to_string())?;
        let store = CrashingStore {
            inner: Arc::clone(&self.store),
            chaos: Arc::clone(&self.chaos),
            has_threads: self.storage == Storage::Sqlite,
        };
        let mut builder =
            Engine::builder(CONNECTION, Arc::new(ServiceTitanSource::new(client)), Arc::new(store))
                .clock(Arc::<HostClock>::clone(&self.clock))
                .reference_changes(ReferenceChanges::Touch)
                .sweep_every(self.sweeps.then_some(SWEEP_EVERY));
        for ((name, _), (mapper, department)) in
            MODELS.iter().zip(self.mappers.iter().zip(self.simulator.hatch_departments()))
        {
            builder = builder.integration(Integration::new(*name, mapper.clone(), self.sink(department)));
        }
        builder.open().await.map_err(|error| format!("the engine could not be opened: {error}"))
    }

    fn sink(&self, department: HatchDepartment) -> Arc<Department> {
        Arc::new(Department {
            simulator: Arc::clone(&self.simulator),
            chaos: Arc::clone(&self.chaos),
            department,
        })
    }

    /// Nothing fails any more, and what faults damaged changes once more: runs until one sends nothing.
    async fn run_until_quiet(&self, travelled: &mut Travelled) -> Result<(), String> {
        travelled.mended = self.simulator.world().mend().len() as u64;
        let engine = self.engine().await?;
        for _ in 0..RUNS_UNTIL_QUIET {
            let report =
                engine.sync_once().await.map_err(|error| format!("a run without faults: {error}"))?;
            if is_quiet(&report)? {
                return Ok(());
            }
        }
        Err(format!("it is not quiet after {RUNS_UNTIL_QUIET} runs"))
    }

    /// The design's first promise.
    async fn verdict(&self, travelled: &mut Travelled) -> Result<(), String> {
        let start = held(self.storage == Storage::Sqlite, self.store.value(CONNECTION, "start")).await;
        let start = start.map_err(|error| error.to_string())?;
        let start: DateTime<Utc> =
            start.and_then(|start| start.parse().ok()).ok_or("the store has no start date")?;
        let mut wrong = Vec::new();
        for mapper in &self.mappers {
            let expected = expectation::bodies(&self.simulator.world(), mapper, start);
            let held: BTreeMap<_, _> = self.simulator.hatch().last_bodies(&mapper.config().source);
            travelled.opportunities += expected.len() as u64;
            wrong.extend(expectation::differences(&expected, &held));
            let back = self.simulator.hatch().steps_back(&mapper.config().source);
            wrong
                .extend(back.iter().map(|step| format!("sent from an older revision than before: {step:?}")));
        }
        let unknown = self.simulator.stats().unknown_parameters;
        if !unknown.is_empty() {
            wrong.push(format!("parameters that ServiceTitan ignores: {unknown:?}"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }
}

fn source_of(model: OpportunityModel) -> &'static str {
    match model {
        OpportunityModel::Job => "custom:servicetitan-jobs",
        OpportunityModel::Membership => "custom:servicetitan-memberships",
    }
}

fn is_quiet(report: &SyncReport) -> Result<bool, String> {
    for (resource, feed) in &report.feeds {
        if let Some(error) = &feed.error {
            return Err(format!("without faults the feed of {resource} fails: {error}"));
        }
    }
    let mut quiet = true;
    for (name, it) in &report.integrations {
        if let Some(error) = &it.error {
            return Err(format!("without faults delivery to {name} fails: {error}"));
        }
        quiet &= it.delivered + it.rejected + it.waiting == 0;
    }
    Ok(quiet)
}

/// An estimate, and two jobs that it may belong to.
fn undecided_estimate(world: &WorldHandle, dice: &mut StdRng) -> Option<(i64, [i64; 2])> {
    let pick =
        |from: &[i64], dice: &mut StdRng| (!from.is_empty()).then(|| from[dice.random_range(0..from.len())]);
    let jobs = world.jobs_with_open_estimate();
    let job = pick(&jobs, dice)?;
    let estimate = pick(&world.open_estimates_of(job), dice)?;
    Some((estimate, [job, pick(&world.ids("jobs"), dice)?]))
}

/// Steps that a host's own job queue takes beside a run: what they mark while it is being delivered has to be delivered again.
async fn pull_meanwhile(engine: &Engine, mut dice: StdRng) {
    if dice.random_bool(0.6) {
        return;
    }
    let feeds = engine.feeds();
    for _ in 0..dice.random_range(1..30) {
        // A step that fails is the next run's affair.
        let _ = engine.pull_page(feeds[dice.random_range(0..feeds.len())]).await;
    }
}

//! One seed: a history of a tenant with faults and crashes, and the checks at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use postgres_store::PostgresStore;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use servicetitan_client::TenantId;
use servicetitan_client::webhooks::WebhookVerifier;
use simulator::{ChangeKind, FaultKind, FaultPlan, Simulator, SimulatorConfig};
use sqlite_store::SqliteStore;
use sync_core::testing::HookedStore;
use sync_core::{
    Engine, MemoryStore, RECONCILE_EVERY, ReferenceChanges, ServiceTitanSource, SourceErrorKind, Store,
    SyncError, SyncReport,
};

use crate::beside::Host;
use crate::chaos::Chaos;
use crate::expectation;
use crate::host_clock::HostClock;
use crate::host_integrations::{self, HostIntegration};
use crate::in_process::InProcess;
use crate::office::{Ledger, Office, undecided_estimate};
use crate::postgres_schema::Schema;
use crate::simulated;
use crate::store_hook::{CrashingStore, held};

const CONNECTION: &str = "tenant";

/// In one of this number of seeds, the host has one more integration, and changes its configuration in each life unless that would hide losses.
const RECONFIGURED_EVERY: u64 = 5;

/// In one of these numbers of seeds, operators work alongside the runs, and finished records are pruned.
const OPERATED_EVERY: u64 = 4;
const PRUNED_EVERY: u64 = 3;

/// In one of this number of seeds, calls of the store take time, in which other tasks continue.
const SLOW_STORE_EVERY: u64 = 2;

/// In one of this number of seeds, feeds hold back their newest changes.
const HELD_BACK_EVERY: u64 = 2;

const DAY: u64 = 24 * 60 * 60;

/// Number of runs after which a history without a quiet run has failed.
const RUNS_UNTIL_QUIET: usize = 30;

/// Counts of a seed's history, which show that the test tries something.
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
    pub left_out: u64,
}

struct Scenario {
    seed: u64,
    simulator: Arc<Simulator>,
    chaos: Arc<Chaos>,
    store: Arc<dyn Store>,
    storage: Storage,
    clock: Arc<HostClock>,
    /// Reconciliation would repair what the feeds lose, so most seeds do without it.
    reconciles: bool,
    /// Time after which a finished record is pruned from the mirror.
    retention: Option<Duration>,
    /// Integrations of the host at the end.
    integrations: Vec<HostIntegration>,
    /// True if nothing makes the engine re-evaluate every opportunity, which would hide losses.
    without_reevaluation: bool,
    ledger: Arc<Ledger>,
}

/// Store of the engine's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    Memory,
    Sqlite,
    Postgres,
}

/// Runs the history of a seed. The error lists the violations at its end.
pub async fn run(seed: u64, storage: Storage) -> Result<Travelled, String> {
    let mut dice = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    // Dropped after the store.
    let mut schema = None;
    let store: Arc<dyn Store> = match storage {
        Storage::Memory => Arc::new(MemoryStore::new()),
        Storage::Sqlite => {
            let store = held(true, SqliteStore::open(folder.path().join("sync.db"))).await;
            Arc::new(store.map_err(|error| error.to_string())?)
        }
        Storage::Postgres => {
            let options = schema.insert(Schema::fresh()).options();
            let store = held(true, PostgresStore::open(&options)).await;
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
    scenario.integrations.iter().for_each(|integration| integration.simulator.clear_faults());
    scenario.chaos.begin_life(None);
    scenario.run_until_quiet(&mut travelled).await?;
    travelled.changes = scenario.ledger.changes();
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
            hold_back: if seed.is_multiple_of(HELD_BACK_EVERY) {
                chrono::Duration::minutes(10)
            } else {
                chrono::Duration::zero()
            },
            ..SimulatorConfig::default()
        };
        let simulator = Arc::new(Simulator::in_process(config));
        let mut integrations = host_integrations::both_models(&simulator);
        if seed % RECONFIGURED_EVERY == RECONFIGURED_EVERY - 1 {
            integrations.push(host_integrations::jobs_elsewhere());
        }
        Scenario {
            seed,
            integrations,
            simulator,
            chaos: Chaos::new(),
            store,
            storage,
            clock: Arc::new(HostClock::new()),
            reconciles: dice.random_bool(0.2),
            without_reevaluation: dice.random_bool(0.5),
            retention: (seed % PRUNED_EVERY == 1).then(|| Duration::from_secs((seed % 50 + 2) * DAY)),
            ledger: Arc::default(),
        }
    }

    /// Plans the faults for this life: none, some, or all kinds.
    fn plan_trouble(&self, dice: &mut StdRng) {
        let seed = dice.random();
        let plan = match dice.random_range(0..5) {
            0 => FaultPlan::none(),
            1 => FaultPlan::light(seed),
            // Every request is carried out, but the answer is lost.
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
        let plan = if self.without_reevaluation { without_lasting_damage(plan) } else { plan };
        for integration in &self.integrations {
            integration.simulator.plan_faults(plan.clone());
        }
        if dice.random_bool(0.2) {
            self.clock.jump(dice.random_range(-200_000..200_000));
        }
        if self.retention.is_some() {
            // The engine prunes once a day.
            self.clock.jump(90_000);
        }
    }

    /// Opens the office, which changes the tenant while the engine works.
    fn open_office(&self, dice: &mut StdRng) {
        let world = self.simulator.world();
        let undecided = if dice.random_bool(0.4) { undecided_estimate(&world, dice) } else { None };
        let mut kinds = ChangeKind::ALL.to_vec();
        if self.without_reevaluation {
            kinds.retain(|kind| *kind != ChangeKind::ReferenceChanged);
        }
        let mut office = Office {
            dice: StdRng::seed_from_u64(dice.random()),
            busy: dice.random_range(0.0..0.15),
            hasty: if dice.random_bool(0.6) { dice.random_range(0.0..0.3) } else { 0.0 },
            kinds,
            undecided,
            ledger: Arc::clone(&self.ledger),
            world,
        };
        self.chaos.let_work(move |moment| office.work(moment));
        self.chaos.set_longest_way(if dice.random_bool(0.5) { 97 } else { 4999 });
    }

    /// Lives one life of the host: opens the engine, makes some runs, and may crash.
    async fn live(&self, dice: &mut StdRng, travelled: &mut Travelled) -> Result<(), String> {
        let crash_at = dice.random_bool(0.7).then(|| dice.random_range(1..300_u64));
        self.chaos.begin_life(crash_at);
        travelled.lives += 1;
        let runs = async {
            let engine = self.engine(&self.integrations_of_life(travelled.lives)).await?;
            for _ in 0..dice.random_range(1..4) {
                match self.run_once(&engine, dice).await {
                    Ok(_) => {}
                    Err(error) if error.is_temporary() => travelled.failed_runs += 1,
                    // Two tokens in a row were revoked, or a scope was taken away. The client has to take both for permanent.
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

    /// Makes a run, in some cases with the host's own steps alongside. Steps that are unfinished at the end of the run are dropped.
    async fn run_once(&self, engine: &Engine, dice: &mut StdRng) -> Result<SyncReport, SyncError> {
        let host = Host {
            engine,
            world: self.simulator.world(),
            ledger: &self.ledger,
            webhook_key: self.simulator.credentials().webhook_key,
            integrations: self.integrations.iter().map(|integration| integration.name).collect(),
            operated: self.seed % OPERATED_EVERY == 2,
            pause: if dice.random_bool(0.5) { 100 } else { 3000 },
        };
        let alone = dice.random_bool(0.4);
        tokio::select! {
            biased;
            report = engine.sync_once() => report,
            () = host.work(dice), if !alone => unreachable!("it works until it is dropped"),
        }
    }

    /// Returns the integrations in one life of the host: in most seeds the same in each life.
    fn integrations_of_life(&self, life: u64) -> Vec<HostIntegration> {
        let mut dice = StdRng::seed_from_u64(self.seed * 100 + life);
        let is_reconfigured =
            !self.without_reevaluation && self.seed % RECONFIGURED_EVERY == RECONFIGURED_EVERY - 1;
        let mut integrations: Vec<HostIntegration> = self
            .integrations
            .iter()
            .map(
                |integration| {
                    if is_reconfigured { integration.other(&mut dice) } else { integration.clone() }
                },
            )
            .collect();
        if is_reconfigured && dice.random_bool(0.2) {
            integrations.remove(dice.random_range(0..integrations.len()));
        }
        integrations
    }

    async fn engine(&self, integrations: &[HostIntegration]) -> Result<Engine, String> {
        let credentials = self.simulator.credentials();
        let transport = InProcess { simulator: Arc::clone(&self.simulator), chaos: Arc::clone(&self.chaos) };
        let client = simulated::client(&self.simulator)
            .transport(Arc::new(transport))
            .jitter_seed(self.seed)
            .build()
            .map_err(|error| error.to_string())?;
        let hook = CrashingStore {
            chaos: Arc::clone(&self.chaos),
            has_threads: self.storage != Storage::Memory,
            is_slow: self.seed % SLOW_STORE_EVERY == 1,
        };
        let store = HookedStore::new(Arc::clone(&self.store), Arc::new(hook));
        let verifier = WebhookVerifier::new(credentials.webhook_key);
        let mut builder =
            Engine::builder(CONNECTION, Arc::new(ServiceTitanSource::new(client)), Arc::new(store))
                .webhooks(verifier.map_err(|error| error.to_string())?, TenantId(credentials.tenant))
                .clock(Arc::<HostClock>::clone(&self.clock))
                .reference_changes(ReferenceChanges::Reevaluate)
                .reconcile_every(self.reconciles.then_some(RECONCILE_EVERY));
        if let Some(retention) = self.retention {
            builder = builder.retention(retention);
        }
        for integration in integrations {
            builder = builder.integration(integration.for_engine(&self.chaos));
        }
        builder.open().await.map_err(|error| format!("the engine could not be opened: {error}"))
    }

    /// Ends all faults, changes the records once more that faults had damaged, and makes runs until one sends nothing.
    async fn run_until_quiet(&self, travelled: &mut Travelled) -> Result<(), String> {
        travelled.mended = self.simulator.world().mend().len() as u64;
        let engine = self.engine(&self.integrations).await?;
        for integration in &self.integrations {
            engine.resume(integration.name).await.map_err(|error| format!("it is not resumed: {error}"))?;
        }
        for _ in 0..RUNS_UNTIL_QUIET {
            // A change of a reference table may else come an hour later.
            let report = engine
                .sync_with_references()
                .await
                .map_err(|error| format!("a run without faults: {error}"))?;
            if is_quiet(&report)? {
                return Ok(());
            }
        }
        Err(format!("it is not quiet after {RUNS_UNTIL_QUIET} runs"))
    }

    /// Checks the engine's first promise.
    async fn verdict(&self, travelled: &mut Travelled) -> Result<(), String> {
        let start = held(self.storage != Storage::Memory, self.store.value(CONNECTION, "start")).await;
        let start = start.map_err(|error| error.to_string())?;
        let start: DateTime<Utc> =
            start.and_then(|start| start.parse().ok()).ok_or("the store has no start date")?;
        let mut wrong = Vec::new();
        for integration @ HostIntegration { mapper, simulator, .. } in &self.integrations {
            let mut expected = expectation::bodies(&self.simulator.world(), mapper, start);
            let held: BTreeMap<_, _> = simulator.hatch().last_bodies(&mapper.config().source);
            let (all, left_out) = (expected.len(), self.left_out(integration).await?);
            expected.retain(|id, _| !left_out.contains(id));
            travelled.left_out += (all - expected.len()) as u64;
            travelled.opportunities += expected.len() as u64;
            wrong.extend(expectation::differences(&expected, &held));
            let back = simulator.hatch().steps_back(&mapper.config().source);
            wrong
                .extend(back.iter().map(|step| format!("sent from an older revision than before: {step:?}")));
        }
        let unknown = self.simulator.stats().unknown_parameters;
        if !unknown.is_empty() {
            wrong.push(format!("parameters that ServiceTitan ignores: {unknown:?}"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }

    /// Returns the external IDs of erased and pruned opportunities: Hatch keeps them unchanged, until their records change again.
    async fn left_out(&self, integration: &HostIntegration) -> Result<BTreeSet<String>, String> {
        let world = self.simulator.world();
        let merges: Vec<(i64, i64)> = world
            .records("customers")
            .iter()
            .filter_map(|it| Some((it["id"].as_i64()?, it["mergedToId"].as_i64()?)))
            .collect();
        let mut erased = self.ledger.erased();
        for _ in &merges {
            let of_erased = merges.iter().filter(|(from, to)| erased.contains(from) || erased.contains(to));
            let more: Vec<i64> = of_erased.flat_map(|(from, to)| [*from, *to]).collect();
            erased.extend(more);
        }
        let mut left_out: BTreeSet<i64> = world
            .records(integration.base.name())
            .iter()
            .filter(|it| it["customerId"].as_i64().is_some_and(|id| erased.contains(&id)))
            .filter_map(|it| it["id"].as_i64())
            .collect();
        if self.retention.is_some() {
            let kept = self.store.record_ids(CONNECTION, integration.base, None, 10_000);
            let kept =
                held(self.storage != Storage::Memory, kept).await.map_err(|error| error.to_string())?;
            left_out.extend(world.ids(integration.base.name()).into_iter().filter(|id| !kept.contains(id)));
        }
        Ok(left_out.iter().map(ToString::to_string).collect())
    }
}

/// Removes the faults after which the engine re-evaluates every opportunity, or after which a change repairs the damage.
fn without_lasting_damage(mut plan: FaultPlan) -> FaultPlan {
    plan.forbidden_resource = false;
    plan.without(|kind| {
        matches!(
            kind,
            FaultKind::Forbidden
                | FaultKind::UnknownToGateway
                | FaultKind::Rejected
                | FaultKind::FieldRejected { .. }
                | FaultKind::WrongType
                | FaultKind::OddField { .. }
                | FaultKind::NoId
                | FaultKind::InvalidUtf8
        )
    })
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

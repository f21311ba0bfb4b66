//! The state of the two simulated systems, which both servers and all handles share.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use chrono::{DateTime, Duration, Utc};
use http::{HeaderValue, header};
use serde_json::Value;

use crate::answer::Answer;
use crate::config::SimulatorConfig;
use crate::credentials::{HatchDepartment, SimulatorCredentials};
use crate::dice::Dice;
use crate::faults::Faults;
use crate::generator::{self, References};
use crate::hatch::HatchState;
use crate::page_caps;
use crate::rate::RateLimit;
use crate::resources::{JOBS, MEMBERSHIPS, Resource};
use crate::stats::Stats;
use crate::store::{Object, Store};
use crate::time;
use crate::tokens::Tokens;

/// The state that all tenants share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: SimulatorConfig,
    /// The world's present before anything changes.
    now: DateTime<Utc>,
    pub(crate) faults: Faults,
    pub(crate) servicetitan_rate: RateLimit,
    pub(crate) hatch_rate: RateLimit,
    stats: Mutex<Stats>,
    tokens: Mutex<Tokens>,
}

/// The state of the two simulated systems as far as one tenant is concerned.
#[derive(Debug)]
pub(crate) struct Systems {
    shared: Arc<Shared>,
    /// The seed that the tenant's world grows from.
    seed: u64,
    pub(crate) credentials: SimulatorCredentials,
    pub(crate) departments: [HatchDepartment; 2],
    /// Grown when it is first asked for.
    grown: OnceLock<World>,
    /// The time that has passed before it was grown.
    ahead: Mutex<Duration>,
    dice: Mutex<Dice>,
    hatch: Mutex<HatchState>,
}

/// The world of a tenant.
#[derive(Debug)]
struct World {
    store: Mutex<Store>,
    references: Arc<References>,
    /// By resource, how many records its pages have at most.
    page_caps: BTreeMap<&'static str, usize>,
}

/// The largest page of a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LargestPage {
    pub(crate) records: usize,
    /// True if an undocumented cap makes the page as small as that.
    pub(crate) is_capped: bool,
}

/// The base records of each department's opportunities.
const BASE_RESOURCES: [&Resource; 2] = [&JOBS, &MEMBERSHIPS];

/// The record's ID at the end of an `externalID`, which a host may have put a prefix before.
fn record_id(external_id: &str) -> Option<i64> {
    let digits = external_id.len() - external_id.trim_end_matches(|it: char| it.is_ascii_digit()).len();
    external_id.get(external_id.len() - digits..)?.parse().ok()
}

/// A lock whose holder panicked is still good: every change to the state behind it is whole at each step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Deref for Systems {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl Shared {
    pub(crate) fn new(config: SimulatorConfig) -> Self {
        let now = config.now.unwrap_or_else(|| {
            let now = chrono::Utc::now();
            now - chrono::Duration::nanoseconds(i64::from(now.timestamp_subsec_nanos()))
        });
        let faults = Faults::default();
        faults.plan(config.faults.clone());
        Self {
            now,
            faults,
            servicetitan_rate: RateLimit::new(config.servicetitan_rate_limit, 1),
            hatch_rate: RateLimit::new(config.hatch_rate_limit, 10),
            stats: Mutex::new(Stats::default()),
            tokens: Mutex::new(Tokens::default()),
            config,
        }
    }

    pub(crate) fn stats(&self) -> MutexGuard<'_, Stats> {
        lock(&self.stats)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }
}

impl Systems {
    /// The systems for the tenant with this number, from 0.
    pub(crate) fn new(shared: &Arc<Shared>, number: u32) -> Self {
        let config = &shared.config;
        let seed = config.seed.wrapping_add(number.into());
        Self {
            seed,
            credentials: SimulatorCredentials::new((config.seed, seed), config.tenant + i64::from(number)),
            departments: HatchDepartment::both(seed),
            grown: OnceLock::new(),
            ahead: Mutex::new(Duration::zero()),
            // Another stream than the generator's, so that changes do not repeat its throws.
            dice: Mutex::new(Dice::new(seed ^ 0x5eed_cafe)),
            hatch: Mutex::new(HatchState::new(config.keeps_bodies())),
            shared: Arc::clone(shared),
        }
    }

    /// Grows the tenant's world now and not with the first request for it.
    pub(crate) fn grow(&self) {
        self.world();
    }

    fn world(&self) -> &World {
        self.grown.get_or_init(|| {
            let (config, seed) = (&self.config, self.seed);
            let (mut store, references) = generator::grow(config, (seed, self.credentials.tenant), self.now);
            store.advance(*lock(&self.ahead));
            let caps = config.undocumented_page_caps;
            let page_caps = if caps { page_caps::draw(seed, &store) } else { BTreeMap::new() };
            World { store: Mutex::new(store), references, page_caps }
        })
    }

    /// The present of the tenant's world.
    pub(crate) fn present(&self) -> DateTime<Utc> {
        match self.grown.get() {
            Some(world) => lock(&world.store).now(),
            None => self.now + *lock(&self.ahead),
        }
    }

    /// Moves the present of the tenant's world on. A world that is not grown yet starts from there.
    pub(crate) fn advance(&self, by: Duration) -> DateTime<Utc> {
        match self.grown.get() {
            Some(world) => lock(&world.store).advance(by),
            None => {
                let mut ahead = lock(&self.ahead);
                *ahead += by.max(Duration::zero());
                self.now + *ahead
            }
        }
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        lock(&self.world().store)
    }

    pub(crate) fn references(&self) -> &References {
        &self.world().references
    }

    pub(crate) fn dice(&self) -> MutexGuard<'_, Dice> {
        lock(&self.dice)
    }

    pub(crate) fn hatch(&self) -> MutexGuard<'_, HatchState> {
        lock(&self.hatch)
    }

    /// The largest page of a resource's list or export.
    pub(crate) fn largest_page(&self, resource: &Resource, is_export: bool) -> LargestPage {
        let told = if is_export { self.config.export_page_size } else { self.config.max_page_size }.max(1);
        match self.world().page_caps.get(resource.name) {
            Some(cap) if *cap < told => LargestPage { records: *cap, is_capped: true },
            _ => LargestPage { records: told, is_capped: false },
        }
    }

    /// The revision of the base record that an upsert into a department is made from.
    pub(crate) fn revision_of(&self, department: &HatchDepartment, body: &Object) -> u64 {
        let base = self.departments.iter().zip(BASE_RESOURCES).find(|(it, _)| it.source == department.source);
        let id = body.get("externalID").and_then(Value::as_str).and_then(record_id);
        base.zip(id).map_or(0, |((_, resource), id)| self.store().revision(resource.name, id))
    }

    /// The base records whose opportunities were refused by a fault and not taken since.
    pub(crate) fn refused(&self) -> Vec<(&'static Resource, i64)> {
        let hatch = self.hatch();
        let departments = self.departments.iter().zip(BASE_RESOURCES);
        departments
            .flat_map(|(department, resource)| {
                let ids = hatch.refused(&department.source).into_iter().filter_map(|id| record_id(&id));
                ids.map(move |id| (resource, id)).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Dates an answer by the world's clock instead of the machine's.
    pub(crate) fn date(&self, answer: &mut Answer) {
        if let Ok(date) = HeaderValue::from_str(&time::http_date(self.present())) {
            answer.headers_mut().insert(header::DATE, date);
        }
    }
}

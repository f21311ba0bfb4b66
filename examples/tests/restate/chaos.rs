//! The bad day: kills, freezes, restarts, changes and events at random.

use std::fmt;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::scene::{Scene, WORKERS};
use crate::servers::crash;

/// Time for which a worker is frozen: longer than the deadline of its calls, its leases, and the time after which Restate looks for another one.
const FROZEN: Duration = Duration::from_secs(12);

/// Time between two strokes.
const STROKE: Duration = Duration::from_millis(700);

pub struct Chaos {
    dice: StdRng,
    lasts: Duration,
    told: Told,
}

/// The strokes that were dealt.
#[derive(Debug, Default, Clone)]
pub struct Told {
    pub kills: u64,
    pub freezes: u64,
    pub changes: u64,
    pub events: u64,
}

impl Chaos {
    pub fn new(seed: u64, lasts: Duration) -> Self {
        Chaos { dice: StdRng::seed_from_u64(seed), lasts, told: Told::default() }
    }

    /// Deals strokes until the time is up; Restate is restarted after a third of it, PostgreSQL after two thirds.
    pub async fn rage(mut self, scene: &mut Scene) -> Told {
        let began = Instant::now();
        let mut restarts = [("RESTATE_CONTROL", self.lasts / 3), ("POSTGRES_CONTROL", self.lasts * 2 / 3)]
            .into_iter()
            .peekable();
        let mut frozen: Option<(usize, Instant)> = None;
        while began.elapsed() < self.lasts || frozen.is_some() {
            if let Some((control, _)) = restarts.next_if(|(_, at)| began.elapsed() >= *at) {
                crash(control).await;
            }
            if let Some((number, _)) = frozen.take_if(|(_, since)| since.elapsed() >= FROZEN)
                && let Some(worker) = &scene.workers[number]
            {
                worker.thaw();
            }
            self.work(scene).await;
            let number = self.dice.random_range(0..WORKERS);
            let is_frozen = frozen.is_some_and(|(other, _)| other == number);
            match self.dice.random_range(0..10) {
                _ if scene.workers[number].is_none() => scene.start_worker(number),
                0 | 1 if !is_frozen && scene.kill_worker(number) => self.told.kills += 1,
                2..=4 if frozen.is_none() && began.elapsed() + STROKE < self.lasts => {
                    if let Some(worker) = &scene.workers[number] {
                        worker.freeze();
                        self.told.freezes += 1;
                        frozen = Some((number, Instant::now()));
                    }
                }
                _ => {}
            }
            tokio::time::sleep(STROKE).await;
        }
        self.told
    }

    /// Lets offices change records, and contacts answer.
    async fn work(&mut self, scene: &mut Scene) {
        let tenants = scene.tenants();
        for _ in 0..tenants.len().div_ceil(10) {
            let tenant = &tenants[self.dice.random_range(0..tenants.len())];
            self.told.changes += tenant.world().mutate(self.dice.random(), 3).len() as u64;
            let tenant = &tenants[self.dice.random_range(0..tenants.len())];
            let jobs = tenant.world().ids("jobs");
            let job = jobs[self.dice.random_range(0..jobs.len())];
            scene.pushing.push(tenant, job).await;
            self.told.events += 1;
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { kills, freezes, changes, events } = self;
        write!(formatter, "{kills} kills, {freezes} freezes, {changes} changes, {events} events")
    }
}

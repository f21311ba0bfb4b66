//! Notes under faults: seeded histories of pushes, mixed with failures, late arrivals, people who write the same words, crashes at any point
//! between two effects, and engines that are replaced while they still run. Once things are quiet, each note is on its target exactly once
//! and in order, or its event is a dead letter.
//!
//! `PUSH_FAULT_SEEDS=0..20000 cargo test -p sync-core --test push faults` runs other seeds.

mod tenant;
pub(crate) mod wrappers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{join_all, select};
use futures::stream::FuturesUnordered;
use hatch_mapping::{HatchEvent, NoteTarget};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sync_core::{Engine, EventStatus, PushError, Source, Store};

use crate::fixture::{CONNECTION, Host, event, job, pass};
use tenant::{By, Tenant};
use wrappers::{Crash, FaultyStore};

const JOBS: [i64; 3] = [42, 43, 44];
const EVENTS: usize = 14;

/// A history of one seed.
struct Run {
    host: Host,
    tenant: Arc<Tenant>,
    store: Arc<FaultyStore>,
    crash: Arc<Crash>,
    events: Vec<(Duration, HatchEvent)>,
    /// Whether every event knows its targets when it is stored.
    all_known: bool,
}

impl Run {
    async fn new(seed: u64, dice: &mut ChaCha8Rng) -> Self {
        let every = [NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location];
        let targets = every.into_iter().filter(|_| dice.random_bool(0.7)).collect::<BTreeSet<_>>();
        let targets = if targets.is_empty() { BTreeSet::from([NoteTarget::Job]) } else { targets };
        let host = Host::new().await.to(targets);
        let all_known = dice.random_bool(0.5);
        if !all_known {
            host.forget(sync_core::Resource::Jobs, JOBS[0]).await;
        }
        host.mirror([job(JOBS[2])]).await;
        let crash = Arc::new(Crash::default());
        let tenant = Arc::new(Tenant::new(seed, Arc::clone(&crash), JOBS.map(job)));
        let store = Arc::new(FaultyStore::new(seed, Arc::clone(&crash), Arc::clone(&host.store)));
        let events = (0..EVENTS)
            .map(|index| {
                let delay = Duration::from_millis(dice.random_range(0..400_000));
                (delay, event(&format!("e{index}"), JOBS[dice.random_range(0..JOBS.len())]))
            })
            .collect();
        Run { host, tenant, store, crash, events, all_known }
    }

    /// Opens the connection, however often the store fails.
    async fn open(&self) -> Engine {
        loop {
            let source = Arc::clone(&self.tenant) as Arc<dyn Source>;
            let store = Arc::clone(&self.store) as Arc<dyn Store>;
            match self.host.builder_over(source, store).open().await {
                Ok(engine) => return engine,
                Err(_) => pass(Duration::from_millis(100)).await,
            }
        }
    }

    /// One process: the engine runs, and events come. Ends by itself only when the connection was opened elsewhere.
    async fn process(&self, began: tokio::time::Instant, elsewhere: bool) {
        let engine = self.open().await;
        let pusher = {
            let source = Arc::clone(&self.tenant) as Arc<dyn Source>;
            self.host.builder_over(source, Arc::clone(&self.store) as Arc<dyn Store>).pusher()
        };
        let pushes = self.events.iter().enumerate().map(|(index, (delay, event))| {
            let (engine, pusher) = (&engine, &pusher);
            async move {
                tokio::time::sleep_until(began + *delay).await;
                // Hatch sends an event until it is taken.
                loop {
                    let pushed = if elsewhere && index % 2 == 0 {
                        pusher.push(event.clone()).await
                    } else {
                        engine.push(event.clone()).await
                    };
                    match pushed {
                        Ok(_) => break,
                        Err(PushError::Store(_)) => pass(Duration::from_secs(1)).await,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        });
        let running = Box::pin(async {
            while let Err(error) = engine.run_pushes().await {
                assert!(!error.is_temporary(), "{error}");
                std::future::pending::<()>().await;
            }
        });
        select(Box::pin(join_all(pushes)), running).await;
        // All events are stored: the engine goes on with what waits.
        let _ = engine.run_pushes().await;
        std::future::pending::<()>().await;
    }

    /// What has to be true once nothing waits any more.
    async fn check(&self) {
        let mut order = BTreeMap::new();
        let mut dead = BTreeSet::new();
        for (_, event) in &self.events {
            let stored = self.host.store.event(CONNECTION, &event.id).await.unwrap();
            let stored = stored.unwrap_or_else(|| panic!("{} was never stored", event.id));
            assert_ne!(stored.status, EventStatus::Waiting, "{} still waits", event.id);
            if stored.status == EventStatus::Dead {
                dead.insert(event.id.clone());
            }
            order.insert(event.id.clone(), (stored.position, event.external_id.clone()));
        }
        let letters: BTreeSet<String> =
            self.host.dead().await.into_iter().map(|(subject, _)| subject).collect();
        assert_eq!(letters, dead.iter().map(|id| format!("event:{id}")).collect());

        let mut targets: Vec<(NoteTarget, i64)> = JOBS.map(|job| (NoteTarget::Job, job)).to_vec();
        targets.extend([
            (NoteTarget::Customer, crate::fixture::CUSTOMER),
            (NoteTarget::Location, crate::fixture::LOCATION),
        ]);
        let configured = self.host.push.incoming.targets.clone();
        for (target, id) in targets.into_iter().filter(|(target, _)| configured.contains(target)) {
            let notes = self.tenant.events(target, id, By::Engine);
            for (event, (_, external_id)) in &order {
                let concerns = target != NoteTarget::Job || *external_id == id.to_string();
                let count = notes.iter().filter(|note| *note == event).count();
                // Refused, unless a crash kept the engine from hearing of it and it was taken at the next try.
                let may_lack = self.tenant.was_refused(target, id, event) && dead.contains(event);
                assert!(count <= usize::from(concerns), "notes of {event} on {target:?} {id}: {notes:?}");
                assert!(count == usize::from(concerns) || may_lack, "no note of {event} on {target:?} {id}");
            }
            for opportunity in JOBS.map(|job| job.to_string()).into_iter().map(Some).chain([None]) {
                // Across opportunities an event that did not know its targets yet holds nobody up.
                if opportunity.is_none() && !self.all_known {
                    continue;
                }
                let of_it = notes.iter().filter(|note| {
                    opportunity.as_ref().is_none_or(|opportunity| order[*note].1 == *opportunity)
                });
                let positions: Vec<u64> = of_it.map(|note| order[note].0).collect();
                assert!(positions.is_sorted(), "out of order on {target:?} {id}: {notes:?}");
            }
        }
    }
}

async fn run(seed: u64) {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let run = Run::new(seed, &mut dice).await;
    let began = tokio::time::Instant::now();
    let elsewhere = dice.random_bool(0.5);
    let mut processes = FuturesUnordered::new();
    for _ in 0..dice.random_range(0..8) {
        processes.push(run.process(began, elsewhere));
        let replaced_after = Duration::from_secs(dice.random_range(1..150));
        if dice.random_bool(0.6) {
            // All of them end in the midst of whatever they were doing.
            run.crash.after(dice.random_range(1..150));
            tokio::select! {
                () = run.crash.happened() => {}
                _ = processes.next() => {}
                () = pass(replaced_after * 4) => {}
            }
            processes.clear();
            run.crash.disarm();
        } else {
            // The next one is opened beside it.
            tokio::select! { _ = processes.next() => {}, () = pass(replaced_after) => {} }
        }
        run.tenant.somebody_writes(&mut dice, &run.events);
    }
    run.tenant.faults_stop();
    run.store.faults_stop();
    processes.push(run.process(began, elsewhere));
    let quiet = async {
        loop {
            pass(Duration::from_secs(30)).await;
            let stored = run.host.store.outbox(CONNECTION, 0, 100).await.unwrap();
            let all_came = began.elapsed() > Duration::from_secs(500);
            if all_came && stored.is_empty() {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(20_000), "it does not come to rest: {stored:?}");
        }
    };
    tokio::select! { _ = processes.next() => panic!("the engine stopped"), () = quiet => {} }
    run.check().await;
}

fn seeds() -> std::ops::Range<u64> {
    let Ok(range) = std::env::var("PUSH_FAULT_SEEDS") else { return 0..150 };
    let (from, to) = range.split_once("..").expect("PUSH_FAULT_SEEDS is from..to");
    from.parse().expect("a number")..to.parse().expect("a number")
}

#[test]
fn each_note_is_there_once_and_in_order_or_its_event_is_a_dead_letter_whatever_fails() {
    for seed in seeds() {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(run(seed))));
        assert!(
            outcome.is_ok(),
            "seed {seed} failed; run it again with PUSH_FAULT_SEEDS={seed}..{} cargo test -p sync-core --test push faults",
            seed + 1
        );
    }
}

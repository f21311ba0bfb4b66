//! Notes under faults: seeded histories of pushes, mixed with failures, late arrivals, people who write the same words, callers who hang up,
//! operators who retry or discard dead letters, crashes at any point between two effects, and engines that are replaced while they
//! still run. Once nothing waits, each note is on its target exactly once and in order, or its event is a dead letter.
//!
//! `PUSH_FAULT_SEEDS=0..20000 cargo test -p sync-core --test push faults` runs other seeds.

pub(crate) mod store_faults;
mod tenant;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use futures::future::{join_all, select};
use futures::stream::FuturesUnordered;
use hatch_mapping::{HatchEvent, HatchEventKind, NoteTarget, PushRule};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use sync_core::{Engine, EventStatus, PushError, Resource, Source, Store};

use crate::fixture::{CONNECTION, Host, event, job, pass, record};
use store_faults::{Crash, StoreFaults};
use tenant::{By, Tenant};

const JOBS: [i64; 3] = [42, 43, 44];
/// A job without customer and location.
const BARE_JOB: i64 = 50;
const EVENTS: usize = 14;

/// The history of one seed.
struct Run {
    host: Host,
    tenant: Arc<Tenant>,
    store: Arc<dyn Store>,
    store_faults: Arc<StoreFaults>,
    crash: Arc<Crash>,
    events: Vec<(Duration, HatchEvent)>,
    /// Whether the targets of every event are known when it is stored.
    all_known: bool,
    /// Dice of later additions to the test, so that the first dice keep giving the same histories.
    more_dice: Mutex<ChaCha8Rng>,
    callers_hang_up: bool,
    operators_are_there: bool,
    /// The events that an operator retried, and those that an operator discarded.
    operated_on: Mutex<(BTreeSet<String>, BTreeSet<String>)>,
}

impl Run {
    async fn new(seed: u64, dice: &mut ChaCha8Rng) -> Self {
        let every = [NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location];
        let targets = every.into_iter().filter(|_| dice.random_bool(0.7)).collect::<BTreeSet<_>>();
        let targets = if targets.is_empty() { BTreeSet::from([NoteTarget::Job]) } else { targets };
        let mut host = Host::new().await.to(targets);
        let all_known = dice.random_bool(0.5);
        if !all_known {
            host.remove_from_mirror(Resource::Jobs, JOBS[0]).await;
        }
        host.mirror([job(JOBS[2])]).await;
        let crash = Arc::new(Crash::default());
        let tenant = Arc::new(Tenant::new(seed, Arc::clone(&crash), JOBS.map(job)));
        let store_faults = StoreFaults::new(seed, Arc::clone(&crash));
        let store = store_faults.of(&host.store);
        let mut events: Vec<(Duration, HatchEvent)> = (0..EVENTS)
            .map(|index| {
                let delay = Duration::from_millis(dice.random_range(0..400_000));
                (delay, event(&format!("e{index}"), JOBS[dice.random_range(0..JOBS.len())]))
            })
            .collect();
        let mut more_dice = ChaCha8Rng::seed_from_u64(seed ^ 0x4D0E);
        if more_dice.random_bool(0.5) {
            // Some events have only a note on their job, and some have none, as their job has no customer and no location.
            host.push.user_messages = PushRule::to([NoteTarget::Job]).with_content();
            host.mirror([record(Resource::Jobs, BARE_JOB, &json!({ "id": BARE_JOB }), &[])]).await;
            for (_, event) in &mut events {
                match more_dice.random_range(0..6) {
                    0 | 1 => event.kind = HatchEventKind::UserMessage,
                    2 => event.external_id = BARE_JOB.to_string(),
                    _ => {}
                }
            }
        }
        let (callers_hang_up, operators_are_there) = (more_dice.random_bool(0.5), more_dice.random_bool(0.5));
        let (more_dice, operated_on) = (Mutex::new(more_dice), Mutex::default());
        Run {
            host,
            tenant,
            store,
            store_faults,
            crash,
            events,
            all_known,
            more_dice,
            callers_hang_up,
            operators_are_there,
            operated_on,
        }
    }

    fn dice<T>(&self, throw: impl FnOnce(&mut ChaCha8Rng) -> T) -> T {
        throw(&mut self.more_dice.lock().unwrap())
    }

    /// Returns the time that a caller waits for an answer.
    fn patience(&self) -> Duration {
        let hangs_up = self.callers_hang_up && self.dice(|dice| dice.random_bool(0.7));
        let patience = Duration::from_millis(self.dice(|dice| dice.random_range(0..30_000)));
        if hangs_up { patience } else { Duration::MAX }
    }

    /// Retries dead letters, and discards some.
    async fn operate(&self, engine: &Engine) {
        if !self.operators_are_there {
            std::future::pending::<()>().await;
        }
        loop {
            pass(Duration::from_secs(self.dice(|dice| dice.random_range(5..90)))).await;
            let letters = self.host.store.dead_letters(CONNECTION).await.unwrap();
            let Some(letter) = self.dice(|dice| letters.choose(dice).cloned()) else { continue };
            let event = letter.subject.strip_prefix("event:").unwrap().to_owned();
            // A failed call may have been carried out.
            if self.dice(|dice| dice.random_bool(0.8)) {
                self.operated_on.lock().unwrap().0.insert(event);
                let _ = engine.retry_dead_letter(&letter).await;
            } else {
                self.operated_on.lock().unwrap().1.insert(event);
                let _ = engine.discard_dead_letter(&letter).await;
            }
        }
    }

    /// Opens the connection, and tries again each time that the store fails.
    async fn open(&self) -> Engine {
        loop {
            let source = Arc::clone(&self.tenant) as Arc<dyn Source>;
            match self.host.builder_over(source, Arc::clone(&self.store)).open().await {
                Ok(engine) => return engine,
                Err(_) => pass(Duration::from_millis(100)).await,
            }
        }
    }

    /// Runs one process, with an engine and arriving events. Ends by itself only when the connection was opened elsewhere.
    async fn process(&self, began: tokio::time::Instant, elsewhere: bool) {
        let engine = self.open().await;
        let pusher = {
            let source = Arc::clone(&self.tenant) as Arc<dyn Source>;
            self.host.builder_over(source, Arc::clone(&self.store)).pusher()
        };
        let pushes = self.events.iter().enumerate().map(|(index, (delay, event))| {
            let (engine, pusher) = (&engine, &pusher);
            async move {
                tokio::time::sleep_until(began + *delay).await;
                // Hatch repeats an event until the call succeeds.
                loop {
                    let pushed = tokio::time::timeout(self.patience(), async {
                        if elsewhere && index % 2 == 0 {
                            pusher.push(event.clone()).await
                        } else {
                            engine.push(event.clone()).await
                        }
                    });
                    match pushed.await {
                        Ok(Ok(_)) => break,
                        Ok(Err(PushError::Store(_))) | Err(_) => pass(Duration::from_secs(1)).await,
                        Ok(Err(error)) => panic!("{error}"),
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
        let work = async {
            select(Box::pin(join_all(pushes)), running).await;
            // All events are stored: the engine continues with those that wait.
            let _ = engine.run_pushes().await;
            std::future::pending::<()>().await;
        };
        select(Box::pin(work), Box::pin(self.operate(&engine))).await;
    }

    /// Checks the promise once nothing waits any more.
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
            order.insert(event.id.clone(), (stored.position, event.clone()));
        }
        let (retried, discarded) = self.operated_on.lock().unwrap().clone();
        let letters: BTreeSet<String> =
            self.host.dead().await.into_iter().map(|(subject, _)| subject).collect();
        assert_eq!(letters, dead.iter().map(|id| format!("event:{id}")).collect());

        let mut targets: Vec<(NoteTarget, i64)> = JOBS.map(|job| (NoteTarget::Job, job)).to_vec();
        targets.extend([
            (NoteTarget::Customer, crate::fixture::CUSTOMER),
            (NoteTarget::Location, crate::fixture::LOCATION),
        ]);
        targets.push((NoteTarget::Job, BARE_JOB));
        for (target, id) in targets {
            let notes = self.tenant.events(target, id, By::Engine);
            for (event, (_, pushed)) in &order {
                let concerns = self.host.push.targets(pushed).contains(&target)
                    && match target {
                        NoteTarget::Job => pushed.external_id == id.to_string(),
                        _ => pushed.external_id != BARE_JOB.to_string(),
                    };
                let count = notes.iter().filter(|note| *note == event).count();
                // The note was refused, unless a crash lost the refusal and the next try succeeded.
                let may_lack = (dead.contains(event) || discarded.contains(event))
                    && (self.tenant.was_refused(target, id, event)
                        || self.tenant.refused_to_tell(target, id));
                assert!(count <= usize::from(concerns), "notes of {event} on {target:?} {id}: {notes:?}");
                assert!(count == usize::from(concerns) || may_lack, "no note of {event} on {target:?} {id}");
            }
            for opportunity in JOBS.map(|job| job.to_string()).into_iter().map(Some).chain([None]) {
                // An event with unknown targets holds up no event of another opportunity.
                if opportunity.is_none() && !self.all_known {
                    continue;
                }
                let of_it = notes.iter().filter(|note| {
                    // Notes of retried events come late.
                    !retried.contains(*note)
                        && opportunity.as_ref().is_none_or(|it| order[*note].1.external_id == *it)
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
            // All processes end at once, wherever they are.
            run.crash.after(dice.random_range(1..150));
            tokio::select! {
                () = run.crash.happened() => {}
                _ = processes.next() => {}
                () = pass(replaced_after * 4) => {}
            }
            processes.clear();
            run.crash.disarm();
        } else {
            // The next process starts while this one still runs.
            tokio::select! { _ = processes.next() => {}, () = pass(replaced_after) => {} }
        }
        run.tenant.somebody_writes(&mut dice, &run.events);
    }
    processes.push(run.process(began, elsewhere));
    // No later start repairs the mistakes of the last process, so it runs under faults for a while.
    let fails_for = Duration::from_secs(run.dice(|dice| *[0, 0, 300, 600].choose(dice).unwrap()));
    let quiet = async {
        pass(fails_for).await;
        run.tenant.faults_stop();
        run.store_faults.stop();
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

//! Rules of the budget, on a paused clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::budget::{Budget, Sharer};
use super::{Lane, RequestLimits};
use crate::ids::TenantId;

const FOR_EVER: Duration = Duration::MAX;
/// One sixtieth of a second and of the margin on top of it; timers are a millisecond late at most.
const SLOT: Duration = Duration::from_millis(18);

fn budget(per_second: u32) -> Arc<Budget> {
    Arc::new(Budget::new(per_second))
}

async fn times(budget: &Budget, lane: Lane, requests: usize) -> Vec<Instant> {
    join_all((0..requests).map(|_| async {
        budget.acquire(Sharer::new(), lane, FOR_EVER).await.unwrap();
        Instant::now()
    }))
    .await
}

/// Whether no second holds more than the limit, wherever it begins.
fn assert_within(limit: usize, mut times: Vec<Instant>) {
    times.sort();
    for (first, after) in times.iter().zip(&times[limit..]) {
        assert!(*after - *first >= Duration::from_secs(1), "{limit} requests within {:?}", *after - *first);
    }
}

#[tokio::test(start_paused = true)]
async fn over_a_minute_of_full_load_no_second_is_overdrawn_the_budget_is_used_and_nobody_waits_behind_a_backfill()
 {
    let budget = budget(60);
    let started = Instant::now();
    let end = started + Duration::from_secs(60);
    let backfill = tokio::spawn({
        let budget = budget.clone();
        async move { tokio::time::timeout_at(end, times(&budget, Lane::Backfill, 10_000)).await }
    });
    let granted = Arc::new(std::sync::Mutex::new(Vec::new()));
    // Backfill and regular runs that never let up, each with many requests under way.
    let mut runs = Vec::new();
    for lane in [Lane::Backfill, Lane::Incremental] {
        for _ in 0..100 {
            let (budget, granted) = (budget.clone(), granted.clone());
            runs.push(tokio::spawn(async move {
                while Instant::now() < end {
                    budget.acquire(Sharer::new(), lane, FOR_EVER).await.unwrap();
                    granted.lock().unwrap().push(Instant::now());
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
            }));
        }
    }
    let mut waits = Vec::new();
    let mut pause = 1;
    while Instant::now() < end {
        let asked = Instant::now();
        budget.acquire(Sharer::new(), Lane::Interactive, FOR_EVER).await.unwrap();
        granted.lock().unwrap().push(Instant::now());
        waits.push(asked.elapsed());
        // At moments that do not fall in with the slots.
        pause = pause * 131 % 977;
        tokio::time::sleep_until((asked + Duration::from_millis(pause)).min(end)).await;
    }
    backfill.abort();
    runs.iter().for_each(tokio::task::JoinHandle::abort);
    let granted: Vec<Instant> = granted.lock().unwrap().iter().copied().filter(|at| *at < end).collect();
    assert!(granted.len() >= 60 * 60 * 95 / 100, "{} of 3600", granted.len());
    assert_within(60, granted);
    assert!(waits.len() > 50);
    assert!(waits.iter().all(|wait| *wait <= SLOT), "{:?}", waits.iter().max());
}

#[tokio::test(start_paused = true)]
async fn no_second_holds_more_than_the_limit() {
    let budget = budget(60);
    let mut times = times(&budget, Lane::Incremental, 400).await;
    times.sort();
    // And the limit is used: 400 requests need 399 intervals of a sixtieth of a second, and a fiftieth for the margin.
    assert!(times[399] - times[0] < Duration::from_millis(6_850), "{:?}", times[399] - times[0]);
    assert_within(60, times);
}

#[tokio::test(start_paused = true)]
async fn no_second_holds_more_than_the_limit_after_a_pause_and_a_rest() {
    let budget = budget(10);
    let mut all = times(&budget, Lane::Incremental, 15).await;
    tokio::time::sleep(Duration::from_millis(333)).await;
    budget.pause(Duration::from_millis(450));
    all.extend(times(&budget, Lane::Incremental, 40).await);
    tokio::time::sleep(Duration::from_secs(60)).await;
    all.extend(times(&budget, Lane::Incremental, 40).await);
    assert_within(10, all);
}

/// Late requests make up for it in a burst, and the window then makes others wait once. Were that made up for too, the next window would have
/// the same hole, and so on.
#[tokio::test(start_paused = true)]
async fn a_burst_leaves_no_hole_in_every_window_to_come() {
    let budget = budget(60);
    times(&budget, Lane::Backfill, 60).await;
    tokio::time::sleep(Duration::from_millis(70)).await;
    let mut times = times(&budget, Lane::Backfill, 360).await;
    times.sort();
    let gaps = |times: &[Instant]| times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    let (first_windows, later) = times.split_at(130);
    assert!(gaps(first_windows) > SLOT, "nothing was late, so that this test shows nothing");
    assert!(gaps(later) <= SLOT, "{:?}", gaps(later));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_never_reached_remembers_no_more_than_the_last_second() {
    let budget = budget(u32::MAX);
    for _ in 0..1000 {
        budget.acquire(Sharer::new(), Lane::Incremental, FOR_EVER).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(budget.remembered() < 110, "{}", budget.remembered());
}

#[tokio::test(start_paused = true)]
async fn incremental_requests_go_before_backfill_requests_that_came_first() {
    let budget = budget(10);
    let (backfill, incremental) =
        tokio::join!(times(&budget, Lane::Backfill, 20), times(&budget, Lane::Incremental, 20));
    // The first backfill request took the slot before anybody else was there.
    assert!(incremental.iter().max() < backfill.iter().skip(1).min());
}

#[tokio::test(start_paused = true)]
async fn a_pause_stops_every_lane_and_a_shorter_one_does_not_end_it() {
    let budget = budget(60);
    budget.pause(Duration::from_secs(7));
    budget.pause(Duration::from_secs(1));
    let started = Instant::now();
    budget.acquire(Sharer::new(), Lane::Interactive, FOR_EVER).await.unwrap();
    assert_eq!(started.elapsed(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_pause_longer_than_a_caller_would_wait_is_told_at_once_to_whoever_waits_already_too() {
    let budget = budget(1);
    budget.acquire(Sharer::new(), Lane::Incremental, FOR_EVER).await.unwrap();
    let started = Instant::now();
    let impatient = || async {
        (budget.acquire(Sharer::new(), Lane::Backfill, Duration::from_secs(60)).await, started.elapsed())
    };
    let patient =
        async { (budget.acquire(Sharer::new(), Lane::Backfill, FOR_EVER).await, started.elapsed()) };
    let pause = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        budget.pause(Duration::from_secs(300));
        budget.acquire(Sharer::new(), Lane::Interactive, Duration::from_secs(299)).await
    };
    let (first, second, patient, late) = tokio::join!(impatient(), impatient(), patient, pause);
    let left = Duration::from_secs(300);
    let told = Duration::from_millis(100);
    assert_eq!([first, second], [(Err(left), told), (Err(left), told)]);
    assert_eq!(late, Err(left));
    assert_eq!(patient, (Ok(()), told + left));
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_gives_up_leaves_its_place_to_the_next() {
    let budget = budget(1);
    budget.acquire(Sharer::new(), Lane::Incremental, FOR_EVER).await.unwrap();
    let given_up = tokio::time::timeout(
        Duration::from_millis(300),
        budget.acquire(Sharer::new(), Lane::Interactive, FOR_EVER),
    );
    let patient = async {
        budget.acquire(Sharer::new(), Lane::Backfill, FOR_EVER).await.unwrap();
        Instant::now()
    };
    let started = Instant::now();
    let (given_up, at) = tokio::join!(given_up, patient);
    assert!(given_up.is_err());
    assert_eq!(at - started, Duration::from_millis(1020));
}

#[tokio::test(start_paused = true)]
async fn a_lent_limit_ends_with_its_time_and_goes_on_when_it_is_lent_again() {
    let budget = budget(10);
    let started = Instant::now();
    budget.lend(5, started + Duration::from_secs(2));
    let waiting = tokio::spawn({
        let budget = budget.clone();
        async move { times(&budget, Lane::Incremental, 20).await }
    });
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(budget.demand(), 10, "twice five were sent, and nothing since");
    let lent_again = Instant::now();
    budget.lend(100, lent_again + Duration::from_secs(1));
    let times = waiting.await.unwrap();
    assert!(times.iter().filter(|at| **at < lent_again).all(|at| *at < started + Duration::from_secs(2)));
    assert_eq!(times.iter().filter(|at| **at >= lent_again).count(), 10);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(budget.demand(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_lowered_holds_for_the_second_behind_it_too() {
    let budget = budget(50);
    let before = times(&budget, Lane::Incremental, 50).await;
    budget.lend(10, Instant::now() + Duration::from_secs(600));
    let after = times(&budget, Lane::Incremental, 30).await;
    // Whatever was granted before counts: a second that ends after the change holds ten, or no more than before it began.
    for at in &after {
        let within = before
            .iter()
            .chain(&after)
            .filter(|other| **other <= *at && *at - **other < Duration::from_secs(1));
        assert!(within.count() <= 10);
    }
}

#[test]
fn tenants_share_a_budget_unless_each_is_to_have_its_own() {
    let same = |limits: &RequestLimits, one, other| {
        Arc::ptr_eq(&limits.budget(TenantId(one)), &limits.clone().budget(TenantId(other)))
    };
    let shared = RequestLimits::default();
    assert!(same(&shared, 1, 1) && same(&shared, 1, 2));
    let by_tenant = RequestLimits::default().for_each_tenant();
    assert!(same(&by_tenant, 1, 1) && !same(&by_tenant, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn clients_of_one_budget_take_turns_however_many_requests_one_of_them_has() {
    let budget = Arc::new(Budget::new(10));
    let [busy, idle] = [Sharer::new(), Sharer::new()];
    let granted = Arc::new(Mutex::new(Vec::new()));
    let asks = (0..100).map(|_| ("busy", busy)).chain((0..5).map(|_| ("idle", idle)));
    let tasks: Vec<_> = asks
        .map(|(name, sharer)| {
            let (budget, granted) = (Arc::clone(&budget), Arc::clone(&granted));
            tokio::spawn(async move {
                budget.acquire(sharer, Lane::Incremental, FOR_EVER).await.unwrap();
                granted.lock().unwrap().push(name);
            })
        })
        .collect();
    join_all(tasks).await;
    let granted = granted.lock().unwrap();
    let last = granted.iter().rposition(|name| *name == "idle").unwrap();
    // One of the busy client's before each of the idle one's, and those of the first moment.
    assert!(last < 12, "{last}");
    assert_eq!(granted.len(), 105);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_gives_up_leaves_its_turn_to_the_others() {
    let budget = Arc::new(Budget::new(1));
    let [patient, hasty] = [Sharer::new(), Sharer::new()];
    budget.acquire(patient, Lane::Incremental, FOR_EVER).await.unwrap();
    let hurried = (0..3).map(|_| {
        tokio::time::timeout(Duration::from_millis(300), budget.acquire(hasty, Lane::Incremental, FOR_EVER))
    });
    let (hurried, waited) =
        tokio::join!(join_all(hurried), budget.acquire(patient, Lane::Incremental, FOR_EVER));
    assert!(hurried.iter().all(Result::is_err));
    waited.unwrap();
}

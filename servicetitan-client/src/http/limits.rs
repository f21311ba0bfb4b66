//! One budget of requests for all who share it, in three lanes.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Who goes first when the budget is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Lane {
    /// Somebody waits for it, such as a note that is pushed now. Goes before everything else.
    Interactive,
    /// The regular run.
    #[default]
    Incremental,
    /// What may take hours. Uses what the others leave.
    Backfill,
}

/// How many requests per second may be sent, by all clients that were given clones of this value together.
///
/// ServiceTitan allows 60 per second for one app and tenant. Requests are spread evenly, and no second, wherever it
/// begins, holds more than the limit. A `429` pauses all lanes for as long as ServiceTitan asks.
#[derive(Clone)]
pub struct RequestLimits {
    shared: Arc<Shared>,
}

struct Shared {
    per_second: u32,
    interval: Duration,
    state: Mutex<State>,
}

struct State {
    /// Who waits, lane by lane, first come first.
    lanes: [VecDeque<Waiter>; 3],
    next_ticket: u64,
    /// When the next request is due if they are spread evenly.
    next_slot: Option<Instant>,
    /// When the last `per_second` requests were let go: the promise about every second rests on these.
    granted: VecDeque<Instant>,
    paused_until: Option<Instant>,
}

struct Waiter {
    ticket: u64,
    turn: Arc<Notify>,
}

impl RequestLimits {
    /// This many requests per second; 0 counts as 1.
    pub fn per_second(requests: u32) -> RequestLimits {
        let per_second = requests.max(1);
        RequestLimits {
            shared: Arc::new(Shared {
                per_second,
                interval: Duration::from_secs(1) / per_second,
                state: Mutex::new(State {
                    lanes: Default::default(),
                    next_ticket: 0,
                    next_slot: None,
                    granted: VecDeque::new(),
                    paused_until: None,
                }),
            }),
        }
    }

    /// Waits until a request may be sent.
    pub(crate) async fn acquire(&self, lane: Lane) {
        let turn = Arc::new(Notify::new());
        let ticket = {
            let mut state = self.shared.lock();
            let ticket = state.next_ticket;
            state.next_ticket += 1;
            state.lanes[lane as usize].push_back(Waiter { ticket, turn: turn.clone() });
            Ticket { shared: &self.shared, lane, ticket }
        };
        loop {
            let due = {
                let mut state = self.shared.lock();
                if state.first() == Some(ticket.ticket) {
                    let now = Instant::now();
                    let due = state.due(&self.shared);
                    if due.is_none_or(|due| due <= now) {
                        state.grant(now, &self.shared);
                        return;
                    }
                    due
                } else {
                    None
                }
            };
            match due {
                Some(due) => sleep_until(due).await,
                None => turn.notified().await,
            }
        }
    }

    /// Stops all lanes for a while. A pause that is already longer stands.
    pub(crate) fn pause(&self, pause: Duration) {
        let mut state = self.shared.lock();
        let until = Instant::now() + pause;
        state.paused_until = Some(state.paused_until.map_or(until, |present| present.max(until)));
    }
}

impl Default for RequestLimits {
    /// ServiceTitan's own limit: 60 per second.
    fn default() -> Self {
        RequestLimits::per_second(60)
    }
}

impl fmt::Debug for RequestLimits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RequestLimits").field("per_second", &self.shared.per_second).finish()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far behind its schedule a late request may be and still keep it. Timers are late by a millisecond or two; without
    /// this the rate would fall short of the limit.
    fn slack(&self) -> Duration {
        (self.interval * 4).max(Duration::from_millis(5))
    }
}

impl State {
    fn first(&self) -> Option<u64> {
        self.lanes.iter().find_map(VecDeque::front).map(|waiter| waiter.ticket)
    }

    /// When the next request may go; `None` for at once.
    fn due(&self, shared: &Shared) -> Option<Instant> {
        let full = self.granted.len() >= shared.per_second as usize;
        let window = self.granted.front().filter(|_| full).map(|oldest| *oldest + Duration::from_secs(1));
        [self.next_slot, window, self.paused_until].into_iter().flatten().max()
    }

    fn grant(&mut self, now: Instant, shared: &Shared) {
        let scheduled = self.next_slot.unwrap_or(now);
        let earliest = now.checked_sub(shared.slack()).unwrap_or(now);
        self.next_slot = Some(scheduled.max(earliest) + shared.interval);
        if self.granted.len() >= shared.per_second as usize {
            self.granted.pop_front();
        }
        self.granted.push_back(now);
    }
}

/// A place in the queue. Leaving it, with a grant or because the caller gave up, calls the next one.
struct Ticket<'a> {
    shared: &'a Shared,
    lane: Lane,
    ticket: u64,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        let lane = &mut state.lanes[self.lane as usize];
        if lane.front().is_some_and(|waiter| waiter.ticket == self.ticket) {
            lane.pop_front();
        } else {
            lane.retain(|waiter| waiter.ticket != self.ticket);
        }
        if let Some(next) = state.lanes.iter().find_map(VecDeque::front) {
            next.turn.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    async fn times(limits: &RequestLimits, lane: Lane, requests: usize) -> Vec<Instant> {
        join_all((0..requests).map(|_| async {
            limits.acquire(lane).await;
            Instant::now()
        }))
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_holds_more_than_the_limit() {
        let limits = RequestLimits::per_second(60);
        let mut times = times(&limits, Lane::Incremental, 400).await;
        times.sort();
        for (first, after) in times.iter().zip(&times[60..]) {
            assert!(*after - *first >= Duration::from_secs(1));
        }
        // And the limit is used: 400 requests need 399 intervals.
        assert!(times[399] - times[0] < Duration::from_millis(6_750), "{:?}", times[399] - times[0]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_holds_more_than_the_limit_after_a_pause_and_a_rest() {
        let limits = RequestLimits::per_second(10);
        let mut all = times(&limits, Lane::Incremental, 15).await;
        tokio::time::sleep(Duration::from_millis(333)).await;
        limits.pause(Duration::from_millis(450));
        all.extend(times(&limits, Lane::Incremental, 40).await);
        tokio::time::sleep(Duration::from_secs(60)).await;
        all.extend(times(&limits, Lane::Incremental, 40).await);
        all.sort();
        for (first, after) in all.iter().zip(&all[10..]) {
            assert!(*after - *first >= Duration::from_secs(1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_interactive_request_waits_for_one_slot_behind_a_thousand_backfill_requests() {
        let limits = RequestLimits::per_second(60);
        let backfill = tokio::spawn({
            let limits = limits.clone();
            async move { times(&limits, Lane::Backfill, 1000).await }
        });
        tokio::time::sleep(Duration::from_secs(3)).await;
        let asked = Instant::now();
        limits.acquire(Lane::Interactive).await;
        assert!(asked.elapsed() <= Duration::from_millis(18), "{:?}", asked.elapsed());
        backfill.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn incremental_requests_go_before_backfill_requests_that_came_first() {
        let limits = RequestLimits::per_second(10);
        let (backfill, incremental) =
            tokio::join!(times(&limits, Lane::Backfill, 20), times(&limits, Lane::Incremental, 20));
        // The first backfill request took the slot before anybody else was there.
        assert!(incremental.iter().max() < backfill.iter().skip(1).min());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_stops_every_lane_and_a_shorter_one_does_not_end_it() {
        let limits = RequestLimits::per_second(60);
        limits.pause(Duration::from_secs(7));
        limits.pause(Duration::from_secs(1));
        let started = Instant::now();
        limits.clone().acquire(Lane::Interactive).await;
        assert_eq!(started.elapsed(), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_who_gives_up_leaves_its_place_to_the_next() {
        let limits = RequestLimits::per_second(1);
        limits.acquire(Lane::Incremental).await;
        let given_up = tokio::time::timeout(Duration::from_millis(300), limits.acquire(Lane::Interactive));
        let patient = async {
            limits.acquire(Lane::Backfill).await;
            Instant::now()
        };
        let started = Instant::now();
        let (given_up, at) = tokio::join!(given_up, patient);
        assert!(given_up.is_err());
        assert_eq!(at - started, Duration::from_secs(1));
    }
}

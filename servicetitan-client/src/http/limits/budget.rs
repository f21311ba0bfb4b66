//! One budget of requests: the callers that wait in its three lanes, and the moment at which the next one may send.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::lane::Lane;

/// The span within which no more requests are granted than the limit allows in a second. It is a little longer than a second, since requests
/// that leave a second apart may arrive closer together.
const WINDOW: Duration = Duration::from_millis(1020);

/// A client that shares a budget. In each lane, clients take turns: one that asks for much does not hold up one that asks for little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sharer(u64);

impl Sharer {
    pub(crate) fn new() -> Sharer {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Sharer(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Grants requests one by one, evenly spread, so that no second holds more than the limit, wherever it begins.
pub(crate) struct Budget {
    state: Mutex<State>,
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

struct State {
    per_second: u32,
    /// The moment at which the limit falls to nothing; `None` for a limit that stays.
    lent_until: Option<Instant>,
    /// The waiting callers of each lane.
    lanes: [Turns; 3],
    next_ticket: u64,
    /// The moment at which the next request is due if requests are spread evenly.
    next_slot: Option<Instant>,
    /// The moments at which requests were granted within the last window: the promise about every second rests on these.
    granted: VecDeque<Instant>,
    paused_until: Option<Instant>,
}

struct Waiter {
    ticket: u64,
    turn: Arc<Notify>,
}

/// The callers that wait in one lane: the sharers in the order of their turns, each with its callers in the order in which they came.
#[derive(Default)]
struct Turns(VecDeque<(Sharer, VecDeque<Waiter>)>);

impl Turns {
    /// The next caller.
    fn front(&self) -> Option<&Waiter> {
        self.0.front().and_then(|(_, waiters)| waiters.front())
    }

    fn push(&mut self, sharer: Sharer, waiter: Waiter) {
        match self.0.iter_mut().find(|(of, _)| *of == sharer) {
            Some((_, waiters)) => waiters.push_back(waiter),
            None => self.0.push_back((sharer, VecDeque::from([waiter]))),
        }
    }

    /// Removes a caller. The turn is the next sharer's if this one had it.
    fn remove(&mut self, sharer: Sharer, ticket: u64) {
        if self.front().is_some_and(|waiter| waiter.ticket == ticket) {
            let Some((sharer, mut waiters)) = self.0.pop_front() else { return };
            waiters.pop_front();
            if !waiters.is_empty() {
                self.0.push_back((sharer, waiters));
            }
            return;
        }
        if let Some((_, waiters)) = self.0.iter_mut().find(|(of, _)| *of == sharer) {
            waiters.retain(|waiter| waiter.ticket != ticket);
        }
        self.0.retain(|(_, waiters)| !waiters.is_empty());
    }

    fn waiters(&self) -> impl Iterator<Item = &Waiter> {
        self.0.iter().flat_map(|(_, waiters)| waiters)
    }
}

impl Budget {
    pub(crate) fn new(per_second: u32) -> Budget {
        Budget {
            state: Mutex::new(State {
                per_second,
                lent_until: None,
                lanes: Default::default(),
                next_ticket: 0,
                next_slot: None,
                granted: VecDeque::new(),
                paused_until: None,
            }),
            wake: OnceLock::new(),
        }
    }

    /// Lets a function be called whenever a request begins to wait. The first one stays.
    pub(crate) fn on_demand(&self, wake: Box<dyn Fn() + Send + Sync>) {
        let _ = self.wake.set(wake);
    }

    /// Waits until a request may be sent. Fails at once with the rest of a pause that is longer than `longest_pause`.
    pub(crate) async fn acquire(
        &self,
        sharer: Sharer,
        lane: Lane,
        longest_pause: Duration,
    ) -> Result<(), Duration> {
        let turn = Arc::new(Notify::new());
        let ticket = {
            let mut state = self.lock();
            let ticket = state.next_ticket;
            state.next_ticket += 1;
            state.lanes[lane as usize].push(sharer, Waiter { ticket, turn: turn.clone() });
            Ticket { budget: self, sharer, lane, ticket }
        };
        if let Some(wake) = self.wake.get() {
            wake();
        }
        loop {
            let due = {
                let mut state = self.lock();
                let now = Instant::now();
                if let Some(left) = state.pause_left(now).filter(|left| *left > longest_pause) {
                    return Err(left);
                }
                if state.first() == Some(ticket.ticket) && state.limit(now) > 0 {
                    match state.due() {
                        Some(due) if due > now => Some(due),
                        _ => {
                            state.grant(now);
                            return Ok(());
                        }
                    }
                } else {
                    None
                }
            };
            match due {
                // A pause or another limit that begins meanwhile wakes the caller.
                Some(due) => drop(timeout_at(due, turn.notified()).await),
                None => turn.notified().await,
            }
        }
    }

    /// Pauses all lanes. A pause that is under way and ends later stands.
    pub(crate) fn pause(&self, pause: Duration) {
        let mut state = self.lock();
        let until = Instant::now() + pause;
        state.paused_until = Some(state.paused_until.map_or(until, |present| present.max(until)));
        // A caller that would not wait that long fails now.
        for waiter in state.lanes.iter().flat_map(Turns::waiters) {
            waiter.turn.notify_one();
        }
    }

    /// Sets the limit, 0 for no requests at all, which falls to nothing at a moment.
    pub(crate) fn lend(&self, per_second: u32, until: Instant) {
        let mut state = self.lock();
        (state.per_second, state.lent_until) = (per_second, Some(until));
        if let Some(next) = state.lanes.iter().find_map(Turns::front) {
            next.turn.notify_one();
        }
    }

    /// The number of callers that wait, and of requests that were granted within the last window.
    pub(crate) fn demand(&self) -> usize {
        let mut state = self.lock();
        state.forget_before(Instant::now());
        state.lanes.iter().flat_map(Turns::waiters).count() + state.granted.len()
    }

    /// The number of requests that are remembered.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.lock().granted.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn first(&self) -> Option<u64> {
        self.lanes.iter().find_map(Turns::front).map(|waiter| waiter.ticket)
    }

    fn pause_left(&self, now: Instant) -> Option<Duration> {
        self.paused_until?.checked_duration_since(now)
    }

    /// The limit at this moment.
    fn limit(&self, now: Instant) -> u32 {
        if self.lent_until.is_some_and(|until| now >= until) { 0 } else { self.per_second }
    }

    fn interval(&self) -> Duration {
        WINDOW / self.per_second.max(1)
    }

    /// The delay after which a late request still keeps its schedule. Timers are late by a millisecond or two; without
    /// this slack the rate would fall short of the limit.
    fn slack(&self) -> Duration {
        (self.interval() * 4).max(Duration::from_millis(5))
    }

    /// The moment at which the next request may be granted; `None` for now.
    fn due(&self) -> Option<Instant> {
        // Of the last `per_second` requests the first one: where the limit was lowered, more are remembered.
        let first = self.granted.len().checked_sub(self.per_second as usize);
        let window = first.and_then(|first| self.granted.get(first)).map(|oldest| *oldest + WINDOW);
        [self.next_slot, window, self.paused_until].into_iter().flatten().max()
    }

    fn grant(&mut self, now: Instant) {
        // A request that waited for the window or a pause does not make up for the delay: a burst now would leave a hole in every later window.
        let scheduled = self.due().unwrap_or(now);
        let earliest = now.checked_sub(self.slack()).unwrap_or(now);
        self.next_slot = Some(scheduled.max(earliest) + self.interval());
        self.forget_before(earliest);
        self.granted.push_back(now);
    }

    /// Drops grants that are too old to delay a request at this moment: a limit that is never reached would else remember every request.
    fn forget_before(&mut self, now: Instant) {
        while self.granted.front().is_some_and(|at| *at + WINDOW < now) {
            self.granted.pop_front();
        }
    }
}

/// A place in the queue. Its drop, after a grant or because the caller gave up, wakes the next caller.
struct Ticket<'a> {
    budget: &'a Budget,
    sharer: Sharer,
    lane: Lane,
    ticket: u64,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.budget.lock();
        state.lanes[self.lane as usize].remove(self.sharer, self.ticket);
        if let Some(next) = state.lanes.iter().find_map(Turns::front) {
            next.turn.notify_one();
        }
    }
}

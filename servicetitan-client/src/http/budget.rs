//! One budget of requests: who waits in its three lanes, and when the next one may go.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::limits::Lane;

/// Within this span no more requests are let go than the limit has for a second: requests that leave a second apart may arrive a little closer.
const WINDOW: Duration = Duration::from_millis(1020);

/// Lets requests go one by one, evenly spread, so that no second holds more than the limit, wherever it begins.
pub(crate) struct Budget {
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

impl Budget {
    pub(crate) fn new(per_second: u32) -> Budget {
        Budget {
            per_second,
            interval: WINDOW / per_second,
            state: Mutex::new(State {
                lanes: Default::default(),
                next_ticket: 0,
                next_slot: None,
                granted: VecDeque::new(),
                paused_until: None,
            }),
        }
    }

    /// Waits until a request may be sent. Does not wait out a pause that lasts longer than `longest_pause`, and returns what is left of it.
    pub(crate) async fn acquire(&self, lane: Lane, longest_pause: Duration) -> Result<(), Duration> {
        let turn = Arc::new(Notify::new());
        let ticket = {
            let mut state = self.lock();
            let ticket = state.next_ticket;
            state.next_ticket += 1;
            state.lanes[lane as usize].push_back(Waiter { ticket, turn: turn.clone() });
            Ticket { budget: self, lane, ticket }
        };
        loop {
            let due = {
                let mut state = self.lock();
                let now = Instant::now();
                if let Some(left) = state.pause_left(now).filter(|left| *left > longest_pause) {
                    return Err(left);
                }
                if state.first() == Some(ticket.ticket) {
                    match state.due(self.per_second) {
                        Some(due) if due > now => Some(due),
                        _ => {
                            state.grant(now, self);
                            return Ok(());
                        }
                    }
                } else {
                    None
                }
            };
            match due {
                // A pause may begin meanwhile.
                Some(due) => drop(timeout_at(due, turn.notified()).await),
                None => turn.notified().await,
            }
        }
    }

    /// Stops all lanes for a while. A pause that is already longer stands.
    pub(crate) fn pause(&self, pause: Duration) {
        let mut state = self.lock();
        let until = Instant::now() + pause;
        state.paused_until = Some(state.paused_until.map_or(until, |present| present.max(until)));
        // Whoever would not wait that long is to know it now.
        for waiter in state.lanes.iter().flatten() {
            waiter.turn.notify_one();
        }
    }

    /// How many requests are remembered.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.lock().granted.len()
    }

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

    fn pause_left(&self, now: Instant) -> Option<Duration> {
        self.paused_until?.checked_duration_since(now)
    }

    /// When the next request may go; `None` for at once.
    fn due(&self, per_second: u32) -> Option<Instant> {
        let full = self.granted.len() >= per_second as usize;
        let window = self.granted.front().filter(|_| full).map(|oldest| *oldest + WINDOW);
        [self.next_slot, window, self.paused_until].into_iter().flatten().max()
    }

    fn grant(&mut self, now: Instant, budget: &Budget) {
        // What waited for the window or a pause makes nothing up: a burst now would be a hole in every window to come.
        let scheduled = self.due(budget.per_second).unwrap_or(now);
        let earliest = now.checked_sub(budget.slack()).unwrap_or(now);
        self.next_slot = Some(scheduled.max(earliest) + budget.interval);
        if self.granted.len() >= budget.per_second as usize {
            self.granted.pop_front();
        }
        // What is too long ago to delay anything is forgotten: a limit that is never reached would else remember each request.
        while self.granted.front().is_some_and(|at| *at + WINDOW < earliest) {
            self.granted.pop_front();
        }
        self.granted.push_back(now);
    }
}

/// A place in the queue. Leaving it, with a grant or because the caller gave up, calls the next one.
struct Ticket<'a> {
    budget: &'a Budget,
    lane: Lane,
    ticket: u64,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.budget.lock();
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

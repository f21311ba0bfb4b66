//! The rate limit of Hatch's API.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Limit on the number of requests in any window of time.
///
/// Clones share one budget, in which requests are served in order of arrival. Give a clone to each client that uses the same API key: an engine has eight
/// upserts under way at most, so that none can crowd out the others.
#[derive(Debug, Clone)]
pub struct RateLimit {
    window: Duration,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Protects the order of the requests: held by the one that is next.
    turn: tokio::sync::Mutex<()>,
    /// Number of requests that wait.
    waiting: AtomicUsize,
    /// Notified when the limit changes.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    requests: usize,
    /// The moment at which the limit falls to nothing; `None` for a limit that stays.
    lent_until: Option<Instant>,
    /// Times of the requests in the last window.
    sent: VecDeque<Instant>,
}

impl RateLimit {
    /// Returns a limit of this many requests (0 counts as 1) in any window of this length.
    pub fn new(requests: usize, window: Duration) -> Self {
        RateLimit::with_state(requests.max(1), None, window)
    }

    /// Returns a limit that is lent in parts, such as by a service that divides the limit of an API key among processes: no request is sent
    /// until a part is [lent](Self::lend).
    pub fn lent(window: Duration) -> Self {
        RateLimit::with_state(0, None, window)
    }

    fn with_state(requests: usize, lent_until: Option<Instant>, window: Duration) -> Self {
        let state = Mutex::new(State { requests, lent_until, sent: VecDeque::new() });
        let (turn, waiting, changed) = (tokio::sync::Mutex::default(), AtomicUsize::new(0), Notify::new());
        RateLimit { window, shared: Arc::new(Shared { state, turn, waiting, changed }) }
    }

    /// Sets the limit to this many requests in a window, 0 for none, until this moment, from which on no request is sent. Requests that wait go
    /// on waiting.
    pub fn lend(&self, requests: usize, until: Instant) {
        let mut state = self.shared.state();
        (state.requests, state.lent_until) = (requests, Some(until));
        drop(state);
        self.shared.changed.notify_one();
    }

    /// Returns the number of requests that wait for the limit or were sent within the last window: how much of a limit would be of use.
    pub fn demand(&self) -> usize {
        let mut state = self.shared.state();
        state.drop_before(Instant::now(), self.window);
        self.shared.waiting.load(Ordering::Relaxed) + state.sent.len()
    }

    /// Waits until a request may be sent. Waiting requests are served in order of arrival.
    pub(crate) async fn wait(&self) {
        let _counted = Waiting::new(&self.shared.waiting);
        let _turn = self.shared.turn.lock().await;
        loop {
            let due = match self.shared.state().send(Instant::now(), self.window) {
                Next::Sent => return,
                Next::At(due) => Some(due),
                Next::OnceLent => None,
            };
            match due {
                Some(due) => drop(timeout_at(due, self.shared.changed.notified()).await),
                None => self.shared.changed.notified().await,
            }
        }
    }
}

/// The answer to a request for the next place.
enum Next {
    Sent,
    At(Instant),
    OnceLent,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a request as sent now, if one may be sent.
    fn send(&mut self, now: Instant, window: Duration) -> Next {
        if self.requests == 0 || self.lent_until.is_some_and(|until| now >= until) {
            return Next::OnceLent;
        }
        // Of the last requests that fill the limit the first one: where the limit was lowered, more are remembered.
        let first = self.sent.len().checked_sub(self.requests).and_then(|first| self.sent.get(first));
        match first.map(|first| *first + window) {
            Some(due) if due > now => Next::At(due),
            _ => {
                self.drop_before(now, window);
                self.sent.push_back(now);
                Next::Sent
            }
        }
    }

    fn drop_before(&mut self, now: Instant, window: Duration) {
        while self.sent.front().is_some_and(|sent| *sent + window <= now) {
            self.sent.pop_front();
        }
    }
}

/// A request that is counted as waiting until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Waiting(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The limit that Hatch publishes: 100 requests in 10 seconds.
impl Default for RateLimit {
    fn default() -> Self {
        RateLimit::new(100, Duration::from_secs(10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as fast as the limit allows, and returns the time of each request.
    async fn sent(limit: &RateLimit, requests: usize) -> Vec<Duration> {
        let start = Instant::now();
        let mut times = Vec::new();
        for number in 0..requests {
            limit.wait().await;
            times.push(start.elapsed());
            // Uneven pauses, so that requests do not fall on the edges of windows.
            tokio::time::sleep(Duration::from_millis((number as u64 * 37) % 50)).await;
        }
        times
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_of_10_seconds_has_more_than_100_requests() {
        let times = sent(&RateLimit::default(), 450).await;
        for (first, after) in times.iter().zip(&times[100..]) {
            assert!(*after - *first >= Duration::from_secs(10), "{first:?} {after:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_is_used_up() {
        let limit = RateLimit::default();
        let start = Instant::now();
        for _ in 0..100 {
            limit.wait().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        limit.wait().await;
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn clones_share_a_budget() {
        let limit = RateLimit::new(2, Duration::from_secs(1));
        let (one, other) = (limit.clone(), limit);
        let start = Instant::now();
        one.wait().await;
        other.wait().await;
        one.wait().await;
        assert_eq!(start.elapsed().as_secs(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lent_limit_ends_with_its_time_and_goes_on_when_it_is_lent_again() {
        let limit = RateLimit::lent(Duration::from_secs(1));
        let started = Instant::now();
        let waiting = tokio::spawn({
            let limit = limit.clone();
            async move { sent(&limit, 9).await }
        });
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(limit.demand(), 1, "nothing is sent before a part is lent");
        limit.lend(2, started + Duration::from_secs(12));
        tokio::time::sleep(Duration::from_secs(10)).await;
        limit.lend(2, started + Duration::from_secs(60));
        let times = waiting.await.unwrap();
        let seconds: Vec<u64> = times.iter().map(Duration::as_secs).collect();
        assert_eq!(seconds, [10, 10, 11, 11, 20, 20, 21, 21, 22]);
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_while_waiting_takes_nothing_from_the_budget() {
        let limit = RateLimit::new(1, Duration::from_secs(10));
        limit.wait().await;
        let given_up = tokio::time::timeout(Duration::from_secs(5), limit.wait()).await;
        assert!(given_up.is_err());
        let start = Instant::now();
        limit.wait().await;
        assert_eq!(start.elapsed().as_secs(), 5);
    }
}

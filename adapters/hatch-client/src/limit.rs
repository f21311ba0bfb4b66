//! The rate limit of Hatch's API.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Number of parts of a window over which its requests are spread.
const PARTS: u8 = 5;

/// Limit on the number of requests in any window of time.
///
/// Requests are spread over the window: of the limit, a fifth may be used in a fifth of the window, so that no request waits for long after a burst of others.
///
/// Clones share one budget. Give a clone to each client that uses the same API key. Clients take turns: one with thousands of requests does not hold up
/// one with few, whose next request is sent after one request of each other client at most. Requests of one client are served in order of arrival.
///
/// A client and its clones have one turn among them: build a client for each connection, so that connections take turns.
#[derive(Debug, Clone)]
pub struct RateLimit {
    window: Duration,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Protects the order of the clients: held by the one whose request is next. Of each client, one request waits for it.
    turn: tokio::sync::Mutex<()>,
    /// Number of requests that wait.
    waiting: AtomicUsize,
    /// Notified when the limit changes.
    changed: Notify,
    wake: OnceLock<Wake>,
}

/// A host's function that is called when requests are waiting.
struct Wake(Box<dyn Fn() + Send + Sync>);

impl fmt::Debug for Wake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Wake")
    }
}

/// The place of one client and its clones in the queue for a limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queue(Arc<tokio::sync::Mutex<()>>);

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
        RateLimit {
            window,
            shared: Arc::new(Shared { state, turn, waiting, changed, wake: OnceLock::new() }),
        }
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

    /// Lets `wake` be called whenever a request begins to wait, for a service that lends the limit while there is [demand](Self::demand). It is called
    /// within the request, so it must be quick. A limit has one such function: the first one stays.
    pub fn on_demand(&self, wake: impl Fn() + Send + Sync + 'static) {
        // The first one stays.
        let _ = self.shared.wake.set(Wake(Box::new(wake)));
    }

    /// Waits until a request of a client may be sent: clients take turns, and the requests of one are served in order of arrival.
    pub(crate) async fn wait(&self, queue: &Queue) {
        let _counted = Waiting::new(&self.shared.waiting);
        if let Some(Wake(wake)) = self.shared.wake.get() {
            wake();
        }
        // Only the first request of a client stands in the queue of all clients: so the turn goes round among them.
        let _first = queue.0.lock().await;
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
        let part = (self.requests.div_ceil(PARTS.into()), window / PARTS.into());
        let due = [(self.requests, window), part].into_iter().filter_map(|(most, window)| {
            // Of the last requests that fill the limit the first one: where the limit was lowered, more are remembered.
            let first = self.sent.len().checked_sub(most)?;
            self.sent.get(first).map(|first| *first + window)
        });
        match due.max() {
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
        let (start, queue) = (Instant::now(), Queue::default());
        let mut times = Vec::new();
        for number in 0..requests {
            limit.wait(&queue).await;
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
        for fifth in 0..10 {
            for _ in 0..20 {
                limit.wait(&Queue::default()).await;
                assert_eq!(start.elapsed(), Duration::from_secs(2 * fifth));
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn clones_share_a_budget() {
        let limit = RateLimit::new(2, Duration::from_secs(1));
        let (one, other, queues) = (limit.clone(), limit, [Queue::default(), Queue::default()]);
        let start = Instant::now();
        one.wait(&queues[0]).await;
        other.wait(&queues[1]).await;
        one.wait(&queues[0]).await;
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
        let (limit, queue) = (RateLimit::new(1, Duration::from_secs(10)), Queue::default());
        limit.wait(&queue).await;
        let given_up = tokio::time::timeout(Duration::from_secs(5), limit.wait(&queue)).await;
        assert!(given_up.is_err());
        let start = Instant::now();
        limit.wait(&queue).await;
        assert_eq!(start.elapsed().as_secs(), 5);
    }

    /// Lets a client of the limit send this many requests, which all wait at once, and notes its name for each one that is sent.
    fn wait_many(
        limit: &RateLimit,
        name: &'static str,
        requests: usize,
        sent: &Arc<Mutex<Vec<&'static str>>>,
    ) {
        let queue = Queue::default();
        for _ in 0..requests {
            let (limit, queue, sent) = (limit.clone(), queue.clone(), Arc::clone(sent));
            tokio::spawn(async move {
                limit.wait(&queue).await;
                sent.lock().unwrap().push(name);
            });
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_with_one_request_is_served_within_two_slots_of_one_with_10_000() {
        let (limit, sent) = (RateLimit::new(10, Duration::from_secs(1)), Arc::default());
        wait_many(&limit, "many", 10_000, &sent);
        // At moments within a window and at its edge.
        for pause in [300, 1_700, 2_000] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let before = sent.lock().unwrap().len();
            assert!((4..10_000).contains(&before), "{before}");
            wait_many(&limit, "one", 1, &sent);
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            let sent = sent.lock().unwrap();
            let slots = sent.iter().skip(before).position(|name| *name == "one");
            assert!(slots.is_some_and(|slots| slots < 2), "{slots:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn clients_with_much_to_send_take_turns_one_request_each() {
        let (limit, sent) = (RateLimit::new(1, Duration::from_secs(1)), Arc::default());
        for (name, requests) in [("a", 50), ("b", 20), ("c", 20)] {
            wait_many(&limit, name, requests, &sent);
        }
        tokio::time::sleep(Duration::from_secs(100)).await;
        let sent = sent.lock().unwrap();
        assert_eq!(sent.len(), 90);
        let turns = &sent[3..57];
        for turn in turns.chunks(3) {
            let mut turn = turn.to_vec();
            turn.sort_unstable();
            assert_eq!(turn, ["a", "b", "c"], "{turns:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_lends_the_limit_is_told_of_each_request_that_waits() {
        let limit = RateLimit::lent(Duration::from_secs(1));
        let (told, seen) = (Arc::new(AtomicUsize::new(0)), limit.clone());
        let counted = Arc::clone(&told);
        limit.on_demand(move || {
            counted.fetch_add(seen.demand(), Ordering::Relaxed);
        });
        wait_many(&limit, "one", 1, &Arc::default());
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(told.load(Ordering::Relaxed), 1, "the request is part of the demand by then");
    }
}

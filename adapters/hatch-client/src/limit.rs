//! The rate limit of Hatch's API.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Limit on the number of requests in any window of time.
///
/// Clones share one budget, in which requests are served in order of arrival. Give a clone to each client that uses the same API key: an engine has eight
/// upserts under way at most, so that none can crowd out the others.
#[derive(Debug, Clone)]
pub struct RateLimit {
    window: Duration,
    requests: usize,
    /// Times of the last requests, as many as a window allows.
    sent: Arc<Mutex<VecDeque<Instant>>>,
}

impl RateLimit {
    /// Returns a limit of this many requests (0 counts as 1) in any window of this length.
    pub fn new(requests: usize, window: Duration) -> Self {
        RateLimit { window, requests: requests.max(1), sent: Arc::default() }
    }

    /// Waits until a request may be sent. Waiting requests are served in order of arrival.
    pub(crate) async fn wait(&self) {
        let mut sent = self.sent.lock().await;
        if sent.len() >= self.requests
            && let Some(oldest) = sent.front().copied()
        {
            // The lock is held while waiting: later requests have to wait for this one anyway.
            sleep_until(oldest + self.window).await;
            sent.pop_front();
        }
        sent.push_back(Instant::now());
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

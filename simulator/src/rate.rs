//! Counting requests by key over a fixed window.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many requests per key and window; without a number there is no limit.
#[derive(Debug)]
pub(crate) struct RateLimit {
    requests: Option<u32>,
    window: Duration,
    /// By key, when its window began and how many requests it has seen.
    windows: Mutex<HashMap<String, (Instant, u32)>>,
}

impl RateLimit {
    pub(crate) fn new(requests: Option<u32>, window_seconds: u64) -> Self {
        Self { requests, window: Duration::from_secs(window_seconds), windows: Mutex::new(HashMap::new()) }
    }

    /// Counts a request; the seconds to wait when it is one too many.
    pub(crate) fn exceeded(&self, key: &str) -> Option<u64> {
        let limit = self.requests?;
        let now = Instant::now();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, seen) = windows.entry(key.to_owned()).or_insert((now, 0));
        if now.duration_since(*began) >= self.window {
            (*began, *seen) = (now, 0);
        }
        *seen = seen.saturating_add(1);
        (*seen > limit).then(|| (self.window - now.duration_since(*began)).as_secs().max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_request_too_many_waits_for_the_next_window_of_its_own_key() {
        let limit = RateLimit::new(Some(2), 10);
        assert_eq!([limit.exceeded("a"), limit.exceeded("a"), limit.exceeded("a")], [None, None, Some(10)]);
        assert_eq!(limit.exceeded("b"), None);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(limit.exceeded("a"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_number_there_is_no_limit() {
        let limit = RateLimit::new(None, 1);
        assert!((0..1_000).all(|_| limit.exceeded("a").is_none()));
    }
}

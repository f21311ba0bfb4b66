//! The host's clock: tokio's clock, starting on a fixed day, which jumps when it is set.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sync_core::Clock;
use tokio::time::Instant;

pub struct HostClock {
    began: Instant,
    /// Seconds by which the clock was set forward.
    set: AtomicI64,
}

impl HostClock {
    pub fn new() -> Self {
        HostClock { began: Instant::now(), set: AtomicI64::new(0) }
    }

    /// Sets the clock forward or, with a negative number, back.
    pub fn jump(&self, seconds: i64) {
        self.set.fetch_add(seconds, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for HostClock {
    fn now(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.began.elapsed()).expect("a test lasts no centuries");
        DateTime::UNIX_EPOCH
            + TimeDelta::days(20_000)
            + passed
            + TimeDelta::seconds(self.set.load(Ordering::SeqCst))
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

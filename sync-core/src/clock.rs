//! Time as a trait, so that tests control it.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// The host's clock and timer. Cursors and the start date never come from this clock: they come from ServiceTitan.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Returns the current time, for reports, ages and the times in the store.
    fn now(&self) -> DateTime<Utc>;

    /// Waits for a duration.
    async fn sleep(&self, duration: Duration);
}

/// The machine's clock and tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

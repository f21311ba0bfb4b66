//! The bound on open engines.

use std::sync::Arc;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::waiting::Waiting;

/// Permits for open engines. Where none is left, an engine that nobody uses is asked to close.
#[derive(Debug)]
pub(crate) struct Openings {
    permits: Arc<Semaphore>,
    most: usize,
    waiting: Waiting,
    wanted: Notify,
}

/// The right to keep an engine open.
#[derive(Debug)]
pub(crate) struct Opening {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Openings {
    pub(crate) fn new(most: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Openings {
            permits: Arc::new(Semaphore::new(most)),
            most,
            waiting: Waiting::default(),
            wanted: Notify::new(),
        }
    }

    /// Waits until another engine may be open, in order of arrival.
    pub(crate) async fn acquire(&self) -> Opening {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Opening { _permit: Some(permit) };
        }
        let _waiter = self.waiting.enter();
        self.wanted.notify_one();
        // The semaphore is never closed.
        Opening { _permit: Arc::clone(&self.permits).acquire_owned().await.ok() }
    }

    /// Waits until somebody wants to open an engine and cannot. Each such wish ends one wait.
    pub(crate) async fn wanted(&self) {
        while !self.waiting.is_anybody() {
            self.wanted.notified().await;
        }
    }

    /// Number of open engines.
    pub(crate) fn open(&self) -> usize {
        self.most.saturating_sub(self.permits.available_permits())
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn an_engine_is_wanted_while_somebody_waits_and_not_after_he_gave_up() {
        let openings = Openings::new(1);
        let first = openings.acquire().await;
        assert!(openings.wanted().now_or_never().is_none());
        {
            let mut second = Box::pin(openings.acquire());
            assert!((&mut second).now_or_never().is_none());
            assert!(openings.wanted().now_or_never().is_some());
        }
        assert!(openings.wanted().now_or_never().is_none());
        assert_eq!(openings.open(), 1);
        drop(first);
        assert_eq!(openings.open(), 0);
    }
}

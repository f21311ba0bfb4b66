//! The bounds on concurrent cycles: a lane for short cycles, and one for long ones.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::waiting::Waiting;

/// The lane of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Cycles of connections that are up to date: seconds.
    Short,
    /// First syncs, and cycles that turned out to be long: minutes or hours.
    Long,
}

/// The two lanes. In each, cycles wait in order of arrival.
#[derive(Debug)]
pub(crate) struct Lanes {
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
    waiting_for_long: Waiting,
}

/// The right to run a cycle.
#[derive(Debug)]
pub(crate) struct LanePermit {
    lane: Lane,
    _permit: Option<OwnedSemaphorePermit>,
}

impl LanePermit {
    pub(crate) fn lane(&self) -> Lane {
        self.lane
    }
}

impl Lanes {
    pub(crate) fn new(short: usize, long: usize) -> Self {
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        Lanes { short: semaphore(short), long: semaphore(long), waiting_for_long: Waiting::default() }
    }

    /// Waits for a permit of a lane.
    pub(crate) async fn enter(&self, lane: Lane) -> LanePermit {
        // The semaphores are never closed.
        let permit = match lane {
            Lane::Short => Arc::clone(&self.short).acquire_owned().await.ok(),
            Lane::Long => {
                let _waiter = self.waiting_for_long.enter();
                Arc::clone(&self.long).acquire_owned().await.ok()
            }
        };
        LanePermit { lane, _permit: permit }
    }

    /// Returns whether a cycle that has run for a slice may go on. One of the short lane moves to the long lane if there is room; one of the long lane
    /// goes on unless another one waits.
    pub(crate) fn prolong(&self, permit: &mut LanePermit) -> bool {
        match permit.lane {
            Lane::Long => !self.waiting_for_long.is_anybody(),
            Lane::Short => match Arc::clone(&self.long).try_acquire_owned() {
                Ok(long) => {
                    *permit = LanePermit { lane: Lane::Long, _permit: Some(long) };
                    true
                }
                Err(_) => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn long_cycles_leave_the_short_lane_alone() {
        let lanes = Lanes::new(1, 1);
        let _backfill = lanes.enter(Lane::Long).await;
        assert!(lanes.enter(Lane::Long).now_or_never().is_none());
        assert!(lanes.enter(Lane::Short).now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_short_cycle_that_takes_long_gives_its_place_back_or_ends() {
        let lanes = Lanes::new(1, 1);
        let mut first = lanes.enter(Lane::Short).await;
        assert!(lanes.prolong(&mut first));
        assert_eq!(first.lane(), Lane::Long);
        let mut second = lanes.enter(Lane::Short).await;
        assert!(!lanes.prolong(&mut second), "there is no room in the long lane");
    }

    #[tokio::test]
    async fn a_long_cycle_goes_on_until_another_one_waits() {
        let lanes = Lanes::new(1, 1);
        let mut first = lanes.enter(Lane::Long).await;
        assert!(lanes.prolong(&mut first));
        {
            let mut second = Box::pin(lanes.enter(Lane::Long));
            assert!((&mut second).now_or_never().is_none());
            assert!(!lanes.prolong(&mut first));
        }
        assert!(lanes.prolong(&mut first), "the other one gave up");
    }
}

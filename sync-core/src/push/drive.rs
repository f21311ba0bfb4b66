//! Working on lanes.

use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::Instant;

use super::Push;
use super::lanes::{Attempt, Entry, LaneKey, SERVICETITAN_TIMEOUT};
use crate::SyncError;

/// Number of lanes that are worked on at a time.
pub(super) const CONCURRENT_LANES: usize = 64;

/// The extent to which a lane is worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive {
    /// Whether a lane that rests after a failure is tried too.
    pub(super) insisting: bool,
    /// The position of the last event to be tried.
    pub(super) up_to: u64,
    /// Whether the work goes on when the engine is asked to stop.
    pub(super) to_the_end: bool,
    /// The moment from which no further note is begun; `None` for no such moment.
    pub(super) until: Option<Instant>,
}

impl Drive {
    /// All notes that are due, until the engine is asked to stop.
    pub(super) const DUE: Drive = Drive { insisting: false, up_to: u64::MAX, to_the_end: false, until: None };
    /// All notes that wait.
    pub(super) const WAITING: Drive =
        Drive { insisting: true, up_to: u64::MAX, to_the_end: true, until: None };

    /// The due notes of an event and of those ahead of it. The caller waits for this event, not for those behind.
    pub(super) fn for_event(entry: &Entry) -> Drive {
        Drive { insisting: false, up_to: entry.position, to_the_end: true, until: None }
    }

    /// The notes that are due, as many as can be begun before this moment.
    pub(super) fn due_until(until: Instant) -> Drive {
        Drive { until: Some(until), ..Drive::DUE }
    }

    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}

impl Push {
    /// Works on several lanes at a time.
    pub(super) async fn drive_all(&self, lanes: Vec<LaneKey>) -> Result<(), SyncError> {
        let drives = stream::iter(&lanes).map(|key| self.drive(key, Drive::WAITING));
        drives.buffer_unordered(CONCURRENT_LANES).try_collect().await
    }

    /// Works on a lane until it is empty, has to rest, or is done as far as asked.
    pub(super) async fn drive(&self, key: &LaneKey, drive: Drive) -> Result<(), SyncError> {
        let Some(mut turn) = self.lanes.turn(key).await else { return Ok(()) };
        while let Some(entry) = self.lanes.first(key, drive.insisting) {
            if entry.position > drive.up_to || drive.is_over() || (self.is_stopped() && !drive.to_the_end) {
                break;
            }
            let attempt = match key {
                LaneKey::Lookup(opportunity) => self.decide_targets(key, opportunity, &entry).await?,
                LaneKey::Target(target, id) => self.try_note(*target, *id, &entry, &mut turn).await?,
            };
            match attempt {
                Attempt::Settled => self.lanes.settle(key, &entry),
                Attempt::Failed => {
                    self.lanes.pause(key);
                    return Ok(());
                }
                Attempt::Unclear => {
                    self.lanes.quieten(key, SERVICETITAN_TIMEOUT);
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

//! The dates at which the first sync starts.

use chrono::{DateTime, NaiveTime, Utc};

use super::feeds::Feeds;
use crate::mirror::{FeedStart, keys, values};
use crate::{Resource, SyncError};

/// Number of days that the first sync reads back, as on the product page.
pub const BACKFILL_DAYS: i64 = 90;

impl Feeds {
    /// The start of the first sync: 90 days before the day of the first question to ServiceTitan, by ServiceTitan's clock.
    pub(crate) async fn start(&self) -> Result<DateTime<Utc>, SyncError> {
        if let Some(start) = self.mirror.time_value(keys::START).await? {
            return Ok(start);
        }
        let now = self.reader.check().await?.server_time.ok_or(SyncError::NoServerTime)?;
        let start =
            (now - chrono::Duration::days(BACKFILL_DAYS)).date_naive().and_time(NaiveTime::MIN).and_utc();
        let lock = self.mirror.lock().await;
        // Another task may have asked at the same time, before midnight.
        if let Some(start) = self.mirror.time_value(keys::START).await? {
            return Ok(start);
        }
        lock.commit(vec![values::set_time(keys::START, start)]).await?;
        Ok(start)
    }

    /// Asks ServiceTitan for its time if this engine does not know it yet.
    pub(crate) async fn ask_server_time(&self) -> Result<(), SyncError> {
        if self.server_time().is_none()
            && let Some(time) = self.reader.check().await?.server_time
        {
            self.note_server_time(time);
        }
        Ok(())
    }

    /// The position at which a feed starts that is read for the first time.
    pub(super) async fn new_feed_start(&self, resource: Resource) -> Result<FeedStart, SyncError> {
        if resource.starts_at_beginning() {
            return Ok(FeedStart::Beginning);
        }
        let start = self.start().await?;
        // The contacts of every owner are looked up once, however early their feed starts.
        let saves_lookups = resource.has_parent_lookup() && !resource.is_contacts();
        let earlier = if saves_lookups { self.children_days_earlier } else { 0 };
        Ok(FeedStart::At(start - chrono::Duration::days(i64::from(earlier))))
    }
}

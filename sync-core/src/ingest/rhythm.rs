//! The rhythm of reference tables, which change about once a month: a run leaves out those that were read lately.

use super::feeds::Feeds;
use crate::mirror::FeedState;
use crate::{Resource, StoreError, SyncError};

impl Feeds {
    /// The feeds that a run reads now: all of records, and the reference tables that are due.
    pub(crate) async fn due(&self) -> Result<Vec<Resource>, StoreError> {
        let mut feeds = self.needed();
        let tables: Vec<Resource> = feeds.iter().copied().filter(|feed| feed.is_reference()).collect();
        let states = self.mirror.feed_states(&tables).await?;
        feeds.retain(|feed| states.get(feed).is_none_or(|state| self.is_table_due(state)));
        Ok(feeds)
    }

    /// Reads a reference table on to its head because an opportunity names a row that the mirror lacks. A table that cannot be read now is due in
    /// the next run.
    pub(crate) async fn read_table_on(&self, table: Resource) -> Result<(), SyncError> {
        // A refused feed is asked again in the next run.
        if self.mirror.is_denied(table).await? {
            return Ok(());
        }
        loop {
            match self.ingest_page(table).await {
                Ok(page) if page.has_more => {}
                Ok(_) => return Ok(()),
                Err(SyncError::Source(error)) if error.kind != crate::SourceErrorKind::Auth => {
                    tracing::warn!(resource = %table, %error, "a reference table could not be read");
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether a reference table was never read to its head, not for as long as the host set, or fails.
    fn is_table_due(&self, state: &FeedState) -> bool {
        let Some(read) = state.head_read else { return true };
        // A clock that jumps, whichever way, costs one read too many and not one too few.
        let passed = (self.clock.now() - read).abs().to_std();
        passed.is_ok_and(|passed| passed >= self.reference_tables_every)
            || state.stands_still
            || state.is_denied
    }
}

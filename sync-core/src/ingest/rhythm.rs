//! The rhythm of reference tables, which change about once a month: a run leaves out those that were read lately.

use super::feeds::Feeds;
use crate::mirror::keys;
use crate::{Resource, StoreError, SyncError};

impl Feeds {
    /// The feeds that a run reads now: all of records, and the reference tables that are due.
    pub(crate) async fn due(&self) -> Result<Vec<Resource>, StoreError> {
        let mut due = Vec::new();
        for resource in self.needed() {
            if !resource.is_reference() || self.is_table_due(resource).await? {
                due.push(resource);
            }
        }
        Ok(due)
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
    async fn is_table_due(&self, table: Resource) -> Result<bool, StoreError> {
        let Some(read) = self.mirror.time_value(&keys::head_read(table)).await? else { return Ok(true) };
        // A clock that jumps, whichever way, costs one read too many and not one too few.
        let passed = (self.clock.now() - read).abs();
        if passed.to_std().is_ok_and(|passed| passed >= self.reference_tables_every) {
            return Ok(true);
        }
        Ok(self.mirror.value(&keys::standstill(table)).await?.is_some()
            || self.mirror.is_denied(table).await?)
    }
}

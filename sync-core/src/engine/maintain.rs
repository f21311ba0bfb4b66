//! What is done now and then: comparing the mirror with ServiceTitan's lists, and pruning.

use std::collections::BTreeSet;

use super::settings::SWEEP_EVERY;
use super::{Engine, feeds, keys};
use crate::{Change, Resource, SyncError, SyncReport};

impl Engine {
    /// Sweeps and prunes if it is time for that. Answers whether something waits now that did not before.
    pub(super) async fn maintain(&self, report: &mut SyncReport) -> Result<bool, SyncError> {
        if self.cancelled() || !self.is_time_to_maintain().await? {
            return Ok(false);
        }
        let mut changed = false;
        if self.settings.sweep_every.is_some()
            && let Some(sweep) = self.sweep(report).await?
        {
            changed |= !sweep.repaired.is_empty() || sweep.gone > 0;
            report.sweep = Some(sweep);
        }
        report.pruned = self.prune().await?;
        let now = self.clock.now().to_rfc3339();
        self.commit(vec![Change::SetValue { key: keys::MAINTAINED.to_owned(), value: now }]).await?;
        Ok(changed)
    }

    async fn is_time_to_maintain(&self) -> Result<bool, SyncError> {
        if self.settings.sweep_every.is_none() && self.settings.retention.is_none() {
            return Ok(false);
        }
        let Some(last) = self.time_value(keys::MAINTAINED).await? else {
            // The first run has just read everything.
            let now = self.clock.now().to_rfc3339();
            let mut changes = vec![Change::SetValue { key: keys::MAINTAINED.to_owned(), value: now }];
            changes.extend(
                self.newest_server_time()
                    .map(|time| Change::SetValue { key: keys::SWEPT.to_owned(), value: time.to_rfc3339() }),
            );
            self.commit(changes).await?;
            return Ok(false);
        };
        let interval = self.settings.sweep_every.unwrap_or(SWEEP_EVERY);
        // A clock that jumps, whichever way, costs one sweep too many and not one too few.
        let passed = (self.clock.now() - last).abs();
        Ok(passed.to_std().is_ok_and(|passed| passed >= interval))
    }

    /// Has everything looked at again that a resource lacks because a lookup of it was refused. Its feed was not, or it would be known as
    /// denied, so the refusal was ServiceTitan's mood.
    pub(super) async fn try_again_what_was_unread(&self) -> Result<(), SyncError> {
        let _one_at_a_time = self.writing.lock().await;
        let unread: BTreeSet<Resource> = self.json_value(keys::UNREAD).await?.unwrap_or_default();
        if unread.is_empty() {
            return Ok(());
        }
        let concerned = |resource: &Resource| {
            let needing = self.integrations.iter().filter(move |it| feeds::needs(it, *resource));
            needing.map(|integration| self.look_at_all(integration)).collect::<Vec<_>>()
        };
        let mut changes: Vec<Change> = unread.iter().flat_map(concerned).collect();
        changes.push(Change::RemoveValue { key: keys::UNREAD.to_owned() });
        Ok(self.commit(changes).await?)
    }
}

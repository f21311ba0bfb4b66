//! Redelivery of opportunities whose content did not change.

use chrono::{DateTime, Utc};

use super::Operations;
use crate::{Change, Delivered, Integration, StoreError, SyncError};

/// Number of opportunities that are marked in one commit.
const PAGE: usize = 500;

/// Selects the opportunities that [`Engine::redeliver`](crate::Engine::redeliver) delivers again; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redelivery {
    /// Those of these base records.
    pub ids: Option<Vec<i64>>,
    /// Those whose base record was modified at this time or later.
    pub modified_since: Option<DateTime<Utc>>,
    /// Those that were delivered last before this time, by the host's clock, or never.
    pub delivered_before: Option<DateTime<Utc>>,
}

impl Redelivery {
    /// Those of these base records.
    pub fn of(ids: impl IntoIterator<Item = i64>) -> Self {
        Redelivery { ids: Some(ids.into_iter().collect()), ..Redelivery::default() }
    }
}

impl Operations {
    /// Marks opportunities to be delivered again although their content did not change. Returns how many.
    pub(crate) async fn redeliver(&self, integration: &str, which: &Redelivery) -> Result<u64, SyncError> {
        let integration = self.integrations.get(integration)?;
        let mut marked = 0;
        let mut after = None;
        loop {
            let ids = match &which.ids {
                Some(ids) => ids.iter().copied().filter(|id| after.is_none_or(|after| *id > after)).collect(),
                None => self.mirror.record_ids(integration.base(), after, PAGE).await?,
            };
            let Some(last) = ids.iter().max() else { break };
            after = Some(*last);
            // An opportunity that is being sent now was mapped before this wish: it must not be settled after it.
            let _turn = self.deliver.hold_sink(&integration.name).await?;
            let page = self.select_page(integration, &ids, which).await?;
            marked += page.len() as u64;
            let changes = page.into_iter().flat_map(|(id, before)| {
                let claim = before.map(|before| Change::SetDelivered {
                    integration: integration.name.clone(),
                    delivered: Delivered { fingerprint: None, ..before },
                });
                let mark = integration.mark_dirty(id);
                claim.into_iter().chain([mark])
            });
            self.mirror.commit(changes.collect()).await?;
        }
        Ok(marked)
    }

    async fn select_page(
        &self,
        integration: &Integration,
        ids: &[i64],
        which: &Redelivery,
    ) -> Result<Vec<(i64, Option<Delivered>)>, StoreError> {
        let records = self.mirror.records(integration.base(), ids).await?;
        let delivered = self.mirror.delivered(&integration.name, ids).await?;
        let wanted = records.iter().filter(|record| record.body.is_some()).filter(|record| {
            let modified = |since| record.modified_on.is_some_and(|modified| modified >= since);
            which.modified_since.is_none_or(modified)
        });
        let with_delivery = wanted
            .map(|record| (record.id, delivered.iter().find(|delivered| delivered.id == record.id).cloned()));
        let delivered_before = |before: &Option<Delivered>| {
            which.delivered_before.is_none_or(|time| before.as_ref().is_none_or(|before| before.at < time))
        };
        Ok(with_delivery.filter(|(_, before)| delivered_before(before)).collect())
    }
}

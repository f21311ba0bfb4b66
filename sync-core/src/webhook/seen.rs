//! The webhook events that were ingested before, kept durably and in bounded space.

use std::sync::Arc;

use crate::mirror::{Mirror, keys};
use crate::{Change, StoreError};

/// Number of values that the IDs are spread over, so that adding one writes little.
const SLOTS: u64 = 1024;

/// Number of IDs that a value keeps. ServiceTitan repeats a delivery for some seven minutes, in which it sends far fewer than all values hold;
/// an ID that was dropped costs a read that finds nothing new.
const KEPT: usize = 8;

/// The IDs of webhook events that were ingested.
pub(super) struct SeenEvents {
    mirror: Arc<Mirror>,
}

impl SeenEvents {
    pub(super) fn new(mirror: Arc<Mirror>) -> Self {
        SeenEvents { mirror }
    }

    /// Whether an event with this ID was ingested.
    pub(super) async fn contains(&self, event: &str) -> Result<bool, StoreError> {
        let (key, digest) = place(event);
        Ok(self.digests(&key).await?.contains(&digest))
    }

    /// The change that adds an event, in place of the oldest of its slot.
    pub(super) async fn change(&self, event: &str) -> Result<Change, StoreError> {
        let (key, digest) = place(event);
        let mut seen = self.digests(&key).await?;
        seen.push(digest);
        seen.drain(..seen.len().saturating_sub(KEPT));
        Ok(Change::SetValue { key, value: seen.join(" ") })
    }

    async fn digests(&self, key: &str) -> Result<Vec<String>, StoreError> {
        let value = self.mirror.value(key).await?.unwrap_or_default();
        Ok(value.split_whitespace().map(str::to_owned).collect())
    }
}

/// The key of the value that keeps an event's ID, and the ID as it is kept: hashed, since the sender chooses the ID.
fn place(event: &str) -> (String, String) {
    let hash = blake3::hash(event.as_bytes());
    let (slot, digest) = hash.as_bytes().split_at(8);
    let slot = u64::from_le_bytes(slot.try_into().unwrap_or_default()) % SLOTS;
    let digest: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    (keys::seen_webhooks(slot), digest)
}

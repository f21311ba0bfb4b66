//! Which events came before, durably and in bounded space.

use crate::engine::{Engine, keys};
use crate::{Change, StoreError};

/// Among how many values the IDs are spread, so that noting one writes little.
const SLOTS: u64 = 1024;

/// How many IDs a value keeps. ServiceTitan tries a delivery for some seven minutes, in which it sends far fewer than all of them hold; one
/// that is forgotten costs a read that finds nothing new.
const KEPT: usize = 8;

impl Engine {
    /// Whether an event with this ID was taken in.
    pub(super) async fn was_seen(&self, event: &str) -> Result<bool, StoreError> {
        let (key, digest) = place(event);
        Ok(self.seen_in(&key).await?.contains(&digest))
    }

    /// Notes that an event was taken in, in place of the oldest of its slot.
    pub(super) async fn seen_change(&self, event: &str) -> Result<Change, StoreError> {
        let (key, digest) = place(event);
        let mut seen = self.seen_in(&key).await?;
        seen.push(digest);
        seen.drain(..seen.len().saturating_sub(KEPT));
        Ok(Change::SetValue { key, value: seen.join(" ") })
    }

    async fn seen_in(&self, key: &str) -> Result<Vec<String>, StoreError> {
        let value = self.store.value(&self.connection, key).await?.unwrap_or_default();
        Ok(value.split_whitespace().map(str::to_owned).collect())
    }
}

/// The value that an event's ID is kept in, and how: hashed, since the sender chooses the ID.
fn place(event: &str) -> (String, String) {
    let hash = blake3::hash(event.as_bytes());
    let (slot, digest) = hash.as_bytes().split_at(8);
    let slot = u64::from_le_bytes(slot.try_into().unwrap_or_default()) % SLOTS;
    let digest: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    (keys::seen_webhooks(slot), digest)
}

//! The locks of the histories of opportunities.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::sync::{Mutex, MutexGuard};

use super::lanes::Opportunity;

/// Number of locks. Two opportunities of one lock wait for each other's commit, nothing more.
const LOCKS: usize = 16;

/// The locks that protect the list of an opportunity's finished events from change between its read and the commit that follows from it.
#[derive(Default)]
pub(super) struct HistoryLocks([Mutex<()>; LOCKS]);

impl HistoryLocks {
    /// Locks the list of an opportunity.
    pub(super) async fn lock(&self, opportunity: &Opportunity) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        opportunity.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or_default();
        Some(self.0.get(place)?.lock().await)
    }
}

//! The lock under which a change follows from a read.

use std::sync::atomic::Ordering;

use tokio::sync::MutexGuard;

use super::Mirror;
use crate::{Change, StoreError};

/// The exclusive right to commit changes that follow from a read of the mirror. Held from the read to the commit.
pub(crate) struct MirrorLock<'a> {
    mirror: &'a Mirror,
    _held: MutexGuard<'a, ()>,
}

impl Mirror {
    /// Waits for the exclusive right to commit changes that follow from a read of the mirror.
    pub(crate) async fn lock(&self) -> MirrorLock<'_> {
        MirrorLock { mirror: self, _held: self.writing.lock().await }
    }

    /// Waits for the lock to ingest an answer of ServiceTitan. `None` if a customer was erased since there were `erasures`
    /// [erasures](Self::erasures): the answer may show that customer.
    pub(crate) async fn lock_since(&self, erasures: u64) -> Option<MirrorLock<'_>> {
        let lock = self.lock().await;
        (erasures == self.erasures()).then_some(lock)
    }
}

impl MirrorLock<'_> {
    /// Commits changes that follow from reads under this lock.
    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.mirror.commit(changes).await
    }

    /// Commits the erasure of a customer. Answers of ServiceTitan that were asked for before are not ingested any more.
    pub(crate) async fn commit_erasure(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.mirror.commit(changes).await?;
        self.mirror.erasures.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

//! The mirror: a connection's records, marks and values in the store, and the only way to change them.
//!
//! Every change is committed under the epoch of this opening, so that an engine that was fenced off changes nothing. A change that follows
//! from a read of the mirror (the opportunities that a record affects, the children that an answer completes) is committed under a
//! [`MirrorLock`](lock::MirrorLock): between the read and the commit no other such change comes in. The events of Hatch are an [`Outbox`] apart,
//! under the epoch of another role.

mod endpoint;
mod epoch_checks;
mod feed_state;
pub(crate) mod keys;
mod lock;
mod outbox;
mod reads;
pub(crate) mod values;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use endpoint::EndpointNote;
use epoch_checks::EpochChecks;
pub(crate) use feed_state::{FeedStart, FeedState};
pub(crate) use outbox::Outbox;
pub(crate) use reads::Reads;

use crate::{Change, Epoch, Integration, Role, Store, StoreError};

/// A connection's data in the store, opened for syncing.
pub(crate) struct Mirror {
    reads: Reads,
    epoch: Epoch,
    checks: EpochChecks,
    /// Protects the records from change between a read and the commit that follows from it.
    writing: tokio::sync::Mutex<()>,
    /// Number of erasures since the opening: an answer that was asked for before an erasure may show the erased customer.
    erasures: AtomicU64,
    /// Number of re-evaluations that were requested since the opening.
    reevaluations: AtomicU64,
}

impl Mirror {
    /// Opens the connection for syncing: an engine that had it open before is fenced off.
    pub(crate) async fn open(store: Arc<dyn Store>, connection: String) -> Result<Self, StoreError> {
        values::refuse_partial_copy(store.as_ref(), &connection).await?;
        let epoch = store.open(&connection, Role::Syncing).await?;
        Ok(Mirror::under(epoch, store, connection))
    }

    /// Opens the connection for syncing and for pushing, in one step: whoever had it open before is fenced off.
    pub(crate) async fn open_all(
        store: Arc<dyn Store>,
        connection: String,
    ) -> Result<(Self, Outbox), StoreError> {
        values::refuse_partial_copy(store.as_ref(), &connection).await?;
        let [syncing, pushing] = store.open_all(&connection).await?;
        let outbox = Outbox::under(pushing, Arc::clone(&store), connection.clone());
        Ok((Mirror::under(syncing, store, connection), outbox))
    }

    fn under(epoch: Epoch, store: Arc<dyn Store>, connection: String) -> Self {
        Mirror {
            reads: Reads::new(store, connection),
            epoch,
            checks: EpochChecks::default(),
            writing: tokio::sync::Mutex::default(),
            erasures: AtomicU64::default(),
            reevaluations: AtomicU64::default(),
        }
    }

    /// The epoch of this opening.
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Fails with [`StoreError::Fenced`] once the connection was opened elsewhere.
    pub(crate) async fn check_epoch(&self) -> Result<(), StoreError> {
        self.checks.check(self.reads.store().check_epoch(self.reads.connection(), self.epoch)).await
    }

    /// Commits changes that follow from no earlier read of records.
    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.reads.store().commit(self.reads.connection(), self.epoch, changes).await
    }

    /// Number of erasures so far, to be taken before a read from ServiceTitan and handed to [`lock_since`](Self::lock_since).
    pub(crate) fn erasures(&self) -> u64 {
        self.erasures.load(Ordering::SeqCst)
    }

    /// The change that requests a re-evaluation of every opportunity of an integration. No two requests are the same, so that a request
    /// that comes while another one is carried out is told from it.
    pub(crate) fn request_reevaluation(&self, integration: &Integration) -> Change {
        let number = self.reevaluations.fetch_add(1, Ordering::Relaxed);
        let value = format!("{}.{number}", self.epoch.number);
        Change::SetValue { key: keys::reevaluation(integration.name()), value }
    }
}

/// Everything that can be read of a connection can be read of one that is open.
impl Deref for Mirror {
    type Target = Reads;

    fn deref(&self) -> &Reads {
        &self.reads
    }
}

impl fmt::Debug for Mirror {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mirror")
            .field("connection", &self.reads.connection())
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

//! The outbox: a connection's events and their dead letters in the store, opened for pushing.

use std::sync::{Arc, PoisonError, RwLock};

use serde::de::DeserializeOwned;

use super::values::{self, Values};
use crate::{Change, DeadLetter, Epoch, Role, Store, StoreError, StoredEvent};

/// A connection's events in the store. Everything is written under the epoch of the opening for pushing.
pub(crate) struct Outbox {
    store: Arc<dyn Store>,
    connection: String,
    opening: RwLock<Opening>,
}

/// How the connection is open for pushing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// Another process pushes.
    Elsewhere,
    /// Another process pushes, and is fenced off for the time of one task.
    TakenOver(Epoch),
    Here(Epoch),
}

/// The role of pushing, for the time of one task.
pub(crate) struct TakenOver<'a> {
    outbox: &'a Outbox,
}

impl Outbox {
    /// Opens the connection for pushing: whoever pushed before is fenced off.
    pub(crate) async fn open(store: Arc<dyn Store>, connection: String) -> Result<Self, StoreError> {
        values::refuse_partial_copy(store.as_ref(), &connection).await?;
        let epoch = store.open(&connection, Role::Pushing).await?;
        Ok(Outbox::under(epoch, store, connection))
    }

    /// The outbox of a connection that was opened for pushing.
    pub(super) fn under(epoch: Epoch, store: Arc<dyn Store>, connection: String) -> Self {
        Outbox { store, connection, opening: RwLock::new(Opening::Here(epoch)) }
    }

    /// The outbox of a connection for which another process pushes. Can be read, and [taken over](Self::take_over).
    pub(crate) fn elsewhere(store: Arc<dyn Store>, connection: String) -> Self {
        Outbox { store, connection, opening: RwLock::new(Opening::Elsewhere) }
    }

    /// The connection's name.
    pub(crate) fn connection(&self) -> &str {
        &self.connection
    }

    /// Whether the connection is open for pushing here, and not only for one task.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.opening(), Opening::Here(_))
    }

    /// The epoch of this opening, unless another process pushes.
    pub(crate) fn opened(&self) -> Option<Epoch> {
        match self.opening() {
            Opening::Here(epoch) => Some(epoch),
            Opening::Elsewhere | Opening::TakenOver(_) => None,
        }
    }

    /// Takes the role of pushing until the answer is dropped: whoever pushes elsewhere is fenced off. Nothing happens where this process
    /// pushes itself.
    pub(crate) async fn take_over(&self) -> Result<TakenOver<'_>, StoreError> {
        if !self.is_open() {
            let epoch = self.store.open(&self.connection, Role::Pushing).await?;
            self.set(Opening::TakenOver(epoch));
        }
        Ok(TakenOver { outbox: self })
    }

    /// Fails with [`StoreError::Fenced`] once the connection was opened for pushing elsewhere.
    pub(crate) async fn check_epoch(&self) -> Result<(), StoreError> {
        self.store.check_epoch(&self.connection, self.epoch()?).await
    }

    /// Commits changes of events and their dead letters.
    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.store.commit(&self.connection, self.epoch()?, changes).await
    }

    /// A value of the connection that is JSON.
    pub(crate) async fn json_value<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        Values::read(self.store.as_ref(), &self.connection, &[key]).await?.json(key)
    }

    /// The waiting events behind a position, in their order.
    pub(crate) async fn waiting(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.store.outbox(&self.connection, after, limit).await
    }

    /// The event with this ID, whatever its status.
    pub(crate) async fn event(&self, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.store.event(&self.connection, id).await
    }

    /// The dead letters of the connection, oldest first.
    pub(crate) async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        self.store.dead_letters(&self.connection).await
    }

    fn epoch(&self) -> Result<Epoch, StoreError> {
        match self.opening() {
            Opening::Here(epoch) | Opening::TakenOver(epoch) => Ok(epoch),
            Opening::Elsewhere => Err(StoreError::WrongRole { held: Role::Syncing }),
        }
    }

    fn opening(&self) -> Opening {
        *self.opening.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, opening: Opening) {
        *self.opening.write().unwrap_or_else(PoisonError::into_inner) = opening;
    }
}

impl Drop for TakenOver<'_> {
    fn drop(&mut self) {
        if !self.outbox.is_open() {
            self.outbox.set(Opening::Elsewhere);
        }
    }
}

//! A store whose calls a test delays, refuses, counts or holds back.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Change, DeadLetter, Delivered, Dirty, Epoch, ExportPart, Exported, MirrorRecord, OutboxEvent, Resource,
    Role, Store, StoreError, StoredEvent,
};

/// A [`Store`] that hands every call to another store, with a [`StoreHook`] before, around and after it.
///
/// For tests of a host: a database that is full, that answers slowly, whose answer gets lost, or that the process dies on.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use async_trait::async_trait;
/// use sync_core::testing::{HookedStore, StoreCall, StoreHook};
/// use sync_core::{Change, MemoryStore, Role, Store, StoreError};
///
/// /// A disk that takes no commits while it is full.
/// #[derive(Default)]
/// struct Disk {
///     is_full: AtomicBool,
/// }
///
/// #[async_trait]
/// impl StoreHook for Disk {
///     async fn before(&self, call: &StoreCall<'_>) -> Result<(), StoreError> {
///         if call.method.is_write() && self.is_full.load(Ordering::SeqCst) {
///             return Err(StoreError::Unavailable("the disk is full".to_owned()));
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let disk = Arc::new(Disk::default());
/// let store = HookedStore::new(Arc::new(MemoryStore::new()), disk.clone());
/// let epoch = store.open("tenant-1234", Role::Syncing).await?;
///
/// disk.is_full.store(true, Ordering::SeqCst);
/// let change = Change::SetValue { key: "name".to_owned(), value: "Acme".to_owned() };
/// assert!(store.commit("tenant-1234", epoch, vec![change]).await.is_err());
/// assert_eq!(store.value("tenant-1234", "name").await?, None);
/// # Ok(())
/// # }
/// ```
pub struct HookedStore {
    inner: Arc<dyn Store>,
    hook: Arc<dyn StoreHook>,
}

/// A test's code that runs before, around and after the calls of a [`HookedStore`]. Every method has a default that changes nothing.
#[async_trait]
pub trait StoreHook: Send + Sync {
    /// Runs before a call. An error is the call's answer: the store behind does not see the call.
    async fn before(&self, _call: &StoreCall<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// Runs the store's work, which awaits `work`. A hook that drops `work` unfinished has the call answered with
    /// [`StoreError::Unavailable`].
    async fn around(&self, _call: &StoreCall<'_>, work: StoreWork<'_>) {
        work.await;
    }

    /// Runs after a call, whatever the store answered. An error replaces the store's answer: the changes of a successful call stay, as if only
    /// its answer got lost.
    async fn after(&self, _call: &StoreCall<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns the limit that the store gets for a read of at most `limit` items. A smaller one makes a test's few items come in many
    /// parts.
    fn limit(&self, _call: &StoreCall<'_>, limit: usize) -> usize {
        limit
    }
}

/// The work of the store behind a [`HookedStore`] for one call. Its answer goes to the caller, past the hook.
pub type StoreWork<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A call of a store, as a [`StoreHook`] sees it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StoreCall<'a> {
    /// The method that was called.
    pub method: StoreMethod,
    /// The connection that was named.
    pub connection: &'a str,
    /// The changes of a [`commit`](Store::commit); empty for other methods.
    pub changes: &'a [Change],
}

impl HookedStore {
    /// Wraps a store.
    pub fn new(inner: Arc<dyn Store>, hook: Arc<dyn StoreHook>) -> Self {
        HookedStore { inner, hook }
    }

    async fn run<T: Send>(
        &self,
        call: StoreCall<'_>,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        self.hook.before(&call).await?;
        let mut answer = None;
        self.hook.around(&call, Box::pin(async { answer = Some(work.await) })).await;
        self.hook.after(&call).await?;
        answer.unwrap_or_else(|| Err(StoreError::Unavailable("a hook dropped the call".to_owned())))
    }
}

impl fmt::Debug for HookedStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HookedStore").finish_non_exhaustive()
    }
}

/// Writes the methods of the store, and their names as an enum. The argument behind a `;` is the limit of a read.
macro_rules! hooked {
    ($($variant:ident = $method:ident($($name:ident: $type:ty),* $(; $limit:ident)?) -> $answer:ty;)*) => {
        /// The methods of [`Store`], as a [`StoreHook`] tells them apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum StoreMethod {
            #[doc = "[`Store::commit`]."]
            Commit,
            $(#[doc = concat!("[`Store::", stringify!($method), "`].")] $variant,)*
        }

        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl Store for HookedStore {
            async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
                let shown = changes.clone();
                let call = StoreCall { method: StoreMethod::Commit, connection, changes: &shown };
                self.run(call, self.inner.commit(connection, epoch, changes)).await
            }

            $(async fn $method(&self, connection: &str, $($name: $type,)* $($limit: usize)?) -> Result<$answer, StoreError> {
                let call = StoreCall { method: StoreMethod::$variant, connection, changes: &[] };
                $(let $limit = self.hook.limit(&call, $limit);)?
                self.run(call, self.inner.$method(connection, $($name,)* $($limit)?)).await
            })*
        }
    };
}

hooked! {
    Open = open(role: Role) -> Epoch;
    OpenAll = open_all() -> [Epoch; 2];
    CheckEpoch = check_epoch(epoch: Epoch) -> ();
    AddEvent = add_event(event: OutboxEvent) -> bool;
    Values = values(keys: &[&str]) -> Vec<(String, String)>;
    Value = value(key: &str) -> Option<String>;
    Records = records(resource: Resource, ids: &[i64]) -> Vec<MirrorRecord>;
    Linked = linked(resource: Resource, parent: Resource, parent_ids: &[i64]) -> Vec<MirrorRecord>;
    LinkedIds = linked_ids(resource: Resource, parent: Resource, parent_ids: &[i64]) -> Vec<i64>;
    RecordIds = record_ids(resource: Resource, after: Option<i64>; limit) -> Vec<i64>;
    Completeness = completeness(children: Resource, parent_ids: &[i64]) -> Vec<(i64, bool)>;
    Dirty = dirty(integration: &str, after: u64; limit) -> Vec<Dirty>;
    DirtyAmong = dirty_among(integration: &str, ids: &[i64]) -> Vec<Dirty>;
    DirtyCount = dirty_count(integration: &str) -> u64;
    Delivered = delivered(integration: &str, ids: &[i64]) -> Vec<Delivered>;
    DeadLetters = dead_letters() -> Vec<DeadLetter>;
    Outbox = outbox(after: u64; limit) -> Vec<StoredEvent>;
    Event = event(id: &str) -> Option<StoredEvent>;
    Export = export(part: ExportPart, after: Option<&Exported>; limit) -> Vec<Exported>;
}

impl StoreMethod {
    /// Whether the method changes what is stored.
    pub fn is_write(self) -> bool {
        use StoreMethod::{AddEvent, Commit, Open, OpenAll};
        matches!(self, Open | OpenAll | Commit | AddEvent)
    }
}

//! A registry in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sync_core::EngineBuilder;
use tokio::sync::Notify;

use crate::{Registered, Registry, RegistryError};

/// Makes the builder of a connection's engine.
type MakeBuilder = dyn Fn() -> Result<EngineBuilder, RegistryError> + Send + Sync;

/// A [`Registry`] in memory, for hosts that know their connections themselves: each has a function that makes the builder of its engine.
#[derive(Default)]
pub struct MemoryRegistry {
    /// Protects the list; never held across an await.
    entries: Mutex<BTreeMap<String, Entry>>,
    changed: Notify,
}

struct Entry {
    registered: Registered,
    make: Arc<MakeBuilder>,
}

impl MemoryRegistry {
    /// Returns a registry without connections.
    pub fn new() -> Self {
        MemoryRegistry::default()
    }

    /// Adds a connection, or gives one of this name another configuration. A paused connection stays paused.
    pub fn put(
        &self,
        name: &str,
        make: impl Fn() -> Result<EngineBuilder, RegistryError> + Send + Sync + 'static,
    ) {
        self.replace(name, Arc::new(make), |registered| registered.configuration += 1);
    }

    /// Gives a connection other credentials: `make` uses the new ones. Adds the connection if there is none of this name.
    pub fn rotate_credentials(
        &self,
        name: &str,
        make: impl Fn() -> Result<EngineBuilder, RegistryError> + Send + Sync + 'static,
    ) {
        self.replace(name, Arc::new(make), |registered| registered.credentials += 1);
    }

    /// Removes a connection. Its data stays in the store. Returns whether there was one of this name.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.entries().remove(name).is_some();
        self.changed.notify_one();
        removed
    }

    /// Pauses a connection. Returns whether there is one of this name.
    pub fn pause(&self, name: &str) -> bool {
        self.set_paused(name, true)
    }

    /// Resumes a paused connection. Returns whether there is one of this name.
    pub fn resume(&self, name: &str) -> bool {
        self.set_paused(name, false)
    }

    fn set_paused(&self, name: &str, paused: bool) -> bool {
        let found = self.entries().get_mut(name).map(|entry| entry.registered.paused = paused).is_some();
        self.changed.notify_one();
        found
    }

    fn replace(&self, name: &str, make: Arc<MakeBuilder>, change: impl FnOnce(&mut Registered)) {
        let mut entries = self.entries();
        match entries.get_mut(name) {
            Some(entry) => {
                entry.make = make;
                change(&mut entry.registered);
            }
            None => {
                entries.insert(name.to_owned(), Entry { registered: Registered::new(name), make });
            }
        }
        drop(entries);
        self.changed.notify_one();
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Registry for MemoryRegistry {
    async fn list(&self) -> Result<Vec<Registered>, RegistryError> {
        Ok(self.entries().values().map(|entry| entry.registered.clone()).collect())
    }

    async fn changed(&self) {
        self.changed.notified().await;
    }

    async fn builder(&self, name: &str) -> Result<EngineBuilder, RegistryError> {
        let make = self.entries().get(name).map(|entry| Arc::clone(&entry.make));
        let make = make.ok_or_else(|| RegistryError(format!("no connection is called {name:?}")))?;
        make()
    }
}

impl fmt::Debug for MemoryRegistry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryRegistry").field("connections", &self.entries().len()).finish()
    }
}

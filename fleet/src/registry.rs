//! The registry: the connections that a fleet runs, as the host keeps them.

use async_trait::async_trait;
use sync_core::EngineBuilder;
use thiserror::Error;

/// The host's connections. A fleet reads the [`list`](Self::list) when it starts and after each [`changed`](Self::changed), and compares it with
/// the list before: the host tells that something changed, and never what.
///
/// [`MemoryRegistry`](crate::MemoryRegistry) is a ready-made one.
#[async_trait]
pub trait Registry: Send + Sync + 'static {
    /// Returns all connections as they are now, in any order.
    ///
    /// # Errors
    ///
    /// When the list cannot be read: the fleet goes on with the list before, and asks again after a while.
    async fn list(&self) -> Result<Vec<Registered>, RegistryError>;

    /// Waits until the list may have changed since the last call of [`list`](Self::list). The future may be dropped and asked for again: a change
    /// must not get lost by that. A change that comes while nobody waits ends the next wait at once.
    async fn changed(&self);

    /// Returns the builder of a connection's engine, with the newest configuration and credentials. It is called each time that the engine is
    /// opened. The fleet sets the builder's cancellation itself.
    ///
    /// The builders of one host should share what they can: the store, the transport and the request limits of an app key, the
    /// connections to Hatch and the rate limit of a Hatch key. A builder that makes its own takes a hundred times the memory and time.
    ///
    /// # Errors
    ///
    /// When the connection cannot be configured, such as for a secret that is missing: it is reported, and tried again after a while or when
    /// it changes.
    async fn builder(&self, name: &str) -> Result<EngineBuilder, RegistryError>;
}

/// A connection in a [`Registry`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The connection's name, as it stands in the store.
    pub name: String,
    /// The version of the configuration: any number that differs when the engine has to be built anew.
    pub configuration: u64,
    /// The version of the credentials: any number that differs when a secret was replaced.
    pub credentials: u64,
    /// True for a connection that rests: it is neither synced nor are notes written, and events of Hatch are stored for later.
    pub paused: bool,
}

impl Registered {
    /// Returns a connection that is not paused, with the first version of configuration and credentials.
    pub fn new(name: impl Into<String>) -> Self {
        Registered { name: name.into(), configuration: 0, credentials: 0, paused: false }
    }
}

/// A failure of a [`Registry`]. The message names what is wrong and what to do, without secrets and customer data.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct RegistryError(pub String);

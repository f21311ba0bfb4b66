//! The part that a host implements.

use async_trait::async_trait;
use sync_core::{EngineBuilder, SyncError};

/// Builds the engines of connections. Every worker of a deployment has the same one.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// Returns a builder of the engine of a connection, with its source, its store and its integrations; `None` if the host has no such
    /// connection, or not any more. The builder's cancellation is set by the worker.
    ///
    /// Called once for each opening, which is about once a cycle: clients that hold connections to servers are best kept by the host.
    ///
    /// # Errors
    ///
    /// A failure to build it. A temporary one is tried again soon, any other one with the next cycle.
    async fn engine(&self, connection: &str) -> Result<Option<EngineBuilder>, SyncError>;
}

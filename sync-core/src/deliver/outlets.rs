//! Outlets: the integrations of a connection with the turn at their sinks.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::integrations::{Integrations, unknown_integration};
use crate::{Integration, SyncError};

/// An integration and the turn at its sink.
pub(super) struct Outlet {
    pub(super) integration: Integration,
    /// Protects the sink from a newer version of an opportunity that overtakes an older one: held from the claim of opportunities until
    /// their settlement. Shared by the integrations of one sink.
    sink: Arc<Mutex<()>>,
}

/// The outlets of a connection.
pub(super) struct Outlets(Vec<Outlet>);

/// The exclusive right to send to a sink, and to change claims of its integrations.
pub(crate) struct SinkTurn<'a> {
    _held: MutexGuard<'a, ()>,
}

impl Outlet {
    /// Waits for the exclusive right to send to the sink.
    pub(super) async fn turn(&self) -> SinkTurn<'_> {
        SinkTurn { _held: self.sink.lock().await }
    }
}

impl Outlets {
    pub(super) fn new(integrations: &Integrations) -> Self {
        let mut sinks: BTreeMap<String, Arc<Mutex<()>>> = BTreeMap::new();
        let outlet = |integration: &Integration| {
            let sink = sinks.entry(integration.sink.identity()).or_default();
            Outlet { integration: integration.clone(), sink: Arc::clone(sink) }
        };
        Outlets(integrations.iter().map(outlet).collect())
    }

    /// The outlet of an integration.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is no such integration.
    pub(super) fn get(&self, integration: &str) -> Result<&Outlet, SyncError> {
        let outlet = self.0.iter().find(|outlet| outlet.integration.name == integration);
        outlet.ok_or_else(|| unknown_integration(integration))
    }

    /// The outlets, grouped by sink.
    pub(super) fn by_sink(&self) -> impl Iterator<Item = Vec<&Outlet>> {
        let mut sinks: BTreeMap<String, Vec<&Outlet>> = BTreeMap::new();
        for outlet in &self.0 {
            sinks.entry(outlet.integration.sink.identity()).or_default().push(outlet);
        }
        sinks.into_values()
    }

    /// Waits for the turns at all sinks, always in the same order.
    pub(super) async fn all_turns(&self) -> Vec<SinkTurn<'_>> {
        let mut turns = Vec::new();
        for outlets in self.by_sink() {
            if let Some(outlet) = outlets.first() {
                turns.push(outlet.turn().await);
            }
        }
        turns
    }
}

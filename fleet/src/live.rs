//! An open engine, and its leases.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use sync_core::Engine;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::Failure;
use crate::openings::Opening;

/// The number of leases of an engine that is being closed, and takes no more.
const CLOSING: usize = usize::MAX;

/// An open engine. Its keeper and its leases hold it; it is gone when the last of them is.
#[derive(Debug)]
pub(crate) struct Live {
    engine: Engine,
    /// The engine's cancellation.
    pub(crate) stop: CancellationToken,
    leases: watch::Sender<usize>,
    /// The failure because of which it was closed.
    pub(crate) failure: OnceLock<Failure>,
    _opening: Opening,
    /// Tells whoever waits to open the connection again.
    _gone: oneshot::Sender<()>,
}

impl Live {
    pub(crate) fn new(
        engine: Engine,
        stop: CancellationToken,
        opening: Opening,
        gone: oneshot::Sender<()>,
    ) -> Self {
        let (leases, failure) = (watch::Sender::new(0), OnceLock::new());
        Live { engine, stop, leases, failure, _opening: opening, _gone: gone }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A lease, unless the engine is being closed.
    pub(crate) fn lease(self: &Arc<Self>) -> Option<EngineLease> {
        if self.stop.is_cancelled() {
            return None;
        }
        let is_leased = self.leases.send_if_modified(|leases| {
            let is_open = *leases != CLOSING;
            if is_open {
                *leases += 1;
            }
            is_open
        });
        is_leased.then(|| EngineLease { live: Arc::clone(self) })
    }

    /// Waits until nobody has a lease.
    pub(crate) async fn unused(&self) {
        // The sender is alive as long as this is.
        let _ = self.leases.subscribe().wait_for(|leases| matches!(*leases, 0 | CLOSING)).await;
    }

    /// Waits until somebody has a lease.
    pub(crate) async fn used(&self) {
        let _ = self.leases.subscribe().wait_for(|leases| *leases > 0).await;
    }

    /// Grants no lease any more, unless somebody has one. Returns whether it is so.
    pub(crate) fn close_if_unused(&self) -> bool {
        self.leases.send_if_modified(|leases| {
            let is_unused = *leases == 0;
            if is_unused {
                *leases = CLOSING;
            }
            is_unused
        })
    }
}

/// The right to use a connection's engine, which stays open meanwhile. Give it back soon: where the connection changes in the registry, its engine
/// stops at once, and is opened anew only when the last lease is given back.
#[derive(Debug)]
pub struct EngineLease {
    live: Arc<Live>,
}

impl EngineLease {
    /// Stops the engine between two transactions.
    pub(crate) fn stop(&self) {
        self.live.stop.cancel();
    }

    /// The failure because of which the engine was closed, if there is one.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.live.failure.get().cloned()
    }
}

impl Deref for EngineLease {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        self.live.engine()
    }
}

impl Drop for EngineLease {
    fn drop(&mut self) {
        self.live.leases.send_modify(|leases| *leases = leases.saturating_sub(1));
    }
}

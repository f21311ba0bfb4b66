//! The events of all connections as one stream.

use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use sync_core::{Progress, SyncReport};
use tokio::sync::broadcast;

use crate::Failure;

/// Number of events that wait for a slow listener before it loses the oldest.
const BUFFERED: usize = 4096;

/// An event of a fleet.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FleetEvent {
    /// Something happened to a connection.
    Connection {
        /// The connection's name.
        name: Arc<str>,
        /// The event.
        event: ConnectionEvent,
    },
    /// The registry's list could not be read: the fleet goes on with the list before.
    RegistryFailed {
        /// The reason.
        reason: String,
    },
    /// The listener was too slow, and lost so many events.
    Missed(u64),
}

/// An event of one connection.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConnectionEvent {
    /// The registry has a new connection.
    Added,
    /// The registry has the connection no more. Its engine is closed after the present transaction.
    Removed,
    /// The connection has another configuration: its engine is built anew.
    Reconfigured,
    /// The connection has other credentials: its engine is built anew.
    CredentialsRotated,
    /// The connection was paused. Its engine is closed after the present transaction.
    Paused,
    /// The connection goes on.
    Resumed,
    /// Its engine was opened.
    Opened,
    /// Its engine was closed.
    Closed,
    /// A cycle began.
    CycleBegan,
    /// A step of a cycle, where [`FleetBuilder::forward_progress`](crate::FleetBuilder::forward_progress) asks for them.
    Progress(Progress),
    /// A cycle was done, or cut to make room for others, or since the connection changed ([`cancelled`](SyncReport::cancelled)): it goes on later.
    Cycled {
        /// The report.
        report: Arc<SyncReport>,
        /// How long the cycle took.
        took: Duration,
    },
    /// Opening, a cycle or the writing of notes failed.
    Failed {
        /// The failure.
        failure: Failure,
        /// The time until the connection is tried again.
        again_in: Duration,
    },
}

/// Announces events to everybody who listens.
#[derive(Debug)]
pub(crate) struct Events(broadcast::Sender<FleetEvent>);

impl Events {
    pub(crate) fn new() -> Self {
        Events(broadcast::Sender::new(BUFFERED))
    }

    pub(crate) fn announce(&self, event: FleetEvent) {
        // An error means that nobody listens.
        let _ = self.0.send(event);
    }

    pub(crate) fn of(&self, name: &Arc<str>, event: ConnectionEvent) {
        self.announce(FleetEvent::Connection { name: Arc::clone(name), event });
    }

    pub(crate) fn subscribe(&self) -> impl Stream<Item = FleetEvent> + Send + use<> {
        futures::stream::unfold(self.0.subscribe(), |mut events| async move {
            match events.recv().await {
                Ok(event) => Some((event, events)),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    Some((FleetEvent::Missed(missed), events))
                }
                Err(broadcast::error::RecvError::Closed) => None,
            }
        })
    }
}

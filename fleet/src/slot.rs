//! The place of one connection in the fleet: its state, and its engine while that is open.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use sync_core::Epoch;
use tokio::sync::oneshot;

use crate::live::{EngineLease, Live};
use crate::state::{Phase, State};
use crate::{Activity, ConnectionState, CycleSummary};

/// One connection.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) name: Arc<str>,
    /// Protects the state from transitions that overtake each other; never held across an await.
    state: Mutex<State>,
    /// Protects the present engine's place; never held across an await.
    live: Mutex<Weak<Live>>,
    /// Protects the connection from being opened twice: held while its engine is opened.
    pub(crate) door: tokio::sync::Mutex<Door>,
}

/// Facts about the last opening of a connection.
#[derive(Debug, Default)]
pub(crate) struct Door {
    /// The sign that its engine is gone, whose writes the next opening would fence off.
    pub(crate) gone: Option<oneshot::Receiver<()>>,
    /// Its epochs: if they are not the newest, another process has taken the connection over.
    pub(crate) epochs: Vec<Epoch>,
}

impl Slot {
    pub(crate) fn new(state: State) -> Self {
        Slot {
            name: Arc::from(state.entry.name.as_str()),
            state: Mutex::new(state),
            live: Mutex::default(),
            door: tokio::sync::Mutex::default(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn live(&self) -> MutexGuard<'_, Weak<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A lease of the engine, if it is open.
    pub(crate) fn lease(&self) -> Option<EngineLease> {
        self.live().upgrade()?.lease()
    }

    pub(crate) fn set_live(&self, live: &Arc<Live>) {
        *self.live() = Arc::downgrade(live);
    }

    /// Stops the engine between two transactions, if it is open. It is closed once its leases are given back.
    pub(crate) fn close(&self) {
        if let Some(live) = self.live().upgrade() {
            live.stop.cancel();
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.live().strong_count() > 0
    }

    /// The status of the connection.
    pub(crate) fn status(&self, now: Duration) -> ConnectionState {
        let state = self.state();
        ConnectionState {
            activity: match state.phase {
                Phase::Resting { .. } => Activity::Resting,
                Phase::Waiting => Activity::Waiting,
                Phase::Running { .. } => Activity::Cycling,
                Phase::Paused => Activity::Paused,
            },
            is_open: self.is_open(),
            next_cycle_in: state.due().map(|due| due.saturating_sub(now)),
            last_cycle: state.last.as_ref().map(|last| CycleSummary {
                ended_ago: now.saturating_sub(last.ended),
                ..last.summary.clone()
            }),
            failures: state.failures,
            failure: state.failure.as_deref().cloned(),
        }
    }
}

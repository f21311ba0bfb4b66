//! The parts that the tasks of a fleet share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bounds::Effective;
use crate::event::{ConnectionEvent, Events};
use crate::lanes::Lanes;
use crate::openings::Openings;
use crate::schedule::Schedule;
use crate::slot::Slot;
use crate::{Failure, FleetError, FleetStatus, Registry};

/// The settings of a fleet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) bounds: Effective,
    pub(crate) schedule: Schedule,
    pub(crate) rhythm: Duration,
    /// The time for which an engine stays open that nobody uses.
    pub(crate) close_after: Duration,
    /// The time that a stop waits.
    pub(crate) stop_within: Duration,
    pub(crate) forward_progress: bool,
    /// True where another process writes the notes.
    pub(crate) syncing_only: bool,
}

/// The time of a connection's next cycle may have changed.
#[derive(Debug)]
pub(crate) struct Wake {
    pub(crate) at: Duration,
    pub(crate) name: Arc<str>,
}

pub(crate) struct Shared {
    pub(crate) registry: Arc<dyn Registry>,
    pub(crate) settings: Settings,
    pub(crate) lanes: Lanes,
    pub(crate) openings: Openings,
    pub(crate) events: Events,
    pub(crate) slots: RwLock<BTreeMap<Arc<str>, Arc<Slot>>>,
    pub(crate) registry_failure: Mutex<Option<String>>,
    wakes: mpsc::UnboundedSender<Wake>,
    began: Instant,
    pub(crate) tasks: TaskTracker,
    /// Asks all engines and cycles to stop.
    pub(crate) stop: CancellationToken,
    /// Ends all tasks wherever they are.
    pub(crate) abort: CancellationToken,
}

impl Shared {
    pub(crate) fn new(
        registry: Arc<dyn Registry>,
        settings: Settings,
        wakes: mpsc::UnboundedSender<Wake>,
    ) -> Self {
        Shared {
            registry,
            settings,
            lanes: Lanes::new(settings.bounds.short, settings.bounds.long),
            openings: Openings::new(settings.bounds.open_engines),
            events: Events::new(),
            slots: RwLock::default(),
            registry_failure: Mutex::default(),
            wakes,
            began: Instant::now(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            abort: CancellationToken::new(),
        }
    }

    /// The time since the start of the fleet.
    pub(crate) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// The moment of a time of the schedule.
    pub(crate) fn moment(&self, at: Duration) -> Instant {
        self.began + at
    }

    /// The connection of a name.
    ///
    /// # Errors
    ///
    /// [`FleetError::NotRunning`] or [`FleetError::Unknown`].
    pub(crate) fn slot(&self, name: &str) -> Result<Arc<Slot>, FleetError> {
        if self.stop.is_cancelled() {
            return Err(FleetError::NotRunning);
        }
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(name).cloned().ok_or_else(|| FleetError::Unknown(name.to_owned()))
    }

    /// All connections.
    pub(crate) fn all_slots(&self) -> Vec<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Tells the driver when the connection's next cycle is.
    pub(crate) fn wake(&self, slot: &Slot) {
        if let Some(at) = slot.state().due() {
            // An error means that the fleet has stopped.
            let _ = self.wakes.send(Wake { at, name: Arc::clone(&slot.name) });
        }
    }

    /// Runs a task of the fleet. It ends with the fleet at the latest.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let abort = self.abort.clone();
        self.tasks.spawn(async move {
            abort.run_until_cancelled(task).await;
        });
    }

    /// Reports a failure, and when the connection is tried again.
    pub(crate) fn announce_failure(&self, slot: &Slot, failure: Failure, again_in: Duration) {
        tracing::warn!(connection = %slot.name, %failure, again_in_seconds = again_in.as_secs(), "a connection failed");
        self.events.of(&slot.name, ConnectionEvent::Failed { failure, again_in });
    }

    pub(crate) fn status(&self) -> FleetStatus {
        let now = self.now();
        let connections =
            self.all_slots().iter().map(|slot| (slot.name.to_string(), slot.status(now))).collect();
        let registry_failure = self.registry_failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        FleetStatus { connections, open_engines: self.openings.open(), registry_failure }
    }
}

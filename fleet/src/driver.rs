//! The driver: starts cycles when they are due, and follows the registry.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use crate::Registered;
use crate::cycle;
use crate::difference::{Difference, by_name, differences};
use crate::event::{ConnectionEvent, FleetEvent};
use crate::fleet_state::{Shared, Wake};
use crate::slot::Slot;
use crate::state::State;

/// The time after which a registry's list that could not be read is read again.
const LIST_AGAIN: Duration = Duration::from_secs(10);

/// The time for the first cycle of each connection: a few start at once, and thousands take the whole rhythm.
const FOR_EACH_START: Duration = Duration::from_millis(100);

/// Drives a fleet.
pub(crate) struct Driver {
    shared: Arc<Shared>,
    wakes: mpsc::UnboundedReceiver<Wake>,
    /// The registry's list, as it was read last; `None` before the first time.
    list: Option<BTreeMap<String, Registered>>,
    /// The times at which cycles may be due. One that was put off since is in here twice.
    queue: BinaryHeap<Reverse<(Duration, Arc<str>)>>,
}

impl Driver {
    pub(crate) fn new(shared: Arc<Shared>, wakes: mpsc::UnboundedReceiver<Wake>) -> Self {
        Driver { shared, wakes, list: None, queue: BinaryHeap::new() }
    }

    /// Drives until the token is cancelled.
    pub(crate) async fn drive(mut self, stop: &CancellationToken) {
        let registry = Arc::clone(&self.shared.registry);
        let mut changed = registry.changed();
        let mut list_at = Some(Duration::ZERO);
        while !stop.is_cancelled() {
            let next = self.queue.peek().map(|Reverse((at, _))| *at);
            let wake = [next, list_at].into_iter().flatten().min();
            let timer = async {
                match wake {
                    Some(at) => sleep_until(self.shared.moment(at)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = &mut changed => {
                    changed = registry.changed();
                    list_at = Some(Duration::ZERO);
                }
                Some(Wake { at, name }) = self.wakes.recv() => self.queue.push(Reverse((at, name))),
                () = timer => {}
            }
            if list_at.is_some_and(|at| at <= self.shared.now()) {
                let listed = tokio::select! {
                    () = stop.cancelled() => break,
                    listed = self.follow_registry() => listed,
                };
                list_at = (!listed).then(|| self.shared.now() + LIST_AGAIN);
            }
            self.start_due();
        }
    }

    /// Starts the cycles that are due.
    fn start_due(&mut self) {
        let now = self.shared.now();
        while let Some(Reverse((at, _))) = self.queue.peek()
            && *at <= now
        {
            let Some(Reverse((_, name))) = self.queue.pop() else { break };
            if let Ok(slot) = self.shared.slot(&name)
                && slot.state().wake(now)
            {
                self.shared.spawn(cycle::run(Arc::clone(&self.shared), slot));
            }
        }
    }

    /// Reads the registry's list, and applies the differences to the list before. Returns whether it could be read.
    async fn follow_registry(&mut self) -> bool {
        let listed = self.shared.registry.list().await;
        let reason = listed.as_ref().err().map(ToString::to_string);
        if let Some(reason) = reason.clone() {
            tracing::warn!(reason, "the registry's connections could not be listed");
            self.shared.events.announce(FleetEvent::RegistryFailed { reason });
        }
        *self.shared.registry_failure.lock().unwrap_or_else(PoisonError::into_inner) = reason;
        let Ok(list) = listed else { return false };
        let after = by_name(list);
        let at_start = self.list.is_none();
        let before = self.list.take().unwrap_or_default();
        let within = FOR_EACH_START * u32::try_from(after.len()).unwrap_or(u32::MAX);
        let within = if at_start { within.min(self.shared.settings.rhythm) } else { Duration::ZERO };
        for (name, difference) in differences(&before, &after) {
            match after.get(&name) {
                Some(entry) if difference == Difference::Added => self.add(entry.clone(), within),
                Some(entry) => self.change(entry, difference),
                None => self.remove(&name),
            }
        }
        self.list = Some(after);
        true
    }

    fn add(&self, entry: Registered, within: Duration) {
        let state = State::new(entry, &self.shared.settings.schedule, self.shared.now(), within);
        let slot = Arc::new(Slot::new(state));
        let mut slots = self.shared.slots.write().unwrap_or_else(PoisonError::into_inner);
        slots.insert(Arc::clone(&slot.name), Arc::clone(&slot));
        drop(slots);
        self.shared.events.of(&slot.name, ConnectionEvent::Added);
        self.shared.wake(&slot);
    }

    fn change(&self, entry: &Registered, difference: Difference) {
        let Ok(slot) = self.shared.slot(&entry.name) else { return };
        slot.state().renew(entry.clone(), self.shared.now());
        slot.close();
        self.shared.events.of(
            &slot.name,
            match difference {
                Difference::Paused => ConnectionEvent::Paused,
                Difference::Resumed => ConnectionEvent::Resumed,
                Difference::CredentialsRotated => ConnectionEvent::CredentialsRotated,
                _ => ConnectionEvent::Reconfigured,
            },
        );
        self.shared.wake(&slot);
    }

    fn remove(&self, name: &str) {
        let removed = self.shared.slots.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        let Some(slot) = removed else { return };
        slot.state().is_removed = true;
        slot.close();
        self.shared.events.of(&slot.name, ConnectionEvent::Removed);
    }
}

//! Opening engines when they are needed, and closing them when nobody needs them.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::event::ConnectionEvent;
use crate::fleet_state::Shared;
use crate::live::{EngineLease, Live};
use crate::slot::Slot;
use crate::state::Phase;
use crate::{Failure, FleetError};

impl Shared {
    /// A lease of a connection's engine, which is opened if it is closed. Waits for room where too many are open.
    pub(crate) async fn lease(self: &Arc<Self>, slot: &Arc<Slot>) -> Result<EngineLease, FleetError> {
        loop {
            if let Some(lease) = slot.lease() {
                return Ok(lease);
            }
            let mut door = slot.door.lock().await;
            if let Some(lease) = slot.lease() {
                return Ok(lease);
            }
            if let Some(gone) = door.gone.as_mut() {
                // An error is the sign: the sender is dropped with the engine.
                let _ = gone.await;
            }
            door.gone = None;
            let opening = self.openings.acquire().await;
            let entry = slot.state().entry.clone();
            if self.stop.is_cancelled() || slot.state().is_removed {
                return Err(FleetError::NotRunning);
            }
            if entry.paused {
                return Err(FleetError::Paused(entry.name));
            }
            let builder = self.registry.builder(&slot.name).await?;
            let stop = self.stop.child_token();
            let epochs = if slot.state().takes_over { Vec::new() } else { door.epochs.clone() };
            let builder = builder.cancellation(stop.clone()).continues(epochs);
            let engine = if self.settings.syncing_only {
                builder.open_syncing().await?
            } else {
                builder.open().await?
            };
            door.epochs = engine.epochs();
            slot.state().takes_over = false;
            let (gone, is_gone) = oneshot::channel();
            door.gone = Some(is_gone);
            let live = Arc::new(Live::new(engine, stop, opening, gone));
            let lease = live.lease();
            slot.set_live(&live);
            self.events.of(&slot.name, ConnectionEvent::Opened);
            self.spawn(keep(Arc::clone(self), Arc::clone(slot), live));
            let is_current = {
                let state = slot.state();
                state.entry == entry && !state.is_removed
            };
            if let Some(lease) = lease.filter(|_| is_current) {
                return Ok(lease);
            }
            // The connection changed while it was opened: the engine may be the former one.
            slot.close();
        }
    }
}

/// Writes the notes that wait while the engine is open, and closes it when nobody uses it.
async fn keep(shared: Arc<Shared>, slot: Arc<Slot>, live: Arc<Live>) {
    // Also if this task panics or is aborted.
    let _stop = live.stop.clone().drop_guard();
    let notes = async {
        if shared.settings.syncing_only {
            live.stop.cancelled().await;
            return Ok(());
        }
        live.engine().run_pushes().await
    };
    let mut notes = Box::pin(notes);
    let ended = tokio::select! {
        ended = &mut notes => ended,
        () = wait_until_unneeded(&shared, &live) => {
            live.stop.cancel();
            notes.as_mut().await
        }
    };
    drop(notes);
    if let Err(error) = ended {
        fail(&shared, &slot, &live, Failure::from(&error));
    }
    // The fleet's stop waits for those who use the engine.
    live.unused().await;
    drop(live);
    shared.events.of(&slot.name, ConnectionEvent::Closed);
}

/// Waits until nobody has used the engine for a while and no note waits, or until another connection needs its place. No lease is granted from then on.
async fn wait_until_unneeded(shared: &Shared, live: &Live) {
    loop {
        live.unused().await;
        tokio::select! {
            () = live.used() => continue,
            () = shared.openings.wanted() => {}
            () = tokio::time::sleep(shared.settings.close_after) => {
                // A store that fails has no notes to give.
                if !shared.settings.syncing_only && live.engine().has_waiting_events().await.unwrap_or_default() {
                    continue;
                }
            }
        }
        if live.close_if_unused() {
            return;
        }
    }
}

/// The writing of notes failed for good. A cycle that runs ends with this failure, or else the next one waits longer.
fn fail(shared: &Shared, slot: &Slot, live: &Live, failure: Failure) {
    let is_first = live.failure.set(failure.clone()).is_ok();
    live.stop.cancel();
    let mut state = slot.state();
    if !is_first || matches!(state.phase, Phase::Running { .. }) {
        return;
    }
    let now = shared.now();
    let due = state.fail(failure.clone(), &shared.settings.schedule, now);
    drop(state);
    shared.announce_failure(slot, failure, due.saturating_sub(now));
    shared.wake(slot);
}

//! One cycle of one connection: in its lane, in slices, and isolated from the others.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::{FutureExt, StreamExt};
use tokio::time::{Instant, sleep};

use crate::event::ConnectionEvent;
use crate::fleet_state::Shared;
use crate::lanes::{Lane, LanePermit};
use crate::live::EngineLease;
use crate::slot::Slot;
use crate::state::Ended;
use crate::{CycleSummary, Failure, FleetError};

/// Runs the cycle of a connection that is due, and plans the next one.
pub(crate) async fn run(shared: Arc<Shared>, slot: Arc<Slot>) {
    let attempt = AssertUnwindSafe(attempt(&shared, &slot)).catch_unwind().await;
    let ended = match attempt {
        Ok(Some(ended)) => ended,
        // The connection was paused or removed meanwhile, or the fleet is stopped.
        Ok(None) => return,
        Err(_) => {
            slot.close();
            Ended::Failed(Failure::panicked())
        }
    };
    let failure = match &ended {
        Ended::Failed(failure) => Some(failure.clone()),
        _ => None,
    };
    let again_in = slot.state().end(ended, &shared.settings.schedule, shared.now());
    if let Some(failure) = failure {
        shared.announce_failure(&slot, failure, again_in.unwrap_or_default());
    }
    shared.wake(&slot);
}

async fn attempt(shared: &Arc<Shared>, slot: &Arc<Slot>) -> Option<Ended> {
    let known = slot.state().lane;
    let lane = match known {
        Some(lane) => lane,
        None => match find_lane(shared, slot).await {
            Ok(lane) => lane,
            Err(error) => return Some(Ended::Failed(Failure::from(&error))),
        },
    };
    let permit = shared.stop.run_until_cancelled(shared.lanes.enter(lane)).await?;
    if !slot.state().begin(shared.now()) {
        return None;
    }
    match shared.lease(slot).await {
        Ok(lease) => Some(cycle(shared, slot, &lease, permit).await),
        Err(FleetError::NotRunning | FleetError::Paused(_)) => {
            Some(Ended::Interrupted(CycleSummary::default()))
        }
        Err(error) => Some(Ended::Failed(Failure::from(&error))),
    }
}

/// The lane of a connection's first cycle in this process: a connection that was never synced has a long way to go.
async fn find_lane(shared: &Shared, slot: &Slot) -> Result<Lane, FleetError> {
    let was_synced = shared.registry.builder(&slot.name).await?.was_synced().await?;
    Ok(if was_synced { Lane::Short } else { Lane::Long })
}

async fn cycle(shared: &Shared, slot: &Slot, lease: &EngineLease, mut permit: LanePermit) -> Ended {
    shared.events.of(&slot.name, ConnectionEvent::CycleBegan);
    let began = Instant::now();
    let slice = shared.settings.bounds.slice;
    let mut steps = shared.settings.forward_progress.then(|| Box::pin(lease.progress()));
    let mut sync = Box::pin(lease.sync_once());
    let mut slice_over = Box::pin(sleep(slice));
    let mut is_cut = false;
    let outcome = loop {
        let step = async {
            match &mut steps {
                Some(steps) => steps.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            outcome = &mut sync => break outcome,
            Some(step) = step => shared.events.of(&slot.name, ConnectionEvent::Progress(step)),
            () = &mut slice_over, if !is_cut => {
                if shared.lanes.prolong(&mut permit) {
                    slice_over.as_mut().reset(Instant::now() + slice);
                } else {
                    tracing::debug!(connection = %slot.name, lane = ?permit.lane(), "a long cycle is cut to make room");
                    is_cut = true;
                    lease.stop();
                }
            }
        }
    };
    let took = began.elapsed();
    match outcome {
        Ok(report) => {
            let summary = CycleSummary::of(&report, took);
            let was_cancelled = report.cancelled;
            shared.events.of(&slot.name, ConnectionEvent::Cycled { report: Arc::new(report), took });
            match lease.failure() {
                Some(failure) => Ended::Failed(failure),
                None if was_cancelled && is_cut => Ended::Cut(summary),
                None if was_cancelled => Ended::Interrupted(summary),
                None => Ended::Done(summary),
            }
        }
        Err(error) => {
            if !error.is_temporary() {
                // The next attempt opens the connection anew, with the registry's newest settings.
                lease.stop();
            }
            Ended::Failed(Failure::from(&error))
        }
    }
}

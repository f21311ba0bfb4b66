//! The engines that a worker has open.
//!
//! An engine belongs to an opening of its connection in a role, known by a random number that the connection's object keeps. As long as the
//! object names the number, no other worker has opened the connection since, and the engine may go on; else it is opened anew, which fences
//! off the older opening. A worker that is mistaken (it was frozen, or cut off from Restate) is refused by the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Time after which an engine is closed that no step used: its connection went on on another worker.
const UNUSED: Duration = Duration::from_secs(60);

/// An open engine.
pub(crate) struct Opening<E> {
    /// The number of the opening.
    pub(crate) number: u64,
    pub(crate) engine: Arc<E>,
    /// Stops the engine between two transactions.
    pub(crate) cancellation: CancellationToken,
}

impl<E> Clone for Opening<E> {
    fn clone(&self) -> Self {
        Opening {
            number: self.number,
            engine: Arc::clone(&self.engine),
            cancellation: self.cancellation.clone(),
        }
    }
}

/// The open engines of one role, by connection.
pub(crate) struct Openings<E> {
    open: Mutex<HashMap<String, (Opening<E>, Instant)>>,
}

impl<E> Default for Openings<E> {
    fn default() -> Self {
        Openings { open: Mutex::default() }
    }
}

impl<E> Openings<E> {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Opening<E>, Instant)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the engine of an opening, if this worker has it.
    pub(crate) fn find(&self, connection: &str, number: u64) -> Option<Opening<E>> {
        let mut open = self.lock();
        let (opening, used) = open.get_mut(connection)?;
        if opening.number != number || opening.cancellation.is_cancelled() {
            return None;
        }
        *used = Instant::now();
        Some(opening.clone())
    }

    /// Keeps a new opening in place of the connection's older one, which is stopped, as are engines that were not used for long.
    pub(crate) fn keep(&self, connection: &str, opening: Opening<E>) {
        let now = Instant::now();
        let mut open = self.lock();
        open.retain(|name, (held, used)| {
            // A step may take longer than that.
            let in_use = Arc::strong_count(&held.engine) > 1;
            let stays = name != connection && (in_use || now.duration_since(*used) < UNUSED);
            if !stays {
                held.cancellation.cancel();
            }
            stays
        });
        open.insert(connection.to_owned(), (opening, now));
    }

    /// Stops the engine of an opening and drops it.
    pub(crate) fn close(&self, connection: &str, number: u64) {
        let mut open = self.lock();
        if open.get(connection).is_some_and(|(opening, _)| opening.number == number)
            && let Some((opening, _)) = open.remove(connection)
        {
            opening.cancellation.cancel();
        }
    }

    /// Number of open engines.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(number: u64) -> Opening<&'static str> {
        Opening { number, engine: Arc::new("engine"), cancellation: CancellationToken::new() }
    }

    #[test]
    fn an_engine_is_found_by_the_number_of_its_opening_only() {
        let openings = Openings::default();
        openings.keep("north", opening(1));
        assert!(openings.find("north", 1).is_some());
        assert!(openings.find("north", 2).is_none(), "another worker opened the connection since");
        assert!(openings.find("south", 1).is_none());
    }

    #[test]
    fn a_newer_opening_stops_the_older_one() {
        let openings = Openings::default();
        let first = opening(1);
        openings.keep("north", first.clone());
        openings.keep("north", opening(2));
        assert!(first.cancellation.is_cancelled());
        openings.close("north", 1);
        assert!(openings.find("north", 2).is_some(), "the newer one stays");
    }

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_nobody_used_for_a_minute_is_closed() {
        let openings = Openings::default();
        let (idle, busy) = (opening(1), opening(2));
        let idle_cancelled = idle.cancellation.clone();
        openings.keep("idle", idle);
        openings.keep("busy", busy);
        openings.keep("in a long step", opening(4));
        let _step = openings.find("in a long step", 4);
        for _ in 0..4 {
            tokio::time::advance(Duration::from_secs(20)).await;
            assert!(openings.find("busy", 2).is_some());
        }
        openings.keep("another", opening(3));
        assert!(idle_cancelled.is_cancelled());
        assert!(openings.find("busy", 2).is_some() && openings.find("in a long step", 4).is_some());
        assert_eq!(openings.len(), 3);
    }
}

//! The wait between two attempts.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// The longest wait after the first attempt; it doubles with each further one.
const BASE: Duration = Duration::from_millis(500);
/// The longest wait of all.
const LONGEST: Duration = Duration::from_secs(30);

/// Waits with full jitter, so that many clients that failed together do not come back together.
pub(crate) struct Backoff {
    random: Mutex<StdRng>,
}

impl Backoff {
    /// Random waits; with a seed, the same ones in every run.
    pub(crate) fn new(seed: Option<u64>) -> Backoff {
        let random = seed.map_or_else(|| StdRng::from_rng(&mut rand::rng()), StdRng::seed_from_u64);
        Backoff { random: Mutex::new(random) }
    }

    /// Returns the wait after this many attempts.
    pub(crate) fn wait(&self, attempts: u32) -> Duration {
        let part: f64 = self.random.lock().unwrap_or_else(PoisonError::into_inner).random();
        bound(attempts).mul_f64(part)
    }
}

/// The upper bound of the wait after this many attempts.
fn bound(attempts: u32) -> Duration {
    BASE.saturating_mul(2u32.saturating_pow(attempts.saturating_sub(1))).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_thirty_seconds() {
        assert_eq!(bound(1), BASE);
        assert_eq!(bound(2), BASE * 2);
        assert_eq!(bound(40), LONGEST);
        let backoff = Backoff::new(None);
        assert!((1..100).all(|attempts| backoff.wait(attempts) <= bound(attempts)));
    }

    #[test]
    fn a_seed_gives_the_same_waits_again() {
        let waits = |seed| {
            let backoff = Backoff::new(seed);
            (1..20).map(|attempts| backoff.wait(attempts)).collect::<Vec<_>>()
        };
        assert_eq!(waits(Some(1)), waits(Some(1)));
        assert_ne!(waits(Some(1)), waits(Some(2)));
        assert_ne!(waits(None), waits(None));
    }
}

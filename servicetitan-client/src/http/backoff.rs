//! How long to wait before the next attempt.

use std::time::Duration;

/// The first attempt's longest wait; it doubles with each further one.
const BASE: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(30);

/// The upper bound of the wait after this many attempts.
pub(crate) fn bound(attempts: u32) -> Duration {
    BASE.saturating_mul(2u32.saturating_pow(attempts.saturating_sub(1))).min(LONGEST)
}

/// A wait with full jitter, so that many clients that failed together do not come back together.
pub(crate) fn wait(attempts: u32) -> Duration {
    bound(attempts).mul_f64(rand::random::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_thirty_seconds() {
        assert_eq!(bound(1), BASE);
        assert_eq!(bound(2), BASE * 2);
        assert_eq!(bound(40), LONGEST);
        assert!((1..100).all(|attempts| wait(attempts) <= bound(attempts)));
    }
}

//! The pauses before a failed step is tried again.

use std::time::Duration;

use crate::failure::{Failure, FailureKind};

/// The pause after the first failure; it doubles with each further one.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// The pause of a step that was fenced off: whoever opened the connection meanwhile may be in the midst of a step.
const FENCED: Duration = Duration::from_millis(200);

/// Returns the pause after so many failures in a row, this one included.
pub(crate) fn pause(failure: &Failure, failures: u32) -> Duration {
    match failure.kind {
        FailureKind::Fenced => FENCED,
        FailureKind::Temporary | FailureKind::Lasting => {
            FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_a_fenced_step_does_not_wait_so_long() {
        let failure = Failure::new(FailureKind::Temporary, "down");
        let pauses: Vec<u64> = (1..9).map(|failures| pause(&failure, failures).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause(&failure, u32::MAX), LONGEST);
        assert!(pause(&Failure::new(FailureKind::Fenced, "another worker"), 9) < FIRST);
    }
}

//! The number of opportunities that are claimed together.

use std::time::Duration;

/// The most and the fewest that are claimed together.
const MOST: usize = 50;
const FEWEST: usize = 8;

/// As many are claimed first, and at most in a pass whose time is bounded: the bound is looked at after each claim.
const FIRST: usize = 16;

/// Claims that are settled within this time may be more, and claims that take longer than the other are to be fewer.
const SHORT: Duration = Duration::from_millis(250);
const LONG: Duration = Duration::from_secs(1);

/// The number of opportunities that a pass claims in one commit. An opportunity that a webhook brings waits until they are settled: so the number follows the
/// time that the sink takes for them. A fast sink gets many at once, which cost fewer commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claims {
    together: usize,
}

impl Default for Claims {
    fn default() -> Self {
        Claims { together: FIRST }
    }
}

impl Claims {
    /// The number to claim next.
    pub(super) fn next(self, is_bounded: bool) -> usize {
        if is_bounded { self.together.min(FIRST) } else { self.together }
    }

    /// Notes the time that the last claims took until they were settled.
    pub(super) fn note(&mut self, took: Duration) {
        if took < SHORT {
            self.together = (self.together * 2).min(MOST);
        } else if took > LONG {
            self.together = (self.together / 2).max(FEWEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(times: &[Duration]) -> Claims {
        let mut claims = Claims::default();
        times.iter().for_each(|took| claims.note(*took));
        claims
    }

    #[test]
    fn a_fast_sink_gets_many_and_a_slow_one_few() {
        assert_eq!(after(&[Duration::from_millis(5); 9]).next(false), MOST);
        assert_eq!(after(&[Duration::from_secs(9); 9]).next(false), FEWEST);
        assert_eq!(after(&[Duration::from_millis(600); 9]).next(false), FIRST);
    }

    #[test]
    fn a_sink_that_slows_down_gets_fewer_and_a_bounded_pass_never_many() {
        let fast = [Duration::ZERO; 9];
        let slowed = [fast.as_slice(), &[Duration::from_secs(2); 3]].concat();
        assert_eq!(after(&slowed).next(false), FEWEST);
        assert_eq!(after(&fast).next(true), FIRST);
    }
}

//! The times of cycles. Pure: times are durations since the start of the fleet.
//!
//! A connection has a phase, which follows from its name, and its cycles begin at its phase of each rhythm. However long a cycle takes, and however
//! many begin late, the next one is back at the phase: cycles that are spread at the start stay spread.

use std::time::Duration;

use sync_core::cycle_phase;

use crate::FailureKind;

/// The longest time for which a connection that fails for good is left alone.
const LONGEST_BACKOFF: Duration = Duration::from_secs(6 * 60 * 60);

/// The rhythm of the cycles of all connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    rhythm: Duration,
}

impl Schedule {
    /// A rhythm of zero counts as a millisecond.
    pub(crate) fn new(rhythm: Duration) -> Self {
        Schedule { rhythm: rhythm.max(Duration::from_millis(1)) }
    }

    /// The phase of a connection within the rhythm: the same in every process, and spread evenly over all names.
    pub(crate) fn phase(&self, name: &str) -> Duration {
        cycle_phase(name, self.rhythm)
    }

    /// The place of a phase in another span of time, such as the one for the first cycles.
    pub(crate) fn share(&self, phase: Duration, span: Duration) -> Duration {
        let nanos = phase.as_nanos() * span.as_nanos() / self.rhythm.as_nanos();
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The first cycle at or after a time.
    pub(crate) fn first(&self, phase: Duration, now: Duration) -> Duration {
        let rhythm = self.rhythm.as_nanos();
        let behind = now.as_nanos().saturating_sub(phase.as_nanos());
        let rounds = behind.div_ceil(rhythm);
        phase + Duration::from_nanos(u64::try_from(rounds * rhythm).unwrap_or(u64::MAX))
    }

    /// The cycle after one that ended now.
    pub(crate) fn next(&self, phase: Duration, now: Duration) -> Duration {
        self.first(phase, now + Duration::from_nanos(1))
    }

    /// The cycle after a number of failures in a row, the last of which was now. After each further one that will not go away by itself, the
    /// pause is twice as long, up to six hours. A connection that another process has is left alone for six hours at once.
    pub(crate) fn after_failure(
        &self,
        phase: Duration,
        now: Duration,
        failures: u32,
        kind: FailureKind,
    ) -> Duration {
        let skipped = match kind {
            FailureKind::Temporary => 0,
            FailureKind::Fenced => u32::MAX,
            _ => (1_u32 << failures.saturating_sub(1).min(20)) - 1,
        };
        let pause = self.rhythm.saturating_mul(skipped).min(LONGEST_BACKOFF);
        self.next(phase, now + pause)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn times() -> impl Strategy<Value = (Schedule, String, Duration)> {
        let rhythm = (1_u64..10_000_000).prop_map(Duration::from_micros);
        let now = (0_u64..10_u64.pow(15)).prop_map(Duration::from_nanos);
        (rhythm, "[a-z0-9-]{1,30}", now).prop_map(|(rhythm, name, now)| (Schedule::new(rhythm), name, now))
    }

    proptest! {
        #[test]
        fn a_cycle_is_always_at_the_phase_of_its_connection((schedule, name, now) in times(), failures in 0_u32..40) {
            let phase = schedule.phase(&name);
            prop_assert!(phase < schedule.rhythm);
            let at_phase = |time: Duration| (time.as_nanos() - phase.as_nanos()).is_multiple_of(schedule.rhythm.as_nanos());
            prop_assert!(at_phase(schedule.first(phase, now)));
            prop_assert!(at_phase(schedule.next(phase, now)));
            prop_assert!(at_phase(schedule.after_failure(phase, now, failures, FailureKind::Refused)));
        }

        #[test]
        fn the_next_cycle_is_later_and_at_most_one_rhythm_away((schedule, name, now) in times()) {
            let phase = schedule.phase(&name);
            let next = schedule.next(phase, now);
            prop_assert!(next > now);
            prop_assert!(next <= now.max(phase) + schedule.rhythm);
            prop_assert!(schedule.first(phase, now) >= now);
            prop_assert_eq!(schedule.first(phase, next), next);
        }

        #[test]
        fn the_pause_after_failures_never_shrinks_and_has_an_end((schedule, name, now) in times(), failures in 1_u32..40) {
            let phase = schedule.phase(&name);
            let pause = |failures| schedule.after_failure(phase, now, failures, FailureKind::Refused);
            prop_assert!(pause(failures) <= pause(failures + 1));
            prop_assert!(pause(failures) <= now + LONGEST_BACKOFF + schedule.rhythm * 2);
            prop_assert_eq!(schedule.after_failure(phase, now, failures, FailureKind::Temporary), schedule.next(phase, now));
        }
    }

    #[test]
    fn ten_thousand_names_are_spread_over_the_rhythm() {
        let schedule = Schedule::new(Duration::from_secs(900));
        let mut minutes = [0; 15];
        for number in 0..10_000 {
            let phase = schedule.phase(&format!("tenant-{number}"));
            minutes[usize::try_from(phase.as_secs() / 60).unwrap()] += 1;
        }
        // 667 in each minute, and the deviation of a random spread is 25.
        assert!(minutes.iter().all(|count| (560..780).contains(count)), "{minutes:?}");
    }

    #[test]
    fn a_cycle_that_takes_longer_than_the_rhythm_skips_the_ones_that_it_missed() {
        let schedule = Schedule::new(Duration::from_secs(900));
        let phase = Duration::from_secs(100);
        assert_eq!(schedule.next(phase, Duration::from_secs(2_000)), Duration::from_secs(2_800));
        assert_eq!(schedule.next(phase, Duration::from_secs(1_900)), Duration::from_secs(2_800));
        assert_eq!(schedule.first(phase, Duration::from_secs(1_900)), Duration::from_secs(1_900));
    }

    #[test]
    fn a_connection_that_fails_for_good_is_tried_less_and_less_often() {
        let schedule = Schedule::new(Duration::from_secs(900));
        let pauses: Vec<u64> = (1..=7)
            .map(|failures| {
                schedule
                    .after_failure(Duration::ZERO, Duration::ZERO, failures, FailureKind::Refused)
                    .as_secs()
                    / 900
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 25, 25]);
    }
}

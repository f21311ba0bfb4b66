//! The moments at which connections begin their cycles, spread over the rhythm.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sync_core::cycle_phase;

/// Returns the next moment after this one at which the cycle of a connection begins. The moments are a rhythm apart and lie where the
/// connection's name says, whatever the number of connections and the length of their cycles: so connections that were started together do not
/// stay together.
pub(crate) fn next_cycle(connection: &str, rhythm: Duration, now: DateTime<Utc>) -> DateTime<Utc> {
    let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let place = millis(cycle_phase(connection, rhythm));
    let rhythm = millis(rhythm).max(1);
    let passed = (now.timestamp_millis() - place).rem_euclid(rhythm);
    now + TimeDelta::milliseconds(rhythm - passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RHYTHM: Duration = Duration::from_secs(900);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn cycles_are_a_rhythm_apart_however_long_they_take() {
        let first = next_cycle("north", RHYTHM, at(0));
        for took in [0, 1, 400, 899] {
            let next = next_cycle("north", RHYTHM, first + TimeDelta::seconds(took));
            assert_eq!(next - first, TimeDelta::seconds(900));
        }
        assert!(first > at(0) && first <= at(900));
    }

    #[test]
    fn a_cycle_that_took_longer_than_the_rhythm_is_followed_by_the_next_moment_of_its_own() {
        let first = next_cycle("north", RHYTHM, at(0));
        let next = next_cycle("north", RHYTHM, first + TimeDelta::seconds(2000));
        assert_eq!(next - first, TimeDelta::seconds(2700));
    }

    #[test]
    fn connections_are_spread_over_the_rhythm() {
        let mut in_minutes = [0; 15];
        for number in 0..15_000 {
            let begins = next_cycle(&format!("tenant-{number}"), RHYTHM, at(0)) - at(0);
            in_minutes[usize::try_from((begins.num_milliseconds() - 1) / 60_000).unwrap()] += 1;
        }
        assert!(in_minutes.iter().all(|begun| (900..1100).contains(begun)), "{in_minutes:?}");
    }
}

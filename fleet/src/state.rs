//! The state of a connection, as a state machine without I/O.

use std::time::Duration;

use crate::lanes::Lane;
use crate::schedule::Schedule;
use crate::status::CycleSummary;
use crate::{Failure, FailureKind, Registered};

/// The phase of a connection. Times are durations since the start of the fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing is to do until the next cycle.
    Resting { due: Duration },
    /// A cycle is due and waits for its place in a lane.
    Waiting,
    /// A cycle runs. `again`: another one is wanted as soon as it ends.
    Running { since: Duration, again: bool },
    /// The registry paused the connection.
    Paused,
}

/// The state of a connection.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) entry: Registered,
    pub(crate) phase: Phase,
    /// The place of the connection's cycles within the rhythm.
    offset: Duration,
    /// The lane of the next cycle; `None` until it is known.
    pub(crate) lane: Option<Lane>,
    pub(crate) failures: u32,
    /// Boxed, since most connections have none.
    pub(crate) failure: Option<Box<Failure>>,
    pub(crate) last: Option<Box<LastCycle>>,
    /// True if the next opening takes the connection from a process that has it; otherwise it is left to that process.
    pub(crate) takes_over: bool,
    /// True once the registry has the connection no more.
    pub(crate) is_removed: bool,
}

/// The last cycle.
#[derive(Debug)]
pub(crate) struct LastCycle {
    pub(crate) ended: Duration,
    pub(crate) summary: CycleSummary,
}

/// The end of a cycle.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It was done.
    Done(CycleSummary),
    /// It took long, and was cut to make room for others.
    Cut(CycleSummary),
    /// It was cut since the connection changed.
    Interrupted(CycleSummary),
    Failed(Failure),
}

impl State {
    /// A connection whose first cycle is within a span of time, at its place in it.
    pub(crate) fn new(entry: Registered, schedule: &Schedule, now: Duration, within: Duration) -> Self {
        let offset = schedule.phase(&entry.name);
        let due = now + schedule.share(offset, within);
        let phase = if entry.paused { Phase::Paused } else { Phase::Resting { due } };
        State {
            entry,
            phase,
            offset,
            lane: None,
            failures: 0,
            failure: None,
            last: None,
            takes_over: true,
            is_removed: false,
        }
    }

    /// The time of the next cycle, if it is known.
    pub(crate) fn due(&self) -> Option<Duration> {
        match self.phase {
            Phase::Resting { due } if !self.is_removed => Some(due),
            _ => None,
        }
    }

    /// A time of the schedule has come. Returns whether a cycle is to be started for it.
    pub(crate) fn wake(&mut self, now: Duration) -> bool {
        let is_due = self.due().is_some_and(|due| due <= now);
        if is_due {
            self.phase = Phase::Waiting;
        }
        is_due
    }

    /// A cycle is wanted now. One that runs is followed by another.
    pub(crate) fn hurry(&mut self, now: Duration) {
        match &mut self.phase {
            Phase::Resting { due } => *due = now,
            Phase::Running { again, .. } => *again = true,
            Phase::Waiting | Phase::Paused => {}
        }
    }

    /// The cycle that waited has its place in a lane. Returns whether it may run.
    pub(crate) fn begin(&mut self, now: Duration) -> bool {
        let may_run = self.phase == Phase::Waiting && !self.is_removed;
        if may_run {
            self.phase = Phase::Running { since: now, again: false };
        }
        may_run
    }

    /// The cycle ended, or could not begin. Returns the time until the next one, if there is one.
    pub(crate) fn end(&mut self, ended: Ended, schedule: &Schedule, now: Duration) -> Option<Duration> {
        let again = matches!(self.phase, Phase::Running { again: true, .. });
        let mut due = match ended {
            Ended::Done(summary) => {
                self.last = Some(Box::new(LastCycle { ended: now, summary }));
                self.clear_failure();
                self.lane = Some(Lane::Short);
                schedule.next(self.offset, now)
            }
            Ended::Cut(summary) => {
                self.last = Some(Box::new(LastCycle { ended: now, summary }));
                self.lane = Some(Lane::Long);
                now
            }
            Ended::Interrupted(summary) => {
                self.last = Some(Box::new(LastCycle { ended: now, summary }));
                now
            }
            Ended::Failed(failure) => self.fail(failure, schedule, now),
        };
        if again {
            due = now;
        }
        if self.phase == Phase::Paused {
            return None;
        }
        self.phase = Phase::Resting { due };
        Some(due.saturating_sub(now))
    }

    /// Something beside a cycle failed. Returns the time of the next attempt.
    pub(crate) fn fail(&mut self, failure: Failure, schedule: &Schedule, now: Duration) -> Duration {
        self.failures = self.failures.saturating_add(1);
        self.takes_over |= failure.kind == FailureKind::Fenced;
        let due = schedule.after_failure(self.offset, now, self.failures, failure.kind);
        self.failure = Some(Box::new(failure));
        if let Phase::Resting { due: planned } = &mut self.phase {
            *planned = due.max(*planned);
        }
        due
    }

    /// The registry has the connection with other settings: it is tried at once, whatever failed before.
    pub(crate) fn renew(&mut self, entry: Registered, now: Duration) {
        self.clear_failure();
        // Another configuration may need a first read.
        self.lane = None;
        self.takes_over = true;
        if entry.paused {
            self.phase = Phase::Paused;
        } else if self.phase == Phase::Paused {
            self.phase = Phase::Resting { due: now };
        } else {
            self.hurry(now);
        }
        self.entry = entry;
    }

    fn clear_failure(&mut self) {
        self.failures = 0;
        self.failure = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn schedule() -> Schedule {
        Schedule::new(15 * MINUTE)
    }

    fn state() -> State {
        State::new(Registered::new("acme"), &schedule(), Duration::ZERO, Duration::ZERO)
    }

    fn refused() -> Ended {
        Ended::Failed(Failure { kind: FailureKind::Refused, message: "wrong secret".to_owned() })
    }

    fn run(state: &mut State, ended: Ended, now: Duration) -> Option<Duration> {
        state.hurry(now);
        assert!(state.wake(now) && state.begin(now));
        state.end(ended, &schedule(), now)
    }

    #[test]
    fn the_first_cycle_is_at_the_connections_place_in_the_span_for_first_cycles() {
        let first =
            |within| State::new(Registered::new("acme"), &schedule(), MINUTE, within).due().unwrap() - MINUTE;
        assert_eq!(first(15 * MINUTE), schedule().phase("acme"));
        assert_eq!(first(Duration::ZERO), Duration::ZERO);
        let third = first(5 * MINUTE) * 3;
        assert!(third.abs_diff(schedule().phase("acme")) < Duration::from_millis(1));
    }

    #[test]
    fn a_cycle_starts_once_and_ends_at_its_place_in_the_rhythm() {
        let mut state = state();
        assert!(state.wake(MINUTE));
        assert!(!state.wake(MINUTE), "it waits already");
        assert!(state.begin(MINUTE));
        assert!(!state.begin(MINUTE), "it runs already");
        let next = state.end(Ended::Done(CycleSummary::default()), &schedule(), 100 * MINUTE).unwrap();
        assert_eq!((100 * MINUTE + next - schedule().phase("acme")).as_nanos() % (15 * MINUTE).as_nanos(), 0);
        assert!(next <= 15 * MINUTE);
    }

    #[test]
    fn a_cycle_that_was_cut_goes_on_at_once_in_the_long_lane() {
        let mut state = state();
        assert_eq!(run(&mut state, Ended::Cut(CycleSummary::default()), MINUTE), Some(Duration::ZERO));
        assert_eq!(state.lane, Some(Lane::Long));
        run(&mut state, Ended::Done(CycleSummary::default()), MINUTE);
        assert_eq!(state.lane, Some(Lane::Short));
    }

    #[test]
    fn failures_wait_longer_each_time_and_new_credentials_end_the_wait() {
        let mut state = state();
        let waits: Vec<u64> =
            (0..4).map(|_| run(&mut state, refused(), MINUTE).unwrap().as_secs() / 900).collect();
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
        state.renew(Registered { credentials: 1, ..Registered::new("acme") }, MINUTE);
        assert_eq!((state.failures, state.due()), (0, Some(MINUTE)));
    }

    #[test]
    fn a_change_during_a_cycle_is_followed_by_another_cycle() {
        let mut state = state();
        assert!(state.wake(MINUTE) && state.begin(MINUTE));
        state.renew(Registered { configuration: 1, ..Registered::new("acme") }, MINUTE);
        assert_eq!(
            state.end(Ended::Interrupted(CycleSummary::default()), &schedule(), MINUTE),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn a_paused_connection_rests_whatever_happens_until_it_is_resumed() {
        let mut state = state();
        assert!(state.wake(MINUTE) && state.begin(MINUTE));
        state.renew(Registered { paused: true, ..Registered::new("acme") }, MINUTE);
        assert_eq!(state.end(refused(), &schedule(), MINUTE), None);
        state.hurry(MINUTE);
        assert!(!state.wake(100 * MINUTE) && !state.begin(MINUTE));
        state.renew(Registered::new("acme"), 3 * MINUTE);
        assert_eq!(state.due(), Some(3 * MINUTE));
    }

    #[test]
    fn a_removed_connection_is_never_due() {
        let mut state = state();
        state.is_removed = true;
        assert!(!state.wake(MINUTE));
    }

    #[test]
    fn a_failure_beside_a_cycle_postpones_the_next_one() {
        let mut state = state();
        let due =
            state.fail(Failure { kind: FailureKind::Fenced, message: String::new() }, &schedule(), MINUTE);
        assert!(due > MINUTE);
        assert_eq!(state.due(), Some(due));
    }
}

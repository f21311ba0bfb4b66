//! Repeatable chance.

use chrono::{DateTime, Duration, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A source of chance that gives the same throws for the same seed, on every machine.
#[derive(Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The dice of a seed after as many throws as [`position`](Self::position) told.
    pub(crate) fn at(seed: u64, position: u64) -> Self {
        let mut dice = Self::new(seed);
        dice.0.set_word_pos(position.into());
        dice
    }

    /// The place of the next throw in the stream of its seed.
    pub(crate) fn position(&self) -> u64 {
        // A stream that long cannot be thrown through.
        u64::try_from(self.0.get_word_pos()).unwrap_or(u64::MAX)
    }

    /// A number below `bound`; 0 when there is nothing to choose from.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0.next_u64() % bound }
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0).unsigned_abs().saturating_add(1);
        low.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// True in `percent` of a hundred throws.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items; `None` only when there are none.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let index = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(index).copied()
    }

    /// One of the words; empty only when there are none.
    pub(crate) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).unwrap_or_default()
    }

    /// A moment from `earliest` to `latest`, in the tenths of a microsecond that ServiceTitan writes.
    pub(crate) fn time(&mut self, earliest: DateTime<Utc>, latest: DateTime<Utc>) -> DateTime<Utc> {
        let span = (latest - earliest).num_microseconds().unwrap_or(0).max(0);
        let moment = earliest
            + Duration::microseconds(self.between(0, span))
            + Duration::nanoseconds(self.between(0, 9) * 100);
        // A record from the future would stand in an export before what changes next.
        moment.min(latest.max(earliest))
    }
}

//! The bounds of a fleet.

use std::time::Duration;

/// Memory that an open engine is taken to keep, in bytes. Measured: 10.5 KB with two sinks that share a pool of connections.
const OPEN_ENGINE: u64 = 64 << 10;

/// Memory that a cycle is taken to need at its peak, in bytes: pages of changed records, and the opportunities that they affect. Not measured: some
/// hundreds of records of 10 KB of JSON, a few times over.
const SHORT_CYCLE: u64 = 16 << 20;

/// Memory that a backfill is taken to need at its peak, in bytes: full pages of all feeds, and full batches of opportunities. Measured: 92 to 100 MB
/// for a whole process that backfills 2,000 to 20,000 of the simulator's jobs into SQLite. Twice as much leaves room for larger records.
const LONG_CYCLE: u64 = 192 << 20;

/// Upper bounds of what a fleet does at a time. Connections wait in order of arrival where a bound is reached.
///
/// Cycles have two lanes, so that backfills of hours cannot hold up cycles of seconds: a cycle is *long* if its connection was never synced
/// or if it takes longer than a slice, and *short* otherwise.
///
/// # What is bounded, and how well?
///
/// The numbers of open engines and of cycles in each lane are bounds that always hold: a permit is held from before an engine is opened, or a
/// cycle begins, until after it ended. A cycle keeps pages and batches in memory, and no more of them for a larger tenant.
///
/// The bound on [memory](Self::memory) is an **estimate**, and no limit: it lowers the numbers above by constants. That of a long cycle is
/// twice what `benches/` measured with the simulator's records (its README has the figures), that of an open engine six times; that of a short cycle
/// was not measured. A tenant whose records are several times larger takes more than its part. Not in the estimate: 0.7 KB for each connection
/// that is known and closed, notes and webhooks under way, what a store keeps for itself (SQLite's page cache, sessions and prepared
/// statements of PostgreSQL), connection pools, the host, and memory that the allocator keeps after a peak. Where the process must not exceed a size, let
/// the system enforce that size (`MemoryMax=` of systemd, a container's limit), and give the fleet three quarters of it.
///
/// # Why is memory not measured?
///
/// The process's resident memory is cheap to read, but no measure of what cycles use: the allocator keeps pages after a peak, so that it hardly
/// falls when cycles end, and a fleet that waited for it to fall might wait for ever. Counting allocations takes an allocator, which only the
/// host's program can choose.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    open_engines: usize,
    short_cycles: usize,
    long_cycles: usize,
    slice: Duration,
    memory: Option<u64>,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            open_engines: 256,
            short_cycles: 16,
            long_cycles: 4,
            slice: Duration::from_secs(120),
            memory: None,
        }
    }
}

impl Bounds {
    /// The number of engines that are open at a time; 256 by default. One that nobody uses is closed for the next. There are always as many as
    /// cycles may run, and one for webhooks and pushes.
    #[must_use]
    pub fn open_engines(self, engines: usize) -> Self {
        Bounds { open_engines: engines, ..self }
    }

    /// The number of cycles that run at a time: short ones (16 by default), and long ones beside them (4 by default); 0 counts as 1.
    #[must_use]
    pub fn cycles(self, short: usize, long: usize) -> Self {
        Bounds { short_cycles: short, long_cycles: long, ..self }
    }

    /// The time after which a cycle counts as long; two minutes by default. A long cycle that has run for so long also makes room for another one that
    /// waits: it is cut between two transactions, and goes on later from there.
    #[must_use]
    pub fn slice(self, slice: Duration) -> Self {
        Bounds { slice, ..self }
    }

    /// The memory for engines and cycles, in bytes; no bound by default. An [estimate](Self#what-is-bounded-and-how-well): it lowers the other bounds
    /// until their sum fits, at 192 MiB for a long cycle, 16 MiB for a short one, and 64 KiB for an open engine. At least one cycle in each lane stays,
    /// and an engine for each, however few bytes are given.
    #[must_use]
    pub fn memory(self, bytes: u64) -> Self {
        Bounds { memory: Some(bytes), ..self }
    }

    /// The bounds that hold.
    pub(crate) fn effective(self) -> Effective {
        let (mut short, mut long) = (self.short_cycles.max(1), self.long_cycles.max(1));
        let mut open = self.open_engines;
        if let Some(memory) = self.memory {
            let fits = |bytes: u64, each: u64| usize::try_from(bytes / each).unwrap_or(usize::MAX).max(1);
            // Half for backfills, most of the rest for other cycles.
            long = long.min(fits(memory / 2, LONG_CYCLE));
            short = short.min(fits(memory / 8 * 3, SHORT_CYCLE));
            open = open.min(fits(memory / 8, OPEN_ENGINE));
        }
        Effective { open_engines: open.max(short + long + 1), short, long, slice: self.slice }
    }
}

/// The bounds that follow from the host's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effective {
    pub(crate) open_engines: usize,
    pub(crate) short: usize,
    pub(crate) long: usize,
    pub(crate) slice: Duration,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn engines_and_cycles_fit_into_the_memory_unless_it_is_too_small_for_one_of_each(
            memory in (1_u64 << 29)..(1 << 40), short in 0_usize..500, long in 0_usize..500, open in 0_usize..100_000,
        ) {
            let bounds = Bounds::default().cycles(short, long).open_engines(open).memory(memory).effective();
            let sum = bounds.long as u64 * LONG_CYCLE + bounds.short as u64 * SHORT_CYCLE
                + bounds.open_engines as u64 * OPEN_ENGINE;
            prop_assert!(sum <= memory + OPEN_ENGINE * (bounds.short + bounds.long + 1) as u64, "{bounds:?}");
            prop_assert!(bounds.short >= 1 && bounds.long >= 1);
            prop_assert!(bounds.short <= short.max(1) && bounds.long <= long.max(1));
        }
    }

    #[test]
    fn there_is_an_engine_for_every_cycle_and_one_for_a_push() {
        let bounds = Bounds::default().open_engines(0).cycles(0, 0).effective();
        assert_eq!((bounds.short, bounds.long, bounds.open_engines), (1, 1, 3));
        let tiny = Bounds::default().memory(1).effective();
        assert_eq!((tiny.short, tiny.long, tiny.open_engines), (1, 1, 3));
    }
}

//! The lanes of a budget.

/// The priority of a request when the budget is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Lane {
    /// For a request that somebody waits for, such as a note that is pushed now. Goes before everything else.
    Interactive,
    /// For the regular run.
    #[default]
    Incremental,
    /// For work that may take hours. Uses the turns that the other lanes leave.
    Backfill,
}

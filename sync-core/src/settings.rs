//! The settings of an engine.

use std::time::Duration;

/// The interval between two reconciliations with ServiceTitan's lists, unless the host sets another.
pub const RECONCILE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// The interval between two reads of a reference table, unless the host sets another.
pub const REFERENCE_TABLES_EVERY: Duration = Duration::from_secs(60 * 60);

/// The effect of a change of a reference table (job types, campaigns, tags, zones, …) on the opportunities that name its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReferenceChanges {
    /// No effect until a change of other records affects the opportunity, as on the product page. The arrival of a record that an
    /// opportunity named and was delivered without is no change: then the integration's opportunities are re-evaluated in any case.
    #[default]
    Ignore,
    /// Every opportunity of the integration is re-evaluated, and delivered if its body changed. Costs no request.
    Reevaluate,
}

/// The settings of an engine, as its builder collects them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) reference_changes: ReferenceChanges,
    /// Whether incremental reads of a feed ask for the changes that it holds back.
    pub(crate) recent_changes: bool,
    /// Number of days by which the feeds of children start before the feeds of base records.
    pub(crate) children_days_earlier: u32,
    /// Age at which a finished, unchanged base record is pruned. `None`: never.
    pub(crate) retention: Option<Duration>,
    /// Interval between two reconciliations. `None`: never.
    pub(crate) reconcile_every: Option<Duration>,
    /// Interval between two reads of a reference table.
    pub(crate) reference_tables_every: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            reference_changes: ReferenceChanges::default(),
            recent_changes: true,
            children_days_earlier: 0,
            retention: None,
            reconcile_every: Some(RECONCILE_EVERY),
            reference_tables_every: REFERENCE_TABLES_EVERY,
        }
    }
}

//! What a host may set about an engine.

use std::time::Duration;

/// How often the mirror is compared with ServiceTitan's lists, unless the host says otherwise.
pub const SWEEP_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a change of a reference table (job types, campaigns, tags, zones, …) does to the opportunities that name its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReferenceChanges {
    /// Nothing, until something else touches them: as on the product page. A record that an opportunity named and was delivered without
    /// is no change: once it comes, the opportunities are looked at again.
    #[default]
    Ignore,
    /// All of the integration's opportunities are looked at, and those whose body changed are delivered. Costs no request.
    Touch,
}

/// The settings of an engine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) reference_changes: ReferenceChanges,
    /// How many days before the start of the base records the feeds of their children start.
    pub(super) children_days_earlier: u32,
    /// How long a finished and unchanged base record stays in the mirror. `None`: for ever.
    pub(super) retention: Option<Duration>,
    /// How often the mirror is compared with ServiceTitan's lists. `None`: never.
    pub(super) sweep_every: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            reference_changes: ReferenceChanges::default(),
            children_days_earlier: 0,
            retention: None,
            sweep_every: Some(SWEEP_EVERY),
        }
    }
}

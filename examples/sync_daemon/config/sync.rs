//! `[sync]`: settings of the engines.

use std::time::Duration;

use serde::Deserialize;
use sync_core::{EngineBuilder, GIVE_UP_NOTES_AFTER, ReferenceChanges, SWEEP_EVERY};

const HOUR: u64 = 60 * 60;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SyncSection {
    pub reference_changes: OnReferenceChange,
    /// Number of days by which the feeds of child records start earlier than those of base records.
    pub children_start_earlier_days: u32,
    /// Interval at which the mirror is reconciled with ServiceTitan's lists; 0 turns it off.
    pub sweep_every_hours: u64,
    /// Number of days without a change after which a finished base record is pruned; never by default.
    pub retention_days: Option<u64>,
    pub give_up_notes_after_hours: u64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReferenceChange {
    Ignore,
    Touch,
}

impl Default for SyncSection {
    fn default() -> Self {
        SyncSection {
            reference_changes: OnReferenceChange::Ignore,
            children_start_earlier_days: 0,
            sweep_every_hours: SWEEP_EVERY.as_secs() / HOUR,
            retention_days: None,
            give_up_notes_after_hours: GIVE_UP_NOTES_AFTER.as_secs() / HOUR,
        }
    }
}

impl SyncSection {
    /// Applies these settings to an engine.
    pub fn apply(&self, builder: EngineBuilder) -> EngineBuilder {
        let hours = |hours: u64| Duration::from_secs(hours.saturating_mul(HOUR));
        let builder = builder
            .reference_changes(match self.reference_changes {
                OnReferenceChange::Ignore => ReferenceChanges::Ignore,
                OnReferenceChange::Touch => ReferenceChanges::Touch,
            })
            .children_start_earlier(self.children_start_earlier_days)
            .sweep_every((self.sweep_every_hours > 0).then(|| hours(self.sweep_every_hours)))
            .give_up_notes_after(hours(self.give_up_notes_after_hours));
        match self.retention_days {
            Some(days) => builder.retention(hours(days.saturating_mul(24))),
            None => builder,
        }
    }
}

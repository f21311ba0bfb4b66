//! `[sync]`: settings of the engines.

use std::time::Duration;

use serde::Deserialize;
use sync_core::{
    DEAD_LETTER_NOTES_AFTER, EngineBuilder, RECONCILE_EVERY, REFERENCE_TABLES_EVERY, ReferenceChanges,
};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SyncSection {
    pub reference_changes: OnReferenceChange,
    /// Minutes between two reads of a reference table; 0 reads all of them in every cycle.
    pub reference_tables_every_minutes: u64,
    /// True to ask feeds for the changes that ServiceTitan holds back for some minutes.
    pub include_recent_changes: bool,
    /// Number of days by which the feeds of child records start earlier than those of base records.
    pub start_children_earlier_days: u32,
    /// Hours between two reconciliations of the mirror with ServiceTitan's lists; 0 turns them off.
    pub reconcile_every_hours: u64,
    /// Number of days without a change after which a finished base record is pruned; never by default.
    pub retention_days: Option<u64>,
    pub dead_letter_notes_after_hours: u64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReferenceChange {
    Ignore,
    Reevaluate,
}

impl Default for SyncSection {
    fn default() -> Self {
        SyncSection {
            reference_changes: OnReferenceChange::Ignore,
            reference_tables_every_minutes: REFERENCE_TABLES_EVERY.as_secs() / MINUTE,
            include_recent_changes: true,
            start_children_earlier_days: 0,
            reconcile_every_hours: RECONCILE_EVERY.as_secs() / HOUR,
            retention_days: None,
            dead_letter_notes_after_hours: DEAD_LETTER_NOTES_AFTER.as_secs() / HOUR,
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
                OnReferenceChange::Reevaluate => ReferenceChanges::Reevaluate,
            })
            .reference_tables_every(Duration::from_secs(
                self.reference_tables_every_minutes.saturating_mul(MINUTE),
            ))
            .include_recent_changes(self.include_recent_changes)
            .start_children_earlier(self.start_children_earlier_days)
            .reconcile_every((self.reconcile_every_hours > 0).then(|| hours(self.reconcile_every_hours)))
            .dead_letter_notes_after(hours(self.dead_letter_notes_after_hours));
        match self.retention_days {
            Some(days) => builder.retention(hours(days.saturating_mul(24))),
            None => builder,
        }
    }
}

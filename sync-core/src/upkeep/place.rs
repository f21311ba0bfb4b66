//! The place of an upkeep that is under way: how far it has come.
//!
//! The store keeps the place, as it keeps a feed's cursor: with each commit of the upkeep, and at the end of each step. A worker that dies repeats the
//! reads of one step and commits nothing twice.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::mirror::{Mirror, keys, values};
use crate::{Change, ReconcileReport, Resource, StoreError};

/// The progress of an upkeep. Holds names of resources, IDs and counts, and no customer data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct UpkeepPlace {
    pub(super) phase: Phase,
    /// `None` without a reconciliation.
    pub(super) reconciliation: Option<Reconciliation>,
    /// Number of pruned base records.
    pub(super) pruned: u64,
}

/// The phase of an upkeep. Resources are dealt with from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// The mirror is to be reconciled with these lists, the first of them from this page on.
    Lists { left: Vec<Resource>, page: u32 },
    /// Records of these base resources are to be asked for by ID; of the first one, this many were.
    Ids { left: Vec<Resource>, asked: usize },
    /// These base resources are to be pruned, the first one behind this ID.
    Prune { left: Vec<Resource>, after: Option<i64> },
    /// Nothing is left.
    Done,
}

/// A reconciliation under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reconciliation {
    /// The window of changes that is compared, by ServiceTitan's clock.
    pub(super) since: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
    /// False once a list was left to the next reconciliation.
    pub(super) whole: bool,
    pub(super) report: ReconcileReport,
}

impl UpkeepPlace {
    /// Reads the place of the upkeep that is under way. A place of another version is none: its upkeep begins anew.
    pub(super) async fn kept(mirror: &Mirror) -> Result<Option<Self>, StoreError> {
        let text = mirror.value(keys::UPKEEP_PLACE).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The change that keeps the place.
    pub(super) fn keep(&self) -> Change {
        values::set_json(keys::UPKEEP_PLACE, self)
    }

    /// The report of the reconciliation; `None` without one.
    pub(super) fn report(&mut self) -> Option<&mut ReconcileReport> {
        self.reconciliation.as_mut().map(|it| &mut it.report)
    }
}

impl Phase {
    /// Goes on with the next resource of the phase.
    pub(super) fn next_resource(&mut self) {
        match self {
            Phase::Lists { left, page } => (*left, *page) = (rest(left), 1),
            Phase::Ids { left, asked } => (*left, *asked) = (rest(left), 0),
            Phase::Prune { left, after } => (*left, *after) = (rest(left), None),
            Phase::Done => {}
        }
    }
}

fn rest(left: &[Resource]) -> Vec<Resource> {
    left.iter().skip(1).copied().collect()
}

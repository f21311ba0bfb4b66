//! Reports of runs.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use hatch_mapping::MappingWarning;
use serde::{Deserialize, Serialize};

use crate::Resource;

/// The report of one [`Engine::sync_once`](crate::Engine::sync_once). Holds no customer data.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SyncReport {
    /// Each feed that was read.
    pub feeds: BTreeMap<Resource, FeedReport>,
    /// Fields that could not be read, of records that came into the mirror since the last report: by whatever way, webhooks among them.
    pub bad_fields: BadFieldCounts,
    /// Each integration, by name.
    pub integrations: BTreeMap<String, IntegrationReport>,
    /// Requests sent to ServiceTitan during the run, by path.
    pub requests: BTreeMap<String, u64>,
    /// The reconciliation with ServiceTitan's lists, if it was due.
    pub reconciled: Option<ReconcileReport>,
    /// Pruned base records: finished ones that did not change for as long as the retention says.
    pub pruned: u64,
    /// Whether the run was asked to stop before it was done.
    pub cancelled: bool,
}

impl SyncReport {
    /// All requests sent to ServiceTitan during the run.
    pub fn total_requests(&self) -> u64 {
        self.requests.values().sum()
    }
}

/// Numbers of fields that could not be read, by resource and path (without the places in lists, such as `items[].total`). Holds no values, and
/// about a hundred paths for each resource at most: those beyond are counted as `…`.
pub type BadFieldCounts = BTreeMap<Resource, BTreeMap<String, u64>>;

/// The report of one feed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FeedReport {
    /// Pages read.
    pub pages: u64,
    /// Records that were new or had changed.
    pub changed: u64,
    /// Records that came again unchanged.
    pub unchanged: u64,
    /// Records that could not be read, such as one without an ID. They are read again when they change.
    pub unreadable: u64,
    /// The first hundred of them, each with resource, ID and JSON path.
    pub problems: Vec<String>,
    /// Number of seconds since the feed was last read to its head, by the host's clock; `None` if it never was.
    pub lag_seconds: Option<u64>,
    /// Why the feed could not be read, if it could not. The other feeds go on.
    pub error: Option<String>,
    /// Since when the feed stands still, and at which request, if it could not be read or cannot go on.
    pub stands_still: Option<Standstill>,
    /// Whether the error stays until somebody changes something, such as the scopes of the app.
    pub refused: bool,
}

/// A feed that stands still: its next page cannot be read, or names no position to go on from. The store keeps it until a page is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Standstill {
    /// When the page failed first, by the host's clock.
    pub since: DateTime<Utc>,
    /// The request that fails: the feed, and the position that it is read from. A position is ServiceTitan's opaque token, and no secret.
    pub request: String,
    /// The first failure, without secrets and customer data.
    pub reason: String,
}

/// The report of the opportunities of one integration.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IntegrationReport {
    /// Number of opportunities that the sink took.
    pub delivered: u64,
    /// Number of opportunities whose content was the last delivered one.
    pub unchanged: u64,
    /// Number of opportunities without phone and e-mail: Hatch would make a new contact each time.
    pub no_contact_key: u64,
    /// Number of those without phone and e-mail for whom the contacts of their location would give one: see
    /// [`MapperConfig::contact_fallback`](hatch_mapping::MapperConfig::contact_fallback), which is off.
    pub fallback_would_help: u64,
    /// Number of opportunities that were not sent because their base record is inactive or gone; Hatch keeps them as they are.
    pub inactive: u64,
    /// Number of opportunities that the sink refused; they are dead letters now.
    pub rejected: u64,
    /// Number of delivered opportunities whose standard field, such as `email`, the sink refused, by field: they were delivered without it.
    pub left_out: BTreeMap<String, u64>,
    /// Number of opportunities that were delivered under another phone or e-mail than before: a copy may stay under the former one.
    pub contact_moved: u64,
    /// Number of opportunities that stay dirty, because of a failure that may go away.
    pub waiting: u64,
    /// Objects that opportunities name and that could not be found, counted by what is missing.
    pub missing: BTreeMap<String, u64>,
    /// Opportunities with contacts that could not be used, counted by the reason: no e-mail address in the value, or a number that must not be
    /// texted.
    pub passed_over: BTreeMap<String, u64>,
    /// Opportunities whose base record has a `customerId`, `createdOn` or `modifiedOn` that cannot be read, counted by field.
    pub unreadable: BTreeMap<String, u64>,
    /// The first hundred lookups that failed, without customer data.
    pub warnings: Vec<String>,
    /// Whether the integration is paused: changes are ingested, and nothing is delivered.
    pub paused: bool,
    /// Why opportunities wait, if something failed: the first failure.
    pub error: Option<String>,
}

impl IntegrationReport {
    /// Counts a warning of the mapper.
    pub(crate) fn count_warning(&mut self, warning: MappingWarning) {
        let counts = match warning {
            MappingWarning::NotAnEmailAddress | MappingWarning::DoNotText => &mut self.passed_over,
            MappingWarning::UnreadableCustomerId
            | MappingWarning::UnreadableCreatedOn
            | MappingWarning::UnreadableModifiedOn => &mut self.unreadable,
            _ => &mut self.missing,
        };
        *counts.entry(warning.to_string()).or_default() += 1;
    }

    /// Adds what a later delivery of the same run did.
    pub(crate) fn add(&mut self, later: IntegrationReport) {
        self.delivered += later.delivered;
        self.unchanged += later.unchanged;
        self.no_contact_key += later.no_contact_key;
        self.fallback_would_help += later.fallback_would_help;
        self.inactive += later.inactive;
        self.rejected += later.rejected;
        self.contact_moved += later.contact_moved;
        self.waiting = later.waiting;
        add_counts(&mut self.left_out, later.left_out);
        add_counts(&mut self.missing, later.missing);
        add_counts(&mut self.passed_over, later.passed_over);
        add_counts(&mut self.unreadable, later.unreadable);
        self.warnings.extend(later.warnings);
        self.paused = later.paused;
        self.error = self.error.take().or(later.error);
    }
}

fn add_counts(counts: &mut BTreeMap<String, u64>, later: BTreeMap<String, u64>) {
    for (name, count) in later {
        *counts.entry(name).or_default() += count;
    }
}

/// The outcome of a reconciliation of the mirror with ServiceTitan's lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileReport {
    /// Records that were compared.
    pub compared: u64,
    /// Records that a feed had missed, by resource. They are in the mirror now, and the opportunities that they affect are
    /// delivered.
    pub repaired: BTreeMap<Resource, u64>,
    /// Base records that ServiceTitan has no more although no feed told.
    pub gone: u64,
    /// Why a resource could not be compared.
    pub problems: Vec<String>,
}

impl ReconcileReport {
    /// Returns whether a record was repaired or is gone, so that opportunities are dirty.
    pub fn has_repairs(&self) -> bool {
        !self.repaired.is_empty() || self.gone > 0
    }
}

//! The names of the connection's values in the store. A store outlives a version of this library: the names stay as they are.

use crate::copy::REEVALUATIONS;
use crate::{PUSHING_VALUES, Resource};

/// The date from which base records are read.
pub(crate) const START: &str = "start";
/// The names of the integrations of the last run, as JSON.
pub(crate) const INTEGRATIONS: &str = "integrations";
/// The feeds that the last run needed, as JSON.
pub(crate) const FEEDS: &str = "feeds";
/// When the last upkeep ended, by the host's clock.
pub(crate) const UPKEEP: &str = "maintained";
/// The place of the upkeep that is under way, as JSON.
pub(crate) const UPKEEP_PLACE: &str = "upkeep-place";
/// The time up to which the mirror was reconciled with the lists, by ServiceTitan's clock.
pub(crate) const RECONCILED: &str = "swept";
/// The optional resources of which a lookup was refused, as JSON.
pub(crate) const FAILED_LOOKUPS: &str = "unread";
/// The numbers of fields that could not be read, as JSON.
pub(crate) const BAD_FIELDS: &str = "bad-fields";
/// Set once a record was pruned.
pub(crate) const PRUNED: &str = "pruned";

/// Set once contacts are kept for each of their owners: older versions kept them by ID alone.
pub(crate) const OWNED_CONTACTS: &str = "owned-contacts";

/// The cursor of a feed: the position of its next page.
pub(crate) fn cursor(resource: Resource) -> String {
    format!("cursor:{resource}")
}

/// The position at which a feed was started.
pub(crate) fn feed_start(resource: Resource) -> String {
    format!("start:{resource}")
}

/// When a feed was last read to its head, by the host's clock.
pub(crate) fn head_read(resource: Resource) -> String {
    format!("read:{resource}")
}

/// Why the app was denied a feed at the last attempt.
pub(crate) fn denied(resource: Resource) -> String {
    format!("denied:{resource}")
}

/// Since when a feed stands still, and at which request, as JSON.
pub(crate) fn standstill(resource: Resource) -> String {
    format!("standstill:{resource}")
}

/// What is known about the lookup of a resource's records, as JSON.
pub(crate) fn endpoint(resource: Resource) -> String {
    format!("endpoint:{resource}")
}

/// The last base record that the last reconciliation asked for by ID.
pub(crate) fn reconciled_ids(resource: Resource) -> String {
    format!("swept:{resource}")
}

/// The fingerprint of the configuration of an integration's last run.
pub(crate) fn configuration(integration: &str) -> String {
    format!("configuration:{integration}")
}

/// The last request to re-evaluate every opportunity of an integration.
pub(crate) fn reevaluation(integration: &str) -> String {
    format!("{REEVALUATIONS}{integration}")
}

/// When an integration was paused, by the host's clock.
pub(crate) fn paused(integration: &str) -> String {
    format!("paused:{integration}")
}

/// The IDs of the finished events of Hatch about an opportunity, as JSON.
pub(crate) fn finished_events(integration: &str, base_id: i64) -> String {
    format!("{PUSHING_VALUES}finished:{integration}:{base_id}")
}

/// What became of the notes of a finished event, as JSON.
pub(crate) fn finished_event(id: &str) -> String {
    format!("{PUSHING_VALUES}notes:{id}")
}

/// The IDs of webhook events that were ingested, spread over many slots.
#[cfg(feature = "servicetitan")]
pub(crate) fn seen_webhooks(slot: u64) -> String {
    format!("seen-webhooks:{slot}")
}

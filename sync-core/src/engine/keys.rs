//! The names of the connection's values in the store.

use crate::Resource;

/// The date from which base records are read.
pub(super) const START: &str = "start";
/// The names of the integrations that the connection had last, as JSON.
pub(super) const INTEGRATIONS: &str = "integrations";
/// The feeds that the connection needed last, as JSON.
pub(super) const FEEDS: &str = "feeds";
/// When the mirror was tidied and compared last, by the host's clock.
pub(super) const MAINTAINED: &str = "maintained";
/// Up to which time the lists were compared, by ServiceTitan's clock.
pub(super) const SWEPT: &str = "swept";
/// Resources of which something could not be looked up, as JSON.
pub(super) const UNREAD: &str = "unread";
/// Whether anything was ever taken out of the mirror because it was old.
pub(super) const PRUNED: &str = "pruned";

/// Where reading a feed goes on.
pub(super) fn cursor(resource: Resource) -> String {
    format!("cursor:{resource}")
}

/// Where a feed started.
pub(super) fn feed_start(resource: Resource) -> String {
    format!("start:{resource}")
}

/// When a feed was read to its head last, by the host's clock.
pub(super) fn read(resource: Resource) -> String {
    format!("read:{resource}")
}

/// Whether the app was refused a feed when it was asked last.
pub(super) fn denied(resource: Resource) -> String {
    format!("denied:{resource}")
}

/// How far the base records were asked for by ID in the last sweep.
pub(super) fn swept_ids(resource: Resource) -> String {
    format!("swept:{resource}")
}

/// The fingerprint of the configuration under which an integration ran last.
pub(super) fn configuration(integration: &str) -> String {
    format!("configuration:{integration}")
}

/// Whether all of an integration's opportunities are to be looked at.
pub(super) fn look_at_all(integration: &str) -> String {
    format!("look-at-all:{integration}")
}

/// Since when an integration is paused, by the host's clock.
pub(super) fn paused(integration: &str) -> String {
    format!("paused:{integration}")
}

/// IDs of webhooks' events that were taken in; they are spread over many such values.
#[cfg(feature = "servicetitan")]
pub(super) fn seen_webhooks(slot: u64) -> String {
    format!("seen-webhooks:{slot}")
}

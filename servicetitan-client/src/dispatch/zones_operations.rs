//! What can be done with dispatch zones.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, Zone, ZoneId};

filter! {
    /// Which dispatch zones a list gives.
    pub struct ZoneFilter {
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Dispatch zones.
    pub struct Zones as zones, scope "tn.dis.zones:r" {
        get Zone, by ZoneId, at "dispatch/v2/tenant/{tenant}/zones/{id}";
        list Zone, by ZoneFilter, at "dispatch/v2/tenant/{tenant}/zones";
    }
}

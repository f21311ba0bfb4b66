//! What can be done with membership types.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, MembershipRecurrenceType, MembershipType, MembershipTypeId};

filter! {
    /// Which membership types a list gives.
    pub struct MembershipTypeFilter {
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// With this duration.
        "duration" => duration: i32,
        /// With this billing frequency.
        "billingFrequency" => billing_frequency: MembershipRecurrenceType,
        /// By `includeDurationBilling`.
        "includeDurationBilling" => include_duration_billing: bool,
        /// By `includeDiscounts`.
        "includeDiscounts" => include_discounts: bool,
        /// By `includeRecurringServices`.
        "includeRecurringServices" => include_recurring_services: bool,
        /// By `includeTags`.
        "includeTags" => include_tags: bool,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Membership types.
    pub struct MembershipTypes as membership_types, scope "tn.mem.membershiptypes:r" {
        get MembershipType, by MembershipTypeId, at "memberships/v2/tenant/{tenant}/membership-types/{id}";
        list MembershipType, by MembershipTypeFilter, at "memberships/v2/tenant/{tenant}/membership-types";
        ids MembershipTypeId => MembershipType, active Any;
        export MembershipType, at "memberships/v2/tenant/{tenant}/export/membership-types";
    }
}

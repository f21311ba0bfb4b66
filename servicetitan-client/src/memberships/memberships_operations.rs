//! What can be done with memberships of customers.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, Membership, MembershipId, MembershipRecurrenceType, MembershipStatus};

filter! {
    /// Which memberships of customers a list gives.
    pub struct MembershipFilter {
        /// With one of these customer IDs, separated by commas.
        "customerIds" => customer_ids: String,
        /// With this status.
        "status" => status: MembershipStatus,
        /// With this duration.
        "duration" => duration: i32,
        /// With this billing frequency.
        "billingFrequency" => billing_frequency: MembershipRecurrenceType,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
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
    /// Memberships of customers.
    pub struct Memberships as memberships, scope "tn.mem.memberships:r" {
        get Membership, by MembershipId, at "memberships/v2/tenant/{tenant}/memberships/{id}";
        list Membership, by MembershipFilter, at "memberships/v2/tenant/{tenant}/memberships";
        ids MembershipId => Membership, active Any;
        export Membership, at "memberships/v2/tenant/{tenant}/export/memberships";
    }
}

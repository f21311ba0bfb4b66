//! What can be done with recurring service types.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{
    ActiveFilter, MembershipTypeId, RecurringServiceType, RecurringServiceTypeId, ServiceRecurrenceDuration,
    ServiceRecurrenceType,
};

filter! {
    /// Which recurring service types a list gives.
    pub struct RecurringServiceTypeFilter {
        /// Of this membership type.
        "membershipTypeId" => membership_type_id: MembershipTypeId,
        /// With this rhythm.
        "recurrenceType" => recurrence_type: ServiceRecurrenceType,
        /// By whether their visits end.
        "durationType" => duration_type: ServiceRecurrenceDuration,
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
    /// Recurring service types.
    pub struct RecurringServiceTypes as recurring_service_types, scope "tn.mem.recurringservicetypes:r" {
        get RecurringServiceType, by RecurringServiceTypeId, at "memberships/v2/tenant/{tenant}/recurring-service-types/{id}";
        list RecurringServiceType, by RecurringServiceTypeFilter, at "memberships/v2/tenant/{tenant}/recurring-service-types";
        ids RecurringServiceTypeId => RecurringServiceType, active Any;
        export RecurringServiceType, at "memberships/v2/tenant/{tenant}/export/recurring-service-types";
    }
}

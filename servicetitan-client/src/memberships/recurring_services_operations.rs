//! What can be done with recurring services.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, RecurringService, RecurringServiceId};

filter! {
    /// Which recurring services a list gives.
    pub struct RecurringServiceFilter {
        /// With one of these membership IDs, separated by commas.
        "membershipIds" => membership_ids: String,
        /// With one of these location IDs, separated by commas.
        "locationIds" => location_ids: String,
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
        /// By `includeTechnicians`.
        "includeTechnicians" => include_technicians: bool,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Recurring services.
    pub struct RecurringServices as recurring_services, scope "tn.mem.recurringservices:r" {
        get RecurringService, by RecurringServiceId, at "memberships/v2/tenant/{tenant}/recurring-services/{id}";
        list RecurringService, by RecurringServiceFilter, at "memberships/v2/tenant/{tenant}/recurring-services";
        ids RecurringServiceId => RecurringService, active Any;
        export RecurringService, at "memberships/v2/tenant/{tenant}/export/recurring-services";
    }
}

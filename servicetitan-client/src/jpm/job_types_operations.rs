//! What can be done with job types.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, JobType, JobTypeId};

filter! {
    /// Which job types a list gives.
    pub struct JobTypeFilter {
        /// With this name.
        "name" => name: String,
        /// With this min duration.
        "minDuration" => min_duration: i32,
        /// With this max duration.
        "maxDuration" => max_duration: i32,
        /// With this priority.
        "priority" => priority: String,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// With this order by.
        "orderBy" => order_by: String,
        /// With this order by direction.
        "orderByDirection" => order_by_direction: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// With this external data application guid.
        "externalDataApplicationGuid" => external_data_application_guid: String,
    }
}

resource! {
    /// Job types.
    pub struct JobTypes as job_types, scope "tn.jpm.jobtypes:r" {
        get JobType, by JobTypeId, at "jpm/v2/tenant/{tenant}/job-types/{id}";
        list JobType, by JobTypeFilter, at "jpm/v2/tenant/{tenant}/job-types";
        ids JobTypeId => JobType, active Any;
    }
}

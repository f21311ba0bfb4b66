//! What can be done with visits that recurring services plan.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{FollowUpStatus, JobId, LocationId, RecurringServiceEvent, RecurringServiceEventId};

filter! {
    /// Which visits that recurring services plan a list gives.
    pub struct RecurringServiceEventFilter {
        /// At this location.
        "locationId" => location_id: LocationId,
        /// Of this job.
        "jobId" => job_id: JobId,
        /// With this status.
        "status" => status: FollowUpStatus,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
    }
}

resource! {
    /// Visits that recurring services plan.
    pub struct RecurringServiceEvents as recurring_service_events, scope "tn.mem.recurringserviceevents:r" {
        list RecurringServiceEvent, by RecurringServiceEventFilter, at "memberships/v2/tenant/{tenant}/recurring-service-events";
        ids RecurringServiceEventId => RecurringServiceEvent;
        export RecurringServiceEvent, at "memberships/v2/tenant/{tenant}/export/recurring-service-events";
    }
}

//! Visits that recurring services plan.

use chrono::{DateTime, Utc};

use super::memberships::FollowUpStatus;
use crate::ids::{JobId, MembershipId, RecurringServiceEventId, RecurringServiceId, UserId};
use crate::model::{model, record};

model! {
    /// A visit that a recurring service plans.
    pub struct RecurringServiceEvent {
        /// The ID.
        "id" => id: RecurringServiceEventId,
        /// The recurring service that planned it.
        "locationRecurringServiceId" => location_recurring_service_id: Option<RecurringServiceId>,
        /// The name of the recurring service that planned it.
        "locationRecurringServiceName" => location_recurring_service_name: Option<String>,
        /// The membership.
        "membershipId" => membership_id: Option<MembershipId>,
        /// The name of the membership.
        "membershipName" => membership_name: Option<String>,
        /// The status.
        "status" => status: Option<FollowUpStatus>,
        /// The date.
        "date" => date: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(RecurringServiceEvent, RecurringServiceEventId, active: active, modified: modified_on);

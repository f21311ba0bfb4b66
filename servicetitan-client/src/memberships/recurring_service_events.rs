//! Visits that recurring services plan.

use super::FollowUpStatus;
use crate::declare::*;

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

filter! {
    /// Which visits a list gives.
    pub struct RecurringServiceEventFilter with created, modified, sort {
        /// At this location.
        "locationId" => location_id: LocationId,
        /// Of this job.
        "jobId" => job_id: JobId,
        /// In this status.
        "status" => status: FollowUpStatus,
    }
}

request! {
    /// The job that carried out a visit.
    pub struct RecurringServiceEventJob {
        must {
            /// The job.
            "jobId" => job_id: JobId,
        }
    }
}

resource! {
    /// Visits that recurring services plan.
    pub struct RecurringServiceEvents as recurring_service_events, scope "tn.mem.recurringserviceevents", under "memberships/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "recurring-service-events" => list() -> RecurringServiceEvent, by RecurringServiceEventFilter;
        /// Reads the events with these IDs, however many.
        ids "recurring-service-events" => by_ids(ids: RecurringServiceEventId) -> RecurringServiceEvent;
        /// Reads the change feed. Inactive and deleted events come too.
        export "export/recurring-service-events" => export() -> RecurringServiceEvent;
        /// Notes that a job carried out the visit.
        post "recurring-service-events/{id}/mark-complete" => mark_complete(id: RecurringServiceEventId) -> Modified, sends RecurringServiceEventJob;
        /// Takes back that a job carried out the visit.
        post "recurring-service-events/{id}/mark-incomplete" => mark_incomplete(id: RecurringServiceEventId) -> Modified, sends RecurringServiceEventJob;
    }
}

//! Recurring service events: visits that recurring services plan.

use super::FollowUpStatus;
use crate::declare::*;

model! {
    /// Recurring service event: one visit that a recurring service plans.
    pub struct RecurringServiceEvent {
        /// ID of the recurring service event.
        "id" => id: RecurringServiceEventId,
        /// ID of the recurring service that planned the event.
        "locationRecurringServiceId" => location_recurring_service_id: Option<RecurringServiceId>,
        /// Name of the recurring service that planned the event.
        "locationRecurringServiceName" => location_recurring_service_name: Option<String>,
        /// ID of the membership that the event belongs to; absent if it belongs to none.
        "membershipId" => membership_id: Option<MembershipId>,
        /// Name of the membership that the event belongs to.
        "membershipName" => membership_name: Option<String>,
        /// Follow-up status of the event, such as not attempted, contacted or won.
        "status" => status: Option<FollowUpStatus>,
        /// Planned date of the event (UTC).
        "date" => date: Option<DateTime<Utc>>,
        /// Time when the event was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the job that carries out the event; absent until there is one.
        "jobId" => job_id: Option<JobId>,
        /// ID of the user who created the event, for example by a sale or a change of the service.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the event was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// False if the event was deactivated or deleted; ServiceTitan sends it in the change feed only.
        "active" => active: Option<bool>,
    }
}

record!(RecurringServiceEvent, RecurringServiceEventId, active: active, modified: modified_on);

filter! {
    /// Filter for lists of recurring service events.
    pub struct RecurringServiceEventFilter with created, modified, sort {
        /// Only recurring service events at this location.
        "locationId" => location_id: LocationId,
        /// Only recurring service events of this job.
        "jobId" => job_id: JobId,
        /// Only recurring service events in this follow-up status.
        "status" => status: FollowUpStatus,
    }
}

request! {
    /// The job that carried out a recurring service event.
    pub struct RecurringServiceEventJob {
        must {
            /// ID of the job.
            "jobId" => job_id: JobId,
        }
    }
}

resource! {
    /// Recurring service events: visits that recurring services plan.
    pub struct RecurringServiceEvents as recurring_service_events, scope "tn.mem.recurringserviceevents", under "memberships/v2/tenant/{tenant}/" {
        /// Lists the events that match the filter.
        list "recurring-service-events" => list() -> RecurringServiceEvent, by RecurringServiceEventFilter;
        /// Reads the events with these IDs (any number).
        ids "recurring-service-events" => by_ids(ids: RecurringServiceEventId) -> RecurringServiceEvent;
        /// Reads the change feed of events, including inactive and deleted ones.
        export "export/recurring-service-events" => export() -> RecurringServiceEvent;
        /// Marks an event as carried out by a job.
        post "recurring-service-events/{id}/mark-complete" => mark_complete(id: RecurringServiceEventId) -> Modified, sends RecurringServiceEventJob;
        /// Marks an event as not carried out by a job.
        post "recurring-service-events/{id}/mark-incomplete" => mark_incomplete(id: RecurringServiceEventId) -> Modified, sends RecurringServiceEventJob;
    }
}

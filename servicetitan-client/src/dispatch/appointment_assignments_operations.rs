//! What can be done with which technician goes to which appointment.

use chrono::{DateTime, Utc};

use crate::http::{Query, filter, resource};
use crate::{
    ActiveFilter, AppointmentAssignment, AppointmentAssignmentId, AppointmentId, JobId, ListRequest,
};

filter! {
    /// Which which technician goes to which appointment a list gives.
    pub struct AppointmentAssignmentFilter {
        /// With one of these appointment IDs, separated by commas.
        "appointmentIds" => appointment_ids: String,
        /// Of this job.
        "jobId" => job_id: JobId,
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
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
    }
}

resource! {
    /// Which technician goes to which appointment.
    pub struct AppointmentAssignments as appointment_assignments, scope "tn.dis.appointmentassignments:r" {
        list AppointmentAssignment, by AppointmentAssignmentFilter, at "dispatch/v2/tenant/{tenant}/appointment-assignments";
        ids AppointmentAssignmentId => AppointmentAssignment, active Any;
        export AppointmentAssignment, at "dispatch/v2/tenant/{tenant}/export/appointment-assignments";
    }
}

impl AppointmentAssignments {
    /// Reads the assignments of these appointments, 50 appointments in a call, inactive ones too.
    pub fn of_appointments(&self, appointments: &[AppointmentId]) -> ListRequest<AppointmentAssignment> {
        let query = Query::default().set("active", Some(ActiveFilter::Any));
        self.client.list_by(&Self::LIST, "appointmentIds", appointments, query)
    }
}

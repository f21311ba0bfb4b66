//! What can be done with appointments of jobs.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{
    ActiveFilter, Appointment, AppointmentId, AppointmentStatus, CustomerId, JobId, ProjectId, TechnicianId,
};

filter! {
    /// Which appointments of jobs a list gives.
    pub struct AppointmentFilter {
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// Of this job.
        "jobId" => job_id: JobId,
        /// With this project ID.
        "projectId" => project_id: ProjectId,
        /// With this number.
        "number" => number: String,
        /// With this status.
        "status" => status: AppointmentStatus,
        /// With a time of `starts` at this time or later.
        "startsOnOrAfter" => starts_on_or_after: DateTime<Utc>,
        /// By time: starts before this.
        "startsBefore" => starts_before: DateTime<Utc>,
        /// With this technician ID.
        "technicianId" => technician_id: TechnicianId,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// By `unused`.
        "unused" => unused: bool,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Appointments of jobs.
    pub struct Appointments as appointments, scope "tn.jpm.appointments:r" {
        get Appointment, by AppointmentId, at "jpm/v2/tenant/{tenant}/appointments/{id}";
        list Appointment, by AppointmentFilter, at "jpm/v2/tenant/{tenant}/appointments";
        ids AppointmentId => Appointment, active Any;
        export Appointment, at "jpm/v2/tenant/{tenant}/export/appointments";
    }
}

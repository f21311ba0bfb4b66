//! Which technician goes to which appointment.

use crate::declare::*;

model! {
    /// A technician's assignment to an appointment.
    pub struct AppointmentAssignment {
        /// The ID.
        "id" => id: AppointmentAssignmentId,
        /// The technician.
        "technicianId" => technician_id: Option<TechnicianId>,
        /// The technician's name.
        "technicianName" => technician_name: Option<String>,
        /// The user who assigned the technician.
        "assignedById" => assigned_by_id: Option<UserId>,
        /// When the technician was assigned.
        "assignedOn" => assigned_on: Option<DateTime<Utc>>,
        /// The status.
        "status" => status: Option<AppointmentAssignmentStatus>,
        /// Whether the work is paused.
        "isPaused" => is_paused: Option<bool>,
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The appointment.
        "appointmentId" => appointment_id: Option<AppointmentId>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(AppointmentAssignment, AppointmentAssignmentId, active: active, modified: modified_on);

open_enum! {
    /// The appointment assignment status, with room for values to come.
    pub enum AppointmentAssignmentStatus {
        /// `Scheduled`.
        Scheduled,
        /// `Dispatched`.
        Dispatched,
        /// `Working`.
        Working,
        /// `Done`.
        Done,
    }
}

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
    pub struct AppointmentAssignments as appointment_assignments, scope "tn.dis.appointmentassignments", under "dispatch/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "appointment-assignments" => list() -> AppointmentAssignment, by AppointmentAssignmentFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "appointment-assignments" => by_ids(ids: AppointmentAssignmentId) -> AppointmentAssignment, active Any;
        /// Reads the change feed. Inactive and deleted records come too.
        export "export/appointment-assignments" => export() -> AppointmentAssignment;
        /// Reads the assignments of these appointments, inactive ones too.
        of "appointment-assignments" => of_appointments(appointmentIds: AppointmentId) -> AppointmentAssignment, active Any;
    }
}

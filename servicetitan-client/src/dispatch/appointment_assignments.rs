//! Which technician goes to which appointment.

use chrono::{DateTime, Utc};

use crate::ids::{AppointmentAssignmentId, AppointmentId, JobId, TechnicianId, UserId};
use crate::model::{model, open_enum, record};

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

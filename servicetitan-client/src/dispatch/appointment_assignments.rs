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

model! {
    /// The appointment to which technicians were assigned.
    pub struct AssignedAppointment {
        /// The ID.
        "id" => id: Option<AppointmentId>,
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The number that people see.
        "appointmentNumber" => appointment_number: Option<String>,
        /// When it starts.
        "start" => start: Option<DateTime<Utc>>,
        /// When it ends.
        "end" => end: Option<DateTime<Utc>>,
        /// The start of the arrival window promised to the customer.
        "arrivalWindowStart" => arrival_window_start: Option<DateTime<Utc>>,
        /// The end of the arrival window promised to the customer.
        "arrivalWindowEnd" => arrival_window_end: Option<DateTime<Utc>>,
        /// The status.
        "status" => status: Option<AssignedAppointmentStatus>,
        /// Special instructions for the technician.
        "specialInstructions" => special_instructions: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

open_enum! {
    /// The status of an assigned appointment, with room for values to come.
    pub enum AssignedAppointmentStatus {
        /// `Scheduled`.
        Scheduled,
        /// `Dispatched`.
        Dispatched,
        /// `Working`.
        Working,
        /// `Hold`.
        Hold,
        /// `Done`.
        Done,
        /// `Canceled`.
        Canceled,
    }
}

filter! {
    /// Which assignments a list gives.
    pub struct AppointmentAssignmentFilter with created, modified, active, sort {
        /// Of one of these appointments.
        "appointmentIds" => appointment_ids: Vec<AppointmentId>,
        /// Of this job.
        "jobId" => job_id: JobId,
    }
}

request! {
    /// An appointment, and technicians who are to go there or not any more.
    pub struct AppointmentTechnicians {
        must {
            /// The appointment.
            "jobAppointmentId" => job_appointment_id: AppointmentId,
            /// The technicians.
            "technicianIds" => technician_ids: Vec<TechnicianId>,
        }
    }
}

resource! {
    /// Which technician goes to which appointment.
    pub struct AppointmentAssignments as appointment_assignments, scope "tn.dis.appointmentassignments", under "dispatch/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "appointment-assignments" => list() -> AppointmentAssignment, by AppointmentAssignmentFilter;
        /// Reads the assignments with these IDs, however many, those out of use too.
        ids "appointment-assignments" => by_ids(ids: AppointmentAssignmentId) -> AppointmentAssignment, active Any;
        /// Reads the assignments of these appointments, inactive ones too.
        of "appointment-assignments" => of_appointments(appointmentIds: AppointmentId) -> AppointmentAssignment, matching appointment_id, active Any;
        /// Reads the change feed. Inactive and deleted assignments come too.
        export "export/appointment-assignments" => export() -> AppointmentAssignment;
        /// Sends technicians to an appointment, beside those who go already.
        post "appointment-assignments/assign-technicians" => assign_technicians() -> AssignedAppointment, sends AppointmentTechnicians;
        /// Takes technicians off an appointment.
        post "appointment-assignments/unassign-technicians" => unassign_technicians() -> AssignedAppointment, sends AppointmentTechnicians;
    }
}

//! Assignments of technicians to appointments.

use crate::declare::*;

model! {
    /// Assignment of one technician to one appointment.
    pub struct AppointmentAssignment {
        /// ID of the assignment.
        "id" => id: AppointmentAssignmentId,
        /// ID of the assigned technician.
        "technicianId" => technician_id: Option<TechnicianId>,
        /// Name of the assigned technician.
        "technicianName" => technician_name: Option<String>,
        /// ID of the user who made the assignment.
        "assignedById" => assigned_by_id: Option<UserId>,
        /// Time when the technician was assigned (UTC).
        "assignedOn" => assigned_on: Option<DateTime<Utc>>,
        /// Status of the technician on this appointment: scheduled, dispatched, working or done.
        "status" => status: Option<AppointmentAssignmentStatus>,
        /// True if the technician has paused the work.
        "isPaused" => is_paused: Option<bool>,
        /// ID of the appointment's job.
        "jobId" => job_id: Option<JobId>,
        /// ID of the appointment that the technician is assigned to.
        "appointmentId" => appointment_id: Option<AppointmentId>,
        /// Time when the assignment was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the assignment was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// True while the assignment stands; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

record!(AppointmentAssignment, AppointmentAssignmentId, active: active, modified: modified_on);

open_enum! {
    /// Status of a technician on an appointment.
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
    /// The appointment whose technicians were changed.
    pub struct AssignedAppointment {
        /// ID of the appointment.
        "id" => id: Option<AppointmentId>,
        /// ID of the job that the appointment belongs to.
        "jobId" => job_id: Option<JobId>,
        /// Number of the appointment, as shown in ServiceTitan.
        "appointmentNumber" => appointment_number: Option<String>,
        /// Start of the appointment (UTC).
        "start" => start: Option<DateTime<Utc>>,
        /// End of the appointment (UTC).
        "end" => end: Option<DateTime<Utc>>,
        /// Start of the arrival window promised to the customer (UTC); absent if there is none.
        "arrivalWindowStart" => arrival_window_start: Option<DateTime<Utc>>,
        /// End of the arrival window promised to the customer (UTC); absent if there is none.
        "arrivalWindowEnd" => arrival_window_end: Option<DateTime<Utc>>,
        /// Status of the appointment, such as scheduled, dispatched, done or cancelled.
        "status" => status: Option<AssignedAppointmentStatus>,
        /// Special instructions for the technicians.
        "specialInstructions" => special_instructions: Option<String>,
        /// Time when the appointment was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the appointment itself was last changed (UTC); a changed assignment does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

open_enum! {
    /// Status of an appointment whose technicians were changed.
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
    /// Filter for lists of assignments.
    pub struct AppointmentAssignmentFilter with created, modified, active, sort {
        /// Only assignments of one of these appointments.
        "appointmentIds" => appointment_ids: Vec<AppointmentId>,
        /// Only assignments of this job.
        "jobId" => job_id: JobId,
    }
}

request! {
    /// An appointment, and the technicians to assign to it or to take off it.
    pub struct AppointmentTechnicians {
        must {
            /// ID of the appointment.
            "jobAppointmentId" => job_appointment_id: AppointmentId,
            /// IDs of the technicians.
            "technicianIds" => technician_ids: Vec<TechnicianId>,
        }
    }
}

resource! {
    /// Assignments of technicians to appointments.
    pub struct AppointmentAssignments as appointment_assignments, scope "tn.dis.appointmentassignments", under "dispatch/v2/tenant/{tenant}/" {
        /// Lists the appointment assignments that match the filter.
        list "appointment-assignments" => list() -> AppointmentAssignment, by AppointmentAssignmentFilter;
        /// Reads the assignments with these IDs (any number), including inactive ones.
        ids "appointment-assignments" => by_ids(ids: AppointmentAssignmentId) -> AppointmentAssignment, active Any;
        /// Lists the assignments of these appointments, including inactive ones.
        of "appointment-assignments" => of_appointments(appointmentIds: AppointmentId) -> AppointmentAssignment, matching appointment_id, active Any;
        /// Reads the change feed of appointment assignments, including inactive and deleted ones.
        export "export/appointment-assignments" => export() -> AppointmentAssignment;
        /// Assigns technicians to an appointment, in addition to those already assigned.
        post "appointment-assignments/assign-technicians" => assign_technicians() -> AssignedAppointment, sends AppointmentTechnicians;
        /// Removes technicians from an appointment.
        post "appointment-assignments/unassign-technicians" => unassign_technicians() -> AssignedAppointment, sends AppointmentTechnicians;
    }
}

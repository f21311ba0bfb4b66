//! Appointments of jobs.

use crate::declare::*;

model! {
    /// An appointment: a visit that a job needs.
    pub struct Appointment {
        /// The ID.
        "id" => id: AppointmentId,
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
        "status" => status: Option<AppointmentStatus>,
        /// Special instructions for the technician.
        "specialInstructions" => special_instructions: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// Whether the appointment was never used.
        "unused" => unused: Option<bool>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// Whether the customer confirmed it.
        "isConfirmed" => is_confirmed: Option<bool>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(Appointment, AppointmentId, active: active, modified: modified_on);

open_enum! {
    /// The appointment status, with room for values to come.
    pub enum AppointmentStatus {
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
    /// Which appointments a list gives.
    pub struct AppointmentFilter with created, modified, active, sort {
        /// Of this job.
        "jobId" => job_id: JobId,
        /// Of this project.
        "projectId" => project_id: ProjectId,
        /// With this number.
        "number" => number: String,
        /// In this status.
        "status" => status: AppointmentStatus,
        /// Starting at this time or later.
        "startsOnOrAfter" => starts_on_or_after: DateTime<Utc>,
        /// Starting before this time.
        "startsBefore" => starts_before: DateTime<Utc>,
        /// Of this technician.
        "technicianId" => technician_id: TechnicianId,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// Whether nobody went there.
        "unused" => unused: bool,
    }
}

request! {
    /// An appointment to be added to a job.
    pub struct NewAppointment {
        must {
            /// The job.
            "jobId" => job_id: JobId,
            /// When it starts.
            "start" => start: DateTime<Utc>,
            /// When it ends.
            "end" => end: DateTime<Utc>,
        }
        may {
            /// The start of the arrival window promised to the customer.
            "arrivalWindowStart" => arrival_window_start: DateTime<Utc>,
            /// The end of the arrival window promised to the customer.
            "arrivalWindowEnd" => arrival_window_end: DateTime<Utc>,
            /// The technicians.
            "technicianIds" => technician_ids: Vec<TechnicianId>,
            /// Special instructions for the technician.
            "specialInstructions" => special_instructions: String,
        }
    }
}

request! {
    /// The time to which an appointment moves.
    pub struct AppointmentReschedule {
        may {
            /// When it starts.
            "start" => start: DateTime<Utc>,
            /// When it ends.
            "end" => end: DateTime<Utc>,
        }
        may_clear {
            /// The start of the arrival window promised to the customer.
            "arrivalWindowStart" => arrival_window_start: DateTime<Utc>,
            /// The end of the arrival window promised to the customer.
            "arrivalWindowEnd" => arrival_window_end: DateTime<Utc>,
        }
    }
}

request! {
    /// Why an appointment or a job is put on hold.
    pub struct Hold {
        must {
            /// The reason.
            "reasonId" => reason_id: JobHoldReasonId,
            /// A remark.
            "memo" => memo: String,
        }
    }
}

request! {
    /// What technicians are told about an appointment.
    pub struct SpecialInstructions {
        must {
            /// Special instructions for the technician.
            "specialInstructions" => special_instructions: String,
        }
    }
}

resource! {
    /// Appointments of jobs.
    pub struct Appointments as appointments, scope "tn.jpm.appointments", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one appointment.
        get "appointments/{id}" => get(id: AppointmentId) -> Appointment;
        /// Reads the list.
        list "appointments" => list() -> Appointment, by AppointmentFilter;
        /// Reads the appointments with these IDs, however many, those out of use too.
        ids "appointments" => by_ids(ids: AppointmentId) -> Appointment, active Any;
        /// Reads the change feed. Inactive and deleted appointments come too.
        export "export/appointments" => export() -> Appointment;
        /// Adds an appointment to a job.
        post "appointments" => create() -> Appointment, sends NewAppointment;
        /// Deletes an appointment.
        delete "appointments/{id}" => delete(id: AppointmentId);
        /// Moves an appointment to another time.
        patch "appointments/{id}/reschedule" => reschedule(id: AppointmentId) -> Appointment, sends AppointmentReschedule;
        /// Puts an appointment on hold.
        put "appointments/{id}/hold" => hold(id: AppointmentId), sends Hold;
        /// Takes an appointment off hold.
        delete "appointments/{id}/hold" => remove_hold(id: AppointmentId);
        /// Notes that the customer confirmed an appointment.
        put "appointments/{id}/confirmation" => confirm(id: AppointmentId);
        /// Takes the customer's confirmation back.
        delete "appointments/{id}/confirmation" => remove_confirmation(id: AppointmentId);
        /// Sets what technicians are told about an appointment.
        put "appointments/{id}/special-instructions" => update_special_instructions(id: AppointmentId) -> Appointment, sends SpecialInstructions;
    }
}

//! Appointments of jobs.

use crate::declare::*;

model! {
    /// Appointment: one planned visit to do the work of a job.
    pub struct Appointment {
        /// ID of the appointment.
        "id" => id: AppointmentId,
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
        "status" => status: Option<AppointmentStatus>,
        /// Special instructions for the technicians.
        "specialInstructions" => special_instructions: Option<String>,
        /// Time when the appointment was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the appointment itself was last changed (UTC); a changed assignment does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// ID of the customer that the appointment is for.
        "customerId" => customer_id: Option<CustomerId>,
        /// True if the appointment was not used.
        "unused" => unused: Option<bool>,
        /// ID of the user who created the appointment.
        "createdById" => created_by_id: Option<UserId>,
        /// True if the customer confirmed the appointment.
        "isConfirmed" => is_confirmed: Option<bool>,
        /// True while the appointment is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

record!(Appointment, AppointmentId, active: active, modified: modified_on);

open_enum! {
    /// Status of an appointment.
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
    /// Filter for lists of appointments.
    pub struct AppointmentFilter with created, modified, active, sort {
        /// Only appointments of this job.
        "jobId" => job_id: JobId,
        /// Only appointments of jobs in this project.
        "projectId" => project_id: ProjectId,
        /// Only appointments with this number.
        "number" => number: String,
        /// Only appointments in this status.
        "status" => status: AppointmentStatus,
        /// Only appointments starting at this time or later.
        "startsOnOrAfter" => starts_on_or_after: DateTime<Utc>,
        /// Only appointments starting before this time.
        "startsBefore" => starts_before: DateTime<Utc>,
        /// Only appointments that this technician is assigned to.
        "technicianId" => technician_id: TechnicianId,
        /// Only appointments of this customer.
        "customerId" => customer_id: CustomerId,
        /// True: only unused appointments. False: only the others.
        "unused" => unused: bool,
    }
}

request! {
    /// An appointment to be added to a job.
    pub struct NewAppointment {
        must {
            /// ID of the job that the appointment belongs to.
            "jobId" => job_id: JobId,
            /// Start of the appointment (UTC).
            "start" => start: DateTime<Utc>,
            /// End of the appointment (UTC).
            "end" => end: DateTime<Utc>,
        }
        may {
            /// Start of the arrival window promised to the customer (UTC); absent if there is none.
            "arrivalWindowStart" => arrival_window_start: DateTime<Utc>,
            /// End of the arrival window promised to the customer (UTC); absent if there is none.
            "arrivalWindowEnd" => arrival_window_end: DateTime<Utc>,
            /// IDs of the technicians to assign.
            "technicianIds" => technician_ids: Vec<TechnicianId>,
            /// Special instructions for the technicians.
            "specialInstructions" => special_instructions: String,
        }
    }
}

request! {
    /// New time of an appointment. Fields that are not set keep their value.
    pub struct AppointmentReschedule {
        may {
            /// Start of the appointment (UTC).
            "start" => start: DateTime<Utc>,
            /// End of the appointment (UTC).
            "end" => end: DateTime<Utc>,
        }
        may_clear {
            /// Start of the arrival window promised to the customer (UTC); absent if there is none.
            "arrivalWindowStart" => arrival_window_start: DateTime<Utc>,
            /// End of the arrival window promised to the customer (UTC); absent if there is none.
            "arrivalWindowEnd" => arrival_window_end: DateTime<Utc>,
        }
    }
}

request! {
    /// Reason for putting an appointment or a job on hold.
    pub struct Hold {
        must {
            /// ID of the job hold reason.
            "reasonId" => reason_id: JobHoldReasonId,
            /// Note on the hold.
            "memo" => memo: String,
        }
    }
}

request! {
    /// New instructions for the technicians of an appointment.
    pub struct SpecialInstructions {
        must {
            /// Special instructions for the technicians.
            "specialInstructions" => special_instructions: String,
        }
    }
}

resource! {
    /// Appointments of jobs.
    pub struct Appointments as appointments, scope "tn.jpm.appointments", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one appointment.
        get "appointments/{id}" => get(id: AppointmentId) -> Appointment;
        /// Lists the appointments that match the filter.
        list "appointments" => list() -> Appointment, by AppointmentFilter;
        /// Reads the appointments with these IDs (any number), including inactive ones.
        ids "appointments" => by_ids(ids: AppointmentId) -> Appointment, active Any;
        /// Reads the change feed of appointments, including inactive and deleted ones.
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
        /// Marks an appointment as confirmed by the customer.
        put "appointments/{id}/confirmation" => confirm(id: AppointmentId);
        /// Removes the confirmation of an appointment.
        delete "appointments/{id}/confirmation" => remove_confirmation(id: AppointmentId);
        /// Sets the special instructions of an appointment.
        put "appointments/{id}/special-instructions" => update_special_instructions(id: AppointmentId) -> Appointment, sends SpecialInstructions;
    }
}

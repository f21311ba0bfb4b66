//! Appointments of jobs.

use chrono::{DateTime, Utc};

use crate::ids::{AppointmentId, CustomerId, JobId, UserId};
use crate::model::{model, open_enum, record};

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

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
    pub struct Appointments as appointments, scope "tn.jpm.appointments", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one record.
        get "appointments/{id}" => get(id: AppointmentId) -> Appointment;
        /// Reads the list.
        list "appointments" => list() -> Appointment, by AppointmentFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "appointments" => by_ids(ids: AppointmentId) -> Appointment, active Any;
        /// Reads the change feed. Inactive and deleted records come too.
        export "export/appointments" => export() -> Appointment;
    }
}

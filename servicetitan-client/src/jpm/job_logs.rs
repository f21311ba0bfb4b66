//! Histories, booking records and notes of jobs.

use crate::declare::*;

model! {
    /// History of a job.
    pub struct JobHistory {
        /// ID of the job.
        "jobId" => job_id: Option<JobId>,
        /// Events of the job's history.
        "history" => history: Option<Vec<JobHistoryEntry>>,
    }
}

model! {
    /// One event in the history of a job.
    pub struct JobHistoryEntry {
        /// ID of the event.
        "id" => id: Option<i64>,
        /// ID of the employee who caused the event.
        "employeeId" => employee_id: Option<EmployeeId>,
        /// Kind of the event.
        "eventType" => event_type: Option<String>,
        /// Time of the event (UTC).
        "date" => date: Option<DateTime<Utc>>,
        /// Tool that scheduled the job.
        "usedSchedulingTool" => used_scheduling_tool: Option<JobSchedulingTool>,
        /// Note on the event.
        "memo" => memo: Option<String>,
    }
}

model! {
    /// Record of a job's booking.
    pub struct JobBookedLog {
        /// ID of the log entry.
        "id" => id: Option<i64>,
        /// ID of the job that was booked.
        "jobId" => job_id: Option<JobId>,
        /// ID of the appointment that was booked.
        "jobAppointmentId" => job_appointment_id: Option<AppointmentId>,
        /// Start of the job (UTC).
        "start" => start: Option<DateTime<Utc>>,
        /// Start of the arrival window promised to the customer (UTC).
        "arrivalWindowStart" => arrival_window_start: Option<DateTime<Utc>>,
        /// End of the arrival window promised to the customer (UTC).
        "arrivalWindowEnd" => arrival_window_end: Option<DateTime<Utc>>,
        /// Time when the booking log entry was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who booked the job.
        "createdById" => created_by_id: Option<UserId>,
        /// True while the booking log entry is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

model! {
    /// A note on a job, as the change feed of notes returns it.
    pub struct JobNote {
        /// ID of the note.
        "id" => id: Option<NoteId>,
        /// True while the note is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Text of the note.
        "text" => text: Option<String>,
        /// True if the note is pinned to the top.
        "isPinned" => is_pinned: Option<bool>,
        /// ID of the user or app that wrote the note.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the note was written (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the note was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// ID of the job that the note is on.
        "jobId" => job_id: Option<JobId>,
    }
}

open_enum! {
    /// Tool that scheduled a job.
    pub enum JobSchedulingTool {
        /// `Manual`.
        Manual,
        /// `SmartSchedule`.
        SmartSchedule,
        /// `SmartDispatch`.
        SmartDispatch,
        /// `TechnicianRouteOptimization`.
        TechnicianRouteOptimization,
        /// `AdaptiveCapacity`.
        AdaptiveCapacity,
    }
}

//! What happened to jobs, and what was noted on them.

use crate::declare::*;

model! {
    /// What happened to a job.
    pub struct JobHistory {
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The events.
        "history" => history: Option<Vec<JobHistoryEntry>>,
    }
}

model! {
    /// One event in the history of a job.
    pub struct JobHistoryEntry {
        /// The ID.
        "id" => id: Option<i64>,
        /// The employee who did it.
        "employeeId" => employee_id: Option<EmployeeId>,
        /// What happened.
        "eventType" => event_type: Option<String>,
        /// When it happened.
        "date" => date: Option<DateTime<Utc>>,
        /// What scheduled it.
        "usedSchedulingTool" => used_scheduling_tool: Option<JobSchedulingTool>,
        /// A remark.
        "memo" => memo: Option<String>,
    }
}

model! {
    /// How a job was booked.
    pub struct JobBookedLog {
        /// The ID.
        "id" => id: Option<i64>,
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The appointment that was booked.
        "jobAppointmentId" => job_appointment_id: Option<AppointmentId>,
        /// When it starts.
        "start" => start: Option<DateTime<Utc>>,
        /// The start of the arrival window promised to the customer.
        "arrivalWindowStart" => arrival_window_start: Option<DateTime<Utc>>,
        /// The end of the arrival window promised to the customer.
        "arrivalWindowEnd" => arrival_window_end: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

model! {
    /// A note on a job, as the change feed of notes shows it.
    pub struct JobNote {
        /// The ID.
        "id" => id: Option<NoteId>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The text.
        "text" => text: Option<String>,
        /// Whether the note is pinned to the top.
        "isPinned" => is_pinned: Option<bool>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The job.
        "jobId" => job_id: Option<JobId>,
    }
}

open_enum! {
    /// What scheduled a job, with room for values to come.
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

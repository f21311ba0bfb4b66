//! Non-job appointments: time of technicians for meetings, training or leave.

use crate::declare::*;

model! {
    /// Non-job appointment: time of a technician that is not for a job, such as a meeting, training or leave.
    pub struct NonJobAppointment {
        /// ID of the non-job appointment.
        "id" => id: NonJobAppointmentId,
        /// ID of the technician whose time it takes.
        "technicianId" => technician_id: Option<TechnicianId>,
        /// Start of the non-job appointment (UTC).
        "start" => start: Option<DateTime<Utc>>,
        /// Name of the non-job appointment.
        "name" => name: Option<String>,
        /// Length of the non-job appointment, as `hours:minutes:seconds`.
        "duration" => duration: Option<String>,
        /// ID of the timesheet code.
        "timesheetCodeId" => timesheet_code_id: Option<i64>,
        /// Summary of the non-job appointment.
        "summary" => summary: Option<String>,
        /// True if it disappears from the dispatch board once it is over.
        "clearDispatchBoard" => clear_dispatch_board: Option<bool>,
        /// True if it disappears from the technician's calendar once it is over.
        "clearTechnicianView" => clear_technician_view: Option<bool>,
        /// True if the technician does not count as available in capacity planning.
        "removeTechnicianFromCapacityPlanning" => remove_technician_from_capacity_planning: Option<bool>,
        /// True if it takes the whole day.
        "allDay" => all_day: Option<bool>,
        /// True if it is shown on the technician's schedule even without a timesheet.
        "showOnTechnicianSchedule" => show_on_technician_schedule: Option<bool>,
        /// True while the non-job appointment is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Time when the non-job appointment was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the non-job appointment was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// ID of the user who created the non-job appointment.
        "createdById" => created_by_id: Option<UserId>,
        /// True if it repeats.
        "repeat" => repeat: Option<bool>,
        /// Number of repetitions, if it ends after a number of times.
        "countOccurrences" => count_occurrences: Option<i32>,
        /// Interval between repetitions, in units of the frequency.
        "interval" => interval: Option<i32>,
        /// Repetition frequency as a number: 0 daily, 1 weekly, 2 monthly, 3 yearly. Present in the answer to a creation only.
        "frequency" => frequency: Option<i32>,
        /// End of the repetition as a number: 0 never, 1 after a number of times, 2 on a date. Present in the answer to a creation only.
        "endType" => end_type: Option<i32>,
        /// Time at which the repetition ends (UTC), if it ends on a date.
        "endOn" => end_on: Option<DateTime<Utc>>,
        /// Days of the week on which it repeats.
        "daysOfWeek" => days_of_week: Option<String>,
    }
}

record!(NonJobAppointment, NonJobAppointmentId, active: active, modified: modified_on);

model! {
    /// The non-job appointment that was deleted.
    pub struct DeletedNonJobAppointment {
        /// ID of the non-job appointment.
        "id" => id: Option<NonJobAppointmentId>,
        /// Message from ServiceTitan about the deletion.
        "message" => message: Option<String>,
    }
}

open_enum! {
    /// End of the repetition of a non-job appointment.
    pub enum RepeatEndType {
        /// `Never`.
        Never,
        /// `After`.
        After,
        /// `On`.
        On,
    }
}

open_enum! {
    /// Repetition frequency of a non-job appointment.
    pub enum RepeatFrequency {
        /// `Daily`.
        Daily,
        /// `Weekly`.
        Weekly,
        /// `Monthly`.
        Monthly,
        /// `Yearly`.
        Yearly,
    }
}

filter! {
    /// Filter for lists of non-job appointments.
    pub struct NonJobAppointmentFilter with created, modified, sort {
        /// Only non-job appointments of this technician.
        "technicianId" => technician_id: TechnicianId,
        /// Only non-job appointments starting at this time or later.
        "startsOnOrAfter" => starts_on_or_after: DateTime<Utc>,
        /// Only non-job appointments starting at this time or earlier.
        "startsOnOrBefore" => starts_on_or_before: DateTime<Utc>,
        /// Only non-job appointments with this timesheet code.
        "timesheetCodeId" => timesheet_code_id: i64,
        /// If true, only active non-job appointments.
        "activeOnly" => active_only: bool,
        /// Only non-job appointments that are, or are not, shown on the technician's schedule.
        "showOnTechnicianSchedule" => show_on_technician_schedule: bool,
    }
}

request! {
    /// A non-job appointment to be added, or the new state of one.
    pub struct NewNonJobAppointment {
        must {
            /// ID of the technician whose time it takes.
            "technicianId" => technician_id: TechnicianId,
            /// Start of the non-job appointment (UTC).
            "start" => start: DateTime<Utc>,
            /// Length of the non-job appointment, as `hours:minutes:seconds`.
            "duration" => duration: String,
            /// Name of the non-job appointment.
            "name" => name: String,
        }
        may_clear {
            /// ID of the timesheet code.
            "timesheetCodeId" => timesheet_code_id: i64,
            /// Summary of the non-job appointment.
            "summary" => summary: String,
            /// True if it disappears from the dispatch board once it is over.
            "clearDispatchBoard" => clear_dispatch_board: bool,
            /// True if it disappears from the technician's calendar once it is over.
            "clearTechnicianView" => clear_technician_view: bool,
            /// True if it is shown on the technician's schedule even without a timesheet.
            "showOnTechnicianSchedule" => show_on_technician_schedule: bool,
            /// True if the technician does not count as available in capacity planning.
            "removeTechnicianFromCapacityPlanning" => remove_technician_from_capacity_planning: bool,
            /// True if it takes the whole day.
            "allDay" => all_day: bool,
            /// True if it repeats.
            "repeat" => repeat: bool,
            /// Number of repetitions, if it ends after a number of times.
            "countOccurrences" => count_occurrences: i32,
            /// Interval between repetitions, in units of the frequency.
            "interval" => interval: i32,
            /// Repetition frequency.
            "frequency" => frequency: RepeatFrequency,
            /// End of the repetition.
            "endType" => end_type: RepeatEndType,
            /// Time at which the repetition ends (UTC), if it ends on a date.
            "endOn" => end_on: DateTime<Utc>,
            /// Days of the week on which it repeats.
            "daysOfWeek" => days_of_week: String,
        }
    }
}

resource! {
    /// Non-job appointments: time of technicians for meetings, training or leave.
    pub struct NonJobAppointments as non_job_appointments, scope "tn.dis.nonjobappointments", under "dispatch/v2/tenant/{tenant}/" {
        /// Reads one non-job appointment.
        get "non-job-appointments/{id}" => get(id: NonJobAppointmentId) -> NonJobAppointment;
        /// Lists the non-job appointments that match the filter.
        list "non-job-appointments" => list() -> NonJobAppointment, by NonJobAppointmentFilter;
        /// Reads the non-job appointments with these IDs (any number).
        ids "non-job-appointments" => by_ids(ids: NonJobAppointmentId) -> NonJobAppointment;
        /// Adds a non-job appointment.
        post "non-job-appointments" => create() -> NonJobAppointment, sends NewNonJobAppointment;
        /// Replaces a non-job appointment.
        put "non-job-appointments/{id}" => replace(id: NonJobAppointmentId) -> NonJobAppointment, sends NewNonJobAppointment;
        /// Deletes a non-job appointment.
        delete "non-job-appointments/{id}" => delete(id: NonJobAppointmentId) -> DeletedNonJobAppointment;
    }
}

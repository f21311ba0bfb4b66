//! Time of technicians that no job takes: meetings, training, leave.

use crate::declare::*;

model! {
    /// Time of a technician that no job takes.
    pub struct NonJobAppointment {
        /// The ID.
        "id" => id: NonJobAppointmentId,
        /// The technician.
        "technicianId" => technician_id: Option<TechnicianId>,
        /// When it starts.
        "start" => start: Option<DateTime<Utc>>,
        /// The name.
        "name" => name: Option<String>,
        /// How long it takes, as `hours:minutes:seconds`.
        "duration" => duration: Option<String>,
        /// The timesheet code.
        "timesheetCodeId" => timesheet_code_id: Option<i64>,
        /// The summary.
        "summary" => summary: Option<String>,
        /// Whether it makes room on the dispatch board.
        "clearDispatchBoard" => clear_dispatch_board: Option<bool>,
        /// Whether it makes room in what the technician sees.
        "clearTechnicianView" => clear_technician_view: Option<bool>,
        /// Whether the technician does not count as available meanwhile.
        "removeTechnicianFromCapacityPlanning" => remove_technician_from_capacity_planning: Option<bool>,
        /// Whether it takes the whole day.
        "allDay" => all_day: Option<bool>,
        /// Whether it shows on the technician's schedule.
        "showOnTechnicianSchedule" => show_on_technician_schedule: Option<bool>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// Whether it repeats.
        "repeat" => repeat: Option<bool>,
        /// How often it takes place, where it ends after a number of times.
        "countOccurrences" => count_occurrences: Option<i32>,
        /// At which interval it repeats.
        "interval" => interval: Option<i32>,
        /// How often it repeats, as a number: 0 daily, 1 weekly, 2 monthly, 3 yearly. Only the answer to adding one tells.
        "frequency" => frequency: Option<i32>,
        /// When it stops repeating, as a number: 0 never, 1 after a number of times, 2 on a date. Only the answer to adding one tells.
        "endType" => end_type: Option<i32>,
        /// When it stops repeating, where that is a date.
        "endOn" => end_on: Option<DateTime<Utc>>,
        /// The days of the week on which it repeats.
        "daysOfWeek" => days_of_week: Option<String>,
    }
}

record!(NonJobAppointment, NonJobAppointmentId, active: active, modified: modified_on);

model! {
    /// The non-job appointment that was deleted.
    pub struct DeletedNonJobAppointment {
        /// The ID.
        "id" => id: Option<NonJobAppointmentId>,
        /// What ServiceTitan says about it.
        "message" => message: Option<String>,
    }
}

open_enum! {
    /// When a non-job appointment stops repeating, with room for values to come.
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
    /// How often a non-job appointment repeats, with room for values to come.
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
    /// Which non-job appointments a list gives.
    pub struct NonJobAppointmentFilter with created, modified, sort {
        /// Of this technician.
        "technicianId" => technician_id: TechnicianId,
        /// Starting at this time or later.
        "startsOnOrAfter" => starts_on_or_after: DateTime<Utc>,
        /// Starting at this time or earlier.
        "startsOnOrBefore" => starts_on_or_before: DateTime<Utc>,
        /// With this timesheet code.
        "timesheetCodeId" => timesheet_code_id: i64,
        /// Only those in use.
        "activeOnly" => active_only: bool,
        /// Whether they show on the technician's schedule.
        "showOnTechnicianSchedule" => show_on_technician_schedule: bool,
    }
}

request! {
    /// A non-job appointment as it is to be.
    pub struct NewNonJobAppointment {
        must {
            /// The technician.
            "technicianId" => technician_id: TechnicianId,
            /// When it starts.
            "start" => start: DateTime<Utc>,
            /// How long it takes, as `hours:minutes:seconds`.
            "duration" => duration: String,
            /// The name.
            "name" => name: String,
        }
        may_clear {
            /// The timesheet code.
            "timesheetCodeId" => timesheet_code_id: i64,
            /// The summary.
            "summary" => summary: String,
            /// Whether it makes room on the dispatch board.
            "clearDispatchBoard" => clear_dispatch_board: bool,
            /// Whether it makes room in what the technician sees.
            "clearTechnicianView" => clear_technician_view: bool,
            /// Whether it shows on the technician's schedule.
            "showOnTechnicianSchedule" => show_on_technician_schedule: bool,
            /// Whether the technician does not count as available meanwhile.
            "removeTechnicianFromCapacityPlanning" => remove_technician_from_capacity_planning: bool,
            /// Whether it takes the whole day.
            "allDay" => all_day: bool,
            /// Whether it repeats.
            "repeat" => repeat: bool,
            /// How often it takes place, where it ends after a number of times.
            "countOccurrences" => count_occurrences: i32,
            /// At which interval it repeats.
            "interval" => interval: i32,
            /// How often it repeats.
            "frequency" => frequency: RepeatFrequency,
            /// When it stops repeating.
            "endType" => end_type: RepeatEndType,
            /// When it stops repeating, where that is a date.
            "endOn" => end_on: DateTime<Utc>,
            /// The days of the week on which it repeats.
            "daysOfWeek" => days_of_week: String,
        }
    }
}

resource! {
    /// Time of technicians that no job takes: meetings, training, leave.
    pub struct NonJobAppointments as non_job_appointments, scope "tn.dis.nonjobappointments", under "dispatch/v2/tenant/{tenant}/" {
        /// Reads one non-job appointment.
        get "non-job-appointments/{id}" => get(id: NonJobAppointmentId) -> NonJobAppointment;
        /// Reads the list.
        list "non-job-appointments" => list() -> NonJobAppointment, by NonJobAppointmentFilter;
        /// Reads the non-job appointments with these IDs, however many.
        ids "non-job-appointments" => by_ids(ids: NonJobAppointmentId) -> NonJobAppointment;
        /// Adds a non-job appointment.
        post "non-job-appointments" => create() -> NonJobAppointment, sends NewNonJobAppointment;
        /// Replaces a non-job appointment.
        put "non-job-appointments/{id}" => replace(id: NonJobAppointmentId) -> NonJobAppointment, sends NewNonJobAppointment;
        /// Deletes a non-job appointment.
        delete "non-job-appointments/{id}" => delete(id: NonJobAppointmentId) -> DeletedNonJobAppointment;
    }
}

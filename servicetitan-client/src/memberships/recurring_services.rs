//! Recurring services.

#[cfg(feature = "http")]
use super::RecurringServiceUpdate;
use crate::declare::*;

model! {
    /// A recurring service: visits that a location gets again and again.
    pub struct RecurringService {
        /// The ID.
        "id" => id: RecurringServiceId,
        /// The name.
        "name" => name: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
        /// The membership.
        "membershipId" => membership_id: Option<MembershipId>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// The recurring service type.
        "recurringServiceTypeId" => recurring_service_type_id: Option<RecurringServiceTypeId>,
        /// Whether it ends.
        "durationType" => duration_type: Option<ServiceRecurrenceDuration>,
        /// How many visits, where the number is limited.
        "durationLength" => duration_length: Option<i32>,
        /// When it begins.
        "from" => from: Option<DateTime<Utc>>,
        /// When it ends.
        "to" => to: Option<DateTime<Utc>>,
        /// A remark.
        "memo" => memo: Option<String>,
        /// The invoice template.
        "invoiceTemplateId" => invoice_template_id: Option<i64>,
        /// The invoice template after the first year.
        "invoiceTemplateForFollowingYearsId" => invoice_template_for_following_years_id: Option<i64>,
        /// Whether the first visit is complete.
        "firstVisitComplete" => first_visit_complete: Option<bool>,
        /// The invoice that activated it.
        "activatedFromId" => activated_from_id: Option<InvoiceId>,
        /// The share of the membership's revenue.
        "allocation" => allocation: Option<Decimal>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The job type.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// The marketing campaign that brought it.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// The priority.
        "priority" => priority: Option<RecurringServicePriority>,
        /// The summary for the jobs.
        "jobSummary" => job_summary: Option<String>,
        /// What the recurrence counts.
        "recurrenceType" => recurrence_type: Option<ServiceRecurrenceType>,
        /// How many periods lie between two visits.
        "recurrenceInterval" => recurrence_interval: Option<i32>,
        /// The months.
        "recurrenceMonths" => recurrence_months: Option<Vec<Month>>,
        /// The days of the week.
        "recurrenceDaysOfWeek" => recurrence_days_of_week: Option<Vec<WeekDay>>,
        /// The week of the month.
        "recurrenceWeek" => recurrence_week: Option<WeekOfMonth>,
        /// The day of the week, in recurrences by week of the month.
        "recurrenceDayOfNthWeek" => recurrence_day_of_nth_week: Option<WeekDay>,
        /// The days of the month.
        "recurrenceDaysOfMonth" => recurrence_days_of_month: Option<Vec<i32>>,
        /// The time of day at which jobs start.
        "jobStartTime" => job_start_time: Option<String>,
        /// The estimated payroll cost, in the tenant's currency.
        "estimatedPayrollCost" => estimated_payroll_cost: Option<Decimal>,
        /// The technicians who are preferred; only where asked for.
        "preferredTechnicianIds" => preferred_technician_ids: Option<Vec<TechnicianId>>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
    }
}

record!(RecurringService, RecurringServiceId, active: active, modified: modified_on);

open_enum! {
    /// The service recurrence duration, with room for values to come.
    pub enum ServiceRecurrenceDuration {
        /// `Continuous`.
        Continuous,
        /// `NumberOfVisits`.
        NumberOfVisits,
    }
}

open_enum! {
    /// The recurring service priority, with room for values to come.
    pub enum RecurringServicePriority {
        /// `Low`.
        Low,
        /// `Normal`.
        Normal,
        /// `High`.
        High,
        /// `Urgent`.
        Urgent,
    }
}

open_enum! {
    /// The service recurrence type, with room for values to come.
    pub enum ServiceRecurrenceType {
        /// `Weekly`.
        Weekly,
        /// `Monthly`.
        Monthly,
        /// `Seasonal`.
        Seasonal,
        /// `Daily`.
        Daily,
        /// `NthWeekdayOfMonth`.
        NthWeekdayOfMonth,
    }
}

open_enum! {
    /// The month, with room for values to come.
    pub enum Month {
        /// `January`.
        January,
        /// `February`.
        February,
        /// `March`.
        March,
        /// `April`.
        April,
        /// `May`.
        May,
        /// `June`.
        June,
        /// `July`.
        July,
        /// `August`.
        August,
        /// `September`.
        September,
        /// `October`.
        October,
        /// `November`.
        November,
        /// `December`.
        December,
    }
}

open_enum! {
    /// The week day, with room for values to come.
    pub enum WeekDay {
        /// `Sunday`.
        Sunday,
        /// `Monday`.
        Monday,
        /// `Tuesday`.
        Tuesday,
        /// `Wednesday`.
        Wednesday,
        /// `Thursday`.
        Thursday,
        /// `Friday`.
        Friday,
        /// `Saturday`.
        Saturday,
    }
}

open_enum! {
    /// The week of month, with room for values to come.
    pub enum WeekOfMonth {
        /// `None`.
        None,
        /// `First`.
        First,
        /// `Second`.
        Second,
        /// `Third`.
        Third,
        /// `Fourth`.
        Fourth,
        /// `Last`.
        Last,
    }
}

filter! {
    /// Which recurring services a list gives.
    pub struct RecurringServiceFilter with created, modified, active, sort {
        /// Of one of these memberships.
        "membershipIds" => membership_ids: Vec<MembershipId>,
        /// At one of these locations.
        "locationIds" => location_ids: Vec<LocationId>,
        /// Whether the preferred technicians come along.
        "includeTechnicians" => include_technicians: bool,
    }
}

resource! {
    /// Recurring services at locations.
    pub struct RecurringServices as recurring_services, scope "tn.mem.recurringservices", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one recurring service.
        get "recurring-services/{id}" => get(id: RecurringServiceId) -> RecurringService;
        /// Reads the list.
        list "recurring-services" => list() -> RecurringService, by RecurringServiceFilter;
        /// Reads the recurring services with these IDs, however many, those out of use too.
        ids "recurring-services" => by_ids(ids: RecurringServiceId) -> RecurringService, active Any;
        /// Reads the change feed. Inactive and deleted recurring services come too.
        export "export/recurring-services" => export() -> RecurringService;
        /// Changes a recurring service.
        patch "recurring-services/{id}" => update(id: RecurringServiceId) -> Modified, sends RecurringServiceUpdate;
    }
}

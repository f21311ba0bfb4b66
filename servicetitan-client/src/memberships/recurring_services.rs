//! Recurring services.

#[cfg(feature = "http")]
use super::RecurringServiceUpdate;
use crate::declare::*;

model! {
    /// Recurring service: visits that a location gets at regular intervals.
    pub struct RecurringService {
        /// ID of the recurring service.
        "id" => id: RecurringServiceId,
        /// Name of the recurring service.
        "name" => name: Option<String>,
        /// True while the recurring service is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Time when the recurring service was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the recurring service.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the recurring service itself was last changed (UTC); a changed event does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Label under which the recurring service was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
        /// ID of the membership that includes the service; absent if none does.
        "membershipId" => membership_id: Option<MembershipId>,
        /// ID of the location where the service is done.
        "locationId" => location_id: Option<LocationId>,
        /// ID of the recurring service's type.
        "recurringServiceTypeId" => recurring_service_type_id: Option<RecurringServiceTypeId>,
        /// Kind of duration: continuous, or limited to a number of visits.
        "durationType" => duration_type: Option<ServiceRecurrenceDuration>,
        /// Number of visits, if it is limited.
        "durationLength" => duration_length: Option<i32>,
        /// Start of the recurring service (UTC).
        "from" => from: Option<DateTime<Utc>>,
        /// End of the recurring service (UTC); absent if it is ongoing.
        "to" => to: Option<DateTime<Utc>>,
        /// Memo on the recurring service.
        "memo" => memo: Option<String>,
        /// ID of the invoice template for the visits' jobs.
        "invoiceTemplateId" => invoice_template_id: Option<i64>,
        /// ID of the invoice template for the second and later years of an ongoing membership.
        "invoiceTemplateForFollowingYearsId" => invoice_template_for_following_years_id: Option<i64>,
        /// True once the first visit is complete.
        "firstVisitComplete" => first_visit_complete: Option<bool>,
        /// ID of the invoice item that sold the membership.
        "activatedFromId" => activated_from_id: Option<InvoiceItemId>,
        /// Share of the membership's deferred revenue that is allocated to the service.
        "allocation" => allocation: Option<Decimal>,
        /// ID of the business unit of the visits' jobs.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// ID of the job type of the visits' jobs.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// ID of the marketing campaign of the visits' jobs.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// Priority of the visits' jobs: low, normal, high or urgent.
        "priority" => priority: Option<RecurringServicePriority>,
        /// Summary that the visits' jobs get, often HTML.
        "jobSummary" => job_summary: Option<String>,
        /// Recurrence of the visits: daily, weekly, monthly, by weekday of the month, or seasonal.
        "recurrenceType" => recurrence_type: Option<ServiceRecurrenceType>,
        /// Number of days, weeks or months between two visits; 0 for seasonal recurrence.
        "recurrenceInterval" => recurrence_interval: Option<i32>,
        /// Months in which visits take place; for seasonal recurrence.
        "recurrenceMonths" => recurrence_months: Option<Vec<Month>>,
        /// Days of the week on which visits take place; for weekly recurrence.
        "recurrenceDaysOfWeek" => recurrence_days_of_week: Option<Vec<WeekDay>>,
        /// Week of the month in which visits take place; for recurrence by weekday of the month.
        "recurrenceWeek" => recurrence_week: Option<WeekOfMonth>,
        /// Day of the week on which visits take place; for recurrence by weekday of the month.
        "recurrenceDayOfNthWeek" => recurrence_day_of_nth_week: Option<WeekDay>,
        /// Days of the month on which visits take place; for monthly recurrence.
        "recurrenceDaysOfMonth" => recurrence_days_of_month: Option<Vec<i32>>,
        /// Time of day at which the visits' jobs start, as `hours:minutes:seconds`.
        "jobStartTime" => job_start_time: Option<String>,
        /// Estimated payroll cost of the service, in the tenant's currency.
        "estimatedPayrollCost" => estimated_payroll_cost: Option<Decimal>,
        /// IDs of the preferred technicians; absent unless the request asked for them.
        "preferredTechnicianIds" => preferred_technician_ids: Option<Vec<TechnicianId>>,
        /// IDs of the tag types of the service's tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
    }
}

record!(RecurringService, RecurringServiceId, active: active, modified: modified_on);

open_enum! {
    /// Kind of duration of a recurring service.
    pub enum ServiceRecurrenceDuration {
        /// `Continuous`.
        Continuous,
        /// `NumberOfVisits`.
        NumberOfVisits,
    }
}

open_enum! {
    /// Priority of a recurring service's jobs.
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
    /// Recurrence of a recurring service's visits.
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
    /// Month of the year.
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
    /// Day of the week.
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
    /// Week of the month.
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
    /// Filter for lists of recurring services.
    pub struct RecurringServiceFilter with created, modified, active, sort {
        /// Only recurring services of one of these memberships.
        "membershipIds" => membership_ids: Vec<MembershipId>,
        /// Only recurring services at one of these locations.
        "locationIds" => location_ids: Vec<LocationId>,
        /// If true, the IDs of the preferred technicians are returned too.
        "includeTechnicians" => include_technicians: bool,
    }
}

resource! {
    /// Recurring services at locations.
    pub struct RecurringServices as recurring_services, scope "tn.mem.recurringservices", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one recurring service.
        get "recurring-services/{id}" => get(id: RecurringServiceId) -> RecurringService;
        /// Lists the recurring services that match the filter.
        list "recurring-services" => list() -> RecurringService, by RecurringServiceFilter;
        /// Reads the recurring services with these IDs (any number), including inactive ones.
        ids "recurring-services" => by_ids(ids: RecurringServiceId) -> RecurringService, active Any;
        /// Reads the change feed of recurring services, including inactive and deleted ones.
        export "export/recurring-services" => export() -> RecurringService;
        /// Changes a recurring service.
        patch "recurring-services/{id}" => update(id: RecurringServiceId) -> Modified, sends RecurringServiceUpdate;
    }
}

//! Request bodies of writes to recurring services.

#[cfg(feature = "http")]
use super::{
    Month, RecurringServicePriority, ServiceRecurrenceDuration, ServiceRecurrenceType, WeekDay, WeekOfMonth,
};
use crate::declare::*;

request! {
    /// Changes to a recurring service. Fields that are not set keep their value.
    pub struct RecurringServiceUpdate {
        may {
            /// Name of the recurring service.
            "name" => name: String,
            /// True to activate the recurring service, false to deactivate it.
            "active" => active: bool,
            /// ID of the recurring service's type.
            "recurringServiceTypeId" => recurring_service_type_id: RecurringServiceTypeId,
            /// Kind of duration: continuous, or limited to a number of visits.
            "durationType" => duration_type: ServiceRecurrenceDuration,
            /// Number of visits, if it is limited.
            "durationLength" => duration_length: i32,
            /// Start of the recurring service (UTC).
            "from" => from: DateTime<Utc>,
            /// Memo on the recurring service.
            "memo" => memo: String,
            /// ID of the business unit of the visits' jobs.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the job type of the visits' jobs.
            "jobTypeId" => job_type_id: JobTypeId,
            /// ID of the marketing campaign of the visits' jobs.
            "campaignId" => campaign_id: CampaignId,
            /// Priority of the visits' jobs: low, normal, high or urgent.
            "priority" => priority: RecurringServicePriority,
            /// Summary that the visits' jobs get, often HTML.
            "jobSummary" => job_summary: String,
            /// Recurrence of the visits: daily, weekly, monthly, by weekday of the month, or seasonal.
            "recurrenceType" => recurrence_type: ServiceRecurrenceType,
            /// Number of days, weeks or months between two visits; 0 for seasonal recurrence.
            "recurrenceInterval" => recurrence_interval: i32,
            /// Months in which visits take place; for seasonal recurrence.
            "recurrenceMonths" => recurrence_months: Vec<Month>,
            /// Days of the week on which visits take place; for weekly recurrence.
            "recurrenceDaysOfWeek" => recurrence_days_of_week: Vec<WeekDay>,
            /// Week of the month in which visits take place; for recurrence by weekday of the month.
            "recurrenceWeek" => recurrence_week: WeekOfMonth,
            /// IDs of the tag types of the service's tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// IDs of the preferred technicians.
            "preferredTechnicianIds" => preferred_technician_ids: Vec<TechnicianId>,
        }
        may_clear {
            /// ID of the invoice template for the visits' jobs.
            "invoiceTemplateId" => invoice_template_id: i64,
            /// ID of the invoice template for the second and later years of an ongoing membership.
            "invoiceTemplateForFollowingYearsId" => invoice_template_for_following_years_id: i64,
            /// Day of the week on which visits take place; for recurrence by weekday of the month.
            "recurrenceDayOfNthWeek" => recurrence_day_of_nth_week: WeekDay,
            /// Time of day at which the visits' jobs start, as `hours:minutes:seconds`.
            "jobStartTime" => job_start_time: String,
            /// Estimated payroll cost of the service, in the tenant's currency.
            "estimatedPayrollCost" => estimated_payroll_cost: Decimal,
        }
    }
}

//! What is written to recurring services.

#[cfg(feature = "http")]
use super::{
    Month, RecurringServicePriority, ServiceRecurrenceDuration, ServiceRecurrenceType, WeekDay, WeekOfMonth,
};
use crate::declare::*;

request! {
    /// What changes of a recurring service.
    pub struct RecurringServiceUpdate {
        may {
            /// The name.
            "name" => name: String,
            /// Whether the record is in use.
            "active" => active: bool,
            /// The recurring service type.
            "recurringServiceTypeId" => recurring_service_type_id: RecurringServiceTypeId,
            /// Whether the visits end.
            "durationType" => duration_type: ServiceRecurrenceDuration,
            /// How many visits, where the number is limited.
            "durationLength" => duration_length: i32,
            /// When it begins.
            "from" => from: DateTime<Utc>,
            /// A remark.
            "memo" => memo: String,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The job type.
            "jobTypeId" => job_type_id: JobTypeId,
            /// The marketing campaign of the visits' jobs.
            "campaignId" => campaign_id: CampaignId,
            /// The priority.
            "priority" => priority: RecurringServicePriority,
            /// The summary of the visits' jobs, often HTML.
            "jobSummary" => job_summary: String,
            /// The rhythm of the visits.
            "recurrenceType" => recurrence_type: ServiceRecurrenceType,
            /// How many units of the rhythm lie between two visits.
            "recurrenceInterval" => recurrence_interval: i32,
            /// The months of a seasonal rhythm.
            "recurrenceMonths" => recurrence_months: Vec<Month>,
            /// The days of the week.
            "recurrenceDaysOfWeek" => recurrence_days_of_week: Vec<WeekDay>,
            /// The week of the month.
            "recurrenceWeek" => recurrence_week: WeekOfMonth,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// The technicians who are preferred.
            "preferredTechnicianIds" => preferred_technician_ids: Vec<TechnicianId>,
        }
        may_clear {
            /// The invoice template of the visits' jobs.
            "invoiceTemplateId" => invoice_template_id: i64,
            /// The invoice template after the first year.
            "invoiceTemplateForFollowingYearsId" => invoice_template_for_following_years_id: i64,
            /// The day of the week, in recurrences by week of the month.
            "recurrenceDayOfNthWeek" => recurrence_day_of_nth_week: WeekDay,
            /// The time of day at which its jobs start, as `hours:minutes:seconds`.
            "jobStartTime" => job_start_time: String,
            /// The estimated payroll cost, in the tenant's currency.
            "estimatedPayrollCost" => estimated_payroll_cost: Decimal,
        }
    }
}

//! Recurring service types.

use super::{Month, RecurringServicePriority, ServiceRecurrenceDuration, ServiceRecurrenceType};
use crate::declare::*;

model! {
    /// Recurring service type: the template that recurring services are made from.
    pub struct RecurringServiceType {
        /// ID of the recurring service type.
        "id" => id: RecurringServiceTypeId,
        /// Name of the recurring service type.
        "name" => name: Option<String>,
        /// True while the recurring service type is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Time when the recurring service type was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the recurring service type.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the recurring service type was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Recurrence of the visits: daily, weekly, monthly, by weekday of the month, or seasonal.
        "recurrenceType" => recurrence_type: Option<ServiceRecurrenceType>,
        /// Number of days, weeks or months between two visits; 0 for seasonal recurrence.
        "recurrenceInterval" => recurrence_interval: Option<i32>,
        /// Months in which visits take place; for seasonal recurrence.
        "recurrenceMonths" => recurrence_months: Option<Vec<Month>>,
        /// Kind of duration: continuous, or limited to a number of visits.
        "durationType" => duration_type: Option<ServiceRecurrenceDuration>,
        /// Number of visits, if it is limited.
        "durationLength" => duration_length: Option<i32>,
        /// ID of the invoice template for the visits' jobs.
        "invoiceTemplateId" => invoice_template_id: Option<i64>,
        /// ID of the business unit of the visits' jobs.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// ID of the job type of the visits' jobs.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// Priority of the visits' jobs: low, normal, high or urgent.
        "priority" => priority: Option<RecurringServicePriority>,
        /// ID of the marketing campaign of the visits' jobs.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// Summary that the visits' jobs get, often HTML.
        "jobSummary" => job_summary: Option<String>,
        /// Label under which the recurring service type was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
    }
}

record!(RecurringServiceType, RecurringServiceTypeId, active: active, modified: modified_on);

filter! {
    /// Filter for lists of recurring service types.
    pub struct RecurringServiceTypeFilter with created, modified, active, sort {
        /// Only recurring service types of this membership type.
        "membershipTypeId" => membership_type_id: MembershipTypeId,
        /// Only recurring service types with this recurrence.
        "recurrenceType" => recurrence_type: ServiceRecurrenceType,
        /// Only recurring service types with this kind of duration.
        "durationType" => duration_type: ServiceRecurrenceDuration,
    }
}

resource! {
    /// Recurring service types.
    pub struct RecurringServiceTypes as recurring_service_types, scope "tn.mem.recurringservicetypes", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one recurring service type.
        get "recurring-service-types/{id}" => get(id: RecurringServiceTypeId) -> RecurringServiceType;
        /// Lists the recurring service types that match the filter.
        list "recurring-service-types" => list() -> RecurringServiceType, by RecurringServiceTypeFilter;
        /// Reads the recurring service types with these IDs (any number), including inactive ones.
        ids "recurring-service-types" => by_ids(ids: RecurringServiceTypeId) -> RecurringServiceType, active Any;
        /// Reads the change feed of recurring service types, including inactive and deleted ones.
        export "export/recurring-service-types" => export() -> RecurringServiceType;
    }
}

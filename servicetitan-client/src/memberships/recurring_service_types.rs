//! Recurring service types.

use super::{Month, RecurringServicePriority, ServiceRecurrenceDuration, ServiceRecurrenceType};
use crate::declare::*;

model! {
    /// A recurring service type: the template that recurring services are made from.
    pub struct RecurringServiceType {
        /// The ID.
        "id" => id: RecurringServiceTypeId,
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
        /// The rhythm of the visits.
        "recurrenceType" => recurrence_type: Option<ServiceRecurrenceType>,
        /// How many units of the rhythm lie between two visits.
        "recurrenceInterval" => recurrence_interval: Option<i32>,
        /// The months of a seasonal rhythm.
        "recurrenceMonths" => recurrence_months: Option<Vec<Month>>,
        /// Whether the visits end.
        "durationType" => duration_type: Option<ServiceRecurrenceDuration>,
        /// How many visits, where the number is limited.
        "durationLength" => duration_length: Option<i32>,
        /// The invoice template of the visits' jobs.
        "invoiceTemplateId" => invoice_template_id: Option<i64>,
        /// The business unit of the visits' jobs.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The job type of the visits' jobs.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// The priority of the visits' jobs.
        "priority" => priority: Option<RecurringServicePriority>,
        /// The marketing campaign of the visits' jobs.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// The summary of the visits' jobs, often HTML.
        "jobSummary" => job_summary: Option<String>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
    }
}

record!(RecurringServiceType, RecurringServiceTypeId, active: active, modified: modified_on);

filter! {
    /// Which recurring service types a list gives.
    pub struct RecurringServiceTypeFilter with created, modified, active, sort {
        /// Of this membership type.
        "membershipTypeId" => membership_type_id: MembershipTypeId,
        /// Recurring in this way.
        "recurrenceType" => recurrence_type: ServiceRecurrenceType,
        /// Lasting in this way.
        "durationType" => duration_type: ServiceRecurrenceDuration,
    }
}

resource! {
    /// Recurring service types.
    pub struct RecurringServiceTypes as recurring_service_types, scope "tn.mem.recurringservicetypes", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one recurring service type.
        get "recurring-service-types/{id}" => get(id: RecurringServiceTypeId) -> RecurringServiceType;
        /// Reads the list.
        list "recurring-service-types" => list() -> RecurringServiceType, by RecurringServiceTypeFilter;
        /// Reads the recurring service types with these IDs, however many, those out of use too.
        ids "recurring-service-types" => by_ids(ids: RecurringServiceTypeId) -> RecurringServiceType, active Any;
        /// Reads the change feed. Inactive and deleted recurring service types come too.
        export "export/recurring-service-types" => export() -> RecurringServiceType;
    }
}

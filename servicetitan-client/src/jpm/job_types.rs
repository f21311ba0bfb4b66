//! Job types.

use crate::declare::*;

model! {
    /// A job type: what kind of work a job is.
    pub struct JobType {
        /// The ID.
        "id" => id: JobTypeId,
        /// The name.
        "name" => name: Option<String>,
        /// The business units it is offered by.
        "businessUnitIds" => business_unit_ids: Option<Vec<BusinessUnitId>>,
        /// The skills.
        "skills" => skills: Option<Vec<String>>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// The priority.
        "priority" => priority: Option<String>,
        /// How long it lasts.
        "duration" => duration: Option<i64>,
        /// The amount above which the job counts as sold, in the tenant's currency.
        "soldThreshold" => sold_threshold: Option<Decimal>,
        /// The class of the job type.
        "class" => class: Option<String>,
        /// The summary, often HTML.
        "summary" => summary: Option<String>,
        /// Whether nothing is charged.
        "noCharge" => no_charge: Option<bool>,
        /// Whether a recurring service event must be selected when booking.
        "enforceRecurringServiceEventSelection" => enforce_recurring_service_event_selection: Option<bool>,
        /// Whether invoices must be signed.
        "invoiceSignaturesRequired" => invoice_signatures_required: Option<bool>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// What apps have attached to the record.
        "externalData" => external_data: Option<Vec<ExternalData>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// Whether smart dispatch assigns it.
        "isSmartDispatched" => is_smart_dispatched: Option<bool>,
    }
}

record!(JobType, JobTypeId, active: active, modified: modified_on);

filter! {
    /// Which job types a list gives.
    pub struct JobTypeFilter {
        /// With this name.
        "name" => name: String,
        /// With this min duration.
        "minDuration" => min_duration: i32,
        /// With this max duration.
        "maxDuration" => max_duration: i32,
        /// With this priority.
        "priority" => priority: String,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// With this order by.
        "orderBy" => order_by: String,
        /// With this order by direction.
        "orderByDirection" => order_by_direction: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// With this external data application guid.
        "externalDataApplicationGuid" => external_data_application_guid: String,
    }
}

resource! {
    /// Job types.
    pub struct JobTypes as job_types, scope "tn.jpm.jobtypes", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one record.
        get "job-types/{id}" => get(id: JobTypeId) -> JobType;
        /// Reads the list.
        list "job-types" => list() -> JobType, by JobTypeFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "job-types" => by_ids(ids: JobTypeId) -> JobType, active Any;
    }
}

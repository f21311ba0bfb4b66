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
    pub struct JobTypeFilter with created, modified, active {
        /// With this name.
        "name" => name: String,
        /// Taking at least so long, in seconds.
        "minDuration" => min_duration: i32,
        /// Taking at most so long, in seconds.
        "maxDuration" => max_duration: i32,
        /// With this priority.
        "priority" => priority: String,
        /// The field that decides the order.
        "orderBy" => order_by: String,
        /// The direction of the order: `asc` or `desc`.
        "orderByDirection" => order_by_direction: String,
        /// The app whose external data comes along, by its GUID.
        "externalDataApplicationGuid" => external_data_application_guid: String,
    }
}

request! {
    /// A job type to be added.
    pub struct NewJobType {
        must {
            /// The name.
            "name" => name: String,
        }
        may {
            /// The business units it is offered by.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
            /// The skills.
            "skills" => skills: Vec<String>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// The priority.
            "priority" => priority: String,
            /// How long it lasts.
            "duration" => duration: i32,
            /// The amount above which the job counts as sold, in the tenant's currency.
            "soldThreshold" => sold_threshold: Decimal,
            /// The class of the job type.
            "class" => class: String,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// Whether nothing is charged.
            "noCharge" => no_charge: bool,
            /// Whether a recurring service event must be selected when booking.
            "enforceRecurringServiceEventSelection" => enforce_recurring_service_event_selection: bool,
            /// Whether invoices must be signed.
            "invoiceSignaturesRequired" => invoice_signatures_required: bool,
            /// What an app attaches to the record.
            "externalData" => external_data: NewExternalData,
        }
    }
}

request! {
    /// What changes of a job type.
    pub struct JobTypeUpdate {
        may {
            /// The name.
            "name" => name: String,
            /// The business units it is offered by.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
            /// The skills.
            "skills" => skills: Vec<String>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// The priority.
            "priority" => priority: String,
            /// How long it lasts.
            "duration" => duration: i32,
            /// The class of the job type.
            "class" => class: String,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// Whether nothing is charged.
            "noCharge" => no_charge: bool,
            /// Whether a recurring service event must be selected when booking.
            "enforceRecurringServiceEventSelection" => enforce_recurring_service_event_selection: bool,
            /// Whether invoices must be signed.
            "invoiceSignaturesRequired" => invoice_signatures_required: bool,
            /// What changes of what an app attached to the record.
            "externalData" => external_data: ExternalDataUpdate,
        }
        may_clear {
            /// The amount above which the job counts as sold, in the tenant's currency.
            "soldThreshold" => sold_threshold: Decimal,
        }
    }
}

resource! {
    /// Job types.
    pub struct JobTypes as job_types, scope "tn.jpm.jobtypes", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one job type.
        get "job-types/{id}" => get(id: JobTypeId) -> JobType;
        /// Reads one job type with what an app attached to it.
        get "job-types/{id}" => get_with_external_data(id: JobTypeId) -> JobType, by ExternalDataFilter;
        /// Reads the list.
        list "job-types" => list() -> JobType, by JobTypeFilter;
        /// Reads the job types with these IDs, however many, those out of use too.
        ids "job-types" => by_ids(ids: JobTypeId) -> JobType, active Any;
        /// Adds a job type.
        post "job-types" => create() -> JobType, sends NewJobType;
        /// Changes a job type.
        patch "job-types/{id}" => update(id: JobTypeId) -> JobType, sends JobTypeUpdate;
    }
}

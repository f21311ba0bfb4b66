//! Job types.

use crate::declare::*;

model! {
    /// Job type: the kind of work that a job consists of.
    pub struct JobType {
        /// ID of the job type.
        "id" => id: JobTypeId,
        /// Name of the job type.
        "name" => name: Option<String>,
        /// IDs of the business units that do this type of job.
        "businessUnitIds" => business_unit_ids: Option<Vec<BusinessUnitId>>,
        /// Names of the skills that a job of this type requires.
        "skills" => skills: Option<Vec<String>>,
        /// IDs of the tag types whose tags every new job of this type gets.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// Priority of jobs of this type: low, normal, high or urgent.
        "priority" => priority: Option<String>,
        /// Average length of a job of this type, in seconds.
        "duration" => duration: Option<i64>,
        /// Subtotal from which a job of this type counts as converted, in the tenant's currency.
        "soldThreshold" => sold_threshold: Option<Decimal>,
        /// Class that groups this job type with others.
        "class" => class: Option<String>,
        /// Text that is added to the summary of new jobs of this type.
        "summary" => summary: Option<String>,
        /// True if jobs of this type are free of charge.
        "noCharge" => no_charge: Option<bool>,
        /// True if booking a job of this type requires choosing a recurring service event.
        "enforceRecurringServiceEventSelection" => enforce_recurring_service_event_selection: Option<bool>,
        /// True if the customer has to sign the invoices of jobs of this type.
        "invoiceSignaturesRequired" => invoice_signatures_required: Option<bool>,
        /// Time when the job type was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Time when the job type was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// External data of the job type: keys and values that an app attached to it.
        "externalData" => external_data: Option<Vec<ExternalData>>,
        /// True while the job type is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// True if Dispatch Pro may assign technicians to jobs of this type.
        "isSmartDispatched" => is_smart_dispatched: Option<bool>,
    }
}

record!(JobType, JobTypeId, active: active, modified: modified_on);

filter! {
    /// Filter for lists of job types.
    pub struct JobTypeFilter with created, modified, active {
        /// Only job types with this name.
        "name" => name: String,
        /// Only job types of at least this length, in seconds.
        "minDuration" => min_duration: i32,
        /// Only job types of at most this length, in seconds.
        "maxDuration" => max_duration: i32,
        /// Only job types with this priority.
        "priority" => priority: String,
        /// Field to sort by: `id`, `modifiedOn` or `createdOn`.
        "orderBy" => order_by: String,
        /// Sort direction: `asc` or `desc`.
        "orderByDirection" => order_by_direction: String,
        /// GUID of the app whose external data is returned.
        "externalDataApplicationGuid" => external_data_application_guid: String,
    }
}

request! {
    /// A job type to be added.
    pub struct NewJobType {
        must {
            /// Name of the job type.
            "name" => name: String,
        }
        may {
            /// IDs of the business units that do this type of job.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
            /// Names of the skills that a job of this type requires.
            "skills" => skills: Vec<String>,
            /// IDs of the tag types whose tags every new job of this type gets.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// Priority of jobs of this type: low, normal, high or urgent.
            "priority" => priority: String,
            /// Average length of a job of this type, in seconds.
            "duration" => duration: i32,
            /// Subtotal from which a job of this type counts as converted, in the tenant's currency.
            "soldThreshold" => sold_threshold: Decimal,
            /// Class that groups this job type with others.
            "class" => class: String,
            /// Text that is added to the summary of new jobs of this type.
            "summary" => summary: String,
            /// True if jobs of this type are free of charge.
            "noCharge" => no_charge: bool,
            /// True if booking a job of this type requires choosing a recurring service event.
            "enforceRecurringServiceEventSelection" => enforce_recurring_service_event_selection: bool,
            /// True if the customer has to sign the invoices of jobs of this type.
            "invoiceSignaturesRequired" => invoice_signatures_required: bool,
            /// External data that an app attaches to the job type.
            "externalData" => external_data: NewExternalData,
        }
    }
}

request! {
    /// Changes to a job type. Fields that are not set keep their value.
    pub struct JobTypeUpdate {
        may {
            /// Name of the job type.
            "name" => name: String,
            /// IDs of the business units that do this type of job.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
            /// Names of the skills that a job of this type requires.
            "skills" => skills: Vec<String>,
            /// IDs of the tag types whose tags every new job of this type gets.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// Priority of jobs of this type: low, normal, high or urgent.
            "priority" => priority: String,
            /// Average length of a job of this type, in seconds.
            "duration" => duration: i32,
            /// Class that groups this job type with others.
            "class" => class: String,
            /// Text that is added to the summary of new jobs of this type.
            "summary" => summary: String,
            /// True if jobs of this type are free of charge.
            "noCharge" => no_charge: bool,
            /// True if booking a job of this type requires choosing a recurring service event.
            "enforceRecurringServiceEventSelection" => enforce_recurring_service_event_selection: bool,
            /// True if the customer has to sign the invoices of jobs of this type.
            "invoiceSignaturesRequired" => invoice_signatures_required: bool,
            /// Changes to the external data that an app attached to the job type.
            "externalData" => external_data: ExternalDataUpdate,
        }
        may_clear {
            /// Subtotal from which a job of this type counts as converted, in the tenant's currency.
            "soldThreshold" => sold_threshold: Decimal,
        }
    }
}

resource! {
    /// Job types.
    pub struct JobTypes as job_types, scope "tn.jpm.jobtypes", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one job type.
        get "job-types/{id}" => get(id: JobTypeId) -> JobType;
        /// Reads one job type with the external data of an app.
        get "job-types/{id}" => get_with_external_data(id: JobTypeId) -> JobType, by ExternalDataFilter;
        /// Lists the job types that match the filter.
        list "job-types" => list() -> JobType, by JobTypeFilter;
        /// Reads the job types with these IDs (any number), including inactive ones.
        ids "job-types" => by_ids(ids: JobTypeId) -> JobType, active Any;
        /// Adds a job type.
        post "job-types" => create() -> JobType, sends NewJobType;
        /// Changes a job type.
        patch "job-types/{id}" => update(id: JobTypeId) -> JobType, sends JobTypeUpdate;
    }
}

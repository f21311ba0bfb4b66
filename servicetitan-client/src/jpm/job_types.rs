//! Job types.

use chrono::{DateTime, Utc};

use crate::ids::{BusinessUnitId, JobTypeId, TagTypeId};
use crate::model::{Decimal, ExternalData, model, record};

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

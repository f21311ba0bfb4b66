//! Job cancel reasons.

use chrono::{DateTime, Utc};

use crate::ids::JobCancelReasonId;
use crate::model::{model, record};

model! {
    /// A reason that a cancelled job may name.
    pub struct JobCancelReason {
        /// The ID.
        "id" => id: JobCancelReasonId,
        /// The name.
        "name" => name: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(JobCancelReason, JobCancelReasonId, active: active, modified: modified_on);

//! Job hold reasons.

use crate::declare::*;

model! {
    /// A reason that a job on hold may name.
    pub struct JobHoldReason {
        /// The ID.
        "id" => id: JobHoldReasonId,
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

record!(JobHoldReason, JobHoldReasonId, active: active, modified: modified_on);

filter! {
    /// Which reasons a list gives.
    pub struct JobHoldReasonFilter with created, modified, active, sort {}
}

resource! {
    /// Job hold reasons.
    pub struct JobHoldReasons as job_hold_reasons, scope "tn.jpm.jobholdreasons", under "jpm/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "job-hold-reasons" => list() -> JobHoldReason, by JobHoldReasonFilter;
    }
}

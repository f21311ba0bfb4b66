//! Job cancel reasons.

use crate::declare::*;

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

filter! {
    /// Which reasons a list gives.
    pub struct JobCancelReasonFilter with created, modified, active, sort {}
}

resource! {
    /// Job cancel reasons.
    pub struct JobCancelReasons as job_cancel_reasons, scope "tn.jpm.jobcancelreasons", under "jpm/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "job-cancel-reasons" => list() -> JobCancelReason, by JobCancelReasonFilter;
    }
}

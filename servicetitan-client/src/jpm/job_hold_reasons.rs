//! Job hold reasons.

use crate::declare::*;

model! {
    /// Job hold reason: an entry of the list of reasons for which jobs are put on hold.
    pub struct JobHoldReason {
        /// ID of the job hold reason.
        "id" => id: JobHoldReasonId,
        /// Name of the job hold reason.
        "name" => name: Option<String>,
        /// True while the job hold reason is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Time when the job hold reason was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the job hold reason was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(JobHoldReason, JobHoldReasonId, active: active, modified: modified_on);

filter! {
    /// Filter for lists of job hold reasons.
    pub struct JobHoldReasonFilter with created, modified, active, sort {}
}

resource! {
    /// Job hold reasons.
    pub struct JobHoldReasons as job_hold_reasons, scope "tn.jpm.jobholdreasons", under "jpm/v2/tenant/{tenant}/" {
        /// Lists the job hold reasons that match the filter.
        list "job-hold-reasons" => list() -> JobHoldReason, by JobHoldReasonFilter;
    }
}

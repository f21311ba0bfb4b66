//! Job cancel reasons.

use crate::declare::*;

model! {
    /// Job cancel reason: an entry of the list of reasons for which jobs are cancelled.
    pub struct JobCancelReason {
        /// ID of the job cancel reason.
        "id" => id: JobCancelReasonId,
        /// Name of the job cancel reason.
        "name" => name: Option<String>,
        /// True while the job cancel reason is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Time when the job cancel reason was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the job cancel reason was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(JobCancelReason, JobCancelReasonId, active: active, modified: modified_on);

filter! {
    /// Filter for lists of job cancel reasons.
    pub struct JobCancelReasonFilter with created, modified, active, sort {}
}

resource! {
    /// Job cancel reasons.
    pub struct JobCancelReasons as job_cancel_reasons, scope "tn.jpm.jobcancelreasons", under "jpm/v2/tenant/{tenant}/" {
        /// Lists the job cancel reasons that match the filter.
        list "job-cancel-reasons" => list() -> JobCancelReason, by JobCancelReasonFilter;
    }
}

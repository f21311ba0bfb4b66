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
    pub struct JobCancelReasonFilter {
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Job cancel reasons.
    pub struct JobCancelReasons as job_cancel_reasons, scope "tn.jpm.jobcancelreasons", under "jpm/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "job-cancel-reasons" => list() -> JobCancelReason, by JobCancelReasonFilter;
    }
}

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
    pub struct JobHoldReasonFilter {
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
    /// Job hold reasons.
    pub struct JobHoldReasons as job_hold_reasons, scope "tn.jpm.jobholdreasons", under "jpm/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "job-hold-reasons" => list() -> JobHoldReason, by JobHoldReasonFilter;
    }
}

//! What can be done with job hold reasons.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, JobHoldReason};

filter! {
    /// Which job hold reasons a list gives.
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
    pub struct JobHoldReasons as job_hold_reasons, scope "tn.jpm.jobholdreasons:r" {
        list JobHoldReason, by JobHoldReasonFilter, at "jpm/v2/tenant/{tenant}/job-hold-reasons";
    }
}

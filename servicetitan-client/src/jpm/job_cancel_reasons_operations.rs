//! What can be done with job cancel reasons.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, JobCancelReason};

filter! {
    /// Which job cancel reasons a list gives.
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
    pub struct JobCancelReasons as job_cancel_reasons, scope "tn.jpm.jobcancelreasons:r" {
        list JobCancelReason, by JobCancelReasonFilter, at "jpm/v2/tenant/{tenant}/job-cancel-reasons";
    }
}

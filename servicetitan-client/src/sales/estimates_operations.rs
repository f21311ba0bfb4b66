//! What can be done with estimates.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::model::Decimal;
use crate::{ActiveFilter, Estimate, EstimateId, JobId, LocationId, ProjectId};

filter! {
    /// Which estimates a list gives.
    pub struct EstimateFilter {
        /// Of this job.
        "jobId" => job_id: JobId,
        /// With this project ID.
        "projectId" => project_id: ProjectId,
        /// With this job number.
        "jobNumber" => job_number: String,
        /// With this total greater.
        "totalGreater" => total_greater: Decimal,
        /// With this total less.
        "totalLess" => total_less: Decimal,
        /// With this sold by ID.
        "soldById" => sold_by_id: i64,
        /// With this sold by employee ID.
        "soldByEmployeeId" => sold_by_employee_id: i64,
        /// By time: sold after this.
        "soldAfter" => sold_after: DateTime<Utc>,
        /// By time: sold before this.
        "soldBefore" => sold_before: DateTime<Utc>,
        /// With this status.
        "status" => status: String,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
        /// With this order by.
        "orderBy" => order_by: String,
        /// With this order by direction.
        "orderByDirection" => order_by_direction: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// At this location.
        "locationId" => location_id: LocationId,
    }
}

resource! {
    /// Estimates.
    pub struct Estimates as estimates, scope "tn.sal.estimates:r" {
        get Estimate, by EstimateId, at "sales/v2/tenant/{tenant}/estimates/{id}";
        list Estimate, by EstimateFilter, at "sales/v2/tenant/{tenant}/estimates";
        ids EstimateId => Estimate, active Any;
        export Estimate, at "sales/v2/tenant/{tenant}/export/estimates";
    }
}

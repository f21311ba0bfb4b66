//! What can be done with technicians.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, Technician, TechnicianId};

filter! {
    /// Which technicians a list gives.
    pub struct TechnicianFilter {
        /// With one of these user IDs, separated by commas.
        "userIds" => user_ids: String,
        /// With this name.
        "name" => name: String,
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
    }
}

resource! {
    /// Technicians.
    pub struct Technicians as technicians, scope "tn.stt.technicians:r" {
        get Technician, by TechnicianId, at "settings/v2/tenant/{tenant}/technicians/{id}";
        list Technician, by TechnicianFilter, at "settings/v2/tenant/{tenant}/technicians";
        ids TechnicianId => Technician, active Any;
        export Technician, at "settings/v2/tenant/{tenant}/export/technicians";
    }
}

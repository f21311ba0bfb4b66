//! What can be done with business units.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, BusinessUnit, BusinessUnitId};

filter! {
    /// Which business units a list gives.
    pub struct BusinessUnitFilter {
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
        /// With this external data application guid.
        "externalDataApplicationGuid" => external_data_application_guid: String,
    }
}

resource! {
    /// Business units.
    pub struct BusinessUnits as business_units, scope "tn.stt.businessunits:r" {
        get BusinessUnit, by BusinessUnitId, at "settings/v2/tenant/{tenant}/business-units/{id}";
        list BusinessUnit, by BusinessUnitFilter, at "settings/v2/tenant/{tenant}/business-units";
        ids BusinessUnitId => BusinessUnit, active Any;
        export BusinessUnit, at "settings/v2/tenant/{tenant}/export/business-units";
    }
}

//! Dispatch zones.

use chrono::{DateTime, Utc};

use crate::ids::{BusinessUnitId, TechnicianId, UserId, ZoneId};
use crate::model::{model, record};

model! {
    /// A dispatch zone: an area that is served together.
    pub struct Zone {
        /// The ID.
        "id" => id: ZoneId,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The name.
        "name" => name: Option<String>,
        /// The postal codes it covers.
        "zips" => zips: Option<Vec<String>>,
        /// The cities it covers.
        "cities" => cities: Option<Vec<String>>,
        /// The territory numbers it covers.
        "territoryNumbers" => territory_numbers: Option<Vec<String>>,
        /// The LOCN numbers it covers.
        "locnNumbers" => locn_numbers: Option<Vec<String>>,
        /// The user who created it.
        "createdBy" => created_by: Option<UserId>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Whether the zone is served on certain days only.
        "serviceDaysEnabled" => service_days_enabled: Option<bool>,
        /// The days on which the zone is served.
        "serviceDays" => service_days: Option<Vec<String>>,
        /// The business units that serve it.
        "businessUnits" => business_units: Option<Vec<BusinessUnitId>>,
        /// The technicians who work there.
        "technicians" => technicians: Option<Vec<TechnicianId>>,
    }
}

record!(Zone, ZoneId, active: active, modified: modified_on);

//! Dispatch zones.

use crate::declare::*;

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
        /// The days on which the zone is served, as numbers.
        "serviceDaysIds" => service_days_ids: Option<Vec<i32>>,
    }
}

record!(Zone, ZoneId, active: active, modified: modified_on);

filter! {
    /// Which zones a list gives.
    pub struct ZoneFilter with created, modified, active, sort {}
}

request! {
    /// A zone to be added, or what changes of one.
    pub struct ZoneUpdate {
        may_clear {
            /// The name.
            "name" => name: String,
            /// The postal codes it covers.
            "zips" => zips: Vec<String>,
            /// The cities it covers.
            "cities" => cities: Vec<String>,
            /// The territory numbers it covers.
            "territoryNumbers" => territory_numbers: Vec<String>,
            /// The LOCN numbers it covers.
            "locnNumbers" => locn_numbers: Vec<String>,
            /// Whether the zone is served on certain days only.
            "serviceDaysEnabled" => service_days_enabled: bool,
            /// The days on which the zone is served, as numbers.
            "serviceDaysIds" => service_days_ids: Vec<i32>,
            /// The business units that serve it.
            "businessUnits" => business_units: Vec<BusinessUnitId>,
        }
    }
}

resource! {
    /// Dispatch zones.
    pub struct Zones as zones, scope "tn.dis.zones", under "dispatch/v2/tenant/{tenant}/" {
        /// Reads one zone.
        get "zones/{id}" => get(id: ZoneId) -> Zone;
        /// Reads the list.
        list "zones" => list() -> Zone, by ZoneFilter;
        /// Adds a zone.
        post "zones" => create() -> Zone, sends ZoneUpdate;
        /// Changes a zone.
        patch "zones/{zoneId}" => update(id: ZoneId) -> Zone, sends ZoneUpdate;
        /// Deletes a zone.
        delete "zones/{zoneId}" => delete(id: ZoneId);
    }
}

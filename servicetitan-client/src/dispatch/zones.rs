//! Dispatch zones.

use crate::declare::*;

model! {
    /// Dispatch zone: an area whose jobs are dispatched together.
    pub struct Zone {
        /// ID of the zone.
        "id" => id: ZoneId,
        /// True while the zone is enabled.
        "active" => active: Option<bool>,
        /// Name of the dispatch zone.
        "name" => name: Option<String>,
        /// Postal codes that belong to the zone.
        "zips" => zips: Option<Vec<String>>,
        /// Cities that belong to the zone.
        "cities" => cities: Option<Vec<String>>,
        /// Territory numbers that belong to the zone.
        "territoryNumbers" => territory_numbers: Option<Vec<String>>,
        /// LOCN numbers that belong to the zone.
        "locnNumbers" => locn_numbers: Option<Vec<String>>,
        /// ID of the user who created the zone.
        "createdBy" => created_by: Option<UserId>,
        /// Time when the zone was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the zone was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// True if the zone is served only on certain days.
        "serviceDaysEnabled" => service_days_enabled: Option<bool>,
        /// Days on which the zone is served.
        "serviceDays" => service_days: Option<Vec<String>>,
        /// IDs of the business units that serve the zone.
        "businessUnits" => business_units: Option<Vec<BusinessUnitId>>,
        /// IDs of the technicians who serve the zone.
        "technicians" => technicians: Option<Vec<TechnicianId>>,
        /// Days on which the zone is served, as numbers; present in answers to writes only.
        "serviceDaysIds" => service_days_ids: Option<Vec<i32>>,
    }
}

record!(Zone, ZoneId, active: active, modified: modified_on);

filter! {
    /// Filter for lists of zones.
    pub struct ZoneFilter with created, modified, active, sort {}
}

request! {
    /// A dispatch zone to be added, or changes to one.
    pub struct ZoneUpdate {
        may_clear {
            /// Name of the dispatch zone.
            "name" => name: String,
            /// Postal codes that belong to the zone.
            "zips" => zips: Vec<String>,
            /// Cities that belong to the zone.
            "cities" => cities: Vec<String>,
            /// Territory numbers that belong to the zone.
            "territoryNumbers" => territory_numbers: Vec<String>,
            /// LOCN numbers that belong to the zone.
            "locnNumbers" => locn_numbers: Vec<String>,
            /// True if the zone is served only on certain days.
            "serviceDaysEnabled" => service_days_enabled: bool,
            /// Days on which the zone is served, as numbers.
            "serviceDaysIds" => service_days_ids: Vec<i32>,
            /// IDs of the business units that serve the zone.
            "businessUnits" => business_units: Vec<BusinessUnitId>,
        }
    }
}

resource! {
    /// Dispatch zones.
    pub struct Zones as zones, scope "tn.dis.zones", under "dispatch/v2/tenant/{tenant}/" {
        /// Reads one zone.
        get "zones/{id}" => get(id: ZoneId) -> Zone;
        /// Lists the zones that match the filter.
        list "zones" => list() -> Zone, by ZoneFilter;
        /// Adds a zone.
        post "zones" => create() -> Zone, sends ZoneUpdate;
        /// Changes a zone.
        patch "zones/{zoneId}" => update(id: ZoneId) -> Zone, sends ZoneUpdate;
        /// Deletes a zone.
        delete "zones/{zoneId}" => delete(id: ZoneId);
    }
}

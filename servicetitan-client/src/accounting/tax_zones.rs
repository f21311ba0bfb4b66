//! Tax zones and their rates.

use crate::declare::*;

model! {
    /// A tax zone.
    pub struct TaxZone {
        /// The ID.
        "id" => id: TaxZoneId,
        /// The name.
        "name" => name: Option<String>,
        /// The colour in which people see it.
        "color" => color: Option<i32>,
        /// Whether its rates are shown apart.
        "isTaxRateSeparated" => is_tax_rate_separated: Option<bool>,
        /// Whether it is made of several tax zones.
        "isMultipleTaxZone" => is_multiple_tax_zone: Option<bool>,
        /// The rates.
        "rates" => rates: Option<Vec<TaxRate>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(TaxZone, TaxZoneId, active: active, modified: modified_on);

model! {
    /// A rate of a tax zone.
    pub struct TaxRate {
        /// The ID.
        "id" => id: Option<i64>,
        /// The name of the tax.
        "taxName" => tax_name: Option<String>,
        /// What the tax is reckoned from.
        "taxBaseType" => tax_base_type: Option<Vec<TaxBaseType>>,
        /// The rate.
        "taxRate" => tax_rate: Option<Decimal>,
        /// The item of the accounting system that the tax is booked to.
        "salesTaxItem" => sales_tax_item: Option<String>,
    }
}

open_enum! {
    /// What a tax is reckoned from, with room for values to come.
    pub enum TaxBaseType {
        /// `Subtotal`.
        Subtotal,
        /// `Labor`.
        Labor,
        /// `Material`.
        Material,
    }
}

filter! {
    /// Which tax zones a list gives.
    pub struct TaxZoneFilter with created, modified, active, sort {}
}

resource! {
    /// Tax zones.
    pub struct TaxZones as tax_zones, scope "tn.acc.taxzones", under "accounting/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "tax-zones" => list() -> TaxZone, by TaxZoneFilter;
        /// Reads the tax zones with these IDs, however many, those out of use too.
        ids "tax-zones" => by_ids(ids: TaxZoneId) -> TaxZone, active Any;
    }
}

//! Tax zones and their rates.

use crate::declare::*;

model! {
    /// Tax zone: an area with its own tax rates.
    pub struct TaxZone {
        /// ID of the tax zone.
        "id" => id: TaxZoneId,
        /// Name of the tax zone.
        "name" => name: Option<String>,
        /// Colour of the tax zone in ServiceTitan, as a number.
        "color" => color: Option<i32>,
        /// True if material and labour are taxed separately.
        "isTaxRateSeparated" => is_tax_rate_separated: Option<bool>,
        /// True if the tax zone has several rates.
        "isMultipleTaxZone" => is_multiple_tax_zone: Option<bool>,
        /// Tax rates of the zone.
        "rates" => rates: Option<Vec<TaxRate>>,
        /// Time when the tax zone was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the tax zone was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// True while the tax zone is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

record!(TaxZone, TaxZoneId, active: active, modified: modified_on);

model! {
    /// One tax rate of a tax zone.
    pub struct TaxRate {
        /// ID of the tax rate.
        "id" => id: Option<i64>,
        /// Name of the tax.
        "taxName" => tax_name: Option<String>,
        /// Amounts that the tax is calculated from: subtotal, labour or material.
        "taxBaseType" => tax_base_type: Option<Vec<TaxBaseType>>,
        /// Tax rate as a fraction: 0.08 stands for 8 %.
        "taxRate" => tax_rate: Option<Decimal>,
        /// QuickBooks item that the tax rate belongs to.
        "salesTaxItem" => sales_tax_item: Option<String>,
    }
}

open_enum! {
    /// Amount that a tax is calculated from.
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
    /// Filter for lists of tax zones.
    pub struct TaxZoneFilter with created, modified, active, sort {}
}

resource! {
    /// Tax zones.
    pub struct TaxZones as tax_zones, scope "tn.acc.taxzones", under "accounting/v2/tenant/{tenant}/" {
        /// Lists the tax zones that match the filter.
        list "tax-zones" => list() -> TaxZone, by TaxZoneFilter;
        /// Reads the tax zones with these IDs (any number), including inactive ones.
        ids "tax-zones" => by_ids(ids: TaxZoneId) -> TaxZone, active Any;
    }
}

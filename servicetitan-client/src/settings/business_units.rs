//! Business units.

use crate::declare::*;

model! {
    /// Business unit: a part of the company, with its own name, address and accounting.
    pub struct BusinessUnit {
        /// ID of the business unit.
        "id" => id: BusinessUnitId,
        /// True while the business unit is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Internal name of the business unit.
        "name" => name: Option<String>,
        /// Official name of the business unit, which customers see.
        "officialName" => official_name: Option<String>,
        /// Default e-mail address of the business unit.
        "email" => email: Option<String>,
        /// Code of the currency that the business unit uses, such as USD.
        "currency" => currency: Option<String>,
        /// Main phone number of the business unit.
        "phoneNumber" => phone_number: Option<String>,
        /// Header text of invoices and estimates, as HTML.
        "invoiceHeader" => invoice_header: Option<String>,
        /// Footer message of invoices and estimates, as HTML.
        "invoiceMessage" => invoice_message: Option<String>,
        /// Default tax rate for taxable price book items.
        "defaultTaxRate" => default_tax_rate: Option<Decimal>,
        /// Text with which customers authorize work, as HTML.
        "authorizationParagraph" => authorization_paragraph: Option<String>,
        /// Text with which customers acknowledge completed work, as HTML.
        "acknowledgementParagraph" => acknowledgement_paragraph: Option<String>,
        /// Postal address of the business unit.
        "address" => address: Option<BusinessUnitAddress>,
        /// Price book entry (SKU) for materials.
        "materialSku" => material_sku: Option<String>,
        /// Class of the business unit in QuickBooks.
        "quickbooksClass" => quickbooks_class: Option<String>,
        /// Account code of the business unit's tenant.
        "accountCode" => account_code: Option<String>,
        /// Franchise ID of the business unit's tenant.
        "franchiseId" => franchise_id: Option<String>,
        /// Concept code of the business unit's tenant.
        "conceptCode" => concept_code: Option<String>,
        /// Number of the business unit's corporate contract.
        "corporateContractNumber" => corporate_contract_number: Option<String>,
        /// Trade of the business unit.
        "trade" => trade: Option<Named>,
        /// Division of the company that the business unit belongs to.
        "division" => division: Option<Named>,
        /// IDs of the tag types of the business unit's tags, which its jobs get too.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// Tenant that the business unit belongs to.
        "tenant" => tenant: Option<BusinessUnitTenant>,
        /// Time when the business unit was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the business unit was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// External data of the business unit: keys and values that an app attached to it.
        "externalData" => external_data: Option<Vec<ExternalData>>,
    }
}

record!(BusinessUnit, BusinessUnitId, active: active, modified: modified_on);

model! {
    /// Postal address of a business unit.
    pub struct BusinessUnitAddress {
        /// Street of the business unit.
        "street" => street: Option<String>,
        /// Unit within the building, such as an apartment or suite.
        "unit" => unit: Option<String>,
        /// City of the business unit.
        "city" => city: Option<String>,
        /// State or province of the business unit.
        "state" => state: Option<String>,
        /// Postal code of the business unit (ZIP code in the United States).
        "zip" => zip: Option<String>,
        /// Country of the business unit.
        "country" => country: Option<String>,
        /// Latitude of the business unit, in degrees.
        "latitude" => latitude: Option<f64>,
        /// Longitude of the business unit, in degrees.
        "longitude" => longitude: Option<f64>,
        /// True if the coordinates were set by hand.
        "isManualCoordinates" => is_manual_coordinates: Option<bool>,
        /// True if the address is a military one.
        "isMilitary" => is_military: Option<bool>,
    }
}

model! {
    /// ID and name of a business unit's trade or division.
    pub struct Named {
        /// ID of the trade or division.
        "id" => id: Option<i64>,
        /// Name of the trade or division.
        "name" => name: Option<String>,
    }
}

model! {
    /// Tenant that a business unit belongs to.
    pub struct BusinessUnitTenant {
        /// ID of the tenant.
        "id" => id: Option<TenantId>,
        /// Name of the tenant.
        "name" => name: Option<String>,
        /// Account code of the tenant.
        "accountCode" => account_code: Option<String>,
        /// Franchise ID of the tenant.
        "franchiseId" => franchise_id: Option<String>,
        /// Concept code of the tenant.
        "conceptCode" => concept_code: Option<String>,
        /// Time when the tenant was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

filter! {
    /// Filter for lists of business units.
    pub struct BusinessUnitFilter with created, modified, active {
        /// Only business units whose name contains this text, in upper or lower case.
        "name" => name: String,
        /// GUID of the app whose external data is returned.
        "externalDataApplicationGuid" => external_data_application_guid: String,
    }
}

request! {
    /// Changes to the external data of a business unit.
    pub struct BusinessUnitUpdate {
        may {
            /// Changes to the external data that an app attached to the business unit.
            "externalData" => external_data: ExternalDataUpdate,
        }
    }
}

resource! {
    /// Business units.
    pub struct BusinessUnits as business_units, scope "tn.stt.businessunits", under "settings/v2/tenant/{tenant}/" {
        /// Reads one business unit.
        get "business-units/{id}" => get(id: BusinessUnitId) -> BusinessUnit;
        /// Reads one business unit with the external data of an app.
        get "business-units/{id}" => get_with_external_data(id: BusinessUnitId) -> BusinessUnit, by ExternalDataFilter;
        /// Lists the business units that match the filter.
        list "business-units" => list() -> BusinessUnit, by BusinessUnitFilter;
        /// Reads the business units with these IDs (any number), including inactive ones.
        ids "business-units" => by_ids(ids: BusinessUnitId) -> BusinessUnit, active Any;
        /// Reads the change feed of business units, including inactive ones.
        export "export/business-units" => export() -> BusinessUnit;
        /// Changes the external data that an app attached to a business unit.
        patch "business-units/{id}" => update(id: BusinessUnitId) -> Modified, sends BusinessUnitUpdate;
    }
}

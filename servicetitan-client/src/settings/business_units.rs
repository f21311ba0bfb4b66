//! Business units.

use crate::declare::*;

model! {
    /// A business unit: a part of the company that works on its own account.
    pub struct BusinessUnit {
        /// The ID.
        "id" => id: BusinessUnitId,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The name.
        "name" => name: Option<String>,
        /// The official name.
        "officialName" => official_name: Option<String>,
        /// The e-mail address.
        "email" => email: Option<String>,
        /// The currency's code.
        "currency" => currency: Option<String>,
        /// The phone number.
        "phoneNumber" => phone_number: Option<String>,
        /// The header of invoices, as HTML.
        "invoiceHeader" => invoice_header: Option<String>,
        /// The message on invoices, as HTML.
        "invoiceMessage" => invoice_message: Option<String>,
        /// The tax rate used by default.
        "defaultTaxRate" => default_tax_rate: Option<Decimal>,
        /// The authorization text of estimates and invoices, as HTML.
        "authorizationParagraph" => authorization_paragraph: Option<String>,
        /// The acknowledgement text of estimates and invoices, as HTML.
        "acknowledgementParagraph" => acknowledgement_paragraph: Option<String>,
        /// The postal address.
        "address" => address: Option<BusinessUnitAddress>,
        /// The SKU for materials.
        "materialSku" => material_sku: Option<String>,
        /// The class in QuickBooks.
        "quickbooksClass" => quickbooks_class: Option<String>,
        /// The accounting system's code.
        "accountCode" => account_code: Option<String>,
        /// The franchise's ID.
        "franchiseId" => franchise_id: Option<String>,
        /// The concept code.
        "conceptCode" => concept_code: Option<String>,
        /// The number of the corporate contract.
        "corporateContractNumber" => corporate_contract_number: Option<String>,
        /// The trade.
        "trade" => trade: Option<Named>,
        /// The division.
        "division" => division: Option<Named>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// The tenant it belongs to.
        "tenant" => tenant: Option<BusinessUnitTenant>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// What apps have attached to the record.
        "externalData" => external_data: Option<Vec<ExternalData>>,
    }
}

record!(BusinessUnit, BusinessUnitId, active: active, modified: modified_on);

model! {
    /// The address of a business unit.
    pub struct BusinessUnitAddress {
        /// The street.
        "street" => street: Option<String>,
        /// The unit within the building.
        "unit" => unit: Option<String>,
        /// The city.
        "city" => city: Option<String>,
        /// The state.
        "state" => state: Option<String>,
        /// The postal code.
        "zip" => zip: Option<String>,
        /// The country.
        "country" => country: Option<String>,
        /// The latitude, in degrees.
        "latitude" => latitude: Option<f64>,
        /// The longitude, in degrees.
        "longitude" => longitude: Option<f64>,
        /// Whether the coordinates were set by hand.
        "isManualCoordinates" => is_manual_coordinates: Option<bool>,
        /// Whether it is a military address.
        "isMilitary" => is_military: Option<bool>,
    }
}

model! {
    /// Something that has an ID and a name, such as a trade or a division.
    pub struct Named {
        /// The ID.
        "id" => id: Option<i64>,
        /// The name.
        "name" => name: Option<String>,
    }
}

model! {
    /// The tenant of a business unit.
    pub struct BusinessUnitTenant {
        /// The ID.
        "id" => id: Option<TenantId>,
        /// The name.
        "name" => name: Option<String>,
        /// The accounting system's code.
        "accountCode" => account_code: Option<String>,
        /// The franchise's ID.
        "franchiseId" => franchise_id: Option<String>,
        /// The concept code.
        "conceptCode" => concept_code: Option<String>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

filter! {
    /// Which business units a list gives.
    pub struct BusinessUnitFilter with created, modified, active {
        /// With this name.
        "name" => name: String,
        /// The app whose external data comes along, by its GUID.
        "externalDataApplicationGuid" => external_data_application_guid: String,
    }
}

request! {
    /// What changes of a business unit.
    pub struct BusinessUnitUpdate {
        may {
            /// What changes of what an app attached to the record.
            "externalData" => external_data: ExternalDataUpdate,
        }
    }
}

resource! {
    /// Business units.
    pub struct BusinessUnits as business_units, scope "tn.stt.businessunits", under "settings/v2/tenant/{tenant}/" {
        /// Reads one business unit.
        get "business-units/{id}" => get(id: BusinessUnitId) -> BusinessUnit;
        /// Reads one business unit with what an app attached to it.
        get "business-units/{id}" => get_with_external_data(id: BusinessUnitId) -> BusinessUnit, by ExternalDataFilter;
        /// Reads the list.
        list "business-units" => list() -> BusinessUnit, by BusinessUnitFilter;
        /// Reads the business units with these IDs, however many, those out of use too.
        ids "business-units" => by_ids(ids: BusinessUnitId) -> BusinessUnit, active Any;
        /// Reads the change feed. Inactive business units come too.
        export "export/business-units" => export() -> BusinessUnit;
        /// Changes what an app attached to a business unit.
        patch "business-units/{id}" => update(id: BusinessUnitId) -> Modified, sends BusinessUnitUpdate;
    }
}

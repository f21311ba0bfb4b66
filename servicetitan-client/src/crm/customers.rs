//! Customers and their contacts.

use super::address::Address;
use super::contact_details::{ContactPreferences, PhoneSettings};
use crate::declare::*;

model! {
    /// A customer: whoever pays.
    pub struct Customer {
        /// The ID.
        "id" => id: CustomerId,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The name.
        "name" => name: Option<String>,
        /// The type.
        "type" => r#type: Option<CustomerType>,
        /// The postal address.
        "address" => address: Option<Address>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// What is still owed, in the tenant's currency.
        "balance" => balance: Option<Decimal>,
        /// Whether no tax is charged.
        "taxExempt" => tax_exempt: Option<bool>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// Whether no mail may be sent.
        "doNotMail" => do_not_mail: Option<bool>,
        /// Whether the customer is not served any more.
        "doNotService" => do_not_service: Option<bool>,
        /// Whether it is a national account.
        "nationalAccount" => national_account: Option<bool>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The record that this one was merged into; this one is inactive then.
        "mergedToId" => merged_to_id: Option<CustomerId>,
        /// The payment term.
        "paymentTermId" => payment_term_id: Option<i64>,
        /// The credit limit, in the tenant's currency.
        "creditLimit" => credit_limit: Option<Decimal>,
        /// What is left of the credit limit, in the tenant's currency.
        "creditLimitBalance" => credit_limit_balance: Option<Decimal>,
        /// What apps have attached to the record.
        "externalData" => external_data: Option<Vec<ExternalData>>,
    }
}

record!(Customer, CustomerId, active: active, modified: modified_on);

model! {
    /// A phone number or an e-mail address of a customer.
    pub struct CustomerContact {
        /// The ID.
        "id" => id: ContactId,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// What may be done with the phone number.
        "phoneSettings" => phone_settings: Option<PhoneSettings>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// What the contact wants to be told.
        "preferences" => preferences: Option<ContactPreferences>,
        /// The type.
        "type" => r#type: Option<ContactType>,
        /// The value.
        "value" => value: Option<String>,
        /// A remark.
        "memo" => memo: Option<String>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(CustomerContact, ContactId, active: active, modified: modified_on);

open_enum! {
    /// The customer type, with room for values to come.
    pub enum CustomerType {
        /// `Residential`.
        Residential,
        /// `Commercial`.
        Commercial,
    }
}

open_enum! {
    /// The contact type, with room for values to come.
    pub enum ContactType {
        /// `Phone`.
        Phone,
        /// `Email`.
        Email,
        /// `Fax`.
        Fax,
        /// `MobilePhone`.
        MobilePhone,
    }
}

impl ContactType {
    /// The type whatever its case: some answers write `mobilePhone` where others write `MobilePhone`.
    pub fn normalized(&self) -> ContactType {
        let known = [ContactType::Phone, ContactType::Email, ContactType::Fax, ContactType::MobilePhone];
        known
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(self.as_str()))
            .unwrap_or_else(|| self.clone())
    }
}

filter! {
    /// Which customers a list gives.
    pub struct CustomerFilter {
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// By `excludeAccountingChangesFromModifiedDateRange`.
        "excludeAccountingChangesFromModifiedDateRange" => exclude_accounting_changes_from_modified_date_range: bool,
        /// With this name.
        "name" => name: String,
        /// With this street.
        "street" => street: String,
        /// With this unit.
        "unit" => unit: String,
        /// With this city.
        "city" => city: String,
        /// With this state.
        "state" => state: String,
        /// With this zip.
        "zip" => zip: String,
        /// With this country.
        "country" => country: String,
        /// With this latitude.
        "latitude" => latitude: f64,
        /// With this longitude.
        "longitude" => longitude: f64,
        /// With this phone.
        "phone" => phone: String,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// With this external data application guid.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this external data key.
        "externalDataKey" => external_data_key: String,
        /// With this external data values.
        "externalDataValues" => external_data_values: String,
    }
}

resource! {
    /// Customers.
    pub struct Customers as customers, scope "tn.crm.customers", under "crm/v2/tenant/{tenant}/" {
        /// Reads one record.
        get "customers/{id}" => get(id: CustomerId) -> Customer;
        /// Reads the list.
        list "customers" => list() -> Customer, by CustomerFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "customers" => by_ids(ids: CustomerId) -> Customer, active Any;
        /// Reads the change feed. Inactive and deleted records come too.
        export "export/customers" => export() -> Customer;
        /// Reads the notes of a customer.
        list "customers/{id}/notes" => notes(id: CustomerId) -> Note;
        /// Writes a note on a customer. ServiceTitan cannot tell a repeated note from a new one.
        post "customers/{id}/notes" => add_note(id: CustomerId) -> Note, sends NewNote;
        /// Reads the contacts of these customers. Inactive contacts are left out.
        of "customers/contacts" => contacts_of(customerIds: CustomerId) -> CustomerContact;
        /// Reads the change feed of contacts. Inactive ones come too.
        export "export/customers/contacts" => export_contacts() -> CustomerContact;
    }
}

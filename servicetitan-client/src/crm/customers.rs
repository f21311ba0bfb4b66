//! Customers and their contacts.

use super::{Address, ContactPreferences, PhoneSettings};
#[cfg(feature = "http")]
use super::{ContactUpdate, CreatedCustomer, CustomerTags, CustomerUpdate, NewContact, NewCustomer};
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
    pub struct CustomerFilter with created, modified, active, sort {
        /// Whether changes that only accounting made do not count as modification.
        "excludeAccountingChangesFromModifiedDateRange" => exclude_accounting_changes_from_modified_date_range: bool,
        /// With this name.
        "name" => name: String,
        /// In this street.
        "street" => street: String,
        /// With this unit.
        "unit" => unit: String,
        /// In this city.
        "city" => city: String,
        /// In this state.
        "state" => state: String,
        /// With this postal code.
        "zip" => zip: String,
        /// In this country.
        "country" => country: String,
        /// At this latitude, in degrees.
        "latitude" => latitude: f64,
        /// At this longitude, in degrees.
        "longitude" => longitude: f64,
        /// With this phone number.
        "phone" => phone: String,
        /// The app whose external data comes along, by its GUID.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this key in the external data of that app.
        "externalDataKey" => external_data_key: String,
        /// With one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
    }
}

resource! {
    /// Customers.
    pub struct Customers as customers, scope "tn.crm.customers", under "crm/v2/tenant/{tenant}/" {
        /// Reads one customer.
        get "customers/{id}" => get(id: CustomerId) -> Customer;
        /// Reads the list.
        list "customers" => list() -> Customer, by CustomerFilter;
        /// Reads the customers with these IDs, however many, those out of use too.
        ids "customers" => by_ids(ids: CustomerId) -> Customer, active Any;
        /// Reads the change feed. Inactive, deleted and merged customers come too.
        export "export/customers" => export() -> Customer;
        /// Adds a customer with its first locations.
        post "customers" => create() -> CreatedCustomer, sends NewCustomer;
        /// Changes a customer.
        patch "customers/{id}" => update(id: CustomerId) -> Customer, sends CustomerUpdate;
        /// Reads the notes of a customer.
        list "customers/{id}/notes" => notes(id: CustomerId) -> Note;
        /// Reads the notes of a customer that were written or changed at certain times.
        list "customers/{id}/notes" => notes_between(id: CustomerId) -> Note, by TimeFilter;
        /// Writes a note on a customer. ServiceTitan cannot tell a repeated note from a new one.
        post "customers/{id}/notes" => add_note(id: CustomerId) -> Note, sends NewCustomerNote;
        /// Removes a note from a customer.
        delete "customers/{id}/notes/{noteId}" => delete_note(id: CustomerId, note: NoteId);
        /// Reads the contacts of a customer. Those of one out of use are refused with a `409`.
        list "customers/{id}/contacts" => contacts(id: CustomerId) -> CustomerContact;
        /// Reads the contacts of these customers. Inactive contacts are left out.
        of "customers/contacts" => contacts_of(customerIds: CustomerId) -> CustomerContact, matching customer_id;
        /// Reads the contacts of all customers that were added or changed at certain times; ServiceTitan refuses a call without any.
        list "customers/contacts" => contacts_between() -> CustomerContact, by TimeFilter;
        /// Reads the change feed of contacts. Inactive ones come too.
        export "export/customers/contacts" => export_contacts() -> CustomerContact;
        /// Adds a contact to a customer.
        post "customers/{id}/contacts" => create_contact(id: CustomerId) -> CustomerContact, sends NewContact;
        /// Changes a contact of a customer.
        patch "customers/{id}/contacts/{contactId}" => update_contact(id: CustomerId, contact: ContactId) -> CustomerContact, sends ContactUpdate;
        /// Removes a contact from a customer.
        delete "customers/{id}/contacts/{contactId}" => delete_contact(id: CustomerId, contact: ContactId);
        /// Puts a tag on a customer.
        post "customers/{id}/tags/{tagTypeId}" => add_tag(id: CustomerId, tag: TagTypeId) -> CustomerTags;
        /// Takes a tag off a customer.
        delete "customers/{id}/tags/{tagTypeId}" => remove_tag(id: CustomerId, tag: TagTypeId);
        /// Reads the kinds of custom fields that customers can have.
        list "customers/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}

//! Customers and their contacts.

use super::{Address, ContactPreferences, PhoneSettings};
#[cfg(feature = "http")]
use super::{ContactUpdate, CreatedCustomer, CustomerTags, CustomerUpdate, NewContact, NewCustomer};
use crate::declare::*;

model! {
    /// Customer: the person or company that is billed.
    pub struct Customer {
        /// ID of the customer.
        "id" => id: CustomerId,
        /// True while the customer is in use; false once it is deactivated, deleted or merged into another one.
        "active" => active: Option<bool>,
        /// Name of the customer: a person or a company.
        "name" => name: Option<String>,
        /// Type of the customer: residential or commercial.
        "type" => r#type: Option<CustomerType>,
        /// Billing address of the customer.
        "address" => address: Option<Address>,
        /// Custom fields of the customer: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// Account balance of the customer: the amount still owed, in the tenant's currency.
        "balance" => balance: Option<Decimal>,
        /// True if the customer pays no tax.
        "taxExempt" => tax_exempt: Option<bool>,
        /// IDs of the tag types of the customer's tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// True if the customer is marked "do not mail".
        "doNotMail" => do_not_mail: Option<bool>,
        /// True if the customer is marked "do not service".
        "doNotService" => do_not_service: Option<bool>,
        /// True if the customer is a national account.
        "nationalAccount" => national_account: Option<bool>,
        /// Time when the customer was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the customer.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the customer itself was last changed (UTC); a changed contact or location does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// ID of the customer that this one was merged into; absent unless it was merged.
        "mergedToId" => merged_to_id: Option<CustomerId>,
        /// ID of the customer's payment term.
        "paymentTermId" => payment_term_id: Option<i64>,
        /// Credit limit of the customer, in the tenant's currency.
        "creditLimit" => credit_limit: Option<Decimal>,
        /// Credit limit balance of the customer, in the tenant's currency.
        "creditLimitBalance" => credit_limit_balance: Option<Decimal>,
        /// External data of the customer: keys and values that an app attached to it.
        "externalData" => external_data: Option<Vec<ExternalData>>,
    }
}

record!(Customer, CustomerId, active: active, modified: modified_on);

model! {
    /// A phone number, fax number or e-mail address of a customer.
    pub struct CustomerContact {
        /// ID of the contact; the same ID may also belong to another customer or location.
        "id" => id: ContactId,
        /// Time when the contact was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Settings of the phone number, such as a refusal of text messages.
        "phoneSettings" => phone_settings: Option<PhoneSettings>,
        /// Time when the contact was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Notifications that the contact wants or does not want.
        "preferences" => preferences: Option<ContactPreferences>,
        /// Kind of contact: phone, mobile phone, fax or e-mail.
        "type" => r#type: Option<ContactType>,
        /// Phone number, fax number or e-mail address.
        "value" => value: Option<String>,
        /// Short note on the contact, such as whose number it is.
        "memo" => memo: Option<String>,
        /// ID of the customer that the contact belongs to.
        "customerId" => customer_id: Option<CustomerId>,
        /// False if the contact was deactivated or deleted; ServiceTitan sends it in the change feed only.
        "active" => active: Option<bool>,
    }
}

record!(CustomerContact, ContactId, active: active, modified: modified_on);

open_enum! {
    /// Type of a customer.
    pub enum CustomerType {
        /// `Residential`.
        Residential,
        /// `Commercial`.
        Commercial,
    }
}

open_enum! {
    /// Kind of a contact.
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
    /// Returns the type in its usual spelling: some answers write `mobilePhone` where others write `MobilePhone`.
    pub fn normalized(&self) -> ContactType {
        let known = [ContactType::Phone, ContactType::Email, ContactType::Fax, ContactType::MobilePhone];
        known
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(self.as_str()))
            .unwrap_or_else(|| self.clone())
    }
}

filter! {
    /// Filter for lists of customers.
    pub struct CustomerFilter with created, modified, active, sort {
        /// If true, accounting changes such as balance adjustments do not count as modifications.
        "excludeAccountingChangesFromModifiedDateRange" => exclude_accounting_changes_from_modified_date_range: bool,
        /// Only customers with this name.
        "name" => name: String,
        /// Only customers in this street.
        "street" => street: String,
        /// Only customers with this unit.
        "unit" => unit: String,
        /// Only customers in this city.
        "city" => city: String,
        /// Only customers in this state.
        "state" => state: String,
        /// Only customers with this postal code.
        "zip" => zip: String,
        /// Only customers in this country.
        "country" => country: String,
        /// Only customers at this latitude, in degrees.
        "latitude" => latitude: f64,
        /// Only customers at this longitude, in degrees.
        "longitude" => longitude: f64,
        /// Only customers with a contact that has this phone number.
        "phone" => phone: String,
        /// GUID of the app whose external data is returned.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// Only customers with this key in the external data of that app; needs `external_data_values`.
        "externalDataKey" => external_data_key: String,
        /// Only customers with one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
    }
}

resource! {
    /// Customers.
    pub struct Customers as customers, scope "tn.crm.customers", under "crm/v2/tenant/{tenant}/" {
        /// Reads one customer.
        get "customers/{id}" => get(id: CustomerId) -> Customer;
        /// Lists the customers that match the filter.
        list "customers" => list() -> Customer, by CustomerFilter;
        /// Reads the customers with these IDs (any number), including inactive ones.
        ids "customers" => by_ids(ids: CustomerId) -> Customer, active Any;
        /// Reads the change feed of customers, including inactive, deleted and merged ones.
        export "export/customers" => export() -> Customer;
        /// Adds a customer with its first locations.
        post "customers" => create() -> CreatedCustomer, sends NewCustomer;
        /// Changes a customer.
        patch "customers/{id}" => update(id: CustomerId) -> Customer, sends CustomerUpdate;
        /// Lists the notes of a customer.
        list "customers/{id}/notes" => notes(id: CustomerId) -> Note;
        /// Lists the notes of a customer that were written or changed in a time range.
        list "customers/{id}/notes" => notes_between(id: CustomerId) -> Note, by TimeFilter;
        /// Adds a note to a customer. ServiceTitan does not detect a repeated call: it adds the note again.
        post "customers/{id}/notes" => add_note(id: CustomerId) -> Note, sends NewCustomerNote;
        /// Removes a note from a customer.
        delete "customers/{id}/notes/{noteId}" => delete_note(id: CustomerId, note: NoteId);
        /// Lists the contacts of a customer. ServiceTitan refuses an inactive customer with `409`.
        list "customers/{id}/contacts" => contacts(id: CustomerId) -> CustomerContact;
        /// Lists the contacts of these customers. Inactive contacts are left out.
        of "customers/contacts" => contacts_of(customerIds: CustomerId) -> CustomerContact, matching customer_id;
        /// Lists the contacts, of all customers, that were added or changed in a time range. ServiceTitan refuses a filter without a time.
        list "customers/contacts" => contacts_between() -> CustomerContact, by TimeFilter;
        /// Reads the change feed of customer contacts, including inactive ones.
        export "export/customers/contacts" => export_contacts() -> CustomerContact;
        /// Adds a contact to a customer.
        post "customers/{id}/contacts" => create_contact(id: CustomerId) -> CustomerContact, sends NewContact;
        /// Changes a contact of a customer.
        patch "customers/{id}/contacts/{contactId}" => update_contact(id: CustomerId, contact: ContactId) -> CustomerContact, sends ContactUpdate;
        /// Removes a contact from a customer.
        delete "customers/{id}/contacts/{contactId}" => delete_contact(id: CustomerId, contact: ContactId);
        /// Adds a tag to a customer.
        post "customers/{id}/tags/{tagTypeId}" => add_tag(id: CustomerId, tag: TagTypeId) -> CustomerTags;
        /// Removes a tag from a customer.
        delete "customers/{id}/tags/{tagTypeId}" => remove_tag(id: CustomerId, tag: TagTypeId);
        /// Lists the custom field types of customers.
        list "customers/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}

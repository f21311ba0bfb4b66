//! Customers and their contacts.

use chrono::{DateTime, Utc};

use super::address::Address;
use super::contact_details::{ContactPreferences, PhoneSettings};
use crate::ids::{ContactId, CustomerId, TagTypeId, UserId};
use crate::model::{CustomField, Decimal, ExternalData, model, open_enum, record};

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

//! What is written to customers.

use super::{Address, CreatedContact, CreatedLocation, CustomerType};
#[cfg(feature = "http")]
use super::{
    CoordinatesSource, CoordinatesVerificationStatus, CustomerAddressUpdate, NewAddress, NewContact,
};
use crate::declare::*;

model! {
    /// A customer as ServiceTitan answers when it was added: with its first locations and contacts.
    pub struct CreatedCustomer {
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
        /// The first locations.
        "locations" => locations: Option<Vec<CreatedLocation>>,
        /// The first contacts.
        "contacts" => contacts: Option<Vec<CreatedContact>>,
    }
}

model! {
    /// The tags that a customer has.
    pub struct CustomerTags {
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
    }
}

request! {
    /// A customer to be added, with its first locations.
    pub struct NewCustomer {
        must {
            /// The name.
            "name" => name: String,
            /// The first locations.
            "locations" => locations: Vec<NewCustomerLocation>,
            /// The postal address.
            "address" => address: NewAddress,
        }
        may {
            /// The type.
            "type" => r#type: CustomerType,
            /// Whether no mail may be sent.
            "doNotMail" => do_not_mail: bool,
            /// Whether the customer is not served any more.
            "doNotService" => do_not_service: bool,
            /// Whether it is a national account.
            "nationalAccount" => national_account: bool,
            /// The first contacts.
            "contacts" => contacts: Vec<NewContact>,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// What an app attaches to the record.
            "externalData" => external_data: NewExternalData,
            /// Whether no tax is charged.
            "taxExempt" => tax_exempt: bool,
            /// The payment term.
            "paymentTermId" => payment_term_id: i64,
            /// The credit limit, in the tenant's currency.
            "creditLimit" => credit_limit: Decimal,
            /// What is left of the credit limit, in the tenant's currency.
            "creditLimitBalance" => credit_limit_balance: Decimal,
        }
    }
}

request! {
    /// A location of a new customer.
    pub struct NewCustomerLocation {
        must {
            /// The name.
            "name" => name: String,
            /// The postal address.
            "address" => address: NewAddress,
        }
        may {
            /// The first contacts.
            "contacts" => contacts: Vec<NewContact>,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// What an app attaches to the record.
            "externalData" => external_data: NewExternalData,
            /// Where the coordinates come from.
            "coordinatesSource" => coordinates_source: CoordinatesSource,
            /// Whether the coordinates were verified.
            "coordinatesVerificationStatus" => coordinates_verification_status: CoordinatesVerificationStatus,
        }
    }
}

request! {
    /// What changes of a customer.
    pub struct CustomerUpdate {
        may {
            /// The name.
            "name" => name: String,
            /// The type.
            "type" => r#type: CustomerType,
            /// The postal address.
            "address" => address: CustomerAddressUpdate,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// What changes of what an app attached to the record.
            "externalData" => external_data: ExternalDataUpdate,
            /// Whether no mail may be sent.
            "doNotMail" => do_not_mail: bool,
            /// Whether the customer is not served any more.
            "doNotService" => do_not_service: bool,
            /// Whether it is a national account.
            "nationalAccount" => national_account: bool,
            /// Whether the record is in use.
            "active" => active: bool,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// Whether no tax is charged.
            "taxExempt" => tax_exempt: bool,
            /// The payment term.
            "paymentTermId" => payment_term_id: i64,
            /// The credit limit, in the tenant's currency.
            "creditLimit" => credit_limit: Decimal,
            /// What is left of the credit limit, in the tenant's currency.
            "creditLimitBalance" => credit_limit_balance: Decimal,
        }
    }
}

//! Request bodies of writes to customers, and their answers.

use super::{Address, CreatedContact, CreatedLocation, CustomerType};
#[cfg(feature = "http")]
use super::{
    CoordinatesSource, CoordinatesVerificationStatus, CustomerAddressUpdate, NewAddress, NewContact,
};
use crate::declare::*;

model! {
    /// A customer as ServiceTitan returns it when it is created: with its first locations and contacts.
    pub struct CreatedCustomer {
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
        /// Locations created together with the customer.
        "locations" => locations: Option<Vec<CreatedLocation>>,
        /// Contacts created together with the customer.
        "contacts" => contacts: Option<Vec<CreatedContact>>,
    }
}

model! {
    /// Tags of a customer.
    pub struct CustomerTags {
        /// ID of the customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// IDs of the tag types of the customer's tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
    }
}

request! {
    /// A customer to be added, with its first locations.
    pub struct NewCustomer {
        must {
            /// Name of the customer: a person or a company.
            "name" => name: String,
            /// First locations of the customer.
            "locations" => locations: Vec<NewCustomerLocation>,
            /// Billing address of the customer.
            "address" => address: NewAddress,
        }
        may {
            /// Type of the customer: residential or commercial.
            "type" => r#type: CustomerType,
            /// True if the customer is marked "do not mail".
            "doNotMail" => do_not_mail: bool,
            /// True if the customer is marked "do not service".
            "doNotService" => do_not_service: bool,
            /// True if the customer is a national account.
            "nationalAccount" => national_account: bool,
            /// First contacts of the customer.
            "contacts" => contacts: Vec<NewContact>,
            /// Custom fields of the customer: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// IDs of the tag types of the customer's tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// External data that an app attaches to the customer.
            "externalData" => external_data: NewExternalData,
            /// True if the customer pays no tax.
            "taxExempt" => tax_exempt: bool,
            /// ID of the customer's payment term.
            "paymentTermId" => payment_term_id: i64,
            /// Credit limit of the customer, in the tenant's currency.
            "creditLimit" => credit_limit: Decimal,
            /// Credit limit balance of the customer, in the tenant's currency.
            "creditLimitBalance" => credit_limit_balance: Decimal,
        }
    }
}

request! {
    /// A location of a new customer.
    pub struct NewCustomerLocation {
        must {
            /// Name of the location.
            "name" => name: String,
            /// Postal address of the location.
            "address" => address: NewAddress,
        }
        may {
            /// First contacts of the location.
            "contacts" => contacts: Vec<NewContact>,
            /// Custom fields of the location: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// IDs of the tag types of the location's tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// External data that an app attaches to the location.
            "externalData" => external_data: NewExternalData,
            /// Origin of the address's coordinates.
            "coordinatesSource" => coordinates_source: CoordinatesSource,
            /// Verification status of the address's coordinates.
            "coordinatesVerificationStatus" => coordinates_verification_status: CoordinatesVerificationStatus,
        }
    }
}

request! {
    /// Changes to a customer. Fields that are not set keep their value.
    pub struct CustomerUpdate {
        may {
            /// Name of the customer: a person or a company.
            "name" => name: String,
            /// Type of the customer: residential or commercial.
            "type" => r#type: CustomerType,
            /// Billing address of the customer.
            "address" => address: CustomerAddressUpdate,
            /// Custom fields of the customer: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// Changes to the external data that an app attached to the customer.
            "externalData" => external_data: ExternalDataUpdate,
            /// True if the customer is marked "do not mail".
            "doNotMail" => do_not_mail: bool,
            /// True if the customer is marked "do not service".
            "doNotService" => do_not_service: bool,
            /// True if the customer is a national account.
            "nationalAccount" => national_account: bool,
            /// True to activate the customer, false to deactivate it.
            "active" => active: bool,
            /// IDs of the tag types of all the customer's tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// True if the customer pays no tax.
            "taxExempt" => tax_exempt: bool,
            /// ID of the customer's payment term.
            "paymentTermId" => payment_term_id: i64,
            /// Credit limit of the customer, in the tenant's currency.
            "creditLimit" => credit_limit: Decimal,
            /// Credit limit balance of the customer, in the tenant's currency.
            "creditLimitBalance" => credit_limit_balance: Decimal,
        }
    }
}

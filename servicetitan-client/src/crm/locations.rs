//! Locations and their contacts.

use chrono::{DateTime, Utc};

use super::address::Address;
use super::contact_details::{ContactPreferences, PhoneSettings};
use super::customers::ContactType;
use crate::ids::{ContactId, CustomerId, LocationId, TagTypeId, TaxZoneId, UserId, ZoneId};
use crate::model::{CustomField, ExternalData, model, record};

model! {
    /// A location: where the work is done.
    pub struct Location {
        /// The ID.
        "id" => id: LocationId,
        /// The tax zone.
        "taxZoneId" => tax_zone_id: Option<TaxZoneId>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The name.
        "name" => name: Option<String>,
        /// The postal address.
        "address" => address: Option<Address>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The record that this one was merged into; this one is inactive then.
        "mergedToId" => merged_to_id: Option<LocationId>,
        /// The dispatch zone.
        "zoneId" => zone_id: Option<ZoneId>,
        /// Whether no tax is charged.
        "taxExempt" => tax_exempt: Option<bool>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// What apps have attached to the record.
        "externalData" => external_data: Option<Vec<ExternalData>>,
    }
}

record!(Location, LocationId, active: active, modified: modified_on);

model! {
    /// A phone number or an e-mail address of a location.
    pub struct LocationContact {
        /// The ID.
        "id" => id: ContactId,
        /// The type.
        "type" => r#type: Option<ContactType>,
        /// The value.
        "value" => value: Option<String>,
        /// A remark.
        "memo" => memo: Option<String>,
        /// What may be done with the phone number.
        "phoneSettings" => phone_settings: Option<PhoneSettings>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// What the contact wants to be told.
        "preferences" => preferences: Option<ContactPreferences>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(LocationContact, ContactId, active: active, modified: modified_on);

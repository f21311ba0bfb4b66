//! What is written to locations.

use super::{Address, CreatedContact};
#[cfg(feature = "http")]
use super::{LocationAddressUpdate, NewAddress, NewContact};
use crate::declare::*;

model! {
    /// A location as ServiceTitan answers when it was added: with its first contacts.
    pub struct CreatedLocation {
        /// The ID.
        "id" => id: Option<LocationId>,
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
        /// The first contacts.
        "contacts" => contacts: Option<Vec<CreatedContact>>,
    }
}

model! {
    /// The tags that a location has.
    pub struct LocationTags {
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
    }
}

open_enum! {
    /// Where coordinates come from, with room for values to come.
    pub enum CoordinatesSource {
        /// `None`.
        None,
        /// `System`.
        System,
        /// `User`.
        User,
        /// `Imported`.
        Imported,
    }
}

open_enum! {
    /// Whether coordinates were verified, with room for values to come.
    pub enum CoordinatesVerificationStatus {
        /// `Unverified`.
        Unverified,
        /// `InProgress`.
        InProgress,
        /// `Failed`.
        Failed,
        /// `Verified`.
        Verified,
    }
}

request! {
    /// A location to be added to a customer.
    pub struct NewLocation {
        must {
            /// The name.
            "name" => name: String,
            /// The postal address.
            "address" => address: NewAddress,
            /// The customer.
            "customerId" => customer_id: CustomerId,
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
    /// What changes of a location.
    pub struct LocationUpdate {
        may {
            /// The customer.
            "customerId" => customer_id: CustomerId,
            /// The name.
            "name" => name: String,
            /// The postal address.
            "address" => address: LocationAddressUpdate,
            /// Whether the record is in use.
            "active" => active: bool,
            /// The tax zone.
            "taxZoneId" => tax_zone_id: TaxZoneId,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// What changes of what an app attached to the record.
            "externalData" => external_data: ExternalDataUpdate,
        }
    }
}

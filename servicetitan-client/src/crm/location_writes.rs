//! Request bodies of writes to locations, and their answers.

use super::{Address, CreatedContact};
#[cfg(feature = "http")]
use super::{LocationAddressUpdate, NewAddress, NewContact};
use crate::declare::*;

model! {
    /// A location as ServiceTitan returns it when it is created: with its first contacts.
    pub struct CreatedLocation {
        /// ID of the location.
        "id" => id: Option<LocationId>,
        /// ID of the tax zone that the location lies in.
        "taxZoneId" => tax_zone_id: Option<TaxZoneId>,
        /// ID of the customer that the location belongs to.
        "customerId" => customer_id: Option<CustomerId>,
        /// True while the location is in use; false once it is deactivated, deleted or merged into another one.
        "active" => active: Option<bool>,
        /// Name of the location.
        "name" => name: Option<String>,
        /// Postal address of the location.
        "address" => address: Option<Address>,
        /// Custom fields of the location: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// Time when the location was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the location.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the location itself was last changed (UTC); a changed contact does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// ID of the location that this one was merged into; absent unless it was merged.
        "mergedToId" => merged_to_id: Option<LocationId>,
        /// ID of the dispatch zone that the location lies in.
        "zoneId" => zone_id: Option<ZoneId>,
        /// True if no tax is charged at the location.
        "taxExempt" => tax_exempt: Option<bool>,
        /// IDs of the tag types of the location's tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// External data of the location: keys and values that an app attached to it.
        "externalData" => external_data: Option<Vec<ExternalData>>,
        /// Contacts created together with the location.
        "contacts" => contacts: Option<Vec<CreatedContact>>,
    }
}

model! {
    /// Tags of a location.
    pub struct LocationTags {
        /// ID of the location.
        "locationId" => location_id: Option<LocationId>,
        /// IDs of the tag types of the location's tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
    }
}

open_enum! {
    /// Origin of the coordinates of an address.
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
    /// Verification status of the coordinates of an address.
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
            /// Name of the location.
            "name" => name: String,
            /// Postal address of the location.
            "address" => address: NewAddress,
            /// ID of the customer that the location belongs to.
            "customerId" => customer_id: CustomerId,
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
    /// Changes to a location. Fields that are not set keep their value.
    pub struct LocationUpdate {
        may {
            /// ID of the customer that the location belongs to.
            "customerId" => customer_id: CustomerId,
            /// Name of the location.
            "name" => name: String,
            /// Postal address of the location.
            "address" => address: LocationAddressUpdate,
            /// True to activate the location, false to deactivate it.
            "active" => active: bool,
            /// ID of the tax zone that the location lies in.
            "taxZoneId" => tax_zone_id: TaxZoneId,
            /// Custom fields of the location: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// IDs of the tag types of the location's tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// Changes to the external data that an app attached to the location.
            "externalData" => external_data: ExternalDataUpdate,
        }
    }
}

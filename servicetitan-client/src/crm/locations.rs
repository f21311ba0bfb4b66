//! Locations and their contacts.

use super::address::Address;
use super::contact_details::{ContactPreferences, PhoneSettings};
use super::customers::ContactType;
use crate::declare::*;

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

filter! {
    /// Which locations a list gives.
    pub struct LocationFilter {
        /// With this name.
        "name" => name: String,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
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
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
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
        /// With this external data application guid.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this external data key.
        "externalDataKey" => external_data_key: String,
        /// With this external data values.
        "externalDataValues" => external_data_values: String,
    }
}

resource! {
    /// Locations.
    pub struct Locations as locations, scope "tn.crm.locations", under "crm/v2/tenant/{tenant}/" {
        /// Reads one record.
        get "locations/{id}" => get(id: LocationId) -> Location;
        /// Reads the list.
        list "locations" => list() -> Location, by LocationFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "locations" => by_ids(ids: LocationId) -> Location, active Any;
        /// Reads the change feed. Inactive and deleted records come too.
        export "export/locations" => export() -> Location;
        /// Reads the notes of a location.
        list "locations/{id}/notes" => notes(id: LocationId) -> Note;
        /// Writes a note on a location. ServiceTitan cannot tell a repeated note from a new one.
        post "locations/{id}/notes" => add_note(id: LocationId) -> Note, sends NewNote;
        /// Reads the contacts of these locations. Inactive contacts are left out.
        of "locations/contacts" => contacts_of(locationIds: LocationId) -> LocationContact;
        /// Reads the change feed of contacts. Inactive ones come too.
        export "export/locations/contacts" => export_contacts() -> LocationContact;
    }
}

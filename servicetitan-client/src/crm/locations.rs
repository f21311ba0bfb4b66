//! Locations and their contacts.

use super::{Address, ContactPreferences, ContactType, PhoneSettings};
#[cfg(feature = "http")]
use super::{ContactUpdate, CreatedLocation, LocationTags, LocationUpdate, NewContact, NewLocation};
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
    pub struct LocationFilter with created, modified, active, sort {
        /// With this name.
        "name" => name: String,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
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
        /// The app whose external data comes along, by its GUID.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this key in the external data of that app.
        "externalDataKey" => external_data_key: String,
        /// With one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
    }
}

resource! {
    /// Locations.
    pub struct Locations as locations, scope "tn.crm.locations", under "crm/v2/tenant/{tenant}/" {
        /// Reads one location.
        get "locations/{id}" => get(id: LocationId) -> Location;
        /// Reads the list.
        list "locations" => list() -> Location, by LocationFilter;
        /// Reads the locations with these IDs, however many, those out of use too.
        ids "locations" => by_ids(ids: LocationId) -> Location, active Any;
        /// Reads the change feed. Inactive, deleted and merged locations come too.
        export "export/locations" => export() -> Location;
        /// Adds a location to a customer.
        post "locations" => create() -> CreatedLocation, sends NewLocation;
        /// Changes a location.
        patch "locations/{id}" => update(id: LocationId) -> Location, sends LocationUpdate;
        /// Reads the notes of a location.
        list "locations/{id}/notes" => notes(id: LocationId) -> Note;
        /// Reads the notes of a location that were written or changed at certain times.
        list "locations/{id}/notes" => notes_between(id: LocationId) -> Note, by TimeFilter;
        /// Writes a note on a location. ServiceTitan cannot tell a repeated note from a new one.
        post "locations/{id}/notes" => add_note(id: LocationId) -> Note, sends NewLocationNote;
        /// Removes a note from a location.
        delete "locations/{id}/notes/{noteId}" => delete_note(id: LocationId, note: NoteId);
        /// Reads the contacts of a location.
        list "locations/{id}/contacts" => contacts(id: LocationId) -> LocationContact;
        /// Reads the contacts of these locations. Inactive contacts are left out.
        of "locations/contacts" => contacts_of(locationIds: LocationId) -> LocationContact, matching location_id;
        /// Reads the contacts of all locations that were added or changed at certain times; ServiceTitan refuses a call without any.
        list "locations/contacts" => contacts_between() -> LocationContact, by TimeFilter;
        /// Reads the change feed of contacts. Inactive ones come too.
        export "export/locations/contacts" => export_contacts() -> LocationContact;
        /// Adds a contact to a location.
        post "locations/{id}/contacts" => create_contact(id: LocationId) -> LocationContact, sends NewContact;
        /// Changes a contact of a location.
        patch "locations/{id}/contacts/{contactId}" => update_contact(id: LocationId, contact: ContactId) -> LocationContact, sends ContactUpdate;
        /// Removes a contact from a location.
        delete "locations/{id}/contacts/{contactId}" => delete_contact(id: LocationId, contact: ContactId);
        /// Puts a tag on a location.
        post "locations/{id}/tags/{tagTypeId}" => add_tag(id: LocationId, tag: TagTypeId) -> LocationTags;
        /// Takes a tag off a location.
        delete "locations/{id}/tags/{tagTypeId}" => remove_tag(id: LocationId, tag: TagTypeId);
        /// Reads the kinds of custom fields that locations can have.
        list "locations/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
        /// Reads which technician the people at a location prefer, if they do.
        get "locations/{id}/preferredtechnician" => preferred_technician(id: LocationId) -> Option<TechnicianId>;
        /// Sets which technician the people at a location prefer.
        post "locations/{id}/preferredtechnician/{preferredTechnicianId}" => set_preferred_technician(id: LocationId, technician: TechnicianId);
    }
}

//! Locations and their contacts.

use super::{Address, ContactPreferences, ContactType, PhoneSettings};
#[cfg(feature = "http")]
use super::{ContactUpdate, CreatedLocation, LocationTags, LocationUpdate, NewContact, NewLocation};
use crate::declare::*;

model! {
    /// Location: a place where work is done for a customer.
    pub struct Location {
        /// ID of the location.
        "id" => id: LocationId,
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
    }
}

record!(Location, LocationId, active: active, modified: modified_on);

model! {
    /// A phone number, fax number or e-mail address of a location.
    pub struct LocationContact {
        /// ID of the contact; the same ID may also belong to another location or customer.
        "id" => id: ContactId,
        /// Kind of contact: phone, mobile phone, fax or e-mail.
        "type" => r#type: Option<ContactType>,
        /// Phone number, fax number or e-mail address.
        "value" => value: Option<String>,
        /// Short note on the contact, such as whose number it is.
        "memo" => memo: Option<String>,
        /// Settings of the phone number, such as a refusal of text messages.
        "phoneSettings" => phone_settings: Option<PhoneSettings>,
        /// Time when the contact was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Time when the contact was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Notifications that the contact wants or does not want.
        "preferences" => preferences: Option<ContactPreferences>,
        /// ID of the location that the contact belongs to.
        "locationId" => location_id: Option<LocationId>,
        /// False if the contact was deactivated or deleted; ServiceTitan sends it in the change feed only.
        "active" => active: Option<bool>,
    }
}

record!(LocationContact, ContactId, active: active, modified: modified_on);

filter! {
    /// Filter for lists of locations.
    pub struct LocationFilter with created, modified, active, sort {
        /// Only locations with this name.
        "name" => name: String,
        /// Only locations of this customer.
        "customerId" => customer_id: CustomerId,
        /// Only locations in this street.
        "street" => street: String,
        /// Only locations with this unit.
        "unit" => unit: String,
        /// Only locations in this city.
        "city" => city: String,
        /// Only locations in this state.
        "state" => state: String,
        /// Only locations with this postal code.
        "zip" => zip: String,
        /// Only locations in this country.
        "country" => country: String,
        /// Only locations at this latitude, in degrees.
        "latitude" => latitude: f64,
        /// Only locations at this longitude, in degrees.
        "longitude" => longitude: f64,
        /// GUID of the app whose external data is returned.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// Only locations with this key in the external data of that app; needs `external_data_values`.
        "externalDataKey" => external_data_key: String,
        /// Only locations with one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
    }
}

resource! {
    /// Locations.
    pub struct Locations as locations, scope "tn.crm.locations", under "crm/v2/tenant/{tenant}/" {
        /// Reads one location.
        get "locations/{id}" => get(id: LocationId) -> Location;
        /// Lists the locations that match the filter.
        list "locations" => list() -> Location, by LocationFilter;
        /// Reads the locations with these IDs (any number), including inactive ones.
        ids "locations" => by_ids(ids: LocationId) -> Location, active Any;
        /// Reads the change feed of locations, including inactive, deleted and merged ones.
        export "export/locations" => export() -> Location;
        /// Adds a location to a customer.
        post "locations" => create() -> CreatedLocation, sends NewLocation;
        /// Changes a location.
        patch "locations/{id}" => update(id: LocationId) -> Location, sends LocationUpdate;
        /// Lists the notes of a location.
        list "locations/{id}/notes" => notes(id: LocationId) -> Note;
        /// Lists the notes of a location that were written or changed in a time range.
        list "locations/{id}/notes" => notes_between(id: LocationId) -> Note, by TimeFilter;
        /// Adds a note to a location. ServiceTitan does not detect a repeated call: it adds the note again.
        post "locations/{id}/notes" => add_note(id: LocationId) -> Note, sends NewLocationNote;
        /// Removes a note from a location.
        delete "locations/{id}/notes/{noteId}" => delete_note(id: LocationId, note: NoteId);
        /// Lists the contacts of a location.
        list "locations/{id}/contacts" => contacts(id: LocationId) -> LocationContact;
        /// Lists the contacts of these locations. Inactive contacts are left out.
        of "locations/contacts" => contacts_of(locationIds: LocationId) -> LocationContact, matching location_id;
        /// Lists the contacts, of all locations, that were added or changed in a time range. ServiceTitan refuses a filter without a time.
        list "locations/contacts" => contacts_between() -> LocationContact, by TimeFilter;
        /// Reads the change feed of location contacts, including inactive ones.
        export "export/locations/contacts" => export_contacts() -> LocationContact;
        /// Adds a contact to a location.
        post "locations/{id}/contacts" => create_contact(id: LocationId) -> LocationContact, sends NewContact;
        /// Changes a contact of a location.
        patch "locations/{id}/contacts/{contactId}" => update_contact(id: LocationId, contact: ContactId) -> LocationContact, sends ContactUpdate;
        /// Removes a contact from a location.
        delete "locations/{id}/contacts/{contactId}" => delete_contact(id: LocationId, contact: ContactId);
        /// Adds a tag to a location.
        post "locations/{id}/tags/{tagTypeId}" => add_tag(id: LocationId, tag: TagTypeId) -> LocationTags;
        /// Removes a tag from a location.
        delete "locations/{id}/tags/{tagTypeId}" => remove_tag(id: LocationId, tag: TagTypeId);
        /// Lists the custom field types of locations.
        list "locations/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
        /// Reads the preferred technician of a location, if there is one.
        get "locations/{id}/preferredtechnician" => preferred_technician(id: LocationId) -> Option<TechnicianId>;
        /// Sets the preferred technician of a location.
        post "locations/{id}/preferredtechnician/{preferredTechnicianId}" => set_preferred_technician(id: LocationId, technician: TechnicianId);
    }
}

//! What can be done with locations.

use chrono::{DateTime, Utc};

use crate::http::{Query, filter, resource};
use crate::{
    ActiveFilter, CustomerId, Error, ExportFrom, ExportRequest, ListRequest, Location, LocationContact,
    LocationId, NewNote, Note, Operation,
};

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
    pub struct Locations as locations, scope "tn.crm.locations:r" {
        get Location, by LocationId, at "crm/v2/tenant/{tenant}/locations/{id}";
        list Location, by LocationFilter, at "crm/v2/tenant/{tenant}/locations";
        ids LocationId => Location, active Any;
        export Location, at "crm/v2/tenant/{tenant}/export/locations";
        also
            Locations::NOTES;
            Locations::ADD_NOTE;
            Locations::CONTACTS;
            Locations::EXPORT_CONTACTS;
    }
}

impl Locations {
    const NOTES: Operation = Operation::get(
        "locations.notes",
        "crm/v2/tenant/{tenant}/locations/{id}/notes",
        "tn.crm.locations:r",
    );
    const ADD_NOTE: Operation = Operation::post(
        "locations.add_note",
        "crm/v2/tenant/{tenant}/locations/{id}/notes",
        "tn.crm.locations:w",
    );

    /// Reads the notes of a location.
    pub fn notes(&self, id: LocationId) -> ListRequest<Note> {
        self.client.list(&Self::NOTES, Some(id.get()), Query::default())
    }

    /// Writes a note on a location. ServiceTitan cannot tell a repeated note from a new one: a note that may have been written is not sent again.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such location, and every failure of a call; `may_have_been_carried_out` tells whether to look for the note before
    /// writing it again.
    pub async fn add_note(&self, id: LocationId, note: &NewNote) -> Result<Note, Error> {
        self.client.send(&Self::ADD_NOTE, Some(id.get()), note).await
    }

    const CONTACTS: Operation = Operation::get(
        "locations.contacts_of",
        "crm/v2/tenant/{tenant}/locations/contacts",
        "tn.crm.locations:r",
    );
    const EXPORT_CONTACTS: Operation = Operation::get(
        "locations.export_contacts",
        "crm/v2/tenant/{tenant}/export/locations/contacts",
        "tn.crm.locations:r",
    );

    /// Reads the contacts of these locations, 50 locations in a call. Inactive contacts are left out.
    pub fn contacts_of(&self, locations: &[LocationId]) -> ListRequest<LocationContact> {
        self.client.list_by(&Self::CONTACTS, "locationIds", locations, Query::default())
    }

    /// Reads the change feed of contacts. Inactive ones come too.
    pub fn export_contacts(&self, from: ExportFrom) -> ExportRequest<LocationContact> {
        self.client.export(&Self::EXPORT_CONTACTS, from)
    }
}

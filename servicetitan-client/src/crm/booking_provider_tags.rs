//! Booking provider tags: the names under which apps hand in bookings.

use crate::declare::*;

model! {
    /// A name under which an app hands in bookings.
    pub struct BookingProviderTag {
        /// The ID.
        "id" => id: BookingProviderTagId,
        /// The name.
        "tagName" => tag_name: Option<String>,
        /// The description.
        "description" => description: Option<String>,
        /// The type.
        "type" => r#type: Option<BookingProviderTagType>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(BookingProviderTag, BookingProviderTagId, active: active, modified: modified_on);

open_enum! {
    /// Which of ServiceTitan's APIs a tag hands in bookings through, with room for values to come.
    pub enum BookingProviderTagType {
        /// `V1Api`.
        V1Api,
        /// `V2Api`.
        V2Api,
    }
}

filter! {
    /// Which tags a list gives.
    pub struct BookingProviderTagFilter with created, modified, sort {
        /// With this name.
        "name" => name: String,
    }
}

request! {
    /// A tag to be added.
    pub struct NewBookingProviderTag {
        must {
            /// The name.
            "tagName" => tag_name: String,
            /// The description.
            "description" => description: String,
        }
    }
}

request! {
    /// What changes of a tag.
    pub struct BookingProviderTagUpdate {
        may {
            /// The name.
            "tagName" => tag_name: String,
            /// The description.
            "description" => description: String,
        }
    }
}

resource! {
    /// Booking provider tags: the names under which apps hand in bookings.
    pub struct BookingProviderTags as booking_provider_tags, scope "tn.crm.bookingprovidertags", under "crm/v2/tenant/{tenant}/" {
        /// Reads one tag.
        get "booking-provider-tags/{id}" => get(id: BookingProviderTagId) -> BookingProviderTag;
        /// Reads the list.
        list "booking-provider-tags" => list() -> BookingProviderTag, by BookingProviderTagFilter;
        /// Reads the tags with these IDs, however many.
        ids "booking-provider-tags" => by_ids(ids: BookingProviderTagId) -> BookingProviderTag;
        /// Adds a tag.
        post "booking-provider-tags" => create() -> BookingProviderTag, sends NewBookingProviderTag;
        /// Changes a tag.
        patch "booking-provider-tags/{id}" => update(id: BookingProviderTagId) -> BookingProviderTag, sends BookingProviderTagUpdate;
    }
}

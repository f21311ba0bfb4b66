//! Booking provider tags: the names under which apps hand in bookings.

use crate::declare::*;

model! {
    /// Booking provider tag: a name under which an app hands in bookings.
    pub struct BookingProviderTag {
        /// ID of the booking provider tag.
        "id" => id: BookingProviderTagId,
        /// Name of the tag.
        "tagName" => tag_name: Option<String>,
        /// Description of the tag.
        "description" => description: Option<String>,
        /// Version of ServiceTitan's booking API that the tag belongs to.
        "type" => r#type: Option<BookingProviderTagType>,
        /// Time when the booking provider tag was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the booking provider tag was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// True while the booking provider tag is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

record!(BookingProviderTag, BookingProviderTagId, active: active, modified: modified_on);

open_enum! {
    /// Version of the ServiceTitan API through which a booking provider tag hands in bookings.
    pub enum BookingProviderTagType {
        /// `V1Api`.
        V1Api,
        /// `V2Api`.
        V2Api,
    }
}

filter! {
    /// Filter for lists of booking provider tags.
    pub struct BookingProviderTagFilter with created, modified, sort {
        /// Only the tag with this name.
        "name" => name: String,
    }
}

request! {
    /// A booking provider tag to be added.
    pub struct NewBookingProviderTag {
        must {
            /// Name of the tag.
            "tagName" => tag_name: String,
            /// Description of the tag.
            "description" => description: String,
        }
    }
}

request! {
    /// Changes to a booking provider tag. Fields that are not set keep their value.
    pub struct BookingProviderTagUpdate {
        may {
            /// Name of the tag.
            "tagName" => tag_name: String,
            /// Description of the tag.
            "description" => description: String,
        }
    }
}

resource! {
    /// Booking provider tags: the names under which apps hand in bookings.
    pub struct BookingProviderTags as booking_provider_tags, scope "tn.crm.bookingprovidertags", under "crm/v2/tenant/{tenant}/" {
        /// Reads one tag.
        get "booking-provider-tags/{id}" => get(id: BookingProviderTagId) -> BookingProviderTag;
        /// Lists the booking provider tags that match the filter.
        list "booking-provider-tags" => list() -> BookingProviderTag, by BookingProviderTagFilter;
        /// Reads the tags with these IDs (any number).
        ids "booking-provider-tags" => by_ids(ids: BookingProviderTagId) -> BookingProviderTag;
        /// Adds a tag.
        post "booking-provider-tags" => create() -> BookingProviderTag, sends NewBookingProviderTag;
        /// Changes a tag.
        patch "booking-provider-tags/{id}" => update(id: BookingProviderTagId) -> BookingProviderTag, sends BookingProviderTagUpdate;
    }
}

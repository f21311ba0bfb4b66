//! Bookings and their contacts.

#[cfg(feature = "http")]
use super::{BookingContactUpdate, BookingDismissal, BookingUpdate, NewBooking, NewBookingContact};
use super::{ContactType, CustomerType};
use crate::declare::*;

model! {
    /// A booking: a wish for service that is not a job yet.
    pub struct Booking {
        /// The ID.
        "id" => id: BookingId,
        /// Where the booking comes from.
        "source" => source: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The name.
        "name" => name: Option<String>,
        /// The postal address.
        "address" => address: Option<BookingAddress>,
        /// The type of the customer.
        "customerType" => customer_type: Option<CustomerType>,
        /// When the service is wanted.
        "start" => start: Option<DateTime<Utc>>,
        /// The marketing campaign that brought it.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// Whether the customer is a new one.
        "isFirstTimeClient" => is_first_time_client: Option<bool>,
        /// Pictures that came with it.
        "uploadedImages" => uploaded_images: Option<Vec<String>>,
        /// Whether the customer gets a confirmation by e-mail.
        "isSendConfirmationEmail" => is_send_confirmation_email: Option<bool>,
        /// The status.
        "status" => status: Option<BookingStatus>,
        /// The reason why it was dismissed.
        "dismissingReasonId" => dismissing_reason_id: Option<i64>,
        /// The job that it became.
        "jobId" => job_id: Option<JobId>,
        /// The ID in the system that it came from.
        "externalId" => external_id: Option<String>,
        /// The priority.
        "priority" => priority: Option<Priority>,
        /// The job type.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// The provider that handed it in.
        "bookingProviderId" => booking_provider_id: Option<BookingProviderId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The summary, often HTML.
        "summary" => summary: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(Booking, BookingId, active: active, modified: modified_on);

model! {
    /// Where a booking wants the service.
    pub struct BookingAddress {
        /// The street.
        "street" => street: Option<String>,
        /// The unit within the building.
        "unit" => unit: Option<String>,
        /// The city.
        "city" => city: Option<String>,
        /// The state.
        "state" => state: Option<String>,
        /// The postal code.
        "zip" => zip: Option<String>,
        /// The country.
        "country" => country: Option<String>,
    }
}

model! {
    /// A phone number or an e-mail address of a booking.
    pub struct BookingContact {
        /// The ID; the answer to an update has none.
        "id" => id: Option<ContactId>,
        /// The kind of contact.
        "type" => r#type: Option<ContactType>,
        /// The number or the address.
        "value" => value: Option<String>,
        /// A remark.
        "memo" => memo: Option<String>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

open_enum! {
    /// What became of a booking, with room for values to come.
    pub enum BookingStatus {
        /// `New`.
        New,
        /// `Converted`.
        Converted,
        /// `Dismissed`.
        Dismissed,
        /// `Accepted`.
        Accepted,
    }
}

open_enum! {
    /// How urgent a booking or a lead is, with room for values to come.
    pub enum Priority {
        /// `Low`.
        Low,
        /// `Normal`.
        Normal,
        /// `High`.
        High,
        /// `Urgent`.
        Urgent,
    }
}

filter! {
    /// Which bookings a list gives.
    pub struct BookingFilter with created, modified, sort {
        /// With this ID in the system that it came from.
        "externalId" => external_id: String,
    }
}

filter! {
    /// Which of a provider's bookings a list gives.
    pub struct ProviderBookingFilter with created, modified, sort {
        /// With one of these IDs.
        "ids" => ids: Vec<BookingId>,
        /// With this ID in the system that it came from.
        "externalId" => external_id: String,
    }
}

resource! {
    /// Bookings, all of them or a provider's own.
    pub struct Bookings as bookings, scope "tn.crm.bookings", under "crm/v2/tenant/{tenant}/" {
        /// Reads one booking.
        get "bookings/{id}" => get(id: BookingId) -> Booking;
        /// Reads the list.
        list "bookings" => list() -> Booking, by BookingFilter;
        /// Reads the bookings with these IDs, however many.
        ids "bookings" => by_ids(ids: BookingId) -> Booking;
        /// Reads the change feed. Inactive bookings come too.
        export "export/bookings" => export() -> Booking;
        /// Reads the contacts of a booking.
        list "bookings/{id}/contacts" => contacts(id: BookingId) -> BookingContact;
        /// Reads one booking of a provider.
        get "booking-provider/{booking_provider}/bookings/{id}" => get_of_provider(provider: BookingProviderId, id: BookingId) -> Booking;
        /// Reads the list of a provider's bookings.
        list "booking-provider/{booking_provider}/bookings" => list_of_provider(provider: BookingProviderId) -> Booking, by ProviderBookingFilter;
        /// Hands in a booking.
        post "booking-provider/{booking_provider}/bookings" => create(provider: BookingProviderId) -> Booking, sends NewBooking;
        /// Changes a provider's booking.
        patch "booking-provider/{booking_provider}/bookings/{id}" => update(provider: BookingProviderId, id: BookingId) -> Booking, sends BookingUpdate;
        /// Dismisses a provider's booking.
        post "booking-provider/{booking_provider}/bookings/{id}/dismiss" => dismiss(provider: BookingProviderId, id: BookingId), sends BookingDismissal;
        /// Reads the contacts of a provider's booking.
        list "booking-provider/{booking_provider}/bookings/{id}/contacts" => contacts_of_provider(provider: BookingProviderId, id: BookingId) -> BookingContact;
        /// Adds a contact to a provider's booking.
        post "booking-provider/{booking_provider}/bookings/{id}/contacts" => create_contact(provider: BookingProviderId, id: BookingId) -> BookingContact, sends NewBookingContact;
        /// Changes a contact of a provider's booking.
        patch "booking-provider/{booking_provider}/bookings/{id}/contacts/{contactId}" => update_contact(provider: BookingProviderId, id: BookingId, contact: ContactId) -> BookingContact, sends BookingContactUpdate;
        /// Removes a contact from a provider's booking.
        delete "booking-provider/{booking_provider}/bookings/{id}/contacts/{contactId}" => delete_contact(provider: BookingProviderId, id: BookingId, contact: ContactId);
    }
}

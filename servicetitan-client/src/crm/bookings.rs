//! Bookings and their contacts.

#[cfg(feature = "http")]
use super::{BookingContactUpdate, BookingDismissal, BookingUpdate, NewBooking, NewBookingContact};
use super::{ContactType, CustomerType};
use crate::declare::*;

model! {
    /// Booking: a request for service that is not a job yet.
    pub struct Booking {
        /// ID of the booking.
        "id" => id: BookingId,
        /// Source of the booking, such as the website or partner that took it.
        "source" => source: Option<String>,
        /// Time when the booking was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Name of the person or company that asks for service.
        "name" => name: Option<String>,
        /// Address at which service is wanted.
        "address" => address: Option<BookingAddress>,
        /// Type of the customer: residential or commercial.
        "customerType" => customer_type: Option<CustomerType>,
        /// Time at which service is wanted (UTC).
        "start" => start: Option<DateTime<Utc>>,
        /// ID of the marketing campaign that brought the booking.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// ID of the business unit that is to do the work.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// True if the customer is a new one.
        "isFirstTimeClient" => is_first_time_client: Option<bool>,
        /// Pictures that came with the booking.
        "uploadedImages" => uploaded_images: Option<Vec<String>>,
        /// True if the customer gets a confirmation by e-mail.
        "isSendConfirmationEmail" => is_send_confirmation_email: Option<bool>,
        /// Status of the booking: new, accepted, converted into a job, or dismissed.
        "status" => status: Option<BookingStatus>,
        /// ID of the reason for which the booking was dismissed; absent unless it was.
        "dismissingReasonId" => dismissing_reason_id: Option<i64>,
        /// ID of the job that the booking became; absent until then.
        "jobId" => job_id: Option<JobId>,
        /// ID of the booking in the system that handed it in.
        "externalId" => external_id: Option<String>,
        /// Urgency of the booking.
        "priority" => priority: Option<Priority>,
        /// ID of the job type that is wanted.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// ID of the booking provider that handed it in.
        "bookingProviderId" => booking_provider_id: Option<BookingProviderId>,
        /// Time when the booking was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Summary of the request, often HTML.
        "summary" => summary: Option<String>,
        /// True while the booking is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

record!(Booking, BookingId, active: active, modified: modified_on);

model! {
    /// Address at which a booking asks for service.
    pub struct BookingAddress {
        /// Street where the service is wanted.
        "street" => street: Option<String>,
        /// Unit within the building, such as an apartment or suite.
        "unit" => unit: Option<String>,
        /// City where the service is wanted.
        "city" => city: Option<String>,
        /// State or province where the service is wanted.
        "state" => state: Option<String>,
        /// Postal code (ZIP code in the United States) where the service is wanted.
        "zip" => zip: Option<String>,
        /// Country where the service is wanted.
        "country" => country: Option<String>,
    }
}

model! {
    /// A phone number or an e-mail address of a booking.
    pub struct BookingContact {
        /// ID of the contact; absent in the answer to an update.
        "id" => id: Option<ContactId>,
        /// Kind of contact: phone, mobile phone, fax or e-mail.
        "type" => r#type: Option<ContactType>,
        /// Phone number, fax number or e-mail address.
        "value" => value: Option<String>,
        /// Note on the contact, such as whose number it is.
        "memo" => memo: Option<String>,
        /// Time when the contact was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

open_enum! {
    /// Status of a booking.
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
    /// Urgency of a booking or a lead.
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
    /// Filter for lists of bookings.
    pub struct BookingFilter with created, modified, sort {
        /// Only the booking with this ID in the system that handed it in.
        "externalId" => external_id: String,
    }
}

filter! {
    /// Filter for lists of one provider's bookings.
    pub struct ProviderBookingFilter with created, modified, sort {
        /// Only bookings with one of these IDs.
        "ids" => ids: Vec<BookingId>,
        /// Only the booking with this ID in the system that handed it in.
        "externalId" => external_id: String,
    }
}

resource! {
    /// Bookings: all of the tenant, or those of one booking provider.
    pub struct Bookings as bookings, scope "tn.crm.bookings", under "crm/v2/tenant/{tenant}/" {
        /// Reads one booking.
        get "bookings/{id}" => get(id: BookingId) -> Booking;
        /// Lists the bookings that match the filter.
        list "bookings" => list() -> Booking, by BookingFilter;
        /// Reads the bookings with these IDs (any number).
        ids "bookings" => by_ids(ids: BookingId) -> Booking;
        /// Reads the change feed of bookings, including inactive ones.
        export "export/bookings" => export() -> Booking;
        /// Lists the contacts of a booking.
        list "bookings/{id}/contacts" => contacts(id: BookingId) -> BookingContact;
        /// Reads one booking of a provider.
        get "booking-provider/{booking_provider}/bookings/{id}" => get_of_provider(provider: BookingProviderId, id: BookingId) -> Booking;
        /// Lists a provider's bookings.
        list "booking-provider/{booking_provider}/bookings" => list_of_provider(provider: BookingProviderId) -> Booking, by ProviderBookingFilter;
        /// Hands in a booking.
        post "booking-provider/{booking_provider}/bookings" => create(provider: BookingProviderId) -> Booking, sends NewBooking;
        /// Changes a provider's booking.
        patch "booking-provider/{booking_provider}/bookings/{id}" => update(provider: BookingProviderId, id: BookingId) -> Booking, sends BookingUpdate;
        /// Dismisses a provider's booking.
        post "booking-provider/{booking_provider}/bookings/{id}/dismiss" => dismiss(provider: BookingProviderId, id: BookingId), sends BookingDismissal;
        /// Lists the contacts of a provider's booking.
        list "booking-provider/{booking_provider}/bookings/{id}/contacts" => contacts_of_provider(provider: BookingProviderId, id: BookingId) -> BookingContact;
        /// Adds a contact to a provider's booking.
        post "booking-provider/{booking_provider}/bookings/{id}/contacts" => create_contact(provider: BookingProviderId, id: BookingId) -> BookingContact, sends NewBookingContact;
        /// Changes a contact of a provider's booking.
        patch "booking-provider/{booking_provider}/bookings/{id}/contacts/{contactId}" => update_contact(provider: BookingProviderId, id: BookingId, contact: ContactId) -> BookingContact, sends BookingContactUpdate;
        /// Removes a contact from a provider's booking.
        delete "booking-provider/{booking_provider}/bookings/{id}/contacts/{contactId}" => delete_contact(provider: BookingProviderId, id: BookingId, contact: ContactId);
    }
}

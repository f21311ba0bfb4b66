//! What is written to bookings.

#[cfg(feature = "http")]
use super::{ContactType, CustomerType, Priority};
use crate::declare::*;

request! {
    /// A booking to be handed in.
    pub struct NewBooking {
        must {
            /// Where the booking comes from.
            "source" => source: String,
            /// The name.
            "name" => name: String,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// Whether the customer is a new one.
            "isFirstTimeClient" => is_first_time_client: bool,
            /// The ID in the system that it came from.
            "externalId" => external_id: String,
        }
        may {
            /// The postal address.
            "address" => address: NewBookingAddress,
            /// The first contacts.
            "contacts" => contacts: Vec<NewBookingContact>,
            /// The type of the customer: `Residential` or `Commercial`.
            "customerType" => customer_type: String,
            /// When the service is wanted.
            "start" => start: DateTime<Utc>,
            /// The marketing campaign that brought it.
            "campaignId" => campaign_id: CampaignId,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The job type.
            "jobTypeId" => job_type_id: JobTypeId,
            /// The priority.
            "priority" => priority: Priority,
            /// Pictures that came with it.
            "uploadedImages" => uploaded_images: Vec<String>,
            /// Whether the customer gets a confirmation by e-mail.
            "isSendConfirmationEmail" => is_send_confirmation_email: bool,
        }
    }
}

request! {
    /// Where a new booking wants the service.
    pub struct NewBookingAddress {
        must {
            /// The street.
            "street" => street: String,
            /// The city.
            "city" => city: String,
            /// The state.
            "state" => state: String,
            /// The postal code.
            "zip" => zip: String,
            /// The country.
            "country" => country: String,
        }
        may {
            /// The unit within the building.
            "unit" => unit: String,
        }
    }
}

request! {
    /// What changes of a booking.
    pub struct BookingUpdate {
        may {
            /// Where the booking comes from.
            "source" => source: String,
            /// The name.
            "name" => name: String,
            /// The postal address.
            "address" => address: BookingAddressUpdate,
            /// The type of the customer.
            "customerType" => customer_type: CustomerType,
            /// When the service is wanted.
            "start" => start: DateTime<Utc>,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The marketing campaign that brought it.
            "campaignId" => campaign_id: CampaignId,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The job type.
            "jobTypeId" => job_type_id: JobTypeId,
            /// The priority.
            "priority" => priority: Priority,
            /// Whether the customer is a new one.
            "isFirstTimeClient" => is_first_time_client: bool,
            /// Pictures that came with it.
            "uploadedImages" => uploaded_images: Vec<String>,
            /// The ID in the system that it came from.
            "externalId" => external_id: String,
        }
    }
}

request! {
    /// Where a booking wants the service from now on.
    pub struct BookingAddressUpdate {
        named {
            /// The street.
            "street" => street: String,
            /// The unit within the building.
            "unit" => unit: String,
            /// The city.
            "city" => city: String,
            /// The state.
            "state" => state: String,
            /// The postal code.
            "zip" => zip: String,
            /// The country.
            "country" => country: String,
        }
    }
}

request! {
    /// A phone number or an e-mail address to be added to a booking.
    pub struct NewBookingContact {
        must {
            /// The kind of contact.
            "type" => r#type: ContactType,
            /// The number or the address.
            "value" => value: String,
        }
        may {
            /// A remark.
            "memo" => memo: String,
        }
    }
}

request! {
    /// What changes of a booking's contact.
    pub struct BookingContactUpdate {
        may {
            /// The kind of contact.
            "type" => r#type: ContactType,
            /// The number or the address.
            "value" => value: String,
            /// A remark.
            "memo" => memo: String,
        }
    }
}

request! {
    /// Why a booking is dismissed.
    pub struct BookingDismissal {
        may {
            /// The call reason.
            "callReasonId" => call_reason_id: i64,
            /// A remark on why it is dismissed.
            "dismissingMemo" => dismissing_memo: String,
        }
    }
}

//! Request bodies of writes to bookings.

#[cfg(feature = "http")]
use super::{ContactType, CustomerType, Priority};
use crate::declare::*;

request! {
    /// A booking to be handed in.
    pub struct NewBooking {
        must {
            /// Source of the booking, such as the website or partner that took it.
            "source" => source: String,
            /// Name of the person or company that asks for service.
            "name" => name: String,
            /// Summary of the request, often HTML.
            "summary" => summary: String,
            /// True if the customer is a new one.
            "isFirstTimeClient" => is_first_time_client: bool,
            /// ID of the booking in the system that handed it in.
            "externalId" => external_id: String,
        }
        may {
            /// Address at which service is wanted.
            "address" => address: NewBookingAddress,
            /// First contacts of the booking.
            "contacts" => contacts: Vec<NewBookingContact>,
            /// Type of the customer: residential or commercial.
            "customerType" => customer_type: String,
            /// Time at which service is wanted (UTC).
            "start" => start: DateTime<Utc>,
            /// ID of the marketing campaign that brought the booking.
            "campaignId" => campaign_id: CampaignId,
            /// ID of the business unit that is to do the work.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the job type that is wanted.
            "jobTypeId" => job_type_id: JobTypeId,
            /// Urgency of the booking.
            "priority" => priority: Priority,
            /// Pictures that came with the booking.
            "uploadedImages" => uploaded_images: Vec<String>,
            /// True if the customer gets a confirmation by e-mail.
            "isSendConfirmationEmail" => is_send_confirmation_email: bool,
        }
    }
}

request! {
    /// Address at which a new booking asks for service.
    pub struct NewBookingAddress {
        must {
            /// Street where the service is wanted.
            "street" => street: String,
            /// City where the service is wanted.
            "city" => city: String,
            /// State or province where the service is wanted.
            "state" => state: String,
            /// Postal code (ZIP code in the United States) where the service is wanted.
            "zip" => zip: String,
            /// Country where the service is wanted.
            "country" => country: String,
        }
        may {
            /// Unit within the building, such as an apartment or suite.
            "unit" => unit: String,
        }
    }
}

request! {
    /// Changes to a booking. Fields that are not set keep their value.
    pub struct BookingUpdate {
        may {
            /// Source of the booking, such as the website or partner that took it.
            "source" => source: String,
            /// Name of the person or company that asks for service.
            "name" => name: String,
            /// Address at which service is wanted.
            "address" => address: BookingAddressUpdate,
            /// Type of the customer: residential or commercial.
            "customerType" => customer_type: CustomerType,
            /// Time at which service is wanted (UTC).
            "start" => start: DateTime<Utc>,
            /// Summary of the request, often HTML.
            "summary" => summary: String,
            /// ID of the marketing campaign that brought the booking.
            "campaignId" => campaign_id: CampaignId,
            /// ID of the business unit that is to do the work.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the job type that is wanted.
            "jobTypeId" => job_type_id: JobTypeId,
            /// Urgency of the booking.
            "priority" => priority: Priority,
            /// True if the customer is a new one.
            "isFirstTimeClient" => is_first_time_client: bool,
            /// Pictures that came with the booking.
            "uploadedImages" => uploaded_images: Vec<String>,
            /// ID of the booking in the system that handed it in.
            "externalId" => external_id: String,
        }
    }
}

request! {
    /// New address at which a booking asks for service.
    pub struct BookingAddressUpdate {
        named {
            /// Street where the service is wanted.
            "street" => street: String,
            /// Unit within the building, such as an apartment or suite.
            "unit" => unit: String,
            /// City where the service is wanted.
            "city" => city: String,
            /// State or province where the service is wanted.
            "state" => state: String,
            /// Postal code (ZIP code in the United States) where the service is wanted.
            "zip" => zip: String,
            /// Country where the service is wanted.
            "country" => country: String,
        }
    }
}

request! {
    /// A phone number or an e-mail address to be added to a booking.
    pub struct NewBookingContact {
        must {
            /// Kind of contact: phone, mobile phone, fax or e-mail.
            "type" => r#type: ContactType,
            /// Phone number, fax number or e-mail address.
            "value" => value: String,
        }
        may {
            /// Note on the contact, such as whose number it is.
            "memo" => memo: String,
        }
    }
}

request! {
    /// Changes to a booking's contact. Fields that are not set keep their value.
    pub struct BookingContactUpdate {
        may {
            /// Kind of contact: phone, mobile phone, fax or e-mail.
            "type" => r#type: ContactType,
            /// Phone number, fax number or e-mail address.
            "value" => value: String,
            /// Note on the contact, such as whose number it is.
            "memo" => memo: String,
        }
    }
}

request! {
    /// Reason for dismissing a booking.
    pub struct BookingDismissal {
        may {
            /// ID of the call reason.
            "callReasonId" => call_reason_id: i64,
            /// Note on why the booking is dismissed.
            "dismissingMemo" => dismissing_memo: String,
        }
    }
}

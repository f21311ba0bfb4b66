//! Webhooks: the events that ServiceTitan posts to a host when something changes.
//!
//! A delivery is a CloudEvents 1.0 envelope, signed over its exact bytes with a key that the host chose in the developer portal. A
//! [`WebhookVerifier`] holds the keys, refuses a delivery that they did not sign, and reads the rest:
//!
//! ```
//! use http::HeaderMap;
//! use servicetitan_client::webhooks::{WebhookData, WebhookError, WebhookVerifier};
//!
//! fn receive(verifier: &WebhookVerifier, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
//!     let event = verifier.receive(headers, body)?;
//!     // The same event may be delivered again, at once or after a while, under the same ID.
//!     println!("{} {}", event.id, event.event_type);
//!     match event.data {
//!         WebhookData::Job(data) => println!("job {} is {:?}", data.job.id, data.job.job_status),
//!         WebhookData::Appointment(data) => println!("appointment {}", data.appointment.id),
//!         _ => {}
//!     }
//!     Ok(())
//! }
//!
//! // Two keys, while one replaces the other.
//! let verifier = WebhookVerifier::new("the-key-of-thirty-two-characters")?.and_key("its-successor-of-32-characters-!")?;
//! # let body = br#"{"specversion":"1.0","type":"tn.jpm.job-updated","userassignedid":"1","data":{"job":{"id":1}}}"#;
//! # let mut headers = HeaderMap::new();
//! # headers.insert("x-servicetitan-signature", verifier.sign(body).parse().unwrap());
//! receive(&verifier, &headers, body)?;
//! # Ok::<(), WebhookError>(())
//! ```
//!
//! # What a host can rely on
//!
//! - Webhooks are fast, not complete: ServiceTitan repeats a failed delivery after 10, 30, 60 and 300 seconds, and then drops it. A host that must
//!   not miss a change reads the change feeds as well.
//! - Events come late and out of order: a record's `modified_on` says which state is newer.
//! - A field of the record whose value does not fit reads as absent, is kept as it came, and is told by [`WebhookEvent::problems`].
//! - An event of an unknown type, or whose record has no readable ID, keeps its data as [`WebhookData::Other`].
//! - A signature may be in hexadecimal digits or Base64, in either of the headers that are in use: see [`WebhookVerifier`].
//! - `Debug` shows no customer's data, and errors quote nothing of a body or a signature.

mod error;
mod event;
mod payloads;
mod signature;
mod verifier;

pub use error::WebhookError;
pub use event::{WebhookData, WebhookEvent};
pub use payloads::{
    AppointmentEvent, InvoiceEvent, InvoiceReference, InvoiceTask, InvoiceTaskEvent, JobEvent, LeadEvent,
    WebhookLead,
};
pub use signature::SIGNATURE_HEADER;
pub use verifier::WebhookVerifier;

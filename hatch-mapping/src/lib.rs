//! The mapping between ServiceTitan and Hatch: jobs and memberships become Hatch opportunities, and Hatch's events become the texts of notes.
//!
//! Everything here is pure: one joined record in, one opportunity out. There is no I/O, no clock and no async, and the crate builds for
//! `wasm32-unknown-unknown`.
//!
//! ```
//! use hatch_mapping::{
//!     BaseRecord, ContactFallback, JoinedRecord, Joins, Mapper, MapperConfig, MappingWarning, OpportunityModel,
//!     PlaceholderEmails, catalogue, rehash,
//! };
//! use serde_json::json;
//! use servicetitan_client::{Customer, CustomerContact, Estimate, Job};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The records, as ServiceTitan sends them.
//! let job: Job = serde_json::from_value(json!(
//!     {"id": 42, "customerId": 7, "jobStatus": "Scheduled", "createdOn": "2026-01-02T03:04:05Z", "jobTypeId": 9}))?;
//! let customer: Customer = serde_json::from_value(json!({"id": 7, "name": "Smith, John"}))?;
//! let contacts: Vec<CustomerContact> = serde_json::from_value(json!([
//!     {"id": 1, "type": "MobilePhone", "value": "555-0100", "createdOn": "2026-01-01T00:00:00Z"},
//!     {"id": 2, "type": "Email", "value": "john@x.example; mary@x.example", "createdOn": "2026-01-02T00:00:00Z"},
//!     {"id": 3, "type": "Email", "value": "noemail@noemail.com", "createdOn": "2026-01-03T00:00:00Z"}]))?;
//! let estimate: Estimate = serde_json::from_value(json!(
//!     {"id": 5, "jobId": 42, "status": {"name": "Open"}, "createdOn": "2026-01-02T00:00:00Z"}))?;
//!
//! // The rules. A path that no job can have is refused here.
//! let mut config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
//! config.placeholder_emails = PlaceholderEmails::common();
//! config.contact_fallback = ContactFallback::WhenBothMissing;
//! config.status_path = Some("jobStatus".parse()?);
//! let mapper = Mapper::new(config)?;
//!
//! // One joined record in, one opportunity out. The job's type was not given: a warning tells.
//! let joins = Joins {
//!     customer: Some(&customer),
//!     customer_contacts: contacts.iter().collect(),
//!     estimates: vec![&estimate],
//!     ..Joins::default()
//! };
//! let record = JoinedRecord { base: BaseRecord::Job(&job), joins };
//! let mapped = mapper.map(&record);
//! assert_eq!(mapped.warnings, [MappingWarning::JobType]);
//!
//! // The body of Hatch's upsert.
//! let body = serde_json::to_value(&mapped.opportunity)?;
//! assert_eq!(body["externalID"], "42");
//! assert_eq!((&body["firstName"], &body["lastName"]), (&json!("John"), &json!("Smith")));
//! assert_eq!((&body["phoneNumber"], &body["email"]), (&json!("555-0100"), &json!("john@x.example")));
//! assert_eq!(body["status"], "Scheduled");
//! assert_eq!(body["details"]["customer"]["contacts"][0]["value"], "noemail@noemail.com");
//!
//! // A detail by its path, and an audience.
//! let details = &mapped.opportunity.details;
//! assert_eq!(details.read(&"estimates:1:status:name".parse()?)?, "Open");
//! assert!(rehash(30).matches(details, "2026-01-20T00:00:00Z".parse()?));
//!
//! // For support people: the origin of a field. For those who configure: the fields that there are.
//! let email = mapper.explain(&record).field("email").map(ToString::to_string);
//! assert_eq!(
//!     email.as_deref(),
//!     Some(
//!         "email: john@x.example\n  \
//!            the first e-mail address of the customer, from contact 2 (customer:contacts:2:value)\n  \
//!            passed over: contact 3 of the customer (customer:contacts:1:value): a placeholder, not a real e-mail address"
//!     )
//! );
//! assert!(catalogue(OpportunityModel::Job).iter().any(|field| field.path == "estimates:#:status:name"));
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! | to do | use |
//! |---|---|
//! | map a record with its joins | [`Mapper::map`] |
//! | get name, phone, e-mail and IDs without the details | [`Mapper::standard_fields`] |
//! | read one detail, or list all of them with their paths | [`Details::read`], [`Details::flatten`] |
//! | list the details that opportunities can have | [`catalogue()`]; as a page, `FIELDS.md` in the crate's folder |
//! | tell support people where a standard field came from | [`Mapper::explain`] |
//! | find the record of an `externalID` | [`Mapper::base_id`] |
//! | tell which contact of Hatch an opportunity will land on | [`contact_matching`] |
//! | choose the opportunities of a campaign | [`rehash`], [`speed_to_lead_removal`], [`AudienceRule`] |
//! | write notes about events in Hatch | [`HatchEvent`], [`PushConfig`], [`NoteRenderer`] |
//!
//! # Features
//!
//! `time-zones` (on by default) lets notes write times in a named time zone. Without the feature the crate is smaller, and notes write times at
//! an offset from UTC.
//!
//! # Why is a technician part of an assignment only where employees and technicians are selected?
//!
//! An object that was not selected never appears. The assignment itself has the technician's ID and name in any case.
//!
//! # Why does a warning not name the missing record?
//!
//! The record that refers to it is in the details, with the ID. Warnings are counted in reports and logs, which outlive the customer's data.
//!
//! # Why is an opportunity without phone and e-mail mapped at all?
//!
//! The mapper tells what ServiceTitan holds. Hatch would make a new contact for each upsert, which is a reason not to send the opportunity, and
//! sending is the engine's task. [`Mapped::contact_key`] tells the engine.
//!
//! # Why is a path refused that a record may yet have?
//!
//! ServiceTitan adds fields, and records keep those that their model does not know. A misspelt path looks exactly like a path to such a field, and
//! is far more frequent. [`MapperConfig::allow_unlisted_paths`] is for the others.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Choosing objects](../../../docs/book/choosing-objects.html), [All fields](../../../docs/book/fields.html),
//! [Placeholder e-mails](../../../docs/book/placeholder-emails.html), [Audiences](../../../docs/book/audiences.html),
//! [Pushing notes](../../../docs/book/pushing-notes.html), [Try the mapping](../../../docs/book/try-the-mapping.html).

mod audiences;
mod catalogue;
mod config;
mod config_error;
pub mod contact_matching;
mod contacts;
mod details;
mod explain;
mod joined;
mod mapper;
mod names;
mod notes;
mod one_field;
mod opportunity;
mod order;
mod path;
mod selection;
mod shape;
mod standard_fields;
mod warnings;

pub use audiences::{AudienceRule, Condition, rehash, speed_to_lead_removal};
pub use catalogue::{DataType, DetailField, catalogue};
pub use config::MapperConfig;
pub use config_error::ConfigError;
pub use contacts::{ContactFallback, ContactKey, ContactOwner, EmailValues, PassedOver, PlaceholderEmails};
pub use details::Details;
pub use explain::{Explanation, FieldOrigin, PassedOverContact};
pub use joined::{BaseRecord, JoinedRecord, Joins};
pub use mapper::{MAPPING_VERSION, Mapped, Mapper};
pub use names::{NameParts, split_name};
#[cfg(feature = "time-zones")]
pub use notes::UnknownTimeZone;
pub use notes::{
    Channel, DefaultNoteRenderer, HatchEvent, HatchEventKind, NOTE_LIMIT, NoteRenderer, NoteTarget,
    PushConfig, PushRule,
};
pub use opportunity::Opportunity;
pub use path::{DetailPath, MissingDetail, PathError};
pub use selection::{ObjectSelection, OpportunityModel, SelectableObject};
pub use standard_fields::StandardFields;
pub use warnings::MappingWarning;

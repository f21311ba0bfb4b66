//! How ServiceTitan's records turn into Hatch opportunities, and Hatch's events into notes.
//!
//! Everything here is pure: one joined record in, one opportunity out. There is no I/O, no clock and no async, and the crate builds for
//! `wasm32-unknown-unknown`.
//!
//! ```
//! use hatch_mapping::{BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, OpportunityModel};
//! use servicetitan_client::{Customer, CustomerContact, Job};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let job: Job = serde_json::from_str(r#"{"id": 42, "customerId": 7, "createdOn": "2026-01-02T03:04:05Z"}"#)?;
//! let customer: Customer = serde_json::from_str(r#"{"id": 7, "name": "Smith, John"}"#)?;
//! let phone: CustomerContact = serde_json::from_str(r#"{"id": 1, "type": "MobilePhone", "value": "555-0100"}"#)?;
//!
//! let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:servicetitan"))?;
//! let joins = Joins { customer: Some(&customer), customer_contacts: vec![&phone], ..Joins::default() };
//! let mapped = mapper.map(&JoinedRecord { base: BaseRecord::Job(&job), joins });
//!
//! assert_eq!(mapped.opportunity.external_id, "42");
//! assert_eq!(mapped.opportunity.first_name.as_deref(), Some("John"));
//! assert_eq!(mapped.opportunity.phone_number.as_deref(), Some("555-0100"));
//! let value = mapped.opportunity.details.get(&"customer:contacts:1:value".parse()?);
//! assert_eq!(value.and_then(|value| value.as_str()), Some("555-0100"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! | to do | use |
//! |---|---|
//! | map a record with its joins | [`Mapper::map`] |
//! | know name, phone, e-mail and IDs without the details | [`Mapper::standard_fields`] |
//! | read a detail, or list them all with their paths | [`Details::read`], [`Details::flatten`] |
//! | tell support people where a standard field came from | [`Mapper::explain`] |
//! | come back from an `externalID` to the record | [`Mapper::base_id`] |
//! | know which contact of Hatch an opportunity will land on | [`contact_matching`] |
//! | choose whom a campaign is for | [`rehash`], [`speed_to_lead_removal`], [`AudienceRule`] |
//! | write notes about what happened in Hatch | [`HatchEvent`], [`PushConfig`], [`NoteRenderer`] |
//!
//! # Features
//!
//! `time-zones` (on by default) lets notes tell times by a time zone's name. Without it the crate is smaller and notes tell times at an offset
//! from UTC.
//!
//! # Why is a technician part of an assignment only where employees and technicians are selected?
//!
//! An object that was not selected never appears. The assignment itself carries the technician's ID and name in any case.
//!
//! # Why does a warning not say which record is missing?
//!
//! The record that names it is in the details, with the ID. A warning is counted in reports and logs, which outlive the customer's data.
//!
//! # Why is an opportunity without phone and e-mail mapped at all?
//!
//! The mapper tells what is there. That Hatch would make a new contact each time is a reason not to send it, and sending is the engine's.

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

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
//! # Why is a technician part of an assignment only where employees and technicians are selected?
//!
//! An object that was not selected never appears. The assignment itself carries the technician's ID and name in any case.

mod audiences;
pub mod contact_matching;
mod contacts;
mod details;
mod explain;
mod joined;
mod mapper;
mod names;
mod notes;
mod opportunity;
mod order;
mod path;
mod placeholder;
mod selection;
mod standard_fields;
mod warnings;

pub use audiences::{AudienceRule, Condition, rehash, speed_to_lead_removal};
pub use details::Details;
pub use explain::FieldOrigin;
pub use joined::{BaseRecord, JoinedRecord, Joins};
pub use mapper::{MAPPING_VERSION, Mapped, Mapper, MapperConfig};
pub use names::{NameParts, split_name};
#[cfg(feature = "time-zones")]
pub use notes::UnknownTimeZone;
pub use notes::{
    Channel, DefaultNoteRenderer, HatchEvent, HatchEventKind, NOTE_LIMIT, NoteRenderer, NoteTarget,
    PushConfig, PushRule,
};
pub use opportunity::Opportunity;
pub use path::{DetailPath, MissingDetail, PathError};
pub use placeholder::PlaceholderEmails;
pub use selection::{ConfigError, ObjectSelection, OpportunityModel, SelectableObject};
pub use standard_fields::StandardFields;
pub use warnings::MappingWarning;

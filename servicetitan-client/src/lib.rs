//! A typed client for ServiceTitan's API.

pub mod ids;
pub mod model;
mod notes;
#[cfg(feature = "http")]
pub mod operations;
pub mod scopes;

#[cfg(feature = "http")]
mod environment;
#[cfg(feature = "http")]
mod error;
#[cfg(feature = "http")]
mod http;

#[cfg(feature = "accounting")]
pub mod accounting;
#[cfg(feature = "crm")]
pub mod crm;
#[cfg(feature = "dispatch")]
pub mod dispatch;
#[cfg(feature = "jpm")]
pub mod jpm;
#[cfg(feature = "marketing")]
pub mod marketing;
#[cfg(feature = "memberships")]
pub mod memberships;
#[cfg(feature = "sales")]
pub mod sales;
#[cfg(feature = "settings")]
pub mod settings;

#[cfg(feature = "accounting")]
pub use accounting::*;
#[cfg(feature = "crm")]
pub use crm::*;
#[cfg(feature = "dispatch")]
pub use dispatch::*;
pub use ids::*;
#[cfg(feature = "jpm")]
pub use jpm::*;
#[cfg(feature = "marketing")]
pub use marketing::*;
#[cfg(feature = "memberships")]
pub use memberships::*;
pub use model::{Decimal, Record};
pub use notes::{NewNote, Note};
#[cfg(feature = "http")]
pub use operations::Operation;
#[cfg(feature = "sales")]
pub use sales::*;
pub use scopes::Scope;
#[cfg(feature = "settings")]
pub use settings::*;

#[cfg(feature = "http")]
pub use environment::{CustomEnvironment, Environment};
#[cfg(feature = "http")]
pub use error::{Call, Error, FieldProblem, TransportKind};
#[cfg(feature = "http")]
pub use http::{
    ActiveFilter, ConnectionReport, ContinueFrom, ExportFrom, ExportPage, ExportRequest, Lane, ListRequest,
    Page, RawRequest, RecordProblem, RequestCounts, RequestLimits, ServiceTitan, ServiceTitanBuilder,
};

// Types of other crates that stand in signatures here.
#[cfg(feature = "http")]
pub use ::http::Method;
#[cfg(feature = "http")]
pub use secrecy::SecretString;

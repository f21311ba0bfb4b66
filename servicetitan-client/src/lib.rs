//! A typed client for ServiceTitan's API.

pub mod ids;
pub mod model;
mod notes;

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
pub use notes::{NewNote, Note};
#[cfg(feature = "sales")]
pub use sales::*;
#[cfg(feature = "settings")]
pub use settings::*;

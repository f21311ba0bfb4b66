//! CRM.

mod address;
mod contact_details;
mod customers;
mod locations;

pub use address::Address;
pub use contact_details::{ContactPreferences, PhoneSettings};
pub use customers::{ContactType, Customer, CustomerContact, CustomerType};
pub use locations::{Location, LocationContact};
#[cfg(feature = "http")]
pub(crate) mod customers_operations;
#[cfg(feature = "http")]
pub use customers_operations::{CustomerFilter, Customers};
#[cfg(feature = "http")]
pub(crate) mod locations_operations;
#[cfg(feature = "http")]
pub use locations_operations::{LocationFilter, Locations};

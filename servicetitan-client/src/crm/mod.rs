//! CRM.

mod address;
mod contact_details;
mod customers;
mod locations;

pub use address::Address;
pub use contact_details::{ContactPreferences, PhoneSettings};
pub use customers::{ContactType, Customer, CustomerContact, CustomerType};
pub use locations::{Location, LocationContact};

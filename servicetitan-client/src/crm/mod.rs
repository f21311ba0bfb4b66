//! CRM.

mod address;
mod contact_details;
mod customers;
mod locations;

pub use address::*;
pub use contact_details::*;

crate::declare::family! {
    customers,
    locations,
}

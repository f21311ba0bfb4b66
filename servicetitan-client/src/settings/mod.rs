//! Settings.

mod business_units;
mod employees;
mod permission;
mod tag_types;
mod technicians;

pub use permission::*;

crate::declare::family! {
    business_units,
    employees,
    tag_types,
    technicians,
}

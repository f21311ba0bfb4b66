//! The Settings family: employees, technicians, business units, tag types and user roles.

mod account_actions;
mod business_units;
mod employees;
mod permission;
mod tag_types;
mod technician_writes;
mod technicians;
mod user_roles;

crate::declare::family! {
    resources {
        business_units,
        employees,
        tag_types,
        technicians,
        user_roles,
    }
    beside {
        account_actions,
        permission,
        technician_writes,
    }
}

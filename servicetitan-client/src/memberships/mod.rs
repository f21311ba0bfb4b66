//! The Memberships family: memberships, recurring services and their types.

mod membership_types;
#[allow(clippy::module_inception, reason = "the family is named after its first resource")]
mod memberships;
mod recurring_service_events;
mod recurring_service_types;
mod recurring_service_writes;
mod recurring_services;

crate::declare::family! {
    resources {
        membership_types,
        memberships,
        recurring_service_events,
        recurring_service_types,
        recurring_services,
    }
    beside {
        recurring_service_writes,
    }
}

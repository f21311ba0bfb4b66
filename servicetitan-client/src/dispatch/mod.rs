//! Dispatch.

mod appointment_assignments;
mod zones;

crate::declare::family! {
    appointment_assignments,
    zones,
}

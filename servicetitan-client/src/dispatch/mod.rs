//! The Dispatch family: assignments, non-job appointments and zones.

mod appointment_assignments;
mod non_job_appointments;
mod zones;

crate::declare::family! {
    resources {
        appointment_assignments,
        non_job_appointments,
        zones,
    }
}

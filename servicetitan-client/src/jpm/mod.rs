//! Job Planning and Management.

mod appointments;
mod job_cancel_reasons;
mod job_hold_reasons;
mod job_types;
mod jobs;

crate::declare::family! {
    appointments,
    job_cancel_reasons,
    job_hold_reasons,
    job_types,
    jobs,
}

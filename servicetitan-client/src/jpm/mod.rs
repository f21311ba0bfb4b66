//! The Job Planning and Management family: jobs, appointments, projects and their types.

mod appointments;
mod job_cancel_reasons;
mod job_hold_reasons;
mod job_logs;
mod job_types;
mod job_writes;
mod jobs;
mod projects;

crate::declare::family! {
    resources {
        appointments,
        job_cancel_reasons,
        job_hold_reasons,
        job_types,
        jobs,
        projects,
    }
    beside {
        job_logs,
        job_writes,
    }
}

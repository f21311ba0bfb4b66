//! Job Planning and Management.

mod appointments;
mod job_cancel_reasons;
mod job_hold_reasons;
mod job_types;
mod jobs;

pub use appointments::{Appointment, AppointmentStatus};
pub use job_cancel_reasons::JobCancelReason;
pub use job_hold_reasons::JobHoldReason;
pub use job_types::JobType;
pub use jobs::{CancelReason, Job, JobCanceledLog, JobGeneratedLeadSource, JobStatus};

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
#[cfg(feature = "http")]
pub(crate) mod jobs_operations;
#[cfg(feature = "http")]
pub use jobs_operations::{JobFilter, Jobs};
#[cfg(feature = "http")]
pub(crate) mod appointments_operations;
#[cfg(feature = "http")]
pub use appointments_operations::{AppointmentFilter, Appointments};
#[cfg(feature = "http")]
pub(crate) mod job_types_operations;
#[cfg(feature = "http")]
pub use job_types_operations::{JobTypeFilter, JobTypes};
#[cfg(feature = "http")]
pub(crate) mod job_cancel_reasons_operations;
#[cfg(feature = "http")]
pub use job_cancel_reasons_operations::{JobCancelReasonFilter, JobCancelReasons};
#[cfg(feature = "http")]
pub(crate) mod job_hold_reasons_operations;
#[cfg(feature = "http")]
pub use job_hold_reasons_operations::{JobHoldReasonFilter, JobHoldReasons};

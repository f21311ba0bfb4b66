//! Dispatch.

mod appointment_assignments;
mod zones;

pub use appointment_assignments::{AppointmentAssignment, AppointmentAssignmentStatus};
pub use zones::Zone;

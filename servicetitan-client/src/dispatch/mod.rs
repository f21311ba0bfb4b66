//! Dispatch.

mod appointment_assignments;
mod zones;

pub use appointment_assignments::{AppointmentAssignment, AppointmentAssignmentStatus};
pub use zones::Zone;
#[cfg(feature = "http")]
pub(crate) mod appointment_assignments_operations;
#[cfg(feature = "http")]
pub use appointment_assignments_operations::{AppointmentAssignmentFilter, AppointmentAssignments};
#[cfg(feature = "http")]
pub(crate) mod zones_operations;
#[cfg(feature = "http")]
pub use zones_operations::{ZoneFilter, Zones};

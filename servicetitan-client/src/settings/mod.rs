//! Settings.

mod business_units;
mod employees;
mod permission;
mod tag_types;
mod technicians;

pub use business_units::{BusinessUnit, BusinessUnitAddress, BusinessUnitTenant, Named};
pub use employees::{Employee, EmployeeAddress, EmployeeUserRole};
pub use permission::Permission;
pub use tag_types::{TagImportance, TagType};
pub use technicians::{
    Technician, TechnicianAddress, TechnicianJobFilter, TechnicianLicenseType, TechnicianLocation,
    TechnicianPosition, TechnicianSkill, TechnicianStatus,
};
#[cfg(feature = "http")]
pub(crate) mod business_units_operations;
#[cfg(feature = "http")]
pub use business_units_operations::{BusinessUnitFilter, BusinessUnits};
#[cfg(feature = "http")]
pub(crate) mod employees_operations;
#[cfg(feature = "http")]
pub use employees_operations::{EmployeeFilter, Employees};
#[cfg(feature = "http")]
pub(crate) mod technicians_operations;
#[cfg(feature = "http")]
pub use technicians_operations::{TechnicianFilter, Technicians};
#[cfg(feature = "http")]
pub(crate) mod tag_types_operations;
#[cfg(feature = "http")]
pub use tag_types_operations::{TagTypeFilter, TagTypes};

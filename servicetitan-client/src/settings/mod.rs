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

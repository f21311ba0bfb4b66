//! User roles.

use crate::declare::*;

model! {
    /// User role: a set of rights that users have.
    pub struct UserRole {
        /// ID of the user role.
        "id" => id: UserRoleId,
        /// True while the user role is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Name of the user role.
        "name" => name: Option<String>,
        /// Time when the user role was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Kind of user that the role is for: employee or technician.
        "employeeType" => employee_type: Option<EmployeeType>,
    }
}

record!(UserRole, UserRoleId, active: active);

open_enum! {
    /// Kind of user that a role is for.
    pub enum EmployeeType {
        /// `Employee`.
        Employee,
        /// `Technician`.
        Technician,
    }
}

open_enum! {
    /// Kind of user to list roles for.
    pub enum RequestedEmployeeType {
        /// `None`.
        None,
        /// `Employee`.
        Employee,
        /// `Technician`.
        Technician,
        /// `All`.
        All,
    }
}

filter! {
    /// Filter for lists of user roles.
    pub struct UserRoleFilter with created, active {
        /// Only user roles whose name contains this text, in upper or lower case.
        "name" => name: String,
        /// Only user roles for this kind of user.
        "employeeType" => employee_type: RequestedEmployeeType,
    }
}

resource! {
    /// User roles.
    pub struct UserRoles as user_roles, scope "tn.stt.userroles", under "settings/v2/tenant/{tenant}/" {
        /// Lists the user roles that match the filter.
        list "user-roles" => list() -> UserRole, by UserRoleFilter;
        /// Reads the roles with these IDs (any number), including inactive ones.
        ids "user-roles" => by_ids(ids: UserRoleId) -> UserRole, active Any;
    }
}

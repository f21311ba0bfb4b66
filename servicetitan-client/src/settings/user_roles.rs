//! Roles that users have.

use crate::declare::*;

model! {
    /// A role that users have.
    pub struct UserRole {
        /// The ID.
        "id" => id: UserRoleId,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The name.
        "name" => name: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Whom the role is for.
        "employeeType" => employee_type: Option<EmployeeType>,
    }
}

record!(UserRole, UserRoleId, active: active);

open_enum! {
    /// Whom a role is for, with room for values to come.
    pub enum EmployeeType {
        /// `Employee`.
        Employee,
        /// `Technician`.
        Technician,
    }
}

open_enum! {
    /// For whom the roles are that a list gives, with room for values to come.
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
    /// Which roles a list gives.
    pub struct UserRoleFilter with created, active {
        /// With this name.
        "name" => name: String,
        /// For these users.
        "employeeType" => employee_type: RequestedEmployeeType,
    }
}

resource! {
    /// Roles that users have.
    pub struct UserRoles as user_roles, scope "tn.stt.userroles", under "settings/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "user-roles" => list() -> UserRole, by UserRoleFilter;
        /// Reads the roles with these IDs, however many, those out of use too.
        ids "user-roles" => by_ids(ids: UserRoleId) -> UserRole, active Any;
    }
}

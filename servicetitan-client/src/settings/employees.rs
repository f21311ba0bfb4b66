//! Employees.

use super::permission::Permission;
use crate::declare::*;

model! {
    /// An employee of the office.
    pub struct Employee {
        /// The ID.
        "id" => id: EmployeeId,
        /// The user behind it.
        "userId" => user_id: Option<UserId>,
        /// The name.
        "name" => name: Option<String>,
        /// The first name.
        "firstName" => first_name: Option<String>,
        /// The last name.
        "lastName" => last_name: Option<String>,
        /// The manager.
        "managerId" => manager_id: Option<EmployeeId>,
        /// The role.
        "role" => role: Option<EmployeeUserRole>,
        /// The roles.
        "roleIds" => role_ids: Option<Vec<i64>>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The e-mail address.
        "email" => email: Option<String>,
        /// The phone number.
        "phoneNumber" => phone_number: Option<String>,
        /// The login name.
        "loginName" => login_name: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The user's ID in the company's directory (Azure AD).
        "aadUserId" => aad_user_id: Option<String>,
        /// Whether the account is locked.
        "accountLocked" => account_locked: Option<bool>,
        /// The home address.
        "home" => home: Option<EmployeeAddress>,
        /// The employee's agent ID.
        "agentId" => agent_id: Option<i32>,
        /// The first day of work.
        "startDate" => start_date: Option<DateTime<Utc>>,
        /// The last day of work.
        "terminationDate" => termination_date: Option<DateTime<Utc>>,
        /// The pay per hour, in the tenant's currency.
        "hourlyRate" => hourly_rate: Option<Decimal>,
        /// The overtime profile.
        "overtimeProfileId" => overtime_profile_id: Option<i64>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// The permissions.
        "permissions" => permissions: Option<Vec<Permission>>,
    }
}

record!(Employee, EmployeeId, active: active, modified: modified_on);

model! {
    /// The home address of an employee.
    pub struct EmployeeAddress {
        /// The street.
        "street" => street: Option<String>,
        /// The unit within the building.
        "unit" => unit: Option<String>,
        /// The country.
        "country" => country: Option<String>,
        /// The city.
        "city" => city: Option<String>,
        /// The state.
        "state" => state: Option<String>,
        /// The postal code.
        "zip" => zip: Option<String>,
    }
}

open_enum! {
    /// The employee user role, with room for values to come.
    pub enum EmployeeUserRole {
        /// `Unspecified`.
        Unspecified,
        /// `Technician`.
        Technician,
        /// `Dispatch`.
        Dispatch,
        /// `Accounting`.
        Accounting,
        /// `FieldManager`.
        FieldManager,
        /// `DisplayUser`.
        DisplayUser,
        /// `DisplayUserWithBillingAccess`.
        DisplayUserWithBillingAccess,
        /// `SalesManager`.
        SalesManager,
        /// `CSR`.
        CSR,
        /// `GeneralOffice`.
        GeneralOffice,
        /// `TechnicianHelper`.
        TechnicianHelper,
        /// `TechnicianMaintenance`.
        TechnicianMaintenance,
        /// `TechnicianInstaller`.
        TechnicianInstaller,
        /// `Admin`.
        Admin,
        /// `TechnicianService`.
        TechnicianService,
        /// `TechnicianSales`.
        TechnicianSales,
        /// `Owner`.
        Owner,
        /// `EmptyEmployee`.
        EmptyEmployee,
        /// `EmptyTechnician`.
        EmptyTechnician,
    }
}

filter! {
    /// Which employees a list gives.
    pub struct EmployeeFilter {
        /// With one of these user IDs, separated by commas.
        "userIds" => user_ids: String,
        /// With this name.
        "name" => name: String,
        /// With this email.
        "email" => email: String,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
    }
}

resource! {
    /// Employees.
    pub struct Employees as employees, scope "tn.stt.employees", under "settings/v2/tenant/{tenant}/" {
        /// Reads one record.
        get "employees/{id}" => get(id: EmployeeId) -> Employee;
        /// Reads the list.
        list "employees" => list() -> Employee, by EmployeeFilter;
        /// Reads the records with these IDs, however many, those out of use too.
        ids "employees" => by_ids(ids: EmployeeId) -> Employee, active Any;
        /// Reads the change feed. Inactive and deleted records come too.
        export "export/employees" => export() -> Employee;
    }
}

//! Employees.

use super::Permission;
#[cfg(feature = "http")]
use super::{AccountActionOutcome, AccountCreationMethod, EmployeeAccountAction};
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

open_enum! {
    /// What an employee does, with room for values to come.
    pub enum EmployeePosition {
        /// `CSR`.
        CSR,
        /// `Dispatcher`.
        Dispatcher,
        /// `CsrManager`.
        CsrManager,
        /// `DispatchManager`.
        DispatchManager,
        /// `InstallProductionManager`.
        InstallProductionManager,
        /// `ServiceManager`.
        ServiceManager,
        /// `SalesManager`.
        SalesManager,
        /// `MarketingManager`.
        MarketingManager,
        /// `Administrator`.
        Administrator,
        /// `PayrollManager`.
        PayrollManager,
        /// `Bookkeeper`.
        Bookkeeper,
        /// `PurchasingManager`.
        PurchasingManager,
        /// `WarehouseManager`.
        WarehouseManager,
        /// `OfficeManager`.
        OfficeManager,
        /// `GeneralManager`.
        GeneralManager,
        /// `BusinessOwner`.
        BusinessOwner,
        /// `AnsweringService`.
        AnsweringService,
        /// `InsideSales`.
        InsideSales,
        /// `GeneralOfficeNonManagement`.
        GeneralOfficeNonManagement,
    }
}

filter! {
    /// Which employees a list gives.
    pub struct EmployeeFilter with created, modified, active {
        /// With one of these user IDs.
        "userIds" => user_ids: Vec<UserId>,
        /// With this name.
        "name" => name: String,
        /// With this e-mail address.
        "email" => email: String,
    }
}

request! {
    /// An employee to be added.
    pub struct NewEmployee {
        must {
            /// The name.
            "name" => name: String,
            /// The e-mail address.
            "email" => email: String,
            /// How the user gets a login.
            "accountCreationMethod" => account_creation_method: AccountCreationMethod,
            /// The role.
            "roleId" => role_id: UserRoleId,
            /// The positions.
            "positions" => positions: Vec<EmployeePosition>,
        }
        may {
            /// The mobile phone number.
            "mobilePhoneNumber" => mobile_phone_number: String,
            /// The phone number.
            "phoneNumber" => phone_number: String,
            /// The login name.
            "login" => login: String,
            /// The password.
            "password" => password: SecretString,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The user's ID in the company's directory (Azure AD).
            "aadUserId" => aad_user_id: String,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
        }
    }
}

request! {
    /// What changes of an employee.
    pub struct EmployeeUpdate {
        may {
            /// The name.
            "name" => name: String,
            /// The mobile phone number.
            "mobilePhoneNumber" => mobile_phone_number: String,
            /// The phone number.
            "phoneNumber" => phone_number: String,
            /// The e-mail address.
            "email" => email: String,
            /// The login name.
            "login" => login: String,
            /// The role.
            "roleId" => role_id: UserRoleId,
            /// The positions.
            "positions" => positions: Vec<EmployeePosition>,
            /// The user's ID in the company's directory (Azure AD).
            "aadUserId" => aad_user_id: String,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// Whether the account is locked.
            "accountLocked" => account_locked: bool,
        }
        may_clear {
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
        }
    }
}

resource! {
    /// Employees.
    pub struct Employees as employees, scope "tn.stt.employees", under "settings/v2/tenant/{tenant}/" {
        /// Reads one employee.
        get "employees/{id}" => get(id: EmployeeId) -> Employee;
        /// Reads the list.
        list "employees" => list() -> Employee, by EmployeeFilter;
        /// Reads the employees with these IDs, however many, those out of use too.
        ids "employees" => by_ids(ids: EmployeeId) -> Employee, active Any;
        /// Reads the employees with these user IDs, however many, those out of use too.
        of "employees" => of_users(userIds: UserId) -> Employee, matching user_id, active Any;
        /// Reads the change feed. Inactive employees come too.
        export "export/employees" => export() -> Employee;
        /// Adds an employee.
        post "employees" => create() -> Modified, sends NewEmployee;
        /// Changes an employee.
        patch "employees/{id}" => update(id: EmployeeId) -> Modified, sends EmployeeUpdate;
        /// Does something with an employee's account, such as deactivating it.
        post "employees/{id}/account-actions" => act_on_account(id: EmployeeId) -> AccountActionOutcome, sends EmployeeAccountAction;
    }
}

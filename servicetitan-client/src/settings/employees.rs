//! Employees.

use super::Permission;
#[cfg(feature = "http")]
use super::{AccountActionOutcome, AccountCreationMethod, EmployeeAccountAction};
use crate::declare::*;

model! {
    /// Employee: a member of the office staff.
    pub struct Employee {
        /// ID of the employee.
        "id" => id: EmployeeId,
        /// ID of the employee's user account.
        "userId" => user_id: Option<UserId>,
        /// Full name of the employee.
        "name" => name: Option<String>,
        /// First name of the employee.
        "firstName" => first_name: Option<String>,
        /// Last name of the employee.
        "lastName" => last_name: Option<String>,
        /// ID of the employee's manager.
        "managerId" => manager_id: Option<EmployeeId>,
        /// Built-in role of the employee; deprecated by ServiceTitan in favour of `roleIds`.
        "role" => role: Option<EmployeeUserRole>,
        /// IDs of the employee's user roles.
        "roleIds" => role_ids: Option<Vec<i64>>,
        /// ID of the employee's business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// Time when the employee was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the employee was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// E-mail address of the employee.
        "email" => email: Option<String>,
        /// Phone number of the employee.
        "phoneNumber" => phone_number: Option<String>,
        /// Login name of the employee.
        "loginName" => login_name: Option<String>,
        /// True while the employee is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// User ID of the employee in Azure Active Directory.
        "aadUserId" => aad_user_id: Option<String>,
        /// True if the employee's account is locked.
        "accountLocked" => account_locked: Option<bool>,
        /// Home address of the employee.
        "home" => home: Option<EmployeeAddress>,
        /// Agent ID of the employee.
        "agentId" => agent_id: Option<i32>,
        /// First day of work of the employee (UTC).
        "startDate" => start_date: Option<DateTime<Utc>>,
        /// Last day of work of the employee (UTC); absent while employed.
        "terminationDate" => termination_date: Option<DateTime<Utc>>,
        /// Hourly rate of the employee, in the tenant's currency.
        "hourlyRate" => hourly_rate: Option<Decimal>,
        /// ID of the employee's overtime profile.
        "overtimeProfileId" => overtime_profile_id: Option<i64>,
        /// Custom fields of the employee: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// Permissions of the employee's user.
        "permissions" => permissions: Option<Vec<Permission>>,
    }
}

record!(Employee, EmployeeId, active: active, modified: modified_on);

model! {
    /// Home address of an employee.
    pub struct EmployeeAddress {
        /// Street of the home address.
        "street" => street: Option<String>,
        /// Unit within the building, such as an apartment.
        "unit" => unit: Option<String>,
        /// Country of the home address.
        "country" => country: Option<String>,
        /// City of the home address.
        "city" => city: Option<String>,
        /// State or province of the home address.
        "state" => state: Option<String>,
        /// Postal code of the home address (ZIP code in the United States).
        "zip" => zip: Option<String>,
    }
}

open_enum! {
    /// Built-in role of an employee.
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
    /// Position of an employee in the company.
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
    /// Filter for lists of employees.
    pub struct EmployeeFilter with created, modified, active {
        /// Only employees with one of these user IDs.
        "userIds" => user_ids: Vec<UserId>,
        /// Only employees whose name contains this text, in upper or lower case.
        "name" => name: String,
        /// Only employees with exactly this e-mail address.
        "email" => email: String,
    }
}

request! {
    /// An employee to be added.
    pub struct NewEmployee {
        must {
            /// Full name of the employee.
            "name" => name: String,
            /// E-mail address of the employee.
            "email" => email: String,
            /// Way in which the employee gets a login.
            "accountCreationMethod" => account_creation_method: AccountCreationMethod,
            /// ID of the employee's user role.
            "roleId" => role_id: UserRoleId,
            /// Positions of the employee in the company.
            "positions" => positions: Vec<EmployeePosition>,
        }
        may {
            /// Mobile phone number of the employee.
            "mobilePhoneNumber" => mobile_phone_number: String,
            /// Phone number of the employee.
            "phoneNumber" => phone_number: String,
            /// Login name of the employee.
            "login" => login: String,
            /// Password of the employee's login.
            "password" => password: SecretString,
            /// ID of the employee's business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// User ID of the employee in Azure Active Directory.
            "aadUserId" => aad_user_id: String,
            /// Custom fields of the employee: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
        }
    }
}

request! {
    /// Changes to an employee. Fields that are not set keep their value.
    pub struct EmployeeUpdate {
        may {
            /// Full name of the employee.
            "name" => name: String,
            /// Mobile phone number of the employee.
            "mobilePhoneNumber" => mobile_phone_number: String,
            /// Phone number of the employee.
            "phoneNumber" => phone_number: String,
            /// E-mail address of the employee.
            "email" => email: String,
            /// Login name of the employee.
            "login" => login: String,
            /// ID of the employee's user role.
            "roleId" => role_id: UserRoleId,
            /// Positions of the employee in the company.
            "positions" => positions: Vec<EmployeePosition>,
            /// User ID of the employee in Azure Active Directory.
            "aadUserId" => aad_user_id: String,
            /// Custom fields of the employee: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// True to lock the account, false to unlock it.
            "accountLocked" => account_locked: bool,
        }
        may_clear {
            /// ID of the employee's business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
        }
    }
}

resource! {
    /// Employees.
    pub struct Employees as employees, scope "tn.stt.employees", under "settings/v2/tenant/{tenant}/" {
        /// Reads one employee.
        get "employees/{id}" => get(id: EmployeeId) -> Employee;
        /// Lists the employees that match the filter.
        list "employees" => list() -> Employee, by EmployeeFilter;
        /// Reads the employees with these IDs (any number), including inactive ones.
        ids "employees" => by_ids(ids: EmployeeId) -> Employee, active Any;
        /// Reads the employees with these user IDs (any number), including inactive ones.
        of "employees" => of_users(userIds: UserId) -> Employee, matching user_id, active Any;
        /// Reads the change feed of employees, including inactive ones.
        export "export/employees" => export() -> Employee;
        /// Adds an employee.
        post "employees" => create() -> Modified, sends NewEmployee;
        /// Changes an employee.
        patch "employees/{id}" => update(id: EmployeeId) -> Modified, sends EmployeeUpdate;
        /// Performs an action on an employee's account, such as deactivating it.
        post "employees/{id}/account-actions" => act_on_account(id: EmployeeId) -> AccountActionOutcome, sends EmployeeAccountAction;
    }
}

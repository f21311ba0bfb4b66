//! Actions on the accounts of employees and technicians.

use crate::declare::*;

model! {
    /// Result of an action on an account.
    pub struct AccountActionOutcome {
        /// Status of the action.
        "status" => status: Option<AccountActionStatus>,
    }
}

open_enum! {
    /// Action on the account of an employee or a technician.
    pub enum AccountAction {
        /// `Activate`.
        Activate,
        /// `Deactivate`.
        Deactivate,
        /// `SendInvite`.
        SendInvite,
        /// `SendPasswordResetLink`.
        SendPasswordResetLink,
    }
}

open_enum! {
    /// Status of an action on an account.
    pub enum AccountActionStatus {
        /// `Success`.
        Success,
    }
}

open_enum! {
    /// Way in which a new user gets a login.
    pub enum AccountCreationMethod {
        /// `CreateLater`.
        CreateLater,
        /// `SendInvite`.
        SendInvite,
        /// `AssignLoginAndPassword`.
        AssignLoginAndPassword,
    }
}

open_enum! {
    /// Licence type that an activated technician gets.
    pub enum AccountLicenseType {
        /// `NonManagedTechnician`.
        NonManagedTechnician,
        /// `ManagedTechnician`.
        ManagedTechnician,
        /// `ManagedInstaller`.
        ManagedInstaller,
    }
}

request! {
    /// Action to perform on an employee's account.
    pub struct EmployeeAccountAction {
        must {
            /// Action to perform.
            "action" => action: AccountAction,
        }
    }
}

request! {
    /// Action to perform on a technician's account.
    pub struct TechnicianAccountAction {
        must {
            /// Action to perform.
            "action" => action: AccountAction,
        }
        may {
            /// Licence type that the technician gets.
            "licenseType" => license_type: AccountLicenseType,
            /// ID of the technician's truck.
            "truckId" => truck_id: i64,
        }
    }
}

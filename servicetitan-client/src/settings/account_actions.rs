//! What is done with the accounts of employees and technicians.

use crate::declare::*;

model! {
    /// What became of an action on an account.
    pub struct AccountActionOutcome {
        /// What became of it.
        "status" => status: Option<AccountActionStatus>,
    }
}

open_enum! {
    /// What is done with an account, with room for values to come.
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
    /// What became of an action on an account, with room for values to come.
    pub enum AccountActionStatus {
        /// `Success`.
        Success,
    }
}

open_enum! {
    /// How a new user gets a login, with room for values to come.
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
    /// The licence that an activated technician gets, with room for values to come.
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
    /// What is to be done with an employee's account.
    pub struct EmployeeAccountAction {
        must {
            /// What to do.
            "action" => action: AccountAction,
        }
    }
}

request! {
    /// What is to be done with a technician's account.
    pub struct TechnicianAccountAction {
        must {
            /// What to do.
            "action" => action: AccountAction,
        }
        may {
            /// The licence that the technician gets.
            "licenseType" => license_type: AccountLicenseType,
            /// The truck.
            "truckId" => truck_id: i64,
        }
    }
}

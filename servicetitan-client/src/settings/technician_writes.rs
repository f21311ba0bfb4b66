//! What is written to technicians.

#[cfg(feature = "http")]
use super::{
    AccountCreationMethod, TechnicianJobFilter, TechnicianJobHistoryRange, TechnicianLicenseType,
    TechnicianPosition,
};
use crate::declare::*;

request! {
    /// A technician to be added.
    pub struct NewTechnician {
        must {
            /// The name.
            "name" => name: String,
            /// How the user gets a login.
            "accountCreationMethod" => account_creation_method: AccountCreationMethod,
            /// The role.
            "roleId" => role_id: UserRoleId,
            /// The positions.
            "positions" => positions: Vec<TechnicianPosition>,
            /// The kind of licence the technician has.
            "licenseType" => license_type: TechnicianLicenseType,
        }
        may {
            /// The phone number.
            "phoneNumber" => phone_number: String,
            /// The e-mail address.
            "email" => email: String,
            /// The login name.
            "login" => login: String,
            /// The password.
            "password" => password: SecretString,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The user's ID in the company's directory (Azure AD).
            "aadUserId" => aad_user_id: String,
            /// The team.
            "team" => team: String,
            /// The goal for a day, in the tenant's currency.
            "dailyGoal" => daily_goal: Decimal,
            /// The burden rate per hour.
            "burdenRate" => burden_rate: Decimal,
            /// A text about the technician.
            "bio" => bio: String,
            /// A remark.
            "memo" => memo: String,
            /// Which jobs the technician sees.
            "jobFilter" => job_filter: TechnicianJobFilter,
            /// How far back the technician sees jobs.
            "jobHistoryDateFilter" => job_history_date_filter: TechnicianJobHistoryRange,
            /// Where the technician starts from.
            "home" => home: NewTechnicianAddress,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
        }
    }
}

request! {
    /// What changes of a technician.
    pub struct TechnicianUpdate {
        may {
            /// The name.
            "name" => name: String,
            /// The phone number.
            "phoneNumber" => phone_number: String,
            /// The e-mail address.
            "email" => email: String,
            /// The login name.
            "login" => login: String,
            /// The role.
            "roleId" => role_id: UserRoleId,
            /// The positions.
            "positions" => positions: Vec<TechnicianPosition>,
            /// The user's ID in the company's directory (Azure AD).
            "aadUserId" => aad_user_id: String,
            /// The kind of licence the technician has.
            "licenseType" => license_type: TechnicianLicenseType,
            /// The team.
            "team" => team: String,
            /// A text about the technician.
            "bio" => bio: String,
            /// A remark.
            "memo" => memo: String,
            /// Where the technician starts from.
            "home" => home: NewTechnicianAddress,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// Whether the account is locked.
            "accountLocked" => account_locked: bool,
        }
        may_clear {
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The goal for a day, in the tenant's currency.
            "dailyGoal" => daily_goal: Decimal,
            /// The burden rate per hour.
            "burdenRate" => burden_rate: Decimal,
            /// Which jobs the technician sees.
            "jobFilter" => job_filter: TechnicianJobFilter,
            /// How far back the technician sees jobs.
            "jobHistoryDateFilter" => job_history_date_filter: TechnicianJobHistoryRange,
        }
    }
}

request! {
    /// Where a technician starts from.
    pub struct NewTechnicianAddress {
        must {
            /// The street.
            "street" => street: String,
            /// The city.
            "city" => city: String,
        }
        may_clear {
            /// The unit within the building.
            "unit" => unit: String,
            /// The state.
            "state" => state: String,
            /// The country.
            "country" => country: String,
            /// The postal code.
            "zip" => zip: String,
            /// The latitude, in degrees.
            "latitude" => latitude: f64,
            /// The longitude, in degrees.
            "longitude" => longitude: f64,
        }
    }
}

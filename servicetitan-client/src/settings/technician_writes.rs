//! Request bodies of writes to technicians.

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
            /// Full name of the technician.
            "name" => name: String,
            /// Way in which the technician gets a login.
            "accountCreationMethod" => account_creation_method: AccountCreationMethod,
            /// ID of the technician's user role.
            "roleId" => role_id: UserRoleId,
            /// Positions of the technician in the company.
            "positions" => positions: Vec<TechnicianPosition>,
            /// Licence type of the technician.
            "licenseType" => license_type: TechnicianLicenseType,
        }
        may {
            /// Phone number of the technician.
            "phoneNumber" => phone_number: String,
            /// E-mail address of the technician.
            "email" => email: String,
            /// Login name of the technician.
            "login" => login: String,
            /// Password of the technician's login.
            "password" => password: SecretString,
            /// ID of the technician's business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// User ID of the technician in Azure Active Directory.
            "aadUserId" => aad_user_id: String,
            /// Name of the technician's team.
            "team" => team: String,
            /// Goal of the technician for one day, in the tenant's currency.
            "dailyGoal" => daily_goal: Decimal,
            /// Burden rate of the technician.
            "burdenRate" => burden_rate: Decimal,
            /// Biography of the technician, often HTML.
            "bio" => bio: String,
            /// Memo on the technician, often HTML.
            "memo" => memo: String,
            /// Selection of the jobs that the technician sees.
            "jobFilter" => job_filter: TechnicianJobFilter,
            /// Age of past jobs that the technician may see.
            "jobHistoryDateFilter" => job_history_date_filter: TechnicianJobHistoryRange,
            /// Home address of the technician.
            "home" => home: NewTechnicianAddress,
            /// Custom fields of the technician: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
        }
    }
}

request! {
    /// Changes to a technician. Fields that are not set keep their value.
    pub struct TechnicianUpdate {
        may {
            /// Full name of the technician.
            "name" => name: String,
            /// Phone number of the technician.
            "phoneNumber" => phone_number: String,
            /// E-mail address of the technician.
            "email" => email: String,
            /// Login name of the technician.
            "login" => login: String,
            /// ID of the technician's user role.
            "roleId" => role_id: UserRoleId,
            /// Positions of the technician in the company.
            "positions" => positions: Vec<TechnicianPosition>,
            /// User ID of the technician in Azure Active Directory.
            "aadUserId" => aad_user_id: String,
            /// Licence type of the technician.
            "licenseType" => license_type: TechnicianLicenseType,
            /// Name of the technician's team.
            "team" => team: String,
            /// Biography of the technician, often HTML.
            "bio" => bio: String,
            /// Memo on the technician, often HTML.
            "memo" => memo: String,
            /// Home address of the technician.
            "home" => home: NewTechnicianAddress,
            /// Custom fields of the technician: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// True to lock the account, false to unlock it.
            "accountLocked" => account_locked: bool,
        }
        may_clear {
            /// ID of the technician's business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// Goal of the technician for one day, in the tenant's currency.
            "dailyGoal" => daily_goal: Decimal,
            /// Burden rate of the technician.
            "burdenRate" => burden_rate: Decimal,
            /// Selection of the jobs that the technician sees.
            "jobFilter" => job_filter: TechnicianJobFilter,
            /// Age of past jobs that the technician may see.
            "jobHistoryDateFilter" => job_history_date_filter: TechnicianJobHistoryRange,
        }
    }
}

request! {
    /// New home address of a technician.
    pub struct NewTechnicianAddress {
        must {
            /// Street of the home address.
            "street" => street: String,
            /// City of the home address.
            "city" => city: String,
        }
        may_clear {
            /// Unit within the building, such as an apartment.
            "unit" => unit: String,
            /// State or province of the home address.
            "state" => state: String,
            /// Country of the home address.
            "country" => country: String,
            /// Postal code of the home address (ZIP code in the United States).
            "zip" => zip: String,
            /// Latitude of the home address, in degrees.
            "latitude" => latitude: f64,
            /// Longitude of the home address, in degrees.
            "longitude" => longitude: f64,
        }
    }
}

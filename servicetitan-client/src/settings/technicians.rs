//! Technicians.

use super::Permission;
#[cfg(feature = "http")]
use super::{AccountActionOutcome, NewTechnician, TechnicianAccountAction, TechnicianUpdate};
use crate::declare::*;

model! {
    /// Technician: a member of the field staff.
    pub struct Technician {
        /// ID of the technician.
        "id" => id: TechnicianId,
        /// ID of the technician's user account.
        "userId" => user_id: Option<UserId>,
        /// Full name of the technician.
        "name" => name: Option<String>,
        /// IDs of the technician's user roles.
        "roleIds" => role_ids: Option<Vec<i64>>,
        /// ID of the technician's business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// ID of the technician's main dispatch zone.
        "mainZoneId" => main_zone_id: Option<ZoneId>,
        /// IDs of all the technician's dispatch zones.
        "zoneIds" => zone_ids: Option<Vec<ZoneId>>,
        /// Time when the technician was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the technician was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// E-mail address of the technician.
        "email" => email: Option<String>,
        /// Phone number of the technician.
        "phoneNumber" => phone_number: Option<String>,
        /// Login name of the technician.
        "loginName" => login_name: Option<String>,
        /// Home address of the technician.
        "home" => home: Option<TechnicianAddress>,
        /// Goal of the technician for one day, in the tenant's currency.
        "dailyGoal" => daily_goal: Option<Decimal>,
        /// True if the technician is a managed technician.
        "isManagedTech" => is_managed_tech: Option<bool>,
        /// Licence type of the technician.
        "licenseType" => license_type: Option<TechnicianLicenseType>,
        /// Custom fields of the technician: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// True while the technician is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// User ID of the technician in Azure Active Directory.
        "aadUserId" => aad_user_id: Option<String>,
        /// Burden rate of the technician.
        "burdenRate" => burden_rate: Option<Decimal>,
        /// Name of the technician's team.
        "team" => team: Option<String>,
        /// Selection of the jobs that the technician sees.
        "jobFilter" => job_filter: Option<TechnicianJobFilter>,
        /// Permissions of the technician's user.
        "permissions" => permissions: Option<Vec<Permission>>,
        /// True if the technician's account is locked.
        "accountLocked" => account_locked: Option<bool>,
        /// Commission rate of the technician.
        "commissionRate" => commission_rate: Option<Decimal>,
        /// Value that the technician has reached today, in the tenant's currency.
        "currentValue" => current_value: Option<Decimal>,
        /// First name of the technician.
        "firstName" => first_name: Option<String>,
        /// Last name of the technician.
        "lastName" => last_name: Option<String>,
        /// Hourly rate of the technician, in the tenant's currency.
        "hourlyRate" => hourly_rate: Option<Decimal>,
        /// ID of the technician's current job; absent if there is none.
        "jobId" => job_id: Option<JobId>,
        /// Mobile phone number of the technician.
        "mobilePhone" => mobile_phone: Option<String>,
        /// Caller ID that outgoing calls of the technician show.
        "outboundCallerId" => outbound_caller_id: Option<String>,
        /// Payroll ID of the technician.
        "payrollId" => payroll_id: Option<String>,
        /// ID of the technician's payroll profile.
        "payrollProfileId" => payroll_profile_id: Option<i64>,
        /// ID of the appointment that the technician is working on; spelled this way by ServiceTitan.
        "appoitmentId" => appoitment_id: Option<AppointmentId>,
        /// Start of the technician's shift, as text.
        "shiftStart" => shift_start: Option<String>,
        /// End of the technician's shift, as text.
        "shiftEnd" => shift_end: Option<String>,
        /// Sold-by rate of the technician.
        "soldByRate" => sold_by_rate: Option<Decimal>,
        /// First day of work of the technician (UTC).
        "startDate" => start_date: Option<DateTime<Utc>>,
        /// Current status of the technician: idle, dispatched, working or at a meal.
        "status" => status: Option<TechnicianStatus>,
        /// Skills of the technician.
        "skills" => skills: Option<Vec<TechnicianSkill>>,
        /// Positions of the technician in the company.
        "positions" => positions: Option<Vec<TechnicianPosition>>,
        /// Last known position of the technician.
        "location" => location: Option<TechnicianLocation>,
        /// Biography of the technician, often HTML.
        "bio" => bio: Option<String>,
        /// Memo on the technician, often HTML.
        "memo" => memo: Option<String>,
    }
}

record!(Technician, TechnicianId, active: active, modified: modified_on);

model! {
    /// Home address of a technician.
    pub struct TechnicianAddress {
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
        /// Home address as one text.
        "streetAddress" => street_address: Option<String>,
        /// Latitude of the home address, in degrees.
        "latitude" => latitude: Option<f64>,
        /// Longitude of the home address, in degrees.
        "longitude" => longitude: Option<f64>,
    }
}

model! {
    /// A skill of a technician.
    pub struct TechnicianSkill {
        /// ID of the skill.
        "id" => id: Option<i64>,
        /// Name of the skill.
        "name" => name: Option<String>,
    }
}

model! {
    /// Last known position of a technician.
    pub struct TechnicianLocation {
        /// Latitude of the technician's position, in degrees.
        "latitude" => latitude: Option<f64>,
        /// Longitude of the technician's position, in degrees.
        "longitude" => longitude: Option<f64>,
        /// Time when the position was last updated (UTC).
        "coordinatesUpdatedOn" => coordinates_updated_on: Option<DateTime<Utc>>,
    }
}

open_enum! {
    /// Licence type of a technician.
    pub enum TechnicianLicenseType {
        /// `NonManagedTech`.
        NonManagedTech,
        /// `ManagedTech`.
        ManagedTech,
        /// `ManagedInstaller`.
        ManagedInstaller,
    }
}

open_enum! {
    /// Selection of the jobs that a technician sees.
    pub enum TechnicianJobFilter {
        /// `AllScheduledDispatchedWorking`.
        AllScheduledDispatchedWorking,
        /// `NextScheduledDispatchedWorking`.
        NextScheduledDispatchedWorking,
        /// `DispatchedWorking`.
        DispatchedWorking,
        /// `NextScheduledDispatchedWorkingToday`.
        NextScheduledDispatchedWorkingToday,
        /// `AllScheduledDispatchedWorkingToday`.
        AllScheduledDispatchedWorkingToday,
        /// `AllScheduledDispatchedWorkingFiveDays`.
        AllScheduledDispatchedWorkingFiveDays,
        /// `NextScheduledDispatchedWorkingTodayTomorrow`.
        NextScheduledDispatchedWorkingTodayTomorrow,
        /// `AllScheduledDispatchedWorkingTodayTomorrow`.
        AllScheduledDispatchedWorkingTodayTomorrow,
        /// `Next2ScheduledDispatchedWorkingToday`.
        Next2ScheduledDispatchedWorkingToday,
    }
}

open_enum! {
    /// Current status of a technician.
    pub enum TechnicianStatus {
        /// `Idle`.
        Idle,
        /// `Dispatched`.
        Dispatched,
        /// `Working`.
        Working,
        /// `Meal`.
        Meal,
    }
}

open_enum! {
    /// Position of a technician in the company.
    pub enum TechnicianPosition {
        /// `Installer`.
        Installer,
        /// `Service`.
        Service,
        /// `Sales`.
        Sales,
        /// `Maintenance`.
        Maintenance,
        /// `Helper`.
        Helper,
        /// `InstallProductionManager`.
        InstallProductionManager,
        /// `ServiceManager`.
        ServiceManager,
        /// `SalesManager`.
        SalesManager,
        /// `PartRunner`.
        PartRunner,
        /// `DummyTech`.
        DummyTech,
    }
}

open_enum! {
    /// Age of past jobs that a technician may see.
    pub enum TechnicianJobHistoryRange {
        /// `AllJobs`.
        AllJobs,
        /// `LastThreeDays`.
        LastThreeDays,
        /// `LastSevenDays`.
        LastSevenDays,
        /// `LastMonth`.
        LastMonth,
    }
}

filter! {
    /// Filter for lists of technicians.
    pub struct TechnicianFilter with created, modified, active {
        /// Only technicians with one of these user IDs.
        "userIds" => user_ids: Vec<UserId>,
        /// Only technicians with this name.
        "name" => name: String,
    }
}

resource! {
    /// Technicians.
    pub struct Technicians as technicians, scope "tn.stt.technicians", under "settings/v2/tenant/{tenant}/" {
        /// Reads one technician.
        get "technicians/{id}" => get(id: TechnicianId) -> Technician;
        /// Lists the technicians that match the filter.
        list "technicians" => list() -> Technician, by TechnicianFilter;
        /// Reads the technicians with these IDs (any number), including inactive ones.
        ids "technicians" => by_ids(ids: TechnicianId) -> Technician, active Any;
        /// Reads the technicians with these user IDs (any number), including inactive ones.
        of "technicians" => of_users(userIds: UserId) -> Technician, matching user_id, active Any;
        /// Reads the change feed of technicians, including inactive ones.
        export "export/technicians" => export() -> Technician;
        /// Adds a technician.
        post "technicians" => create() -> Modified, sends NewTechnician;
        /// Changes a technician.
        patch "technicians/{id}" => update(id: TechnicianId) -> Modified, sends TechnicianUpdate;
        /// Performs an action on a technician's account, such as deactivating it.
        post "technicians/{id}/account-actions" => act_on_account(id: TechnicianId) -> AccountActionOutcome, sends TechnicianAccountAction;
    }
}

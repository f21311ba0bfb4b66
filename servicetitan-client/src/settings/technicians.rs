//! Technicians.

use super::Permission;
#[cfg(feature = "http")]
use super::{AccountActionOutcome, NewTechnician, TechnicianAccountAction, TechnicianUpdate};
use crate::declare::*;

model! {
    /// A technician.
    pub struct Technician {
        /// The ID.
        "id" => id: TechnicianId,
        /// The user behind it.
        "userId" => user_id: Option<UserId>,
        /// The name.
        "name" => name: Option<String>,
        /// The roles.
        "roleIds" => role_ids: Option<Vec<i64>>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The technician's main zone.
        "mainZoneId" => main_zone_id: Option<ZoneId>,
        /// The dispatch zones.
        "zoneIds" => zone_ids: Option<Vec<ZoneId>>,
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
        /// The home address.
        "home" => home: Option<TechnicianAddress>,
        /// The goal for a day, in the tenant's currency.
        "dailyGoal" => daily_goal: Option<Decimal>,
        /// Whether the technician is a managed one.
        "isManagedTech" => is_managed_tech: Option<bool>,
        /// The kind of licence the technician has.
        "licenseType" => license_type: Option<TechnicianLicenseType>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The user's ID in the company's directory (Azure AD).
        "aadUserId" => aad_user_id: Option<String>,
        /// The burden rate per hour.
        "burdenRate" => burden_rate: Option<Decimal>,
        /// The team.
        "team" => team: Option<String>,
        /// Which jobs the technician sees.
        "jobFilter" => job_filter: Option<TechnicianJobFilter>,
        /// The permissions.
        "permissions" => permissions: Option<Vec<Permission>>,
        /// Whether the account is locked.
        "accountLocked" => account_locked: Option<bool>,
        /// The commission rate.
        "commissionRate" => commission_rate: Option<Decimal>,
        /// The value reached today, in the tenant's currency.
        "currentValue" => current_value: Option<Decimal>,
        /// The first name.
        "firstName" => first_name: Option<String>,
        /// The last name.
        "lastName" => last_name: Option<String>,
        /// The pay per hour, in the tenant's currency.
        "hourlyRate" => hourly_rate: Option<Decimal>,
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The mobile phone number.
        "mobilePhone" => mobile_phone: Option<String>,
        /// The caller ID for outgoing calls.
        "outboundCallerId" => outbound_caller_id: Option<String>,
        /// The ID in the payroll system.
        "payrollId" => payroll_id: Option<String>,
        /// The payroll profile.
        "payrollProfileId" => payroll_profile_id: Option<i64>,
        /// The current appointment; ServiceTitan spells the field this way.
        "appoitmentId" => appoitment_id: Option<AppointmentId>,
        /// The start of the shift.
        "shiftStart" => shift_start: Option<String>,
        /// The end of the shift.
        "shiftEnd" => shift_end: Option<String>,
        /// The rate for sales.
        "soldByRate" => sold_by_rate: Option<Decimal>,
        /// The first day of work.
        "startDate" => start_date: Option<DateTime<Utc>>,
        /// The status.
        "status" => status: Option<TechnicianStatus>,
        /// The skills.
        "skills" => skills: Option<Vec<TechnicianSkill>>,
        /// The positions.
        "positions" => positions: Option<Vec<TechnicianPosition>>,
        /// The location.
        "location" => location: Option<TechnicianLocation>,
        /// A text about the technician.
        "bio" => bio: Option<String>,
        /// A remark.
        "memo" => memo: Option<String>,
    }
}

record!(Technician, TechnicianId, active: active, modified: modified_on);

model! {
    /// The home address of a technician.
    pub struct TechnicianAddress {
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
        /// The whole street address.
        "streetAddress" => street_address: Option<String>,
        /// The latitude, in degrees.
        "latitude" => latitude: Option<f64>,
        /// The longitude, in degrees.
        "longitude" => longitude: Option<f64>,
    }
}

model! {
    /// A skill of a technician.
    pub struct TechnicianSkill {
        /// The ID.
        "id" => id: Option<i64>,
        /// The name.
        "name" => name: Option<String>,
    }
}

model! {
    /// Where a technician is.
    pub struct TechnicianLocation {
        /// The latitude, in degrees.
        "latitude" => latitude: Option<f64>,
        /// The longitude, in degrees.
        "longitude" => longitude: Option<f64>,
        /// When the coordinates were updated.
        "coordinatesUpdatedOn" => coordinates_updated_on: Option<DateTime<Utc>>,
    }
}

open_enum! {
    /// The technician license type, with room for values to come.
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
    /// The technician job filter, with room for values to come.
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
    /// The technician status, with room for values to come.
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
    /// The technician position, with room for values to come.
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
    /// How far back a technician sees jobs, with room for values to come.
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
    /// Which technicians a list gives.
    pub struct TechnicianFilter with created, modified, active {
        /// With one of these user IDs.
        "userIds" => user_ids: Vec<UserId>,
        /// With this name.
        "name" => name: String,
    }
}

resource! {
    /// Technicians.
    pub struct Technicians as technicians, scope "tn.stt.technicians", under "settings/v2/tenant/{tenant}/" {
        /// Reads one technician.
        get "technicians/{id}" => get(id: TechnicianId) -> Technician;
        /// Reads the list.
        list "technicians" => list() -> Technician, by TechnicianFilter;
        /// Reads the technicians with these IDs, however many, those out of use too.
        ids "technicians" => by_ids(ids: TechnicianId) -> Technician, active Any;
        /// Reads the technicians with these user IDs, however many, those out of use too.
        of "technicians" => of_users(userIds: UserId) -> Technician, matching user_id, active Any;
        /// Reads the change feed. Inactive technicians come too.
        export "export/technicians" => export() -> Technician;
        /// Adds a technician.
        post "technicians" => create() -> Modified, sends NewTechnician;
        /// Changes a technician.
        patch "technicians/{id}" => update(id: TechnicianId) -> Modified, sends TechnicianUpdate;
        /// Does something with a technician's account, such as deactivating it.
        post "technicians/{id}/account-actions" => act_on_account(id: TechnicianId) -> AccountActionOutcome, sends TechnicianAccountAction;
    }
}

//! What can be done with employees.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, Employee, EmployeeId};

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
    pub struct Employees as employees, scope "tn.stt.employees:r" {
        get Employee, by EmployeeId, at "settings/v2/tenant/{tenant}/employees/{id}";
        list Employee, by EmployeeFilter, at "settings/v2/tenant/{tenant}/employees";
        ids EmployeeId => Employee, active Any;
        export Employee, at "settings/v2/tenant/{tenant}/export/employees";
    }
}

//! Scopes: the permissions of an app, in the words of ServiceTitan's developer portal.

use std::borrow::Cow;
use std::fmt;

/// A scope: permission to read or to write one resource, such as `tn.crm.customers:w`.
///
/// `Display` prints the words of the portal's check box (`CRM > Customers, write`); [`Scope::as_str`] returns the name
/// that ServiceTitan uses in tokens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Cow<'static, str>);

/// Resources of a family: the name in a scope, and the name in the portal.
type Resources = &'static [(&'static str, &'static str)];

/// Families and their resources: the name in a scope, and the name in the portal.
const WORDS: &[(&str, &str, Resources)] = &[
    (
        "acc",
        "Accounting",
        &[
            ("invoices", "Invoices"),
            ("invoiceitems", "Invoice Items"),
            ("paymenttypes", "Payment Types"),
            ("taxzones", "Tax Zones"),
        ],
    ),
    (
        "crm",
        "CRM",
        &[
            ("customers", "Customers"),
            ("locations", "Locations"),
            ("leads", "Leads"),
            ("bookings", "Bookings"),
            ("bookingprovidertags", "Booking Provider Tags"),
            ("tags", "Tags"),
        ],
    ),
    (
        "dis",
        "Dispatch",
        &[
            ("appointmentassignments", "Appointment Assignments"),
            ("nonjobappointments", "Non-Job Appointments"),
            ("zones", "Zones"),
        ],
    ),
    (
        "jpm",
        "Job Planning and Management",
        &[
            ("jobs", "Jobs"),
            ("appointments", "Appointments"),
            ("jobtypes", "Job Types"),
            ("jobcancelreasons", "Job Cancel Reasons"),
            ("jobholdreasons", "Job Hold Reasons"),
            ("projects", "Projects"),
        ],
    ),
    (
        "mem",
        "Memberships",
        &[
            ("memberships", "Customer Memberships"),
            ("membershiptypes", "Membership Types"),
            ("recurringservices", "Recurring Services"),
            ("recurringserviceevents", "Recurring Service Events"),
            ("recurringservicetypes", "Recurring Service Types"),
        ],
    ),
    (
        "mrk",
        "Marketing",
        &[("campaigns", "Campaigns"), ("categories", "Campaign Categories"), ("costs", "Campaign Costs")],
    ),
    ("sal", "Sales & Estimates", &[("estimates", "Estimates")]),
    (
        "stt",
        "Settings",
        &[
            ("businessunits", "Business Units"),
            ("employees", "Employees"),
            ("technicians", "Technicians"),
            ("tagtypes", "Tag Types"),
            ("userroles", "User Roles"),
        ],
    ),
];

impl Scope {
    /// Returns the scope with this name, such as `tn.jpm.jobs:r`.
    pub fn new(name: impl Into<String>) -> Scope {
        Scope(Cow::Owned(name.into()))
    }

    /// Returns the scope with this name, for constants.
    pub const fn from_static(name: &'static str) -> Scope {
        Scope(Cow::Borrowed(name))
    }

    /// Returns the name that ServiceTitan uses in tokens, such as `tn.jpm.jobs:r`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns family, resource and direction, if the name has the form `tn.<family>.<resource>:<r|w>`.
    fn parts(&self) -> Option<(&str, &str, &'static str)> {
        let (path, direction) = self.0.split_once(':')?;
        let direction = match direction {
            "r" => "read",
            "w" => "write",
            _ => return None,
        };
        let (family, resource) = path.strip_prefix("tn.")?.split_once('.')?;
        Some((family, resource, direction))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.parts().and_then(|(family, resource, direction)| {
            let (_, family, resources) = WORDS.iter().find(|(short, _, _)| *short == family)?;
            let (_, resource) = resources.iter().find(|(short, _)| *short == resource)?;
            Some((family, resource, direction))
        });
        match known {
            Some((family, resource, direction)) => write!(formatter, "{family} > {resource}, {direction}"),
            // The portal's page does not list this scope.
            None => formatter.write_str(&self.0),
        }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scope({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_scope_is_shown_in_the_portals_words() {
        assert_eq!(Scope::new("tn.crm.customers:w").to_string(), "CRM > Customers, write");
        assert_eq!(
            Scope::from_static("tn.mem.memberships:r").to_string(),
            "Memberships > Customer Memberships, read"
        );
    }

    #[test]
    fn an_unknown_scope_is_shown_by_its_own_name() {
        for name in ["tn.crm.robots:r", "tn.xyz.jobs:r", "openid", "tn.crm.customers:x", ":r", ""] {
            assert_eq!(Scope::new(name).to_string(), name);
        }
    }
}

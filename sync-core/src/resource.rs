//! The ServiceTitan resources that the engine mirrors.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A resource of ServiceTitan that the engine mirrors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Resource {
    /// Jobs, the base records of job opportunities.
    Jobs,
    /// Memberships, the base records of membership opportunities.
    Memberships,
    /// Customers.
    Customers,
    /// Phones and e-mails of customers.
    CustomerContacts,
    /// Locations.
    Locations,
    /// Phones and e-mails of locations.
    LocationContacts,
    /// Appointments of jobs.
    Appointments,
    /// Assignments of technicians to appointments.
    AppointmentAssignments,
    /// Estimates of jobs.
    Estimates,
    /// Invoices of jobs, with their items.
    Invoices,
    /// Cancellations of jobs, with their reasons.
    JobCanceledLogs,
    /// Recurring services of memberships.
    RecurringServices,
    /// Planned visits of recurring services.
    RecurringServiceEvents,
    /// Business units.
    BusinessUnits,
    /// Job types.
    JobTypes,
    /// Membership types.
    MembershipTypes,
    /// Tag types.
    TagTypes,
    /// Marketing campaigns.
    Campaigns,
    /// Categories of marketing campaigns.
    CampaignCategories,
    /// Dispatch zones.
    Zones,
    /// Employees.
    Employees,
    /// Technicians.
    Technicians,
    /// Reasons for the cancellation of jobs.
    JobCancelReasons,
}

impl Resource {
    /// All resources.
    pub const ALL: [Resource; 23] = [
        Resource::Jobs,
        Resource::Memberships,
        Resource::Customers,
        Resource::CustomerContacts,
        Resource::Locations,
        Resource::LocationContacts,
        Resource::Appointments,
        Resource::AppointmentAssignments,
        Resource::Estimates,
        Resource::Invoices,
        Resource::JobCanceledLogs,
        Resource::RecurringServices,
        Resource::RecurringServiceEvents,
        Resource::BusinessUnits,
        Resource::JobTypes,
        Resource::MembershipTypes,
        Resource::TagTypes,
        Resource::Campaigns,
        Resource::CampaignCategories,
        Resource::Zones,
        Resource::Employees,
        Resource::Technicians,
        Resource::JobCancelReasons,
    ];

    /// Returns the resource's name in stores and reports.
    pub fn name(self) -> &'static str {
        match self {
            Resource::Jobs => "jobs",
            Resource::Memberships => "memberships",
            Resource::Customers => "customers",
            Resource::CustomerContacts => "customer-contacts",
            Resource::Locations => "locations",
            Resource::LocationContacts => "location-contacts",
            Resource::Appointments => "appointments",
            Resource::AppointmentAssignments => "appointment-assignments",
            Resource::Estimates => "estimates",
            Resource::Invoices => "invoices",
            Resource::JobCanceledLogs => "job-canceled-logs",
            Resource::RecurringServices => "recurring-services",
            Resource::RecurringServiceEvents => "recurring-service-events",
            Resource::BusinessUnits => "business-units",
            Resource::JobTypes => "job-types",
            Resource::MembershipTypes => "membership-types",
            Resource::TagTypes => "tag-types",
            Resource::Campaigns => "campaigns",
            Resource::CampaignCategories => "campaign-categories",
            Resource::Zones => "zones",
            Resource::Employees => "employees",
            Resource::Technicians => "technicians",
            Resource::JobCancelReasons => "job-cancel-reasons",
        }
    }

    /// Returns the resource with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Resource> {
        Resource::ALL.into_iter().find(|resource| resource.name() == name)
    }

    /// Whether the resource is a reference table: small, named by records of many opportunities, and read whole at the start.
    pub fn is_reference(self) -> bool {
        matches!(
            self,
            Resource::BusinessUnits
                | Resource::JobTypes
                | Resource::MembershipTypes
                | Resource::TagTypes
                | Resource::Campaigns
                | Resource::CampaignCategories
                | Resource::Zones
                | Resource::Employees
                | Resource::Technicians
                | Resource::JobCancelReasons
        )
    }

    /// Whether the feed starts at the beginning of time instead of 90 days back.
    ///
    /// Feeds of reference tables do: new records name old rows, and some tables cannot be read by ID. So do feeds of children without a lookup by
    /// base record: cancellations (whose lookup returns no record) and the parts of recurring services.
    pub(crate) fn starts_at_beginning(self) -> bool {
        self.is_reference()
            || matches!(
                self,
                Resource::JobCanceledLogs | Resource::RecurringServices | Resource::RecurringServiceEvents
            )
    }

    /// Whether ServiceTitan reads records of the resource by `ids`.
    pub(crate) fn has_ids_lookup(self) -> bool {
        !matches!(
            self,
            Resource::Zones
                | Resource::TagTypes
                | Resource::JobCancelReasons
                | Resource::CampaignCategories
                | Resource::JobCanceledLogs
                | Resource::CustomerContacts
                | Resource::LocationContacts
        )
    }

    /// Whether ServiceTitan reads all records of the resource that belong to a parent.
    pub(crate) fn has_parent_lookup(self) -> bool {
        self.is_contacts()
            || matches!(
                self,
                Resource::Appointments
                    | Resource::AppointmentAssignments
                    | Resource::Estimates
                    | Resource::Invoices
            )
    }

    /// Whether ServiceTitan reads the children of many parents in one request.
    pub(crate) fn is_looked_up_by_many_parents(self) -> bool {
        self.is_contacts() || self == Resource::AppointmentAssignments
    }

    /// Whether the resource has both a change feed and a list to reconcile the feed with.
    pub(crate) fn has_feed_and_list(self) -> bool {
        !matches!(
            self,
            Resource::JobCanceledLogs
                | Resource::JobTypes
                | Resource::Campaigns
                | Resource::CampaignCategories
                | Resource::Zones
                | Resource::JobCancelReasons
        )
    }

    /// The resource of the records that own the records of this one; `None` where an ID alone tells which record is meant.
    ///
    /// Only contacts are owned. One contact of ServiceTitan can belong to several customers and locations: the lists and feeds of
    /// `customers/contacts` and `locations/contacts` then show it once for each owner, with the same ID. Every other child has one parent at a
    /// time and an ID of its own; an appointment's technicians are one assignment each.
    pub fn owner(self) -> Option<Resource> {
        match self {
            Resource::CustomerContacts => Some(Resource::Customers),
            Resource::LocationContacts => Some(Resource::Locations),
            _ => None,
        }
    }

    /// The resource of the contacts of this resource's records, if they have contacts.
    pub(crate) fn contacts(self) -> Option<Resource> {
        match self {
            Resource::Customers => Some(Resource::CustomerContacts),
            Resource::Locations => Some(Resource::LocationContacts),
            _ => None,
        }
    }

    /// Whether the records are contacts (phones and e-mails).
    pub(crate) fn is_contacts(self) -> bool {
        matches!(self, Resource::CustomerContacts | Resource::LocationContacts)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Resource;

    #[test]
    fn a_name_reads_back_as_its_resource_and_is_what_serde_writes() {
        for resource in Resource::ALL {
            assert_eq!(Resource::from_name(resource.name()), Some(resource));
            assert_eq!(serde_json::to_value(resource).unwrap(), resource.name());
        }
        assert_eq!(Resource::from_name("projects"), None);
    }
}

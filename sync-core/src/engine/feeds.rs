//! Which feeds the integrations need, and where each one starts.

use std::collections::BTreeMap;

use hatch_mapping::{OpportunityModel, SelectableObject};

use crate::{Integration, Resource};

/// The feeds that these integrations need, and whether an opportunity can do without.
pub(super) fn needed(integrations: &[Integration]) -> BTreeMap<Resource, Need> {
    let mut feeds = BTreeMap::new();
    for integration in integrations {
        let required: &[Resource] = match integration.model() {
            OpportunityModel::Job => &[Resource::Jobs, Resource::JobTypes],
            OpportunityModel::Membership => &[Resource::Memberships, Resource::MembershipTypes],
        };
        let shared = [
            Resource::Customers,
            Resource::CustomerContacts,
            Resource::Locations,
            Resource::LocationContacts,
            Resource::BusinessUnits,
        ];
        for resource in required.iter().chain(&shared) {
            feeds.insert(*resource, Need::Required);
        }
        for object in integration.mapper.config().selection.iter() {
            for resource in behind(object) {
                feeds.entry(*resource).or_insert(Need::Optional);
            }
        }
    }
    feeds
}

/// Whether opportunities can do without a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

/// The resources that a selectable object is made of.
pub(super) fn behind(object: SelectableObject) -> &'static [Resource] {
    match object {
        SelectableObject::Estimates => &[Resource::Estimates],
        SelectableObject::Appointments => &[Resource::Appointments],
        SelectableObject::AppointmentAssignments => &[Resource::AppointmentAssignments],
        SelectableObject::CancelReasons => &[Resource::JobCanceledLogs, Resource::JobCancelReasons],
        SelectableObject::TagTypes => &[Resource::TagTypes],
        SelectableObject::Campaigns => &[Resource::Campaigns, Resource::CampaignCategories],
        SelectableObject::Zones => &[Resource::Zones],
        SelectableObject::EmployeesAndTechnicians => &[Resource::Employees, Resource::Technicians],
        SelectableObject::Invoices => &[Resource::Invoices],
        SelectableObject::RecurringServices => &[Resource::RecurringServices],
        SelectableObject::RecurringServiceEvents => &[Resource::RecurringServiceEvents],
        _ => &[],
    }
}

/// Whether a feed starts at the beginning of time instead of 90 days back.
///
/// Reference tables do, since old rows are named by new records and some tables cannot be read by ID. So do the children that have
/// no lookup by base record: cancellations (the lookup gives no record) and what recurring services are made of.
pub(super) fn starts_at_the_beginning(resource: Resource) -> bool {
    resource.is_reference()
        || matches!(
            resource,
            Resource::JobCanceledLogs | Resource::RecurringServices | Resource::RecurringServiceEvents
        )
}

/// Whether ServiceTitan reads records of the resource by `ids`.
pub(super) fn has_ids_lookup(resource: Resource) -> bool {
    !matches!(
        resource,
        Resource::Zones
            | Resource::TagTypes
            | Resource::JobCancelReasons
            | Resource::CampaignCategories
            | Resource::JobCanceledLogs
            | Resource::CustomerContacts
            | Resource::LocationContacts
    )
}

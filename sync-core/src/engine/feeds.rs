//! Which feeds the integrations need, and where each one starts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use hatch_mapping::{OpportunityModel, SelectableObject};

use crate::{Integration, Resource};

/// What the opportunities of every model need besides their base record and its type.
const SHARED: [Resource; 5] = [
    Resource::Customers,
    Resource::CustomerContacts,
    Resource::Locations,
    Resource::LocationContacts,
    Resource::BusinessUnits,
];

/// The feeds that these integrations need, each with the integrations that cannot do without it.
pub(super) fn needed(integrations: &[Integration]) -> BTreeMap<Resource, BTreeSet<String>> {
    let mut feeds: BTreeMap<Resource, BTreeSet<String>> = BTreeMap::new();
    for integration in integrations {
        for resource in required(integration) {
            feeds.entry(resource).or_default().insert(integration.name.clone());
        }
        for resource in integration.mapper.config().selection.iter().flat_map(behind) {
            feeds.entry(*resource).or_default();
        }
    }
    feeds
}

/// Whether the integration needs this feed, if only for something that it can do without.
pub(super) fn needs(integration: &Integration, resource: Resource) -> bool {
    required(integration).any(|it| it == resource)
        || integration.mapper.config().selection.iter().flat_map(behind).any(|it| *it == resource)
}

fn required(integration: &Integration) -> impl Iterator<Item = Resource> {
    let kind = match integration.model() {
        OpportunityModel::Job => Resource::JobTypes,
        OpportunityModel::Membership => Resource::MembershipTypes,
    };
    [integration.base(), kind].into_iter().chain(SHARED)
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

/// Whether opportunities can do without the resource.
pub(super) fn is_optional(resource: Resource) -> bool {
    !SHARED.contains(&resource)
        && !matches!(
            resource,
            Resource::Jobs | Resource::JobTypes | Resource::Memberships | Resource::MembershipTypes
        )
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

/// Whether the resource's records are children whose feed may start before the base records'.
pub(super) fn may_start_earlier(resource: Resource) -> bool {
    has_parent_lookup(resource)
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

/// Whether ServiceTitan reads all records of the resource that belong to a parent.
pub(super) fn has_parent_lookup(resource: Resource) -> bool {
    are_contacts(resource)
        || matches!(
            resource,
            Resource::Appointments
                | Resource::AppointmentAssignments
                | Resource::Estimates
                | Resource::Invoices
        )
}

/// Whether the resource has a change feed, and a list to compare it with.
pub(super) fn has_feed_and_list(resource: Resource) -> bool {
    !matches!(
        resource,
        Resource::JobCanceledLogs
            | Resource::JobTypes
            | Resource::Campaigns
            | Resource::CampaignCategories
            | Resource::Zones
            | Resource::JobCancelReasons
    )
}

/// The contacts of a resource's records, if they have some.
pub(super) fn contacts_of(owner: Resource) -> Option<Resource> {
    match owner {
        Resource::Customers => Some(Resource::CustomerContacts),
        Resource::Locations => Some(Resource::LocationContacts),
        _ => None,
    }
}

pub(super) fn are_contacts(resource: Resource) -> bool {
    matches!(resource, Resource::CustomerContacts | Resource::LocationContacts)
}

/// Where a feed started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeedStart {
    Beginning,
    At(DateTime<Utc>),
}

impl FeedStart {
    /// Whether the feed brings all children of a parent of this age. What was created while the feed was read comes through it.
    pub(super) fn covers(self, created_on: Option<DateTime<Utc>>) -> bool {
        match self {
            FeedStart::Beginning => true,
            FeedStart::At(start) => created_on.is_some_and(|created| created >= start),
        }
    }

    pub(super) fn to_text(self) -> String {
        match self {
            FeedStart::Beginning => "beginning".to_owned(),
            FeedStart::At(start) => start.to_rfc3339(),
        }
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        match text {
            "beginning" => Some(FeedStart::Beginning),
            date => date.parse().ok().map(FeedStart::At),
        }
    }
}

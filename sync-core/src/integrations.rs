//! The integrations of a connection, and the feeds that their opportunities are made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hatch_mapping::{OpportunityModel, SelectableObject};

use crate::{Integration, Resource, SyncError};

/// Resources that opportunities of every model need besides their base record and its type.
const SHARED: [Resource; 5] = [
    Resource::Customers,
    Resource::CustomerContacts,
    Resource::Locations,
    Resource::LocationContacts,
    Resource::BusinessUnits,
];

/// The integrations of a connection, shared by the parts of its engine.
#[derive(Debug, Clone)]
pub(crate) struct Integrations(Arc<[Integration]>);

impl Integrations {
    pub(crate) fn new(integrations: Vec<Integration>) -> Self {
        Integrations(integrations.into())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Integration> {
        self.0.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Integration> {
        self.iter().find(|integration| integration.name == name)
    }

    /// The integration of this name.
    ///
    /// # Errors
    ///
    /// [`SyncError::Configuration`] if there is none.
    pub(crate) fn get(&self, name: &str) -> Result<&Integration, SyncError> {
        self.find(name).ok_or_else(|| unknown_integration(name))
    }

    /// The resources of the base records, each once.
    pub(crate) fn base_resources(&self) -> BTreeSet<Resource> {
        self.iter().map(Integration::base).collect()
    }

    /// The feeds that the opportunities are made of, each with the names of the integrations that cannot do without it.
    pub(crate) fn needed_feeds(&self) -> BTreeMap<Resource, BTreeSet<String>> {
        let mut feeds: BTreeMap<Resource, BTreeSet<String>> = BTreeMap::new();
        for integration in self.iter() {
            for resource in required_feeds(integration) {
                feeds.entry(resource).or_default().insert(integration.name.clone());
            }
            for resource in optional_feeds(integration) {
                feeds.entry(resource).or_default();
            }
        }
        feeds
    }

    /// The integrations whose opportunities show the resource, be it required or optional.
    pub(crate) fn showing(&self, resource: Resource) -> impl Iterator<Item = &Integration> {
        self.iter().filter(move |integration| shows(integration, resource))
    }
}

/// Whether the integration's opportunities show the resource, be it required or optional.
pub(crate) fn shows(integration: &Integration, resource: Resource) -> bool {
    required_feeds(integration).chain(optional_feeds(integration)).any(|it| it == resource)
}

/// Whether an opportunity can be delivered without the resource.
pub(crate) fn is_optional(resource: Resource) -> bool {
    !SHARED.contains(&resource)
        && !matches!(
            resource,
            Resource::Jobs | Resource::JobTypes | Resource::Memberships | Resource::MembershipTypes
        )
}

pub(crate) fn unknown_integration(name: &str) -> SyncError {
    SyncError::Configuration(format!("no integration is called {name:?}"))
}

fn required_feeds(integration: &Integration) -> impl Iterator<Item = Resource> {
    let kind = match integration.model() {
        OpportunityModel::Job => Resource::JobTypes,
        OpportunityModel::Membership => Resource::MembershipTypes,
    };
    [integration.base(), kind].into_iter().chain(SHARED)
}

fn optional_feeds(integration: &Integration) -> impl Iterator<Item = Resource> {
    integration.mapper.config().selection.iter().flat_map(resources_of).copied()
}

/// The resources that a selectable object is made of.
fn resources_of(object: SelectableObject) -> &'static [Resource] {
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

//! The scopes that the integrations need: one table from resources and note targets to the scopes to be ticked.

use std::collections::BTreeMap;

use hatch_mapping::NoteTarget;
use servicetitan_client::Scope;

use crate::Resource;

/// The scope that reads a resource. A feed and the lists of a resource go by the same one, contacts by their owner's.
pub(super) fn reading(resource: Resource) -> Scope {
    Scope::from_static(match resource {
        Resource::Jobs | Resource::JobCanceledLogs => "tn.jpm.jobs:r",
        Resource::Memberships => "tn.mem.memberships:r",
        Resource::Customers | Resource::CustomerContacts => "tn.crm.customers:r",
        Resource::Locations | Resource::LocationContacts => "tn.crm.locations:r",
        Resource::Appointments => "tn.jpm.appointments:r",
        Resource::AppointmentAssignments => "tn.dis.appointmentassignments:r",
        Resource::Estimates => "tn.sal.estimates:r",
        Resource::Invoices => "tn.acc.invoices:r",
        Resource::RecurringServices => "tn.mem.recurringservices:r",
        Resource::RecurringServiceEvents => "tn.mem.recurringserviceevents:r",
        Resource::BusinessUnits => "tn.stt.businessunits:r",
        Resource::JobTypes => "tn.jpm.jobtypes:r",
        Resource::MembershipTypes => "tn.mem.membershiptypes:r",
        Resource::TagTypes => "tn.stt.tagtypes:r",
        Resource::Campaigns => "tn.mrk.campaigns:r",
        Resource::CampaignCategories => "tn.mrk.categories:r",
        Resource::Zones => "tn.dis.zones:r",
        Resource::Employees => "tn.stt.employees:r",
        Resource::Technicians => "tn.stt.technicians:r",
        Resource::JobCancelReasons => "tn.jpm.jobcancelreasons:r",
    })
}

/// The scopes that a note on a target needs: writing it, and reading it back when nobody knows whether it was written.
pub(super) fn noting(target: NoteTarget) -> [Scope; 2] {
    let [write, read] = match target {
        NoteTarget::Job => ["tn.jpm.jobs:w", "tn.jpm.jobs:r"],
        NoteTarget::Customer => ["tn.crm.customers:w", "tn.crm.customers:r"],
        NoteTarget::Location => ["tn.crm.locations:w", "tn.crm.locations:r"],
    };
    [Scope::from_static(write), Scope::from_static(read)]
}

/// The need for a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// Opportunities show it, and go without.
    Optional,
    /// Notes of Hatch's events need it; opportunities do not.
    Notes,
    /// No opportunity can do without.
    Required,
}

/// Every scope of these feeds and note targets, with the strongest need for it.
pub(super) fn needed(
    feeds: impl IntoIterator<Item = (Resource, Need)>,
    targets: impl IntoIterator<Item = NoteTarget>,
) -> BTreeMap<Scope, Need> {
    let of_feeds = feeds.into_iter().map(|(resource, need)| (reading(resource), need));
    let of_notes = targets.into_iter().flat_map(noting).map(|scope| (scope, Need::Notes));
    let mut needed: BTreeMap<Scope, Need> = BTreeMap::new();
    for (scope, need) in of_feeds.chain(of_notes) {
        let strongest = needed.entry(scope).or_insert(need);
        *strongest = (*strongest).max(need);
    }
    needed
}

#[cfg(all(test, feature = "servicetitan"))]
mod tests {
    use std::collections::BTreeSet;

    use hatch_mapping::NoteTarget;
    use servicetitan_client::operations;

    use super::{noting, reading};
    use crate::Resource;

    #[test]
    fn every_scope_is_one_that_an_operation_of_the_client_goes_by() {
        let known: BTreeSet<String> =
            operations::all().iter().map(|operation| operation.scope().as_str().to_owned()).collect();
        let targets = [NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location];
        let needed = Resource::ALL.into_iter().map(reading).chain(targets.into_iter().flat_map(noting));
        for scope in needed {
            assert!(known.contains(scope.as_str()), "{scope:?}");
            assert!(scope.to_string().contains(" > "), "the portal has no words for {scope:?}");
        }
    }

    #[test]
    fn a_resource_is_read_by_the_scope_of_its_operations() {
        let all = operations::all();
        for resource in Resource::ALL {
            let name = resource.name().replace('-', "_");
            let own = all.iter().find(|operation| operation.resource() == name && operation.method == "GET");
            // Contacts and cancellations are operations of what they belong to.
            if let Some(operation) = own {
                assert_eq!(operation.scope(), reading(resource), "{resource}");
            }
        }
    }
}

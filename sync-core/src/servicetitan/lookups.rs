//! Lookups: records by their IDs, and children by their parents.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use futures::stream::{self, StreamExt};
use servicetitan_client::{
    ActiveFilter, AppointmentFilter, AppointmentId, CustomerId, EstimateFilter, InvoiceFilter, JobId,
    ListRequest, LocationId, ServiceTitan,
};

use super::errors::{bad_fields, lost_records, no_such_lookup, refused};
use super::steady::{self, Prepare};
use crate::links::{Linked, mirrored_from_list};
use crate::{Records, Resource, SourceError};

/// Number of concurrent requests where ServiceTitan takes one parent per request.
const CONCURRENT_LOOKUPS: usize = 8;

/// Reads records by their IDs.
pub(super) async fn records(
    st: &ServiceTitan,
    resource: Resource,
    ids: &[i64],
) -> Result<Records, SourceError> {
    match resource {
        Resource::Jobs => by_ids(resource, ids, |ids| st.jobs().by_ids(ids)).await,
        Resource::Memberships => by_ids(resource, ids, |ids| st.memberships().by_ids(ids)).await,
        Resource::Customers => by_ids(resource, ids, |ids| st.customers().by_ids(ids)).await,
        Resource::Locations => by_ids(resource, ids, |ids| st.locations().by_ids(ids)).await,
        Resource::Appointments => by_ids(resource, ids, |ids| st.appointments().by_ids(ids)).await,
        Resource::AppointmentAssignments => {
            by_ids(resource, ids, |ids| st.appointment_assignments().by_ids(ids)).await
        }
        Resource::Estimates => by_ids(resource, ids, |ids| st.estimates().by_ids(ids)).await,
        Resource::Invoices => by_ids(resource, ids, |ids| st.invoices().by_ids(ids)).await,
        Resource::RecurringServices => by_ids(resource, ids, |ids| st.recurring_services().by_ids(ids)).await,
        Resource::RecurringServiceEvents => {
            by_ids(resource, ids, |ids| st.recurring_service_events().by_ids(ids)).await
        }
        Resource::BusinessUnits => by_ids(resource, ids, |ids| st.business_units().by_ids(ids)).await,
        Resource::JobTypes => by_ids(resource, ids, |ids| st.job_types().by_ids(ids)).await,
        Resource::MembershipTypes => by_ids(resource, ids, |ids| st.membership_types().by_ids(ids)).await,
        Resource::Campaigns => by_ids(resource, ids, |ids| st.campaigns().by_ids(ids)).await,
        Resource::Employees => by_ids(resource, ids, |ids| st.employees().by_ids(ids)).await,
        Resource::Technicians => by_ids(resource, ids, |ids| st.technicians().by_ids(ids)).await,
        Resource::CustomerContacts
        | Resource::LocationContacts
        | Resource::JobCanceledLogs
        | Resource::TagTypes
        | Resource::CampaignCategories
        | Resource::Zones
        | Resource::JobCancelReasons => Err(no_such_lookup(resource)),
    }
}

/// Reads all children of these parents.
pub(super) async fn children(
    st: &ServiceTitan,
    children: Resource,
    parent: Resource,
    parent_ids: &[i64],
) -> Result<Records, SourceError> {
    match (children, parent) {
        (Resource::CustomerContacts, Resource::Customers) => {
            let ids: Vec<CustomerId> = parent_ids.iter().copied().map(CustomerId).collect();
            children_of(children, parent, parent_ids.to_vec(), || st.customers().contacts_of(&ids)).await
        }
        (Resource::LocationContacts, Resource::Locations) => {
            let ids: Vec<LocationId> = parent_ids.iter().copied().map(LocationId).collect();
            children_of(children, parent, parent_ids.to_vec(), || st.locations().contacts_of(&ids)).await
        }
        (Resource::AppointmentAssignments, Resource::Appointments) => {
            let ids: Vec<AppointmentId> = parent_ids.iter().copied().map(AppointmentId).collect();
            children_of(children, parent, parent_ids.to_vec(), || {
                st.appointment_assignments().of_appointments(&ids)
            })
            .await
        }
        // ServiceTitan takes one job per request.
        (Resource::Appointments, Resource::Jobs) => {
            one_by_one(parent_ids, |job| {
                let filter = AppointmentFilter {
                    job_id: Some(JobId(job)),
                    active: Some(ActiveFilter::Any),
                    ..AppointmentFilter::default()
                };
                children_of(children, parent, vec![job], move || st.appointments().list(&filter))
            })
            .await
        }
        (Resource::Estimates, Resource::Jobs) => {
            one_by_one(parent_ids, |job| {
                let filter = EstimateFilter {
                    job_id: Some(JobId(job)),
                    active: Some(ActiveFilter::Any),
                    ..EstimateFilter::default()
                };
                children_of(children, parent, vec![job], move || st.estimates().list(&filter))
            })
            .await
        }
        (Resource::Invoices, Resource::Jobs) => {
            one_by_one(parent_ids, |job| {
                let filter = InvoiceFilter { job_id: Some(JobId(job)), ..InvoiceFilter::default() };
                children_of(children, parent, vec![job], move || st.invoices().list(&filter))
            })
            .await
        }
        _ => Err(no_such_lookup(children)),
    }
}

async fn by_ids<T, I>(
    resource: Resource,
    ids: &[i64],
    list: impl Fn(&[I]) -> ListRequest<T> + Sync,
) -> Result<Records, SourceError>
where
    T: Linked,
    I: From<i64> + Sync,
{
    let typed: Vec<I> = ids.iter().copied().map(I::from).collect();
    read_by_ids(resource, ids, &|| list(&typed)).await
}

async fn read_by_ids<T: Linked>(
    resource: Resource,
    ids: &[i64],
    list: &Prepare<'_, T>,
) -> Result<Records, SourceError> {
    let mut read = steady::read(resource, list).await?;
    let asked: BTreeSet<i64> = ids.iter().copied().collect();
    if read.records.iter().any(|record| !asked.contains(&record.id().into())) {
        return Err(refused(format!("the list of {resource} ignored `ids`")));
    }
    Ok(Records {
        bad_fields: bad_fields(resource, &read.records, &read.problems),
        records: mirrored_from_list(resource, &mut read.records)?,
        problems: lost_records(resource, &read.problems),
    })
}

async fn children_of<T: Linked>(
    children: Resource,
    parent: Resource,
    parent_ids: Vec<i64>,
    list: impl Fn() -> ListRequest<T> + Sync,
) -> Result<Records, SourceError> {
    let asked: BTreeSet<i64> = parent_ids.into_iter().collect();
    let mut read = steady::read(children, &list).await?;
    let mut problems = lost_records(children, &read.problems);
    let bad_fields = bad_fields(children, &read.records, &read.problems);
    let mut records = mirrored_from_list(children, &mut read.records)?;
    // A child that does not tell its parent cannot be told from one that was not asked for.
    records.retain(|record| {
        let is_told = record.linked_to(parent).is_some();
        if !is_told {
            problems.push(format!("{children} {}: the ID of {parent} cannot be read", record.id));
        }
        is_told
    });
    if records.iter().any(|record| record.linked_to(parent).is_some_and(|id| !asked.contains(&id))) {
        return Err(refused(format!("the list of {children} ignored the IDs of {parent}")));
    }
    Ok(Records { records, problems, bad_fields })
}

async fn one_by_one<F>(parent_ids: &[i64], read: impl Fn(i64) -> F) -> Result<Records, SourceError>
where
    F: Future<Output = Result<Records, SourceError>>,
{
    let mut reads = stream::iter(parent_ids.iter().copied()).map(read).buffer_unordered(CONCURRENT_LOOKUPS);
    let mut all = Records::default();
    while let Some(read) = reads.try_next().await? {
        all.records.extend(read.records);
        all.problems.extend(read.problems);
        all.bad_fields.extend(read.bad_fields);
    }
    Ok(all)
}

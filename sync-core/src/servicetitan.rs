//! ServiceTitan's API as the engine's [`Source`].

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use futures::TryStreamExt;
use futures::stream::{self, StreamExt};
use hatch_mapping::NoteTarget;
use serde::de::DeserializeOwned;
use servicetitan_client::{
    ActiveFilter, AppointmentFilter, AppointmentId, CampaignCategoryFilter, CampaignFilter, CustomerId,
    Error, EstimateFilter, ExportFrom, ExportRequest, InvoiceFilter, JobCancelReasonFilter, JobId,
    JobTypeFilter, Lane, ListRequest, LocationId, NewNote, Record, RecordProblem, Scope, ServiceTitan,
    ZoneFilter,
};

use crate::links::{Linked, mirrored};
use crate::{
    FeedPage, FeedPosition, Records, Resource, Source, SourceDescription, SourceError, SourceErrorKind,
};

/// The page size that lists are asked for; ServiceTitan caps it where it wants to.
const LIST_PAGE_SIZE: u32 = 500;

/// How far a list is read again before the newest change seen: what was committed late at ServiceTitan still comes.
const LIST_OVERLAP: Duration = Duration::minutes(10);

/// How many lookups that take one parent each are under way at a time.
const CONCURRENT_LOOKUPS: usize = 8;

/// ServiceTitan through its API. Reads go in the client's lane, notes in the interactive one.
#[derive(Debug, Clone)]
pub struct ServiceTitanSource {
    client: ServiceTitan,
    needed: Vec<Scope>,
}

impl ServiceTitanSource {
    /// ServiceTitan through this client.
    pub fn new(client: ServiceTitan) -> Self {
        ServiceTitanSource { client, needed: Vec::new() }
    }

    /// The scopes that [`Source::check`] looks for.
    #[must_use]
    pub fn needing(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.needed = scopes.into_iter().collect();
        self
    }
}

#[async_trait]
impl Source for ServiceTitanSource {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        let report = self.client.check().await?;
        let missing = self.client.missing_scopes(&self.needed).await?;
        Ok(SourceDescription {
            summary: report.to_string(),
            server_time: report.server_time,
            missing_scopes: missing.iter().map(ToString::to_string).collect(),
        })
    }

    async fn read_feed(&self, resource: Resource, from: &FeedPosition) -> Result<FeedPage, SourceError> {
        let st = &self.client;
        let start = || match from {
            FeedPosition::Beginning => ExportFrom::beginning(),
            FeedPosition::Since(date) => ExportFrom::day(date.date_naive()),
            FeedPosition::Token(token) => ExportFrom::token(token.as_str()),
        };
        match resource {
            Resource::Jobs => exported(resource, st.jobs().export(start())).await,
            Resource::Memberships => exported(resource, st.memberships().export(start())).await,
            Resource::Customers => exported(resource, st.customers().export(start())).await,
            Resource::CustomerContacts => exported(resource, st.customers().export_contacts(start())).await,
            Resource::Locations => exported(resource, st.locations().export(start())).await,
            Resource::LocationContacts => exported(resource, st.locations().export_contacts(start())).await,
            Resource::Appointments => {
                exported(resource, st.appointments().export(start()).active(ActiveFilter::Any)).await
            }
            Resource::AppointmentAssignments => {
                exported(resource, st.appointment_assignments().export(start()).active(ActiveFilter::Any))
                    .await
            }
            Resource::Estimates => exported(resource, st.estimates().export(start())).await,
            Resource::Invoices => exported(resource, st.invoices().export(start())).await,
            Resource::JobCanceledLogs => exported(resource, st.jobs().export_canceled_logs(start())).await,
            Resource::RecurringServices => exported(resource, st.recurring_services().export(start())).await,
            Resource::RecurringServiceEvents => {
                exported(resource, st.recurring_service_events().export(start())).await
            }
            Resource::BusinessUnits => exported(resource, st.business_units().export(start())).await,
            Resource::MembershipTypes => exported(resource, st.membership_types().export(start())).await,
            Resource::TagTypes => exported(resource, st.tag_types().export(start())).await,
            Resource::Employees => exported(resource, st.employees().export(start())).await,
            Resource::Technicians => exported(resource, st.technicians().export(start())).await,
            Resource::JobTypes => {
                let since = ListSince::from(from)?;
                let filter = JobTypeFilter {
                    modified_on_or_after: since.0,
                    active: Some(ActiveFilter::Any),
                    ..JobTypeFilter::default()
                };
                listed(resource, st.job_types().list(&filter), since).await
            }
            Resource::Campaigns => {
                let since = ListSince::from(from)?;
                let filter = CampaignFilter {
                    modified_on_or_after: since.0,
                    active: Some(ActiveFilter::Any),
                    ..CampaignFilter::default()
                };
                listed(resource, st.campaigns().list(&filter), since).await
            }
            Resource::CampaignCategories => {
                let since = ListSince::from(from)?;
                let filter = CampaignCategoryFilter {
                    modified_on_or_after: since.0,
                    ..CampaignCategoryFilter::default()
                };
                listed(resource, st.campaign_categories().list(&filter), since).await
            }
            Resource::Zones => {
                let since = ListSince::from(from)?;
                let filter = ZoneFilter {
                    modified_on_or_after: since.0,
                    active: Some(ActiveFilter::Any),
                    ..ZoneFilter::default()
                };
                listed(resource, st.zones().list(&filter), since).await
            }
            Resource::JobCancelReasons => {
                let since = ListSince::from(from)?;
                let filter = JobCancelReasonFilter {
                    modified_on_or_after: since.0,
                    active: Some(ActiveFilter::Any),
                    ..JobCancelReasonFilter::default()
                };
                listed(resource, st.job_cancel_reasons().list(&filter), since).await
            }
        }
    }

    async fn read_by_ids(&self, resource: Resource, ids: &[i64]) -> Result<Records, SourceError> {
        let st = &self.client;
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
            Resource::RecurringServices => {
                by_ids(resource, ids, |ids| st.recurring_services().by_ids(ids)).await
            }
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

    async fn read_now(&self, resource: Resource, ids: &[i64]) -> Result<Records, SourceError> {
        let interactive =
            ServiceTitanSource { client: self.client.with_lane(Lane::Interactive), needed: Vec::new() };
        interactive.read_by_ids(resource, ids).await
    }

    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Records, SourceError> {
        let st = &self.client;
        match (children, parent) {
            (Resource::CustomerContacts, Resource::Customers) => {
                let ids: Vec<CustomerId> = parent_ids.iter().copied().map(CustomerId).collect();
                children_of(children, parent, parent_ids.to_vec(), st.customers().contacts_of(&ids)).await
            }
            (Resource::LocationContacts, Resource::Locations) => {
                let ids: Vec<LocationId> = parent_ids.iter().copied().map(LocationId).collect();
                children_of(children, parent, parent_ids.to_vec(), st.locations().contacts_of(&ids)).await
            }
            (Resource::AppointmentAssignments, Resource::Appointments) => {
                let ids: Vec<AppointmentId> = parent_ids.iter().copied().map(AppointmentId).collect();
                children_of(
                    children,
                    parent,
                    parent_ids.to_vec(),
                    st.appointment_assignments().of_appointments(&ids),
                )
                .await
            }
            // ServiceTitan takes one job in a call.
            (Resource::Appointments, Resource::Jobs) => {
                one_by_one(parent_ids, |job| {
                    let filter = AppointmentFilter {
                        job_id: Some(JobId(job)),
                        active: Some(ActiveFilter::Any),
                        ..AppointmentFilter::default()
                    };
                    children_of(children, parent, vec![job], st.appointments().list(&filter))
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
                    children_of(children, parent, vec![job], st.estimates().list(&filter))
                })
                .await
            }
            (Resource::Invoices, Resource::Jobs) => {
                one_by_one(parent_ids, |job| {
                    let filter = InvoiceFilter { job_id: Some(JobId(job)), ..InvoiceFilter::default() };
                    children_of(children, parent, vec![job], st.invoices().list(&filter))
                })
                .await
            }
            _ => Err(no_such_lookup(children)),
        }
    }

    async fn write_note(&self, target: NoteTarget, id: i64, text: &str) -> Result<(), SourceError> {
        let st = self.client.with_lane(Lane::Interactive);
        let note = NewNote::text(text);
        let written = match target {
            NoteTarget::Job => st.jobs().add_note(JobId(id), &note).await,
            NoteTarget::Customer => st.customers().add_note(CustomerId(id), &note).await,
            NoteTarget::Location => st.locations().add_note(LocationId(id), &note).await,
        };
        match written {
            Ok(_) => Ok(()),
            Err(error) if error.may_have_been_carried_out() => {
                Err(SourceError { kind: SourceErrorKind::Unclear, message: error.to_string() })
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn note_texts(&self, target: NoteTarget, id: i64) -> Result<Vec<String>, SourceError> {
        let st = self.client.with_lane(Lane::Interactive);
        let notes = match target {
            NoteTarget::Job => st.jobs().notes(JobId(id)),
            NoteTarget::Customer => st.customers().notes(CustomerId(id)),
            NoteTarget::Location => st.locations().notes(LocationId(id)),
        };
        let notes: Vec<_> = notes.page_size(LIST_PAGE_SIZE).records().try_collect().await?;
        Ok(notes.into_iter().filter_map(|note| note.text).collect())
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        self.client.request_counts().iter().map(|(path, count)| (path.to_owned(), count)).collect()
    }
}

/// Reads one page of a change feed.
async fn exported<T: Linked>(
    resource: Resource,
    mut export: ExportRequest<T>,
) -> Result<FeedPage, SourceError> {
    let Some(page) = export.try_next().await? else {
        return Err(refused(format!("the feed of {resource} gave no page")));
    };
    Ok(FeedPage {
        records: mirrored(resource, &page.records)?,
        problems: worded(resource, &page.problems),
        next: page.continue_from.as_str().to_owned(),
        has_more: page.has_more,
    })
}

/// From when on a list is read; the position of a list is the time of the newest change that was seen.
#[derive(Clone, Copy)]
struct ListSince(Option<DateTime<Utc>>);

impl ListSince {
    fn from(position: &FeedPosition) -> Result<Self, SourceError> {
        match position {
            FeedPosition::Beginning => Ok(ListSince(None)),
            FeedPosition::Since(date) => Ok(ListSince(Some(*date))),
            FeedPosition::Token(token) if token.is_empty() => Ok(ListSince(None)),
            FeedPosition::Token(token) => match token.parse::<DateTime<Utc>>() {
                Ok(newest) => Ok(ListSince(Some(newest - LIST_OVERLAP))),
                Err(_) => Err(refused(format!("{token:?} is not the position of a list"))),
            },
        }
    }
}

/// Reads a resource that has only a list: all that changed since, in one page, since such resources are small.
async fn listed<T: Linked>(
    resource: Resource,
    list: ListRequest<T>,
    since: ListSince,
) -> Result<FeedPage, SourceError> {
    let (records, problems) = read_all(resource, list).await?;
    // Parameters that ServiceTitan does not know are ignored: an answer that does not fit the question must not pass for one.
    let out_of_window =
        |record: &T| matches!((since.0, record.modified_on()), (Some(since), Some(on)) if on < since);
    if records.iter().any(out_of_window) {
        return Err(refused(format!("the list of {resource} ignored `modifiedOnOrAfter`")));
    }
    let newest = records.iter().filter_map(Record::modified_on).max();
    let newest = newest.or_else(|| since.0.map(|since| since + LIST_OVERLAP));
    let next = newest.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)).unwrap_or_default();
    Ok(FeedPage { records: mirrored(resource, &records)?, problems, next, has_more: false })
}

async fn by_ids<T, I>(
    resource: Resource,
    ids: &[i64],
    list: impl FnOnce(&[I]) -> ListRequest<T>,
) -> Result<Records, SourceError>
where
    T: Linked,
    I: From<i64>,
{
    let typed: Vec<I> = ids.iter().copied().map(I::from).collect();
    let (records, problems) = read_all(resource, list(&typed)).await?;
    let asked: BTreeSet<i64> = ids.iter().copied().collect();
    if records.iter().any(|record| !asked.contains(&record.id().into())) {
        return Err(refused(format!("the list of {resource} ignored `ids`")));
    }
    Ok(Records { records: mirrored(resource, &records)?, problems })
}

async fn children_of<T: Linked>(
    children: Resource,
    parent: Resource,
    parent_ids: Vec<i64>,
    list: ListRequest<T>,
) -> Result<Records, SourceError> {
    let asked: BTreeSet<i64> = parent_ids.into_iter().collect();
    let (records, problems) = read_all(children, list).await?;
    let records = mirrored(children, &records)?;
    if records.iter().any(|record| record.linked_to(parent).is_none_or(|id| !asked.contains(&id))) {
        return Err(refused(format!("the list of {children} ignored which {parent} were asked for")));
    }
    Ok(Records { records, problems })
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
    }
    Ok(all)
}

async fn read_all<T: DeserializeOwned + Send + 'static>(
    resource: Resource,
    list: ListRequest<T>,
) -> Result<(Vec<T>, Vec<String>), SourceError> {
    let mut pages = list.page_size(LIST_PAGE_SIZE).pages();
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    while let Some(page) = pages.try_next().await? {
        problems.extend(worded(resource, &page.problems));
        records.extend(page.records);
    }
    Ok((records, problems))
}

fn worded(resource: Resource, problems: &[RecordProblem]) -> Vec<String> {
    let worded = |problem: &RecordProblem| {
        let id = problem.id.map_or_else(|| "without ID".to_owned(), |id| id.to_string());
        format!("{resource} {id} at {}: {}", problem.path, problem.reason)
    };
    problems.iter().map(worded).collect()
}

fn refused(message: String) -> SourceError {
    SourceError { kind: SourceErrorKind::Refused, message }
}

fn no_such_lookup(resource: Resource) -> SourceError {
    refused(format!("ServiceTitan has no such lookup for {resource}"))
}

impl From<Error> for SourceError {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::MissingScope { .. } => SourceErrorKind::MissingScope,
            Error::NotFound { .. } => SourceErrorKind::NotFound,
            Error::Auth { .. } => SourceErrorKind::Auth,
            error if error.is_temporary() => SourceErrorKind::Temporary,
            _ => SourceErrorKind::Refused,
        };
        SourceError { kind, message: error.to_string() }
    }
}

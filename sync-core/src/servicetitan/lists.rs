//! Reads of lists: of resources without a feed, and for reconciling feeds.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use servicetitan_client::{
    ActiveFilter, AppointmentAssignmentFilter, AppointmentFilter, BusinessUnitFilter, CampaignCategoryFilter,
    CampaignFilter, CustomerFilter, EmployeeFilter, EstimateFilter, InvoiceFilter, JobCancelReasonFilter,
    JobFilter, JobTypeFilter, LocationFilter, MembershipFilter, MembershipTypeFilter, Record,
    RecurringServiceEventFilter, RecurringServiceFilter, ServiceTitan, TagTypeFilter, TechnicianFilter,
    TimeFilter, ZoneFilter,
};

use super::errors::{bad_fields, lost_records, no_such_lookup, refused};
use super::steady::{self, COMMIT_DELAY, LIST_PAGE_SIZE, Prepare, Whole};
use crate::links::{Linked, mirrored_from_list};
use crate::{FeedPage, FeedPosition, ListPage, Resource, SourceError};

/// The part of a list to read.
#[derive(Debug, Clone, Copy)]
enum Extent {
    Page(u32),
    Whole,
}

/// The result of reading a list or one of its pages.
#[derive(Default)]
struct Read {
    page: ListPage,
    /// The time of the newest change among the records.
    newest: Option<DateTime<Utc>>,
    /// ServiceTitan's time at the first page.
    began: Option<DateTime<Utc>>,
    pages: usize,
}

/// Reads the records that were modified since a time, or all of them.
///
/// The records are ordered by ID where the schema names fields to sort by: a change then moves no record to another page, and a new record only
/// pushes others to later pages. Other lists come in ServiceTitan's own order.
async fn read(
    st: &ServiceTitan,
    resource: Resource,
    since: Option<DateTime<Utc>>,
    extent: Extent,
) -> Result<Read, SourceError> {
    macro_rules! list {
        ($method:ident, $filter:ident { $($field:ident: $value:expr),* $(,)? }) => {{
            let filter = $filter { modified_on_or_after: since, $($field: Some($value),)* ..$filter::default() };
            pages(resource, &|| st.$method().list(&filter), since, extent).await
        }};
    }
    let by_id = "+Id".to_owned();
    let any = ActiveFilter::Any;
    match resource {
        Resource::Jobs => list!(jobs, JobFilter { sort: by_id }),
        Resource::Memberships => list!(memberships, MembershipFilter { active: any }),
        Resource::Customers => list!(customers, CustomerFilter { active: any, sort: by_id }),
        Resource::Locations => list!(locations, LocationFilter { active: any, sort: by_id }),
        Resource::Appointments => list!(appointments, AppointmentFilter { active: any, sort: by_id }),
        Resource::AppointmentAssignments => {
            list!(appointment_assignments, AppointmentAssignmentFilter { active: any, sort: by_id })
        }
        Resource::Estimates => list!(estimates, EstimateFilter { active: any }),
        Resource::Invoices => list!(invoices, InvoiceFilter {}),
        Resource::RecurringServices => list!(recurring_services, RecurringServiceFilter { active: any }),
        Resource::RecurringServiceEvents => list!(recurring_service_events, RecurringServiceEventFilter {}),
        Resource::BusinessUnits => list!(business_units, BusinessUnitFilter { active: any }),
        Resource::JobTypes => list!(job_types, JobTypeFilter { active: any }),
        Resource::MembershipTypes => list!(membership_types, MembershipTypeFilter { active: any }),
        Resource::TagTypes => list!(tag_types, TagTypeFilter { active: any }),
        Resource::Campaigns => list!(campaigns, CampaignFilter { active: any, sort: by_id }),
        Resource::CampaignCategories => list!(campaign_categories, CampaignCategoryFilter { sort: by_id }),
        Resource::Zones => list!(zones, ZoneFilter { active: any, sort: by_id }),
        Resource::Employees => list!(employees, EmployeeFilter { active: any }),
        Resource::Technicians => list!(technicians, TechnicianFilter { active: any }),
        Resource::JobCancelReasons => {
            list!(job_cancel_reasons, JobCancelReasonFilter { active: any, sort: by_id })
        }
        Resource::CustomerContacts => {
            pages(resource, &|| st.customers().contacts_between(&times(since)), since, extent).await
        }
        Resource::LocationContacts => {
            pages(resource, &|| st.locations().contacts_between(&times(since)), since, extent).await
        }
        Resource::JobCanceledLogs => Err(no_such_lookup(resource)),
    }
}

fn times(since: Option<DateTime<Utc>>) -> TimeFilter {
    TimeFilter { modified_on_or_after: since, ..TimeFilter::default() }
}

async fn pages<T: Linked>(
    resource: Resource,
    list: &Prepare<'_, T>,
    since: Option<DateTime<Utc>>,
    extent: Extent,
) -> Result<Read, SourceError> {
    let (mut read, has_more) = match extent {
        Extent::Page(page) => {
            let page = list().page_size(LIST_PAGE_SIZE).from_page(page).one_page().await?;
            let (records, problems, began) = (page.records, page.problems, page.server_time);
            (Whole { records, problems, began, pages: 1 }, page.has_more)
        }
        Extent::Whole => (steady::read(resource, list).await?, false),
    };
    // ServiceTitan ignores parameters that it does not know: an answer with older records must not pass for a complete one.
    let out_of_window =
        |record: &T| matches!((since, record.modified_on()), (Some(since), Some(on)) if on < since);
    if read.records.iter().any(out_of_window) {
        return Err(refused(format!("the list of {resource} ignored `modifiedOnOrAfter`")));
    }
    Ok(Read {
        page: ListPage {
            bad_fields: bad_fields(resource, &read.records, &read.problems),
            records: mirrored_from_list(resource, &mut read.records)?,
            problems: lost_records(resource, &read.problems),
            has_more,
        },
        newest: read.records.iter().filter_map(Record::modified_on).max(),
        began: read.began,
        pages: read.pages,
    })
}

/// Reads one page of the records modified since a time, for a reconciliation.
pub(super) async fn changed(
    st: &ServiceTitan,
    resource: Resource,
    since: DateTime<Utc>,
    page: u32,
) -> Result<ListPage, SourceError> {
    Ok(read(st, resource, Some(since), Extent::Page(page)).await?.page)
}

/// Reads all changes of a resource without a feed as one page of a feed. These lists are small.
///
/// # Why not page by page?
///
/// ServiceTitan decides the page size. If the engine kept a page number from one run to the next, a changed page size or a removed row would
/// move rows to a page that was read already, and they would never be read.
pub(super) async fn followed(
    st: &ServiceTitan,
    resource: Resource,
    from: &FeedPosition,
) -> Result<FeedPage, SourceError> {
    let position = Position::from(from)?;
    let read = read(st, resource, position.since, Extent::Whole).await?;
    Ok(FeedPage {
        next: Some(position.behind(&read).token()?),
        has_more: false,
        records: read.page.records,
        problems: read.page.problems,
        bad_fields: read.page.bad_fields,
        server_time: read.began,
    })
}

/// The position in a list that stands in for a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    /// The earliest time of modification that is still to be read; `None` for all records.
    since: Option<DateTime<Utc>>,
}

impl Position {
    fn from(position: &FeedPosition) -> Result<Self, SourceError> {
        match position {
            FeedPosition::Beginning => Ok(Position { since: None }),
            FeedPosition::Since(date) => Ok(Position { since: Some(*date) }),
            // A position of an older version, with a page number, starts its list again.
            FeedPosition::Token(token) => serde_json::from_str(token)
                .map_err(|_| refused(format!("{token:?} is not the position of a list"))),
        }
    }

    fn behind(&self, read: &Read) -> Self {
        let seen = match (read.newest, read.began) {
            (Some(newest), Some(began)) => Some(newest.min(began)),
            // Without the time of the first page, records that changed during the reading cannot be told from the rest.
            (Some(newest), None) if read.pages == 1 => Some(newest),
            _ => None,
        };
        Position { since: seen.map(|seen| seen - COMMIT_DELAY).max(self.since) }
    }

    fn token(&self) -> Result<String, SourceError> {
        serde_json::to_string(self)
            .map_err(|_| refused("the position of a list cannot be written".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(minute: u32) -> Option<DateTime<Utc>> {
        Some(DateTime::from_timestamp(1_767_225_600 + i64::from(minute) * 60, 0).unwrap())
    }

    fn position(since: Option<DateTime<Utc>>) -> Position {
        Position { since }
    }

    fn read(newest: Option<DateTime<Utc>>, began: Option<DateTime<Utc>>, pages: usize) -> Read {
        Read { newest, began, pages, ..Read::default() }
    }

    #[test]
    fn a_position_reads_back_as_it_was_written() {
        for position in [position(None), position(time(1))] {
            let token = FeedPosition::Token(position.token().unwrap());
            assert_eq!(Position::from(&token).unwrap(), position);
        }
        assert!(Position::from(&FeedPosition::Token("page 2".to_owned())).is_err());
    }

    #[test]
    fn a_position_within_a_list_starts_the_list_again() {
        let token =
            r#"{"since":"2026-01-01T00:01:00Z","page":7,"newest":"2026-01-01T00:02:00Z","began":null}"#;
        assert_eq!(Position::from(&FeedPosition::Token(token.to_owned())).unwrap(), position(time(1)));
    }

    #[test]
    fn the_next_run_reads_again_from_ten_minutes_before_the_newest_change() {
        assert_eq!(position(time(0)).behind(&read(time(50), time(60), 1)), position(time(40)));
    }

    #[test]
    fn what_changed_after_the_first_page_was_read_comes_in_the_next_run() {
        assert_eq!(position(None).behind(&read(time(95), time(30), 2)), position(time(20)));
        assert_eq!(position(None).behind(&read(time(95), None, 2)), position(None));
    }

    #[test]
    fn an_idle_run_does_not_move_back() {
        let position = position(time(40));
        assert_eq!(position.behind(&read(None, time(60), 1)), position);
        assert_eq!(position.behind(&read(time(45), time(60), 1)), position);
    }
}

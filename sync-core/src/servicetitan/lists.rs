//! Lists: how resources without a feed are followed, and what feeds are compared with.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use servicetitan_client::{
    ActiveFilter, AppointmentAssignmentFilter, AppointmentFilter, BusinessUnitFilter, CampaignCategoryFilter,
    CampaignFilter, CustomerFilter, EmployeeFilter, EstimateFilter, InvoiceFilter, JobCancelReasonFilter,
    JobFilter, JobTypeFilter, ListRequest, LocationFilter, MembershipFilter, MembershipTypeFilter, Record,
    RecurringServiceEventFilter, RecurringServiceFilter, ServiceTitan, TagTypeFilter, TechnicianFilter,
    TimeFilter, ZoneFilter,
};

use super::{LIST_PAGE_SIZE, no_such_lookup, refused, worded};
use crate::links::{Linked, mirrored};
use crate::{FeedPage, FeedPosition, ListPage, Resource, SourceError};

/// How far a list is read again before the newest change seen: what was committed late at ServiceTitan still comes.
const OVERLAP: Duration = Duration::minutes(10);

/// A page of a list, and what it says of time.
struct Read {
    page: ListPage,
    newest: Option<DateTime<Utc>>,
    server_time: Option<DateTime<Utc>>,
}

/// Reads one page of the records that were modified since a time, or of all.
///
/// Where the schema names fields to sort by, the order is that of the IDs: a change then moves no record to another page, and one that
/// enters only pushes others to later pages. Elsewhere ServiceTitan's own order has to do.
async fn read(
    st: &ServiceTitan,
    resource: Resource,
    since: Option<DateTime<Utc>>,
    page: u32,
) -> Result<Read, SourceError> {
    macro_rules! list {
        ($method:ident, $filter:ident { $($field:ident: $value:expr),* $(,)? }) => {{
            let filter = $filter { modified_on_or_after: since, $($field: Some($value),)* ..$filter::default() };
            one(resource, st.$method().list(&filter), since, page).await
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
            one(resource, st.customers().contacts_between(&times(since)), since, page).await
        }
        Resource::LocationContacts => {
            one(resource, st.locations().contacts_between(&times(since)), since, page).await
        }
        Resource::JobCanceledLogs => Err(no_such_lookup(resource)),
    }
}

fn times(since: Option<DateTime<Utc>>) -> TimeFilter {
    TimeFilter { modified_on_or_after: since, ..TimeFilter::default() }
}

async fn one<T: Linked>(
    resource: Resource,
    list: ListRequest<T>,
    since: Option<DateTime<Utc>>,
    page: u32,
) -> Result<Read, SourceError> {
    let page = list.page_size(LIST_PAGE_SIZE).from_page(page).one_page().await?;
    // Parameters that ServiceTitan does not know are ignored: an answer that does not fit the question must not pass for one.
    let out_of_window =
        |record: &T| matches!((since, record.modified_on()), (Some(since), Some(on)) if on < since);
    if page.records.iter().any(out_of_window) {
        return Err(refused(format!("the list of {resource} ignored `modifiedOnOrAfter`")));
    }
    Ok(Read {
        newest: page.records.iter().filter_map(Record::modified_on).max(),
        server_time: page.server_time,
        page: ListPage {
            records: mirrored(resource, &page.records)?,
            problems: worded(resource, &page.problems),
            has_more: page.has_more,
        },
    })
}

/// Reads one page of a list, to compare it with what a feed brought.
pub(super) async fn changed(
    st: &ServiceTitan,
    resource: Resource,
    since: DateTime<Utc>,
    page: u32,
) -> Result<ListPage, SourceError> {
    Ok(read(st, resource, Some(since), page).await?.page)
}

/// Reads the next page of a resource that has no feed, as if it had one.
pub(super) async fn followed(
    st: &ServiceTitan,
    resource: Resource,
    from: &FeedPosition,
) -> Result<FeedPage, SourceError> {
    let position = Position::from(from)?;
    let read = read(st, resource, position.since, position.page).await?;
    let next = position.behind(&read);
    Ok(FeedPage {
        next: next.token()?,
        has_more: read.page.has_more,
        records: read.page.records,
        problems: read.page.problems,
        server_time: read.server_time,
    })
}

/// Where following a list goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    /// Only what was modified at this time or later is read.
    since: Option<DateTime<Utc>>,
    page: u32,
    /// The newest change on the pages read so far.
    newest: Option<DateTime<Utc>>,
    /// ServiceTitan's time at the first page: what changed later may be on a page that was read before it changed.
    began: Option<DateTime<Utc>>,
}

impl Position {
    fn first(since: Option<DateTime<Utc>>) -> Self {
        Position { since, page: 1, newest: None, began: None }
    }

    fn from(position: &FeedPosition) -> Result<Self, SourceError> {
        match position {
            FeedPosition::Beginning => Ok(Position::first(None)),
            FeedPosition::Since(date) => Ok(Position::first(Some(*date))),
            FeedPosition::Token(token) => serde_json::from_str(token)
                .map_err(|_| refused(format!("{token:?} is not the position of a list"))),
        }
    }

    fn behind(&self, read: &Read) -> Self {
        let newest = self.newest.max(read.newest);
        let began = self.began.or(read.server_time);
        if read.page.has_more {
            return Position { since: self.since, page: self.page + 1, newest, began };
        }
        let seen = match (newest, began) {
            (Some(newest), Some(began)) => Some(newest.min(began)),
            // Nobody said when the reading began: what changed since then cannot be told from the rest.
            (Some(newest), None) if self.page == 1 => Some(newest),
            _ => None,
        };
        Position::first(seen.map(|seen| seen - OVERLAP).max(self.since))
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

    fn page(newest: Option<DateTime<Utc>>, server_time: Option<DateTime<Utc>>, has_more: bool) -> Read {
        Read { page: ListPage { has_more, ..ListPage::default() }, newest, server_time }
    }

    #[test]
    fn a_position_reads_back_as_it_was_written() {
        for position in
            [Position::first(None), Position { since: time(1), page: 7, newest: time(2), began: time(3) }]
        {
            let token = FeedPosition::Token(position.token().unwrap());
            assert_eq!(Position::from(&token).unwrap(), position);
        }
        assert!(Position::from(&FeedPosition::Token("page 2".to_owned())).is_err());
    }

    #[test]
    fn the_next_run_reads_again_from_ten_minutes_before_the_newest_change() {
        let next = Position::first(time(0)).behind(&page(time(50), time(60), false));
        assert_eq!(next, Position::first(time(40)));
    }

    #[test]
    fn what_changed_after_the_first_page_was_read_comes_in_the_next_run() {
        let second = Position::first(None).behind(&page(time(20), time(30), true));
        assert_eq!(second.page, 2);
        // Page two is read an hour later, after a crash, and has something from then.
        assert_eq!(second.behind(&page(time(95), time(100), false)), Position::first(time(20)));
    }

    #[test]
    fn an_idle_run_does_not_move_back() {
        let position = Position::first(time(40));
        assert_eq!(position.behind(&page(None, time(60), false)), position);
        assert_eq!(position.behind(&page(time(45), time(60), false)), position);
    }
}

//! Change feeds.

use chrono::{DateTime, Duration, Utc};
use servicetitan_client::{ActiveFilter, ExportFrom, ExportRequest, ServiceTitan};

use super::errors::{refused, worded};
use super::lists;
use crate::links::{Linked, mirrored};
use crate::{FeedPage, FeedPosition, Resource, SourceError};

/// A date that asks for the same records as no position at all, for a cursor that has to be written down.
const EARLIEST: &str = "1970-01-01";

/// Reads one page of a resource's changes.
pub(super) async fn read(
    st: &ServiceTitan,
    resource: Resource,
    from: &FeedPosition,
) -> Result<FeedPage, SourceError> {
    let start = || match from {
        FeedPosition::Beginning => ExportFrom::beginning(),
        FeedPosition::Since(date) => ExportFrom::day(date.date_naive()),
        FeedPosition::Token(token) => ExportFrom::token(token.as_str()),
    };
    let page = match resource {
        Resource::Jobs => exported(resource, from, st.jobs().export(start())).await,
        Resource::Memberships => exported(resource, from, st.memberships().export(start())).await,
        Resource::Customers => exported(resource, from, st.customers().export(start())).await,
        Resource::CustomerContacts => exported(resource, from, st.customers().export_contacts(start())).await,
        Resource::Locations => exported(resource, from, st.locations().export(start())).await,
        Resource::LocationContacts => exported(resource, from, st.locations().export_contacts(start())).await,
        Resource::Appointments => {
            exported(resource, from, st.appointments().export(start()).active(ActiveFilter::Any)).await
        }
        Resource::AppointmentAssignments => {
            exported(resource, from, st.appointment_assignments().export(start()).active(ActiveFilter::Any))
                .await
        }
        Resource::Estimates => exported(resource, from, st.estimates().export(start())).await,
        Resource::Invoices => exported(resource, from, st.invoices().export(start())).await,
        Resource::JobCanceledLogs => exported(resource, from, st.jobs().export_canceled_logs(start())).await,
        Resource::RecurringServices => {
            exported(resource, from, st.recurring_services().export(start())).await
        }
        Resource::RecurringServiceEvents => {
            exported(resource, from, st.recurring_service_events().export(start())).await
        }
        Resource::BusinessUnits => exported(resource, from, st.business_units().export(start())).await,
        Resource::MembershipTypes => exported(resource, from, st.membership_types().export(start())).await,
        Resource::TagTypes => exported(resource, from, st.tag_types().export(start())).await,
        Resource::Employees => exported(resource, from, st.employees().export(start())).await,
        Resource::Technicians => exported(resource, from, st.technicians().export(start())).await,
        // These have no feed.
        Resource::JobTypes
        | Resource::Campaigns
        | Resource::CampaignCategories
        | Resource::Zones
        | Resource::JobCancelReasons => lists::followed(st, resource, from).await,
    }?;
    if let FeedPosition::Since(date) = from {
        refuse_what_is_older(resource, &page, *date)?;
    }
    Ok(page)
}

/// Reads one page of a change feed. A feed that cannot go on gives its records, and a problem that says so.
async fn exported<T: Linked>(
    resource: Resource,
    from: &FeedPosition,
    export: ExportRequest<T>,
) -> Result<FeedPage, SourceError> {
    let page = export.one_page().await?;
    let mut problems = worded(resource, &page.problems);
    let continue_from = page.continue_from.map(|token| token.as_str().to_owned());
    let Advance { next, has_more, problem } = advance(resource, from, continue_from, page.has_more);
    problems.extend(problem);
    let records = mirrored(resource, &page.records)?;
    Ok(FeedPage { records, problems, next, has_more, server_time: page.server_time })
}

/// The step behind a page.
#[derive(Debug, PartialEq, Eq)]
struct Advance {
    next: String,
    has_more: bool,
    /// The reason for which the feed cannot go on although more follows.
    problem: Option<String>,
}

/// Keeps the position that was asked for where ServiceTitan names no other one: the page is read again in the next run. If more is said to follow,
/// reading on would read the same page for ever.
fn advance(
    resource: Resource,
    from: &FeedPosition,
    continue_from: Option<String>,
    has_more: bool,
) -> Advance {
    let asked = match from {
        FeedPosition::Beginning => EARLIEST.to_owned(),
        FeedPosition::Since(date) => date.date_naive().to_string(),
        FeedPosition::Token(token) => token.clone(),
    };
    let next = continue_from.unwrap_or_else(|| asked.clone());
    if !has_more || next != asked {
        return Advance { next, has_more, problem: None };
    }
    let problem = format!(
        "the feed of {resource} cannot go on: ServiceTitan says that more records follow, and names no position behind {asked}"
    );
    tracing::warn!(%resource, "a feed cannot go on: ServiceTitan names no next position");
    Advance { next, has_more: false, problem: Some(problem) }
}

/// A parameter that ServiceTitan does not know is ignored: a page of nothing but older records says that the date was. A single one may be
/// older, since a feed goes by when it learnt of a change.
fn refuse_what_is_older(resource: Resource, page: &FeedPage, date: DateTime<Utc>) -> Result<(), SourceError> {
    let slack = date - Duration::days(1);
    let older = |record: &crate::MirrorRecord| record.modified_on.is_some_and(|modified| modified < slack);
    if !page.records.is_empty() && page.records.iter().all(older) {
        return Err(refused(format!("the feed of {resource} ignored the date that it was to start from")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MirrorRecord;

    fn page(days: &[i64]) -> FeedPage {
        let record = |(id, days): (usize, &i64)| MirrorRecord {
            modified_on: Some(date() + Duration::days(*days)),
            ..MirrorRecord::absent(Resource::Jobs, id.try_into().unwrap())
        };
        let records = days.iter().enumerate().map(record).collect();
        FeedPage { records, problems: Vec::new(), next: String::new(), has_more: false, server_time: None }
    }

    fn date() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600, 0).unwrap()
    }

    #[test]
    fn a_page_without_a_position_leaves_the_cursor_where_it_was() {
        for (from, kept) in [
            (FeedPosition::Beginning, "1970-01-01"),
            (FeedPosition::Since(date()), "2026-01-01"),
            (FeedPosition::Token("abc".to_owned()), "abc"),
        ] {
            let last = advance(Resource::Jobs, &from, None, false);
            assert_eq!(last, Advance { next: kept.to_owned(), has_more: false, problem: None });
            let named = advance(Resource::Jobs, &from, Some("next".to_owned()), true);
            assert_eq!(named, Advance { next: "next".to_owned(), has_more: true, problem: None });
        }
    }

    #[test]
    fn a_feed_that_names_no_next_position_stops_and_says_so() {
        let from = FeedPosition::Token("abc".to_owned());
        for continue_from in [None, Some("abc".to_owned())] {
            let stuck = advance(Resource::Jobs, &from, continue_from, true);
            assert_eq!((stuck.next.as_str(), stuck.has_more), ("abc", false));
            assert!(stuck.problem.unwrap().contains("jobs cannot go on"));
        }
    }

    #[test]
    fn a_page_of_nothing_but_older_records_is_refused_and_one_straggler_is_not() {
        assert!(refuse_what_is_older(Resource::Jobs, &page(&[-30, -200]), date()).is_err());
        assert!(refuse_what_is_older(Resource::Jobs, &page(&[-30, 0, 5]), date()).is_ok());
        assert!(refuse_what_is_older(Resource::Jobs, &page(&[]), date()).is_ok());
    }
}

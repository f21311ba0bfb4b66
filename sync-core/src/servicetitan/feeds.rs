//! Reads of change feeds.

use chrono::{DateTime, Duration, Utc};
use servicetitan_client::{ActiveFilter, ExportFrom, ExportRequest, ServiceTitan};

use super::errors::{bad_fields, lost_records, refused};
use super::lists;
use crate::links::{Linked, mirrored};
use crate::{FeedPage, FeedPosition, Resource, SourceError};

/// Reads one page of a resource's changes, from its change feed or else from its list, which shows recent changes in any case.
pub(super) async fn read(
    st: &ServiceTitan,
    resource: Resource,
    from: &FeedPosition,
    include_recent: bool,
) -> Result<FeedPage, SourceError> {
    let start = || match from {
        FeedPosition::Beginning => ExportFrom::beginning(),
        FeedPosition::Since(date) => ExportFrom::day(date.date_naive()),
        FeedPosition::Token(token) => ExportFrom::token(token.as_str()),
    };
    let page = match resource {
        Resource::Jobs => exported(resource, include_recent, st.jobs().export(start())).await,
        Resource::Memberships => exported(resource, include_recent, st.memberships().export(start())).await,
        Resource::Customers => exported(resource, include_recent, st.customers().export(start())).await,
        Resource::CustomerContacts => {
            exported(resource, include_recent, st.customers().export_contacts(start())).await
        }
        Resource::Locations => exported(resource, include_recent, st.locations().export(start())).await,
        Resource::LocationContacts => {
            exported(resource, include_recent, st.locations().export_contacts(start())).await
        }
        Resource::Appointments => {
            exported(resource, include_recent, st.appointments().export(start()).active(ActiveFilter::Any))
                .await
        }
        Resource::AppointmentAssignments => {
            exported(
                resource,
                include_recent,
                st.appointment_assignments().export(start()).active(ActiveFilter::Any),
            )
            .await
        }
        Resource::Estimates => exported(resource, include_recent, st.estimates().export(start())).await,
        Resource::Invoices => exported(resource, include_recent, st.invoices().export(start())).await,
        Resource::JobCanceledLogs => {
            exported(resource, include_recent, st.jobs().export_canceled_logs(start())).await
        }
        Resource::RecurringServices => {
            exported(resource, include_recent, st.recurring_services().export(start())).await
        }
        Resource::RecurringServiceEvents => {
            exported(resource, include_recent, st.recurring_service_events().export(start())).await
        }
        Resource::BusinessUnits => {
            exported(resource, include_recent, st.business_units().export(start())).await
        }
        Resource::MembershipTypes => {
            exported(resource, include_recent, st.membership_types().export(start())).await
        }
        Resource::TagTypes => exported(resource, include_recent, st.tag_types().export(start())).await,
        Resource::Employees => exported(resource, include_recent, st.employees().export(start())).await,
        Resource::Technicians => exported(resource, include_recent, st.technicians().export(start())).await,
        // Resources without a feed.
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

/// Reads one page of a change feed.
async fn exported<T: Linked>(
    resource: Resource,
    include_recent: bool,
    export: ExportRequest<T>,
) -> Result<FeedPage, SourceError> {
    let page = export.include_recent_changes(include_recent).one_page().await?;
    Ok(FeedPage {
        records: mirrored(resource, &page.records)?,
        problems: lost_records(resource, &page.problems),
        bad_fields: bad_fields(resource, &page.records, &page.problems),
        next: page.continue_from.map(|token| token.as_str().to_owned()),
        has_more: page.has_more,
        server_time: page.server_time,
    })
}

/// Refuses a page whose records are all older than the date that the feed was to start from.
///
/// ServiceTitan ignores parameters that it does not know, so such a page shows that the date was ignored. A single record may be older, since a
/// feed goes by the time at which it learnt of a change.
fn refuse_what_is_older(resource: Resource, page: &FeedPage, date: DateTime<Utc>) -> Result<(), SourceError> {
    let slack = date - Duration::days(1);
    let older = |record: &crate::MirrorRecord| record.modified_on.is_some_and(|modified| modified < slack);
    if !page.records.is_empty() && page.records.iter().all(older) {
        return Err(refused(format!("the feed of {resource} ignored its start date")));
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
        FeedPage { records, ..FeedPage::default() }
    }

    fn date() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600, 0).unwrap()
    }

    #[test]
    fn a_page_of_nothing_but_older_records_is_refused_and_one_straggler_is_not() {
        assert!(refuse_what_is_older(Resource::Jobs, &page(&[-30, -200]), date()).is_err());
        assert!(refuse_what_is_older(Resource::Jobs, &page(&[-30, 0, 5]), date()).is_ok());
        assert!(refuse_what_is_older(Resource::Jobs, &page(&[]), date()).is_ok());
    }
}

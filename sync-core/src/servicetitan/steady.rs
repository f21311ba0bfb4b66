//! Complete reads of lists. The pages of a list are no snapshot: a list that changed meanwhile is read again.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;
use servicetitan_client::{ListRequest, Page, RecordProblem};

use crate::links::Linked;
use crate::record::owner;
use crate::{Resource, SourceError, SourceErrorKind};

/// The requested page size of lists. ServiceTitan may return smaller pages.
pub(super) const LIST_PAGE_SIZE: u32 = 500;

/// The longest time between a change's time of modification and its appearance in answers.
pub(super) const COMMIT_DELAY: Duration = Duration::minutes(10);

/// Number of reads of a list that changes each time, before the read fails as temporary.
const READS: usize = 4;

/// All rows of a list.
pub(super) struct Whole<T> {
    pub(super) records: Vec<T>,
    pub(super) problems: Vec<RecordProblem>,
    /// ServiceTitan's time at the first page. A record that changed later may have been read before its change.
    pub(super) began: Option<DateTime<Utc>>,
    pub(super) pages: usize,
}

/// Prepares the request for a list. The code that reads a list is the same for all requests for one kind of record.
pub(super) type Prepare<'a, T> = dyn Fn() -> ListRequest<T> + Sync + 'a;

/// Reads all pages of a list, and reads them again if a row may have moved from an unread page to one that had been read.
pub(super) async fn read<T: Linked>(
    resource: Resource,
    list: &Prepare<'_, T>,
) -> Result<Whole<T>, SourceError> {
    let mut before: Option<Vec<Rows>> = None;
    for _ in 0..READS {
        let mut whole = Whole { records: Vec::new(), problems: Vec::new(), began: None, pages: 0 };
        let mut lists: Vec<Rows> = Vec::new();
        let mut pages = list().page_size(LIST_PAGE_SIZE).include_total().pages();
        while let Some(page) = pages.try_next().await? {
            // More IDs than ServiceTitan takes at once make several lists, one after the other.
            match lists.last_mut().filter(|_| page.page > 1) {
                Some(rows) => rows.add(resource, &page),
                None => lists.push(Rows::beginning_with(resource, &page)),
            }
            whole.began = whole.began.or(page.server_time);
            whole.pages += 1;
            whole.records.extend(page.records);
            // A record of which a field could not be read is there.
            whole.problems.extend(page.problems);
        }
        if lists.iter().all(Rows::are_whole) {
            return Ok(whole);
        }
        // Two equal reads are the list, even if ServiceTitan's count differs from its rows.
        if before.as_ref() == Some(&lists) {
            tracing::debug!(%resource, "the total of a list differs from its rows, and a second read returned the same rows");
            return Ok(whole);
        }
        before = Some(lists);
    }
    let message = format!("the list of {resource} changed each time while it was read");
    Err(SourceError { kind: SourceErrorKind::Temporary, message })
}

/// The rows and the page sizes of one read of a list, to tell whether a row may be missing.
#[derive(Debug, Default)]
struct Rows {
    /// By ID and owner: a contact of several owners has a row for each.
    keys: BTreeSet<(i64, i64)>,
    /// Number of rows without a readable ID.
    without_id: u64,
    /// Of each page: number of rows, stated page size, stated total of rows.
    pages: Vec<(usize, Option<u32>, Option<u64>)>,
    /// ServiceTitan's time at the first page.
    began: Option<DateTime<Utc>>,
    /// Whether a later page has a row that may have been added since the first page was read. An added row hides a removed one from the total.
    newcomers: bool,
}

/// Compares the rows and page sizes of two reads, not their times.
impl PartialEq for Rows {
    fn eq(&self, other: &Rows) -> bool {
        (&self.keys, self.without_id, &self.pages) == (&other.keys, other.without_id, &other.pages)
    }
}

impl Rows {
    fn beginning_with<T: Linked>(resource: Resource, page: &Page<T>) -> Rows {
        let mut rows = Rows { began: page.server_time, ..Rows::default() };
        rows.add(resource, page);
        rows
    }

    fn add<T: Linked>(&mut self, resource: Resource, page: &Page<T>) {
        let recent = self.began.map(|began| began - COMMIT_DELAY);
        let recent = |record: &T| recent.is_some_and(|recent| record.modified_on() >= Some(recent));
        self.newcomers |= page.page > 1 && page.records.iter().any(recent);
        self.keys
            .extend(page.records.iter().map(|record| (record.id().into(), owner(resource, &record.links()))));
        let lost = || page.problems.iter().filter(|problem| problem.is_record_lost());
        self.keys.extend(lost().filter_map(|problem| Some((problem.id?, 0))));
        self.without_id += lost().filter(|problem| problem.id.is_none()).count() as u64;
        let rows = page.records.len() + lost().count();
        self.pages.push((rows, page.page_size, page.total_count));
    }

    /// Whether no row can have moved from an unread page to one that had been read: no row was added, and the number of rows is the stated total,
    /// or the pages are of one size where no total is stated.
    fn are_whole(&self) -> bool {
        let [first, rest @ ..] = self.pages.as_slice() else { return true };
        let Some((last, between)) = rest.split_last() else { return true };
        let (rows, page_size, total) = *first;
        let they_add_up = match total {
            Some(count) => self.keys.len() as u64 + self.without_id == count,
            None => {
                let of_one_size = between.iter().all(|page| page.0 == rows) && last.0 <= rows;
                of_one_size && rest.iter().all(|page| page.1 == page_size)
            }
        };
        they_add_up && !self.newcomers
    }
}

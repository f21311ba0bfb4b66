//! Reading a list whole although its pages are no snapshot: one that changed meanwhile is read again.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;
use servicetitan_client::{ListRequest, Page, Record, RecordProblem};

use crate::{Resource, SourceError, SourceErrorKind};

/// The page size that lists are asked for; ServiceTitan caps it where it wants to.
pub(super) const LIST_PAGE_SIZE: u32 = 500;

/// How long before its answer ServiceTitan may date a change that it has just committed.
pub(super) const COMMIT_DELAY: Duration = Duration::minutes(10);

/// How often a list is read again that changed while it was read. It fails for now after that.
const READS: usize = 4;

/// A list that was read whole.
pub(super) struct Whole<T> {
    pub(super) records: Vec<T>,
    pub(super) problems: Vec<RecordProblem>,
    /// ServiceTitan's time at the first page: what changed later may be on a page that was read before it changed.
    pub(super) began: Option<DateTime<Utc>>,
    pub(super) pages: usize,
}

/// Reads all pages of a list; again if a row may have slipped from a page that was to be read to one that had been.
pub(super) async fn read<T: Record>(
    resource: Resource,
    list: impl Fn() -> ListRequest<T>,
) -> Result<Whole<T>, SourceError> {
    let mut before: Option<Vec<Rows>> = None;
    for _ in 0..READS {
        let mut whole = Whole { records: Vec::new(), problems: Vec::new(), began: None, pages: 0 };
        let mut lists: Vec<Rows> = Vec::new();
        let mut pages = list().page_size(LIST_PAGE_SIZE).include_total().pages();
        while let Some(page) = pages.try_next().await? {
            // A list of more IDs than ServiceTitan takes at once is one list after the other.
            match lists.last_mut().filter(|_| page.page > 1) {
                Some(rows) => rows.add(&page),
                None => lists.push(Rows::beginning_with(&page)),
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
        // A tenant that counts in another way does so each time: what comes twice the same is the list.
        if before.as_ref() == Some(&lists) {
            tracing::debug!(%resource, "a list's pages do not add up, and are the same when read again");
            return Ok(whole);
        }
        before = Some(lists);
    }
    let message = format!("the list of {resource} changed each time while it was read");
    Err(SourceError { kind: SourceErrorKind::Temporary, message })
}

/// The rows of a list, and whether its pages add up.
#[derive(Debug, Default)]
struct Rows {
    ids: BTreeSet<i64>,
    /// Those that do not even tell an ID.
    without_id: u64,
    /// On each page: how many rows, how large ServiceTitan says that a page is, how many rows it says that there are.
    pages: Vec<(usize, Option<u32>, Option<u64>)>,
    /// ServiceTitan's time at the first page.
    began: Option<DateTime<Utc>>,
    /// Whether a later page has a row that may have come since the first one was read. Its coming hides from the count that another one went.
    newcomers: bool,
}

/// Whether they are the same list: when each was read does not matter.
impl PartialEq for Rows {
    fn eq(&self, other: &Rows) -> bool {
        (&self.ids, self.without_id, &self.pages) == (&other.ids, other.without_id, &other.pages)
    }
}

impl Rows {
    fn beginning_with<T: Record>(page: &Page<T>) -> Rows {
        let mut rows = Rows { began: page.server_time, ..Rows::default() };
        rows.add(page);
        rows
    }

    fn add<T: Record>(&mut self, page: &Page<T>) {
        let recent = self.began.map(|began| began - COMMIT_DELAY);
        let recent = |record: &T| recent.is_some_and(|recent| record.modified_on() >= Some(recent));
        self.newcomers |= page.page > 1 && page.records.iter().any(recent);
        self.ids.extend(page.records.iter().map(|record| record.id().into()));
        let lost = || page.problems.iter().filter(|problem| problem.is_record_lost());
        self.ids.extend(lost().filter_map(|problem| problem.id));
        self.without_id += lost().filter(|problem| problem.id.is_none()).count() as u64;
        let rows = page.records.len() + lost().count();
        self.pages.push((rows, page.page_size, page.total_count));
    }

    /// Whether no row can have slipped from a page that was to be read to one that had been: none has come, and there are as many as
    /// ServiceTitan says, or, where it does not say, the pages are of one size.
    fn are_whole(&self) -> bool {
        let [first, rest @ ..] = self.pages.as_slice() else { return true };
        let Some((last, between)) = rest.split_last() else { return true };
        let (rows, page_size, total) = *first;
        let they_add_up = match total {
            Some(count) => self.ids.len() as u64 + self.without_id == count,
            None => {
                let of_one_size = between.iter().all(|page| page.0 == rows) && last.0 <= rows;
                of_one_size && rest.iter().all(|page| page.1 == page_size)
            }
        };
        they_add_up && !self.newcomers
    }
}

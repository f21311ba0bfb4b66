//! The order in which lists stand in the details.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, Utc};
use servicetitan_client::model::Record;
use smallvec::SmallVec;

/// Borrowed records in list order. Most lists are short: they are put in order without an allocation.
pub(crate) type List<'a, T> = SmallVec<[&'a T; 8]>;

/// By what lists are ordered: creation time, then identity. A missing time, or one of year 1 (which ServiceTitan sends for "none"), is the
/// oldest. Of one record that was given twice, the copy that changed later comes first.
fn age<T: Record, I: Ord>(record: &T, identity: I) -> impl Ord + use<T, I> {
    (record.created_on().filter(is_real), identity, record.modified_on())
}

fn id<T: Record>(record: &T) -> i64 {
    record.id().into()
}

fn is_active<T: Record>(record: &T) -> bool {
    record.active() != Some(false)
}

/// Leaves out inactive records and puts the newest first.
pub(crate) fn in_list_order<'a, T: Record>(records: impl IntoIterator<Item = &'a T>) -> List<'a, T> {
    in_list_order_by(records, id)
}

/// The same where a record's identity is more than its ID.
pub(crate) fn in_list_order_by<'a, T: Record, I: Ord>(
    records: impl IntoIterator<Item = &'a T>,
    identity: impl Fn(&T) -> I,
) -> List<'a, T> {
    let mut list: List<'a, T> = records.into_iter().filter(|record| is_active(*record)).collect();
    list.sort_by_key(|record| Reverse(age(*record, identity(record))));
    list.dedup_by_key(|record| identity(record));
    list
}

/// The first in list order, without putting the others in order.
pub(crate) fn first_in_list_order<'a, T: Record>(records: impl IntoIterator<Item = &'a T>) -> Option<&'a T> {
    records.into_iter().filter(|record| is_active(*record)).max_by_key(|record| age(*record, id(*record)))
}

/// Whether a timestamp is one: year 1 means none.
pub(crate) fn is_real(time: &DateTime<Utc>) -> bool {
    time.year() > 1
}

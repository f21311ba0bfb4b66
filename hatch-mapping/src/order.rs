//! The order in which lists stand in the details.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, Utc};
use servicetitan_client::model::Record;

/// By what lists are ordered: creation time, then ID. A missing time, or one of year 1 (which ServiceTitan sends for "none"), is the oldest. Of
/// one record that was given twice, the copy that changed later comes first.
fn age<T: Record>(record: &T) -> impl Ord + use<T> {
    (record.created_on().filter(is_real), record.id().into(), record.modified_on())
}

fn is_active<T: Record>(record: &T) -> bool {
    record.active() != Some(false)
}

/// Leaves out what is inactive and puts the newest first.
pub(crate) fn in_list_order<'a, T: Record>(records: impl IntoIterator<Item = &'a T>) -> Vec<&'a T> {
    let mut list: Vec<&T> = records.into_iter().filter(|record| is_active(*record)).collect();
    list.sort_by_key(|record| Reverse(age(*record)));
    list.dedup_by_key(|record| -> i64 { record.id().into() });
    list
}

/// The first in list order of those that are wanted, without putting the others in order.
pub(crate) fn first_in_list_order<'a, T: Record>(
    records: impl IntoIterator<Item = &'a T>,
    wanted: impl Fn(&T) -> bool,
) -> Option<&'a T> {
    records
        .into_iter()
        .filter(|record| is_active(*record) && wanted(record))
        .max_by_key(|record| age(*record))
}

/// Whether a timestamp is one: year 1 means none.
pub(crate) fn is_real(time: &DateTime<Utc>) -> bool {
    time.year() > 1
}

//! The order in which lists stand in the details.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, Utc};
use servicetitan_client::model::Record;

/// Leaves out what is inactive and puts the newest first: by creation time, equal times by ID, a missing time or one of year 1 (which
/// ServiceTitan sends for "none") last.
pub(crate) fn in_list_order<'a, T: Record>(records: impl IntoIterator<Item = &'a T>) -> Vec<&'a T> {
    let mut list: Vec<&T> = records.into_iter().filter(|record| record.active() != Some(false)).collect();
    list.sort_by_key(|record| Reverse((record.created_on().filter(is_real), record.id().into())));
    list.dedup_by_key(|record| -> i64 { record.id().into() });
    list
}

/// Whether a timestamp is one: year 1 means none.
pub(crate) fn is_real(time: &DateTime<Utc>) -> bool {
    time.year() > 1
}

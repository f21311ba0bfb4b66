//! The order in which lists stand in the details.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use servicetitan_client::model::Record;
use smallvec::SmallVec;

/// Borrowed records in list order. Most lists are short: they are put in order without an allocation.
pub(crate) type List<'a, T> = SmallVec<[&'a T; 8]>;

/// The key of list order: creation time, then identity. A missing time, or one of year 1 (which ServiceTitan sends for "none"), is the
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

/// Returns the active records, the newest first.
pub(crate) fn in_list_order<'a, T: Record>(records: impl IntoIterator<Item = &'a T>) -> List<'a, T> {
    in_list_order_by(records, id)
}

/// Returns the active records, the newest first, where a record's identity is more than its ID.
pub(crate) fn in_list_order_by<'a, T: Record, I: Ord>(
    records: impl IntoIterator<Item = &'a T>,
    identity: impl Fn(&T) -> I,
) -> List<'a, T> {
    let mut list: List<'a, T> = records.into_iter().filter(|record| is_active(*record)).collect();
    list.sort_by_key(|record| Reverse(age(*record, identity(record))));
    list.dedup_by_key(|record| identity(record));
    list
}

/// Returns the first record in list order, without putting the others in order.
pub(crate) fn first_in_list_order<'a, T: Record>(records: impl IntoIterator<Item = &'a T>) -> Option<&'a T> {
    records.into_iter().filter(|record| is_active(*record)).max_by_key(|record| age(*record, id(*record)))
}

/// Whether a timestamp stands for a time: one of year 1 stands for none.
pub(crate) fn is_real(time: &DateTime<Utc>) -> bool {
    // 0002-01-01T00:00:00Z. Asking for the year costs several times as much, for every comparison of a list's order.
    time.timestamp() >= -62_104_060_800
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_time_is_one_from_the_year_2_on(
            seconds in prop_oneof![-62_200_000_000..-62_000_000_000_i64, DateTime::<Utc>::MIN_UTC.timestamp()..=DateTime::<Utc>::MAX_UTC.timestamp()]
        ) {
            let time = DateTime::from_timestamp(seconds, 0).unwrap();
            prop_assert_eq!(is_real(&time), time.year() > 1);
        }
    }

    #[test]
    fn the_last_moment_of_year_1_is_none_and_the_first_of_year_2_is_one() {
        let at = |text: &str| is_real(&text.parse().unwrap());
        assert_eq!((at("0001-12-31T23:59:59.999Z"), at("0002-01-01T00:00:00Z")), (false, true));
    }
}

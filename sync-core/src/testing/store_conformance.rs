//! The promises of [`Store`] as named cases, for any implementation.
//!
//! [`store_conformance!`](crate::store_conformance) makes a test of each. A case takes an empty store and panics at a broken promise.

// A case is a test: it reports by panicking.
#![allow(clippy::unwrap_used)]

pub mod commits;
pub mod copying;
pub mod mirror;
pub mod outbox;
pub mod roles;
pub mod waiting;

use chrono::{DateTime, Utc};

use crate::{Change, Epoch, Link, MirrorRecord, Resource, Role, Store};

/// The connection of cases that need only one.
pub(crate) const CONNECTION: &str = "acme";

/// Makes one `#[tokio::test]` of every conformance case.
///
/// The expression is evaluated for each case, may `.await`, and yields an empty store together with a guard that lives as long as the store (a
/// temporary folder, or `()`). The calling crate needs `tokio` with the features `macros` and `rt`. Attributes behind the expression apply to
/// every test.
///
/// ```
/// # mod example {
/// use sync_core::MemoryStore;
///
/// sync_core::store_conformance!((MemoryStore::new(), ()));
/// # }
/// # mod elsewhere {
/// # use sync_core::MemoryStore;
/// # async fn empty_store() -> (MemoryStore, ()) {
/// #     (MemoryStore::new(), ())
/// # }
/// // … or, for a store that needs a server:
/// sync_core::store_conformance!(empty_store().await, #[ignore = "needs a server"]);
/// # }
/// ```
#[macro_export]
macro_rules! store_conformance {
    ($store:expr $(, #[$attribute:meta])*) => {
        $crate::store_conformance_cases! { [$(#[$attribute])*] $store;
            commits:
            a_commit_applies_all_its_changes,
            changes_are_applied_in_their_order,
            a_repeated_commit_leaves_everything_as_it_was,
            an_opening_has_a_newer_epoch_than_the_one_before,
            a_commit_under_an_old_epoch_is_fenced_and_changes_nothing,
            only_the_newest_epoch_passes_the_check,
            a_commit_to_a_connection_that_was_never_opened_is_fenced,
            a_fenced_holder_does_not_hinder_the_new_one,
            opening_keeps_what_is_stored,
            connections_do_not_see_each_other,
            an_epoch_of_one_connection_means_nothing_in_another,
            a_connection_that_nobody_opened_is_empty,
            a_value_is_replaced,
            a_value_can_be_removed,
            values_read_together_come_with_their_keys_and_missing_ones_are_left_out,
            names_and_values_are_kept_to_the_letter,
            of_two_writers_at_once_none_loses_a_change;
            roles:
            roles_do_not_fence_each_other_off,
            an_older_opening_for_pushing_is_fenced_off,
            an_epoch_of_one_role_is_none_of_the_other,
            a_role_may_not_write_what_belongs_to_the_other,
            a_commit_that_an_opening_overtakes_is_refused,
            of_openers_at_once_only_the_newest_goes_on,
            an_opening_in_all_roles_fences_off_each_of_them,
            of_openers_of_all_roles_at_once_one_is_the_newest_in_each;
            mirror:
            a_record_comes_back_as_it_was_put,
            a_record_that_is_not_there_is_left_out,
            the_same_id_in_two_resources_is_two_records,
            a_version_modified_later_replaces,
            a_version_modified_earlier_does_not_replace,
            a_version_modified_at_the_same_time_replaces,
            a_version_without_a_time_replaces_and_is_replaced,
            a_difference_of_100_nanoseconds_decides,
            an_absent_mark_does_not_replace_a_record,
            a_record_replaces_an_absent_mark,
            an_absent_mark_is_found_but_is_not_among_the_ids,
            a_refused_version_leaves_the_links_alone,
            a_record_that_was_removed_is_gone_with_its_links,
            removing_what_is_not_there_changes_nothing,
            a_removed_record_can_be_put_in_any_version,
            children_are_found_by_any_of_their_parents,
            children_are_found_by_the_right_kind_of_parent,
            links_are_replaced_with_their_record,
            the_same_link_twice_finds_the_child_once,
            ids_rise_from_above_the_one_given_and_stop_at_the_limit,
            the_extremes_of_ids_and_times_are_kept_exactly,
            a_page_of_500_records_is_read_and_written_whole,
            what_was_marked_complete_is_so_for_that_resource_only,
            a_mark_of_completeness_is_replaced_by_its_contrary,
            a_removed_resource_is_gone_with_its_links_and_marks,
            a_record_of_two_owners_is_two_records,
            versions_of_owners_are_kept_apart,
            a_record_is_removed_from_one_of_its_owners,
            the_id_of_a_record_of_several_owners_is_told_once,
            the_extremes_of_owners_are_kept_exactly;
            waiting:
            what_was_marked_first_waits_first,
            a_new_mark_keeps_the_place_and_changes_the_mark,
            the_limit_gives_the_first_and_the_count_gives_all,
            places_rise_and_reading_goes_on_behind_one,
            those_that_wait_are_found_by_id,
            clearing_takes_out_what_was_read,
            clearing_leaves_what_was_marked_since,
            what_was_cleared_and_marked_again_waits_last,
            a_mark_is_never_given_twice,
            clearing_what_does_not_wait_changes_nothing,
            integrations_wait_apart,
            the_last_delivery_is_kept,
            what_was_never_delivered_is_left_out,
            deliveries_of_integrations_are_apart,
            a_claim_takes_the_fingerprint_away_until_a_delivery,
            a_removed_opportunity_neither_waits_nor_was_delivered,
            a_removed_integration_is_gone_with_its_opportunities;
            outbox:
            events_come_in_the_order_in_which_they_were_stored,
            an_event_is_stored_once,
            an_event_keeps_its_state_until_it_is_finished,
            a_finished_event_leaves_the_outbox_and_stays_known,
            the_content_of_an_event_that_is_done_is_forgotten,
            an_event_that_was_given_up_keeps_its_content_and_can_wait_again_at_its_place,
            the_outbox_is_read_in_parts_by_position,
            an_event_is_found_by_its_id,
            an_event_needs_no_opening,
            events_of_connections_are_apart,
            dead_letters_come_oldest_first,
            a_dead_letter_replaces_the_one_about_the_same,
            dead_letters_of_integrations_are_apart,
            a_dead_letter_can_be_removed,
            an_event_is_added_by_a_commit_behind_those_that_are_there,
            an_event_that_a_commit_adds_is_stored_once;
            copying:
            every_row_is_exported_once_in_pages_of_any_size,
            the_last_row_of_a_part_is_followed_by_none,
            dirty_opportunities_and_events_are_exported_in_their_order,
            rows_of_other_connections_are_not_exported,
            what_was_removed_is_not_exported,
            a_connection_is_the_same_after_it_was_copied_elsewhere_and_back;
        }
    };
}

/// Writes the tests of [`store_conformance!`](crate::store_conformance).
#[doc(hidden)]
#[macro_export]
macro_rules! store_conformance_cases {
    ($attributes:tt $store:expr; $($group:ident: $($case:ident),+;)+) => {
        $(mod $group {
            #[allow(unused_imports)]
            use super::*;
            $($crate::store_conformance_case! { $attributes $store, $group, $case })+
        })+
    };
}

/// Writes one test of [`store_conformance!`](crate::store_conformance).
#[doc(hidden)]
#[macro_export]
macro_rules! store_conformance_case {
    ([$($attribute:tt)*] $store:expr, $group:ident, $case:ident) => {
        #[tokio::test]
        $($attribute)*
        async fn $case() {
            let (store, _kept_alive) = $store;
            $crate::testing::store_conformance::$group::$case(&store).await;
        }
    };
}

/// Opens the connection for syncing.
pub(crate) async fn opened(store: &dyn Store) -> Epoch {
    store.open(CONNECTION, Role::Syncing).await.unwrap()
}

/// Commits to the connection.
pub(crate) async fn commit(store: &dyn Store, epoch: Epoch, changes: Vec<Change>) {
    store.commit(CONNECTION, epoch, changes).await.unwrap();
}

/// Returns a time in 2026, as a number of seconds after the beginning of the year.
pub(crate) fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

/// Returns a record whose body names its version.
pub(crate) fn record(
    resource: Resource,
    id: i64,
    modified_on: Option<DateTime<Utc>>,
    version: &str,
) -> MirrorRecord {
    MirrorRecord {
        modified_on,
        body: Some(format!(r#"{{"version":"{version}"}}"#)),
        ..MirrorRecord::absent(resource, id)
    }
}

/// Returns a record with parents.
pub(crate) fn child(resource: Resource, id: i64, parents: &[(Resource, i64)]) -> MirrorRecord {
    let links = parents.iter().map(|(resource, id)| Link { resource: *resource, id: *id }).collect();
    record(resource, id, None, "1").linked_with(links)
}

/// Returns the change that sets a value.
pub(crate) fn value(key: &str, value: &str) -> Change {
    Change::SetValue { key: key.to_owned(), value: value.to_owned() }
}

/// Returns the change that marks an opportunity as dirty.
pub(crate) fn mark(integration: &str, id: i64) -> Change {
    Change::MarkDirty { integration: integration.to_owned(), id }
}

/// Reads the records of a resource with these IDs, in rising order.
pub(crate) async fn read(store: &dyn Store, resource: Resource, ids: &[i64]) -> Vec<MirrorRecord> {
    let mut records = store.records(CONNECTION, resource, ids).await.unwrap();
    records.sort_by_key(|record| record.id);
    records
}

/// Reads the IDs of the children of these parents, in rising order.
pub(crate) async fn children(
    store: &dyn Store,
    resource: Resource,
    parent: Resource,
    ids: &[i64],
) -> Vec<i64> {
    let mut found: Vec<i64> = store
        .linked(CONNECTION, resource, parent, ids)
        .await
        .unwrap()
        .iter()
        .map(|record| record.id)
        .collect();
    found.sort_unstable();
    let mut ids = store.linked_ids(CONNECTION, resource, parent, ids).await.unwrap();
    ids.sort_unstable();
    // A record of several owners is found once for each, and its ID once.
    let mut each_once = found.clone();
    each_once.dedup();
    assert_eq!(ids, each_once);
    found
}

#[cfg(test)]
mod tests {
    use crate::MemoryStore;

    crate::store_conformance!((MemoryStore::new(), ()));

    #[test]
    fn every_case_is_listed_in_the_macro() {
        let listed = include_str!("store_conformance.rs");
        let groups = [
            include_str!("store_conformance/commits.rs"),
            include_str!("store_conformance/copying.rs"),
            include_str!("store_conformance/mirror.rs"),
            include_str!("store_conformance/roles.rs"),
            include_str!("store_conformance/waiting.rs"),
            include_str!("store_conformance/outbox.rs"),
        ];
        let mut cases = 0;
        for group in groups {
            for rest in group.split("pub async fn ").skip(1) {
                let name = rest.split('(').next().unwrap();
                assert!(
                    listed.contains(&format!(" {name},")) || listed.contains(&format!(" {name};")),
                    "{name} is not listed"
                );
                cases += 1;
            }
        }
        assert!(cases > 40, "{cases}");
    }
}

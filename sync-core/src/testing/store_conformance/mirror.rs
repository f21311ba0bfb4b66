//! Records, the choice between their versions, and reads of children.

use chrono::{DateTime, TimeDelta, Utc};

use super::{CONNECTION, child, children, commit, opened, read, record, time};
use crate::{Change, Link, MirrorRecord, Resource, Store};

const JOBS: Resource = Resource::Jobs;
const APPOINTMENTS: Resource = Resource::Appointments;

async fn put(store: &dyn Store, records: Vec<MirrorRecord>) {
    let epoch = opened(store).await;
    commit(store, epoch, records.into_iter().map(Change::PutRecord).collect()).await;
}

/// Puts one version after the other, each in a separate commit, and returns the version that is kept.
async fn kept(store: &dyn Store, first: MirrorRecord, second: MirrorRecord) -> MirrorRecord {
    let (resource, id) = (first.resource, first.id);
    put(store, vec![first]).await;
    put(store, vec![second]).await;
    let mut records = read(store, resource, &[id]).await;
    assert_eq!(records.len(), 1);
    records.remove(0)
}

/// A record keeps every field, and the order of its links.
pub async fn a_record_comes_back_as_it_was_put(store: &dyn Store) {
    let full = MirrorRecord {
        resource: JOBS,
        id: 42,
        owner: 0,
        created_on: Some(time(1)),
        modified_on: Some(time(2)),
        links: vec![
            Link { resource: Resource::Locations, id: 9 },
            Link { resource: Resource::Customers, id: 7 },
            Link { resource: Resource::Customers, id: 3 },
        ],
        body: Some(r#"{"name":"Müller 🛠","number":10.500,"nothing":null}"#.to_owned()),
    };
    let plain =
        MirrorRecord { id: 43, created_on: None, modified_on: None, links: Vec::new(), ..full.clone() };
    put(store, vec![full.clone(), plain.clone()]).await;
    let found = read(store, JOBS, &[42, 43]).await;
    // Debug does not show the content, on purpose.
    assert!(found == [full, plain], "a record came back different from how it was put");
}

/// A read of an ID that the mirror lacks is no error.
pub async fn a_record_that_is_not_there_is_left_out(store: &dyn Store) {
    put(store, vec![record(JOBS, 42, None, "1")]).await;
    assert_eq!(read(store, JOBS, &[41, 42, 43]).await.len(), 1);
    assert!(read(store, JOBS, &[]).await.is_empty());
}

/// IDs are unique only within a resource.
pub async fn the_same_id_in_two_resources_is_two_records(store: &dyn Store) {
    let (job, customer) = (record(JOBS, 42, None, "job"), record(Resource::Customers, 42, None, "customer"));
    put(store, vec![job.clone(), customer.clone()]).await;
    assert_eq!(read(store, JOBS, &[42]).await, [job]);
    assert_eq!(read(store, Resource::Customers, &[42]).await, [customer]);
}

/// The version with the newest time stays.
pub async fn a_version_modified_later_replaces(store: &dyn Store) {
    let new = record(JOBS, 42, Some(time(1)), "new");
    assert_eq!(kept(store, record(JOBS, 42, Some(time(0)), "old"), new.clone()).await, new);
}

/// A late page does not undo a newer version.
pub async fn a_version_modified_earlier_does_not_replace(store: &dyn Store) {
    let new = record(JOBS, 42, Some(time(1)), "new");
    assert_eq!(kept(store, new.clone(), record(JOBS, 42, Some(time(0)), "old")).await, new);
}

/// Of two versions with the same time, the one read later stays.
pub async fn a_version_modified_at_the_same_time_replaces(store: &dyn Store) {
    let second = record(JOBS, 42, Some(time(0)), "second");
    assert_eq!(kept(store, record(JOBS, 42, Some(time(0)), "first"), second.clone()).await, second);
}

/// Without a time there is nothing to compare: the version read later stays.
pub async fn a_version_without_a_time_replaces_and_is_replaced(store: &dyn Store) {
    let timeless = record(JOBS, 42, None, "timeless");
    let timed = record(JOBS, 42, Some(time(0)), "timed");
    assert_eq!(kept(store, timed.clone(), timeless.clone()).await, timeless);
    assert_eq!(kept(store, timeless, timed.clone()).await, timed);
}

/// ServiceTitan's times have seven decimals, and all of them decide.
pub async fn a_difference_of_100_nanoseconds_decides(store: &dyn Store) {
    let later = time(0) + TimeDelta::nanoseconds(100);
    let new = record(JOBS, 42, Some(later), "new");
    let old = record(JOBS, 42, Some(time(0)), "old");
    assert_eq!(kept(store, new.clone(), old.clone()).await, new);
    let old = MirrorRecord { id: 43, ..old };
    let new = MirrorRecord { id: 43, ..new };
    assert_eq!(kept(store, old, new.clone()).await, new);
}

/// A record that was read exists, whatever a later lookup says.
pub async fn an_absent_mark_does_not_replace_a_record(store: &dyn Store) {
    let timed = record(JOBS, 42, Some(time(0)), "1");
    assert_eq!(kept(store, timed.clone(), MirrorRecord::absent(JOBS, 42)).await, timed);
    let timeless = record(JOBS, 43, None, "1");
    assert_eq!(kept(store, timeless.clone(), MirrorRecord::absent(JOBS, 43)).await, timeless);
}

/// An absent record may arrive later.
pub async fn a_record_replaces_an_absent_mark(store: &dyn Store) {
    let timed = record(JOBS, 42, Some(time(0)), "1");
    assert_eq!(kept(store, MirrorRecord::absent(JOBS, 42), timed.clone()).await, timed);
    let timeless = record(JOBS, 43, None, "1");
    assert_eq!(kept(store, MirrorRecord::absent(JOBS, 43), timeless.clone()).await, timeless);
}

/// An absent record is not the base of an opportunity.
pub async fn an_absent_mark_is_found_but_is_not_among_the_ids(store: &dyn Store) {
    put(store, vec![MirrorRecord::absent(JOBS, 42), record(JOBS, 43, None, "1")]).await;
    assert_eq!(read(store, JOBS, &[42]).await, [MirrorRecord::absent(JOBS, 42)]);
    assert_eq!(store.record_ids(CONNECTION, JOBS, None, 10).await.unwrap(), [43]);
    assert_eq!(store.record_ids(CONNECTION, JOBS, None, 1).await.unwrap(), [43]);
}

/// A refused version does not move the record to other parents.
pub async fn a_refused_version_leaves_the_links_alone(store: &dyn Store) {
    let new = MirrorRecord { modified_on: Some(time(1)), ..child(APPOINTMENTS, 5, &[(JOBS, 42)]) };
    let old = MirrorRecord { modified_on: Some(time(0)), ..child(APPOINTMENTS, 5, &[(JOBS, 43)]) };
    kept(store, new, old).await;
    assert_eq!(children(store, APPOINTMENTS, JOBS, &[42]).await, [5]);
    assert!(children(store, APPOINTMENTS, JOBS, &[43]).await.is_empty());
}

/// A removed record is not found through its parent either.
pub async fn a_record_that_was_removed_is_gone_with_its_links(store: &dyn Store) {
    put(store, vec![child(APPOINTMENTS, 5, &[(JOBS, 42)]), child(APPOINTMENTS, 6, &[(JOBS, 42)])]).await;
    let epoch = opened(store).await;
    commit(store, epoch, vec![Change::RemoveRecord { resource: APPOINTMENTS, id: 5, owner: 0 }]).await;
    assert!(read(store, APPOINTMENTS, &[5]).await.is_empty());
    assert_eq!(children(store, APPOINTMENTS, JOBS, &[42]).await, [6]);
    assert_eq!(store.record_ids(CONNECTION, APPOINTMENTS, None, 10).await.unwrap(), [6]);

    // Put again without links, the record must not be found through the old ones.
    commit(store, epoch, vec![Change::PutRecord(child(APPOINTMENTS, 5, &[]))]).await;
    assert_eq!(children(store, APPOINTMENTS, JOBS, &[42]).await, [6]);
}

/// A removal may be repeated.
pub async fn removing_what_is_not_there_changes_nothing(store: &dyn Store) {
    put(store, vec![record(JOBS, 42, None, "1")]).await;
    let epoch = opened(store).await;
    let removals = vec![
        Change::RemoveRecord { resource: JOBS, id: 41, owner: 0 },
        Change::RemoveRecord { resource: Resource::Customers, id: 42, owner: 0 },
    ];
    commit(store, epoch, removals).await;
    assert_eq!(read(store, JOBS, &[42]).await.len(), 1);
}

/// A removed version leaves no time to compare with.
pub async fn a_removed_record_can_be_put_in_any_version(store: &dyn Store) {
    put(store, vec![record(JOBS, 42, Some(time(1)), "new")]).await;
    let epoch = opened(store).await;
    let old = record(JOBS, 42, Some(time(0)), "old");
    let changes =
        vec![Change::RemoveRecord { resource: JOBS, id: 42, owner: 0 }, Change::PutRecord(old.clone())];
    commit(store, epoch, changes).await;
    assert_eq!(read(store, JOBS, &[42]).await, [old]);
}

/// One read finds the children of several parents.
pub async fn children_are_found_by_any_of_their_parents(store: &dyn Store) {
    put(
        store,
        vec![
            child(APPOINTMENTS, 1, &[(JOBS, 42)]),
            child(APPOINTMENTS, 2, &[(JOBS, 43), (Resource::Customers, 7)]),
            child(APPOINTMENTS, 3, &[(JOBS, 44)]),
            child(APPOINTMENTS, 4, &[]),
        ],
    )
    .await;
    assert_eq!(children(store, APPOINTMENTS, JOBS, &[42, 43, 45]).await, [1, 2]);
    assert_eq!(children(store, APPOINTMENTS, Resource::Customers, &[7]).await, [2]);
    assert!(children(store, APPOINTMENTS, JOBS, &[]).await.is_empty());
    let found = store.linked(CONNECTION, APPOINTMENTS, JOBS, &[43]).await.unwrap();
    assert_eq!(found, read(store, APPOINTMENTS, &[2]).await);
}

/// The same ID in another resource, of a parent or of a child, is another record.
pub async fn children_are_found_by_the_right_kind_of_parent(store: &dyn Store) {
    put(store, vec![child(APPOINTMENTS, 5, &[(JOBS, 42)]), child(Resource::Invoices, 6, &[(JOBS, 42)])])
        .await;
    assert_eq!(children(store, APPOINTMENTS, JOBS, &[42]).await, [5]);
    assert_eq!(children(store, Resource::Invoices, JOBS, &[42]).await, [6]);
    assert!(children(store, APPOINTMENTS, Resource::Customers, &[42]).await.is_empty());
    assert!(children(store, Resource::Estimates, JOBS, &[42]).await.is_empty());
}

/// A child that moved to another parent is found only there.
pub async fn links_are_replaced_with_their_record(store: &dyn Store) {
    let first = child(APPOINTMENTS, 5, &[(JOBS, 42), (Resource::Customers, 7)]);
    kept(store, first, child(APPOINTMENTS, 5, &[(JOBS, 43), (Resource::Customers, 7)])).await;
    assert!(children(store, APPOINTMENTS, JOBS, &[42]).await.is_empty());
    assert_eq!(children(store, APPOINTMENTS, JOBS, &[43]).await, [5]);
    assert_eq!(children(store, APPOINTMENTS, Resource::Customers, &[7]).await, [5]);
}

/// A record that names a parent twice is found once.
pub async fn the_same_link_twice_finds_the_child_once(store: &dyn Store) {
    put(store, vec![child(APPOINTMENTS, 5, &[(JOBS, 42), (JOBS, 42)])]).await;
    assert_eq!(children(store, APPOINTMENTS, JOBS, &[42]).await, [5]);
}

/// A backfill reads the IDs of the mirror in steps.
pub async fn ids_rise_from_above_the_one_given_and_stop_at_the_limit(store: &dyn Store) {
    put(store, [30, -5, 10, 20, 0].map(|id| record(JOBS, id, None, "1")).to_vec()).await;
    let ids = async |after, limit| store.record_ids(CONNECTION, JOBS, after, limit).await.unwrap();
    assert_eq!(ids(None, 2).await, [-5, 0]);
    assert_eq!(ids(Some(0), 2).await, [10, 20]);
    assert_eq!(ids(Some(15), 10).await, [20, 30]);
    assert!(ids(Some(30), 10).await.is_empty());
    assert!(ids(None, 0).await.is_empty());
    assert_eq!(ids(None, usize::MAX).await, [-5, 0, 10, 20, 30]);
}

/// Year 1 (ServiceTitan's empty time), the last tick of year 9999, nanoseconds, and the ends of 64 bits.
pub async fn the_extremes_of_ids_and_times_are_kept_exactly(store: &dyn Store) {
    let times = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.000000001Z"]
        .map(|text| text.parse::<DateTime<Utc>>().unwrap());
    let ids = [i64::MIN, -1, i64::MAX];
    let records: Vec<MirrorRecord> = ids
        .into_iter()
        .zip(times)
        .map(|(id, at)| MirrorRecord {
            created_on: Some(at),
            modified_on: Some(at),
            ..child(JOBS, id, &[(JOBS, id)])
        })
        .collect();
    put(store, records.clone()).await;
    assert_eq!(read(store, JOBS, &ids).await, records);
    assert_eq!(children(store, JOBS, JOBS, &ids).await, ids);
    assert_eq!(store.record_ids(CONNECTION, JOBS, None, 10).await.unwrap(), ids);
    assert_eq!(store.record_ids(CONNECTION, JOBS, Some(i64::MIN), 10).await.unwrap(), [-1, i64::MAX]);
    assert!(store.record_ids(CONNECTION, JOBS, Some(i64::MAX), 10).await.unwrap().is_empty());
    // Year 1 is earlier than 1969, though both are before 1970.
    let year_one =
        MirrorRecord { created_on: None, modified_on: Some(times[0]), ..record(JOBS, i64::MAX, None, "old") };
    assert_eq!(kept(store, records[2].clone(), year_one).await, records[2]);
}

/// Pages have 500 records, and a read may name as many IDs, or more.
pub async fn a_page_of_500_records_is_read_and_written_whole(store: &dyn Store) {
    put(store, (0..500).map(|id| child(APPOINTMENTS, id, &[(JOBS, id / 2)])).collect()).await;
    let ids: Vec<i64> = (0..2_000).collect();
    assert_eq!(read(store, APPOINTMENTS, &ids).await.len(), 500);
    assert_eq!(children(store, APPOINTMENTS, JOBS, &ids).await, ids[..500]);
}

/// Completeness is marked for each resource of children separately.
pub async fn what_was_marked_complete_is_so_for_that_resource_only(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![complete(42), complete(43), complete(42)]).await;
    assert_eq!(marks(store, &[41, 42, 43]).await, [(42, true), (43, true)]);
    assert!(store.completeness(CONNECTION, Resource::Estimates, &[42]).await.unwrap().is_empty());
    assert!(marks(store, &[]).await.is_empty());
}

/// Removed children have to be read again: the last mark of completeness counts.
pub async fn a_mark_of_completeness_is_replaced_by_its_contrary(store: &dyn Store) {
    let epoch = opened(store).await;
    commit(store, epoch, vec![complete(42), incomplete(42), incomplete(43)]).await;
    assert_eq!(marks(store, &[42, 43]).await, [(42, false), (43, false)]);
    commit(store, epoch, vec![complete(43)]).await;
    assert_eq!(marks(store, &[42, 43]).await, [(42, false), (43, true)]);
}

/// A removed resource leaves no records, links and marks, and other resources keep theirs.
pub async fn a_removed_resource_is_gone_with_its_links_and_marks(store: &dyn Store) {
    let invoice = child(Resource::Invoices, 6, &[(JOBS, 42)]);
    put(store, vec![record(JOBS, 42, None, "1"), child(APPOINTMENTS, 5, &[(JOBS, 42)]), invoice]).await;
    let epoch = opened(store).await;
    let invoices = Change::MarkComplete { children: Resource::Invoices, parent_id: 42 };
    commit(store, epoch, vec![complete(42), invoices]).await;
    commit(store, epoch, vec![Change::RemoveResource { resource: APPOINTMENTS }]).await;
    assert!(read(store, APPOINTMENTS, &[5]).await.is_empty());
    assert!(children(store, APPOINTMENTS, JOBS, &[42]).await.is_empty());
    assert!(marks(store, &[42]).await.is_empty());
    assert_eq!(read(store, JOBS, &[42]).await.len(), 1);
    assert_eq!(children(store, Resource::Invoices, JOBS, &[42]).await, [6]);
    assert_eq!(store.completeness(CONNECTION, Resource::Invoices, &[42]).await.unwrap(), [(42, true)]);
}

fn complete(parent_id: i64) -> Change {
    Change::MarkComplete { children: APPOINTMENTS, parent_id }
}

fn incomplete(parent_id: i64) -> Change {
    Change::MarkIncomplete { children: APPOINTMENTS, parent_id }
}

/// Reads the marks about these jobs' appointments, by rising ID.
async fn marks(store: &dyn Store, ids: &[i64]) -> Vec<(i64, bool)> {
    let mut marks = store.completeness(CONNECTION, APPOINTMENTS, ids).await.unwrap();
    marks.sort_unstable();
    marks
}

const CONTACTS: Resource = Resource::CustomerContacts;

/// A contact of a customer.
fn contact(id: i64, customer: i64, modified_on: i64) -> MirrorRecord {
    let contact = record(CONTACTS, id, Some(time(modified_on)), &format!("of {customer}"));
    contact.linked_with(vec![Link { resource: Resource::Customers, id: customer }])
}

/// The contacts with these IDs, by rising ID and owner.
async fn contacts(store: &dyn Store, ids: &[i64]) -> Vec<MirrorRecord> {
    let mut found = read(store, CONTACTS, ids).await;
    found.sort_by_key(|record| (record.id, record.owner));
    found
}

/// Two customers may have the same contact, and neither takes it from the other.
pub async fn a_record_of_two_owners_is_two_records(store: &dyn Store) {
    let of_both = [contact(5, 1, 0), contact(5, 2, 0), contact(6, 2, 0)];
    put(store, of_both.to_vec()).await;
    assert!(contacts(store, &[5, 6]).await == of_both, "a contact came back different from how it was put");
    assert_eq!(contacts(store, &[5]).await, of_both[..2]);
    assert_eq!(children(store, CONTACTS, Resource::Customers, &[1]).await, [5]);
    assert_eq!(children(store, CONTACTS, Resource::Customers, &[2]).await, [5, 6]);
    assert_eq!(children(store, CONTACTS, Resource::Customers, &[1, 2]).await, [5, 5, 6]);
}

/// A version of one owner's is compared with that owner's only.
pub async fn versions_of_owners_are_kept_apart(store: &dyn Store) {
    put(store, vec![contact(5, 1, 9), contact(5, 2, 3)]).await;
    let (older, newer) = (contact(5, 1, 4), contact(5, 2, 4));
    put(store, vec![older, newer.clone()]).await;
    assert_eq!(contacts(store, &[5]).await, [contact(5, 1, 9), newer]);
}

/// One owner loses a record, and the other one keeps it.
pub async fn a_record_is_removed_from_one_of_its_owners(store: &dyn Store) {
    put(store, vec![contact(5, 1, 0), contact(5, 2, 0)]).await;
    let epoch = opened(store).await;
    let of_nobody = Change::RemoveRecord { resource: CONTACTS, id: 5, owner: 0 };
    commit(store, epoch, vec![Change::remove(&contact(5, 1, 0)), of_nobody]).await;
    assert_eq!(contacts(store, &[5]).await, [contact(5, 2, 0)]);
    assert!(children(store, CONTACTS, Resource::Customers, &[1]).await.is_empty());
    assert_eq!(children(store, CONTACTS, Resource::Customers, &[2]).await, [5]);
    assert_eq!(store.record_ids(CONNECTION, CONTACTS, None, 10).await.unwrap(), [5]);
}

/// A record of several owners has one ID.
pub async fn the_id_of_a_record_of_several_owners_is_told_once(store: &dyn Store) {
    put(store, [(4, 1), (5, 1), (5, 2), (5, 3), (6, 9)].map(|(id, owner)| contact(id, owner, 0)).to_vec())
        .await;
    let ids = async |after, limit| store.record_ids(CONNECTION, CONTACTS, after, limit).await.unwrap();
    assert_eq!(ids(None, 10).await, [4, 5, 6]);
    assert_eq!(ids(None, 2).await, [4, 5]);
    assert_eq!(ids(Some(4), 2).await, [5, 6]);
    assert_eq!(ids(Some(5), 2).await, [6]);
}

/// The ends of 64 bits are owners, too.
pub async fn the_extremes_of_owners_are_kept_exactly(store: &dyn Store) {
    let owners = [i64::MIN, -1, 0, i64::MAX];
    put(store, owners.map(|owner| MirrorRecord { owner, ..contact(5, 1, 0) }).to_vec()).await;
    let found: Vec<i64> = contacts(store, &[5]).await.iter().map(|record| record.owner).collect();
    assert_eq!(found, owners);
    assert_eq!(children(store, CONTACTS, Resource::Customers, &[1]).await, [5; 4]);
    let epoch = opened(store).await;
    commit(store, epoch, vec![Change::RemoveResource { resource: CONTACTS }]).await;
    assert!(contacts(store, &[5]).await.is_empty());
}

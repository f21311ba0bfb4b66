//! The reckoning of the fewest requests.

mod direct;

use chrono::{DateTime, Duration, Utc};
use direct::tiny;
use simulator::{ChangeKind, ReferenceReads, RequestFloor, Simulator, SimulatorConfig, WorldHandle};

const FEEDS_AND_LISTS: u64 = 23;

fn world() -> WorldHandle {
    Simulator::in_process(SimulatorConfig { jobs: 400, memberships: 80, ..tiny() }).world()
}

fn start(world: &WorldHandle) -> DateTime<Utc> {
    (world.now() - Duration::days(90)).date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
}

fn requests(floor: &RequestFloor, path: &str) -> u64 {
    let ending = format!("/tenant/{{tenant}}/{path}");
    floor.by_endpoint.iter().filter(|(name, _)| name.ends_with(&ending)).map(|(_, count)| count).sum()
}

#[test]
fn a_job_older_than_the_window_costs_one_request_for_each_kind_of_child() {
    let world = world();
    let start = start(&world);
    let floor = world.reckon_requests(start).next_floor();
    let is_old = |id: &i64| {
        let created = world.record("jobs", *id).unwrap()["createdOn"].as_str().unwrap().to_owned();
        DateTime::parse_from_rfc3339(&created).unwrap() < start
    };
    let old = world.ids_modified_since("jobs", start).iter().filter(|id| is_old(id)).count() as u64;
    assert!(old > 10);
    for children in ["appointments", "estimates", "invoices"] {
        assert_eq!(requests(&floor, children), old, "{children}");
    }
}

#[test]
fn what_no_feed_brings_is_looked_up_fifty_at_a_time() {
    let world = world();
    let start = start(&world);
    let brought = world.ids_modified_since("customers", start);
    let named = ["jobs", "memberships"].into_iter().flat_map(|base| {
        let entered = world.ids_modified_since(base, start).into_iter();
        entered.map(|id| world.record(base, id).unwrap()["customerId"].as_i64().unwrap()).collect::<Vec<_>>()
    });
    let missing: std::collections::BTreeSet<i64> = named.filter(|id| !brought.contains(id)).collect();
    let floor = world.reckon_requests(start).next_floor();
    assert_eq!(requests(&floor, "customers"), (missing.len() as u64).div_ceil(50));
    assert!(!missing.is_empty());
}

#[test]
fn when_nothing_changes_each_feed_and_list_costs_one_request_and_nothing_else_any() {
    let world = world();
    let mut reckoning = world.reckon_requests(start(&world));
    assert!(reckoning.next_floor().total() > FEEDS_AND_LISTS);
    let idle = reckoning.next_floor();
    assert_eq!((idle.total(), idle.by_endpoint.len() as u64), (FEEDS_AND_LISTS, FEEDS_AND_LISTS));
}

#[test]
fn a_job_that_enters_later_costs_what_it_names_and_no_feed_brought() {
    let world = world();
    let start = start(&world);
    let mut reckoning = world.reckon_requests(start);
    reckoning.next_floor();
    let entered = world.ids_modified_since("jobs", start);
    let old = world.ids("jobs").into_iter().find(|id| !entered.contains(id)).unwrap();
    world.set("jobs", old, serde_json::json!({ "summary": "again" })).unwrap();
    let floor = reckoning.next_floor();
    assert_eq!(["appointments", "estimates", "invoices"].map(|it| requests(&floor, it)), [1, 1, 1]);
    assert!(floor.total() <= FEEDS_AND_LISTS + 3 + 5, "{floor:?}");
}

#[test]
fn a_child_that_changes_costs_nothing_beyond_its_feed() {
    let world = world();
    let mut reckoning = world.reckon_requests(start(&world));
    reckoning.next_floor();
    let kinds = [ChangeKind::PhoneCorrected, ChangeKind::EstimateSold, ChangeKind::AppointmentRescheduled];
    assert_eq!(world.mutate_only(&kinds, 1, 30).len(), 30);
    assert_eq!(reckoning.next_floor().total(), FEEDS_AND_LISTS);
}

#[test]
fn one_request_for_each_object_is_a_multiple_of_the_floor() {
    let world = world();
    let start = start(&world);
    assert!(world.requests_one_by_one(start) > 5 * world.reckon_requests(start).next_floor().total());
}

const RECORD_FEEDS: u64 = 13;

#[test]
fn with_an_hourly_rhythm_an_idle_cycle_costs_one_request_for_each_feed_of_records() {
    let world = world();
    let hourly = ReferenceReads::Every(Duration::hours(1));
    let mut reckoning = world.reckon_requests_with(start(&world), hourly);
    let backfill = reckoning.next_floor();
    assert_eq!(backfill, world.reckon_requests(start(&world)).next_floor());
    for minutes in [15, 15, 15] {
        world.advance(Duration::minutes(minutes));
        let idle = reckoning.next_floor();
        assert_eq!((idle.total(), idle.by_endpoint.len() as u64), (RECORD_FEEDS, RECORD_FEEDS));
    }
    world.advance(Duration::minutes(15));
    assert_eq!(reckoning.next_floor().total(), FEEDS_AND_LISTS);
    assert_eq!(reckoning.next_floor().total(), RECORD_FEEDS);
}

#[test]
fn with_an_hourly_rhythm_a_table_is_read_at_once_when_a_record_names_a_new_row_of_it() {
    let world = world();
    let mut reckoning = world.reckon_requests_with(start(&world), ReferenceReads::Every(Duration::hours(1)));
    reckoning.next_floor();
    world.mutate_only(&[ChangeKind::JobChanged], 1, 5);
    let entered = reckoning.next_floor();
    assert!(entered.by_endpoint.keys().all(|it| !it.contains("job-types") && !it.contains("tag-types")));
    let kind = world.copy_record("job-types", world.ids("job-types")[0]).unwrap();
    assert_eq!(reckoning.next_floor().total(), RECORD_FEEDS);
    let job = world.ids("jobs")[0];
    world.set("jobs", job, serde_json::json!({ "jobTypeId": kind.id })).unwrap();
    let floor = reckoning.next_floor();
    assert_eq!([requests(&floor, "job-types"), requests(&floor, "export/tag-types")], [1, 0]);
    assert_eq!(requests(&reckoning.next_floor(), "job-types"), 0);
}

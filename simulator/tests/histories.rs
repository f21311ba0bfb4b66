//! Random histories, and the revisions that they leave behind.

mod direct;

use std::collections::{BTreeMap, BTreeSet};

use direct::{Direct, tiny};
use serde_json::{Value, json};
use simulator::{ChangeKind, Simulator, SimulatorConfig, WorldHandle};

fn world() -> WorldHandle {
    Simulator::in_process(SimulatorConfig { jobs: 60, memberships: 15, ..tiny() }).world()
}

fn revisions(world: &WorldHandle) -> BTreeMap<(&'static str, i64), u64> {
    let bases = ["jobs", "memberships"].into_iter();
    bases
        .flat_map(|base| world.ids(base).into_iter().map(move |id| (base, id)))
        .map(|(base, id)| ((base, id), world.revision(base, id)))
        .collect()
}

fn times(world: &WorldHandle) -> Vec<String> {
    let time = |record: Value| record["modifiedOn"].as_str().map(str::to_owned);
    world.resources().into_iter().flat_map(|it| world.records(it)).filter_map(time).collect()
}

#[test]
fn every_kind_of_change_can_happen() {
    for kind in ChangeKind::ALL {
        assert_eq!(world().mutate_only(&[kind], 5, 1).len(), 1, "{kind:?}");
    }
}

#[test]
fn the_same_seed_makes_the_same_history() {
    let (first, second, other) = (world(), world(), world());
    let history = first.mutate(3, 200);
    assert_eq!(history.len(), 200);
    assert_eq!(history, second.mutate(3, 200));
    assert_eq!(first.records("customers/contacts"), second.records("customers/contacts"));
    assert_ne!(history, other.mutate(4, 200));
}

#[test]
fn some_records_change_in_the_same_moment_and_none_goes_back_in_time() {
    let world = world();
    let before: BTreeMap<i64, String> = world
        .records("estimates")
        .into_iter()
        .map(|it| (it["id"].as_i64().unwrap(), it["modifiedOn"].as_str().unwrap().to_owned()))
        .collect();
    world.mutate(8, 300);
    for (id, modified) in before {
        assert!(world.record("estimates", id).unwrap()["modifiedOn"].as_str().unwrap() >= modified.as_str());
    }
    let all = times(&world);
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert!(distinct.len() < all.len());
}

#[tokio::test]
async fn records_that_share_a_timestamp_across_a_page_border_are_each_exported_once() {
    let mut caller = Direct::start(SimulatorConfig { export_page_size: 2, ..tiny() }).await;
    let world = caller.simulator.world();
    world.mutate_only(&[ChangeKind::ContactAdded, ChangeKind::PhoneCorrected], 3, 60);
    caller.renew_token().await;
    let times: Vec<Value> =
        world.records("customers/contacts").iter().map(|it| it["modifiedOn"].clone()).collect();
    assert!(times.iter().any(|time| times.iter().filter(|other| *other == time).count() > 2));
    let mut exported = caller.drain("crm:export/customers/contacts").await;
    exported.sort_unstable();
    // A contact of several owners comes once for each.
    let records = world.records("customers/contacts");
    let mut all: Vec<i64> = records.iter().filter_map(|it| it["id"].as_i64()).collect();
    all.sort_unstable();
    assert_eq!(exported, all);
}

#[test]
fn a_change_moves_the_revision_of_every_opportunity_that_it_names_and_of_no_other() {
    for kind in ChangeKind::ALL {
        let world = world();
        let before = revisions(&world);
        let changes = world.mutate_only(&[kind], 17, 1);
        let named: BTreeSet<_> = changes.iter().flat_map(|it| it.opportunities.clone()).collect();
        let after = revisions(&world);
        let moved = after.iter().filter(|(base, revision)| before.get(*base) != Some(revision));
        let moved: BTreeSet<_> = moved.map(|(base, _)| *base).collect();
        assert_eq!(moved, named, "{kind:?}");
    }
}

#[test]
fn an_estimate_that_moves_changes_the_job_that_it_left_too() {
    let world = world();
    let jobs_of = |world: &WorldHandle| -> BTreeMap<i64, i64> {
        let records = world.records("estimates").into_iter();
        records.map(|it| (it["id"].as_i64().unwrap(), it["jobId"].as_i64().unwrap())).collect()
    };
    let before = jobs_of(&world);
    let change = world.mutate_only(&[ChangeKind::EstimateMoved], 1, 1).remove(0);
    let expected = BTreeSet::from([before[&change.id], jobs_of(&world)[&change.id]]);
    let named: BTreeSet<i64> = change.opportunities.iter().map(|(_, id)| *id).collect();
    assert_eq!((named.len(), named), (2, expected));
}

#[test]
fn a_survivors_change_reaches_the_opportunities_of_those_merged_into_it() {
    let world = world();
    let merged = world.mutate_only(&[ChangeKind::CustomersMerged], 2, 1).remove(0);
    let record = world.record("customers", merged.id).unwrap();
    assert_eq!(record["active"], json!(false));
    let survivor = record["mergedToId"].as_i64().unwrap();
    let change = world.set("customers", survivor, json!({ "name": "Survivor" })).unwrap();
    assert!(merged.opportunities.iter().all(|it| change.opportunities.contains(it)));
}

#[tokio::test]
async fn a_deleted_appointment_is_in_the_export_as_inactive_and_nowhere_else() {
    let caller = Direct::start(tiny()).await;
    let deleted = caller.simulator.world().mutate_only(&[ChangeKind::AppointmentDeleted], 1, 1)[0].id;
    assert_eq!(caller.get(&format!("jpm:appointments/{deleted}")).await.status, 404);
    let listed = caller.get(&format!("jpm:appointments?active=Any&ids={deleted}")).await.json;
    assert_eq!(listed["data"], json!([]));
    let exported = caller.get("jpm:export/appointments").await.json;
    let record = exported["data"].as_array().unwrap().iter().find(|it| it["id"] == json!(deleted));
    assert_eq!(record.unwrap()["active"], json!(false));
}

#[tokio::test]
async fn where_revisions_are_revealed_an_older_record_in_a_later_upsert_is_found_out() {
    let caller = Direct::start(SimulatorConfig { reveal_revisions: true, ..tiny() }).await;
    let world = caller.simulator.world();
    let job = world.ids("jobs")[0];
    let old = world.record("jobs", job).unwrap();
    world.set("jobs", job, json!({ "summary": "new" })).unwrap();
    let new = world.record("jobs", job).unwrap();
    let source = caller.simulator.hatch_departments()[0].source.clone();
    for details in [&old, &new, &old] {
        let body = json!({ "externalID": job.to_string(), "phoneNumber": "6145550100", "details": details });
        caller.upsert(0, body).await.unwrap();
    }
    let hatch = caller.simulator.hatch();
    let steps = hatch.steps_back(&source);
    assert_eq!((steps.len(), steps[0].record), (1, job));
    assert!(steps[0].from > steps[0].to);
    assert!(hatch.accepted(&source).iter().all(|it| it.revision_on_receipt == 1));
}

//! Worlds that are made from the seed when they are asked for: they answer as whole ones do, in little memory.

#![allow(clippy::expect_used, reason = "a test that cannot ask has failed")]

mod direct;

use direct::{Direct, tiny};
use serde_json::{Value, json};
use simulator::{Simulator, SimulatorConfig, body_fingerprint};

fn config() -> SimulatorConfig {
    SimulatorConfig {
        jobs: 70,
        memberships: 15,
        export_page_size: 25,
        shared_contacts: true,
        unclean_emails: true,
        ..tiny()
    }
}

/// The same world twice: kept whole, and made from the seed.
async fn both() -> [Direct; 2] {
    [
        Direct::start(config()).await,
        Direct::start(SimulatorConfig { whole_records_up_to: 0, ..config() }).await,
    ]
}

/// Asserts that both worlds give the same answer, and returns it.
async fn same([whole, grown]: &[Direct; 2], path: &str) -> Value {
    let (one, other) = (whole.get(path).await, grown.get(path).await);
    assert_eq!((one.status, one.json), (other.status, other.json.clone()), "{path}");
    other.json
}

/// Asserts that both worlds give the same pages of an export, and returns the number of records.
async fn same_feed(both: &[Direct; 2], path: &str) -> usize {
    let (mut records, mut from) = (0, String::new());
    loop {
        let page = same(both, &format!("{path}?from={from}")).await;
        records += page["data"].as_array().expect("data").len();
        page["continueFrom"].as_str().expect("a token").clone_into(&mut from);
        if page["hasMore"] == json!(false) {
            return records;
        }
    }
}

async fn assert_same_answers(both: &[Direct; 2]) {
    for feed in [
        "jpm:export/jobs",
        "jpm:export/appointments",
        "jpm:export/job-canceled-logs",
        "crm:export/customers",
        "crm:export/customers/contacts",
        "crm:export/locations/contacts",
        "dispatch:export/appointment-assignments",
        "sales:export/estimates",
        "memberships:export/memberships",
        "memberships:export/recurring-service-events",
        "settings:export/technicians",
        "accounting:export/invoices",
    ] {
        let resource = feed.split_once("export/").expect("a feed").1;
        assert_eq!(same_feed(both, feed).await, both[0].simulator.world().count(resource), "{feed}");
    }
    let world = both[0].simulator.world();
    let (job, customer) = (world.ids("jobs")[40], world.ids("customers")[7]);
    let other = world.ids("customers")[9];
    for list in [
        "jpm:jobs?pageSize=30&page=3&includeTotal=true".to_owned(),
        "jpm:jobs?sort=-ModifiedOn&jobStatus=Completed&modifiedOnOrAfter=2026-08-01".to_owned(),
        "jpm:jobs?sort=%2BPriority&pageSize=200".to_owned(),
        "jpm:jobs?sort=%2BCreatedOn&createdBefore=2026-08-15".to_owned(),
        format!("jpm:jobs/{job}"),
        format!("jpm:appointments?jobId={job}&active=Any"),
        format!("sales:estimates?jobId={job}&active=Any"),
        format!("accounting:invoices?jobId={job}&activeState=All"),
        format!("crm:customers?ids={customer},{other}&active=Any"),
        format!("crm:customers/contacts?customerIds={customer},{other}"),
        format!("crm:customers/{customer}/contacts"),
        "jpm:job-types?name=Drain%20Cleaning".to_owned(),
        "marketing:campaigns?active=Any".to_owned(),
    ] {
        same(both, &list).await;
    }
}

#[tokio::test]
async fn a_world_that_is_made_from_the_seed_answers_as_a_whole_one() {
    let both = both().await;
    assert_same_answers(&both).await;
}

#[tokio::test]
async fn it_answers_the_same_after_the_same_changes() {
    let mut both = both().await;
    let histories = both.each_ref().map(|it| it.simulator.world().mutate(11, 120));
    assert_eq!(histories[0].len(), 120);
    assert_eq!(histories[0], histories[1]);
    for caller in &mut both {
        caller.renew_token().await;
    }
    assert_same_answers(&both).await;
}

#[tokio::test]
async fn both_worlds_need_the_same_requests() {
    let floors = both().await.map(|caller| {
        let world = caller.simulator.world();
        let start = world.now() - chrono::Duration::days(90);
        (world.reckon_requests(start).next_floor(), world.requests_one_by_one(start))
    });
    assert_eq!(floors[0], floors[1]);
}

#[tokio::test]
async fn without_bodies_hatch_remembers_their_fingerprints() {
    let caller = Direct::start(SimulatorConfig { hatch_bodies: Some(false), ..tiny() }).await;
    let source = caller.simulator.hatch_departments()[0].source.clone();
    let body = json!({ "phoneNumber": "6145550100", "externalID": "7", "source": source });
    caller.upsert(0, body.clone()).await.expect("an answer");
    let hatch = caller.simulator.hatch();
    let fingerprints = hatch.fingerprints(&source);
    assert_eq!(fingerprints.into_iter().collect::<Vec<_>>(), [("7".to_owned(), body_fingerprint(&body))]);
    assert_eq!(hatch.contacts(&source)[0].opportunities[0].body, Value::Null);
    assert_eq!(hatch.upserts(&source), 1);
}

/// The memory of this process in bytes that is in use right now.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("a Linux system");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
    let kilobytes: usize = line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).expect("a number");
    kilobytes * 1024
}

#[tokio::test]
#[ignore = "needs Linux, a release build and minutes: MEASURED_JOBS=100000 cargo test -p simulator --release --test scale -- --ignored --nocapture"]
async fn a_job_takes_at_most_two_kilobytes_with_its_opportunity_in_hatch() {
    let jobs: usize = std::env::var("MEASURED_JOBS").ok().and_then(|it| it.parse().ok()).unwrap_or(100_000);
    let config = SimulatorConfig { jobs, memberships: jobs / 7, export_page_size: 5_000, ..tiny() };
    let began = std::time::Instant::now();
    let before = resident();
    let caller = Direct::start(config).await;
    assert_eq!(caller.simulator.world().count("jobs"), jobs);
    let (grown, growing) = (resident() - before, began.elapsed());
    let began = std::time::Instant::now();
    let page = caller.get("jpm:export/jobs").await.json;
    let reading = began.elapsed();
    assert_eq!(page["data"].as_array().map(Vec::len), Some(5_000));
    drop(page);
    for number in 0..jobs {
        let phone = format!("614{:07}", number * 3 / 5);
        let body = json!({ "phoneNumber": phone, "email": format!("{phone}@home.example"), "firstName": "Ann",
            "lastName": "Holloway", "externalID": number.to_string(), "details": { "id": number } });
        caller.upsert(0, body).await.expect("an answer");
    }
    let all = resident() - before;
    println!(
        "{jobs} jobs: {} bytes each, {} with Hatch; grown in {growing:?}, a page of 5000 jobs in {reading:?}",
        grown / jobs,
        all / jobs
    );
    assert!(all / jobs <= 2_048);
}

#[test]
fn a_simulator_without_records_is_still_one() {
    let config = SimulatorConfig { jobs: 0, memberships: 0, whole_records_up_to: 0, ..tiny() };
    let world = Simulator::in_process(config).world();
    assert_eq!((world.count("jobs"), world.count("customers")), (0, 1));
}

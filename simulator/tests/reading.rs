//! Lists, exports and lookups.

#![allow(clippy::unwrap_used, reason = "a record without an ID fails its test")]

mod caller;

use std::collections::BTreeSet;

use caller::{Caller, config, ids};
use chrono::Duration;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, Server, SimulatorConfig};

/// The jobs that a list shows.
fn active_jobs(caller: &Caller) -> Vec<Value> {
    let mut jobs = caller.simulator.world().records("jobs");
    jobs.retain(|job| job["active"] == json!(true));
    jobs
}

fn id(record: &Value) -> i64 {
    record["id"].as_i64().unwrap()
}

#[tokio::test]
async fn pages_of_a_list_are_disjoint_and_complete() {
    let caller = Caller::start(config()).await;
    let jobs = active_jobs(&caller);
    let mut seen = Vec::new();
    for page in 1.. {
        let answer = caller.read(&format!("jpm:jobs?page={page}&pageSize=50&includeTotal=true")).await;
        assert_eq!(answer["totalCount"], json!(jobs.len()));
        seen.extend(ids(&answer));
        if answer["hasMore"] == json!(false) {
            break;
        }
    }
    assert_eq!(seen, jobs.iter().map(id).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_total_is_only_given_when_asked_for() {
    let caller = Caller::start(config()).await;
    assert!(caller.read("jpm:jobs").await.get("totalCount").is_none());
}

#[tokio::test]
async fn a_page_holds_fifty_records_by_default_and_never_more_than_the_cap() {
    let caller = Caller::start(SimulatorConfig { max_page_size: 60, ..config() }).await;
    assert_eq!(ids(&caller.read("jpm:jobs").await).len(), 50);
    let page = caller.read("jpm:jobs?pageSize=5000").await;
    assert_eq!((ids(&page).len(), &page["hasMore"]), (60, &json!(true)));
}

#[tokio::test]
async fn fifty_ids_are_looked_up_and_fifty_one_refused() {
    let caller = Caller::start(config()).await;
    let all: Vec<i64> = active_jobs(&caller).iter().map(id).collect();
    let text = |count: usize| all[..count].iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    assert_eq!(ids(&caller.read(&format!("jpm:jobs?ids={}", text(50))).await), all[..50]);
    assert_eq!(caller.status(&format!("jpm:jobs?ids={}", text(51))).await, 400);
}

#[tokio::test]
async fn a_list_shows_active_records_unless_asked_otherwise() {
    let caller = Caller::start(config()).await;
    let read = |query| caller.read(query);
    let default = ids(&read("jpm:appointments?pageSize=5000").await);
    let inactive = ids(&read("jpm:appointments?pageSize=5000&active=False").await);
    let any = ids(&read("jpm:appointments?pageSize=5000&active=Any").await);
    assert!(!inactive.is_empty());
    assert_eq!(any.len(), default.len() + inactive.len());
    assert_eq!(ids(&read("jpm:appointments?pageSize=5000&active=True").await), default);
}

#[tokio::test]
async fn a_job_in_a_list_or_by_id_does_not_say_whether_it_is_active_but_its_export_does() {
    let caller = Caller::start(config()).await;
    let job = caller.simulator.world().ids("jobs")[0];
    assert!(caller.read("jpm:jobs").await["data"][0].get("active").is_none());
    assert!(caller.read(&format!("jpm:jobs/{job}")).await.get("active").is_none());
    assert_eq!(caller.read("jpm:export/jobs").await["data"][0]["active"], json!(true));
}

#[tokio::test]
async fn an_inactive_job_is_in_the_export_and_not_in_the_list() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let (job, before) = (world.ids("jobs")[0], world.now());
    world.set("jobs", job, json!({ "active": false })).unwrap();
    assert!(ids(&caller.read(&format!("jpm:jobs?ids={job}")).await).is_empty());
    assert_eq!(caller.status(&format!("jpm:jobs/{job}")).await, 200);
    let (changed, _) = caller.drain("jpm:export/jobs", &before.to_rfc3339().replace("+00:00", "Z")).await;
    assert_eq!(changed.len(), 1);
    assert_eq!((&changed[0]["id"], &changed[0]["active"]), (&json!(job), &json!(false)));
}

#[tokio::test]
async fn times_bound_a_list_from_inclusive_to_exclusive() {
    let caller = Caller::start(config()).await;
    let jobs = active_jobs(&caller);
    let at = jobs[10]["modifiedOn"].as_str().unwrap();
    let from = ids(&caller.read(&format!("jpm:jobs?pageSize=500&modifiedOnOrAfter={at}")).await);
    let before = ids(&caller.read(&format!("jpm:jobs?pageSize=500&modifiedBefore={at}")).await);
    let wanted: Vec<i64> =
        jobs.iter().filter(|job| job["modifiedOn"].as_str().unwrap() >= at).map(id).collect();
    assert_eq!(from, wanted);
    assert_eq!(from.len() + before.len(), jobs.len());
}

#[tokio::test]
async fn a_sort_follows_the_field_and_an_unknown_field_or_bare_plus_is_refused() {
    let caller = Caller::start(config()).await;
    let times = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|job| job["modifiedOn"].to_string()).collect()
    };
    let mut rising = times(&caller.read("jpm:jobs?pageSize=500&sort=%2BModifiedOn").await);
    assert!(rising.is_sorted());
    rising.reverse();
    assert_eq!(times(&caller.read("jpm:jobs?pageSize=500&sort=-ModifiedOn").await), rising);
    assert_eq!(caller.status("jpm:jobs?sort=%2BSummary").await, 400);
    assert_eq!(caller.status("jpm:jobs?sort=+ModifiedOn").await, 400);
}

#[tokio::test]
async fn an_unknown_parameter_changes_nothing_and_is_counted() {
    let caller = Caller::start(config()).await;
    let page = caller.read("jpm:jobs?pageSize=500&modifiedSince=2030-01-01").await;
    assert_eq!(ids(&page).len(), active_jobs(&caller).len());
    let unknown = caller.simulator.stats().unknown_parameters;
    let counted: Vec<(&str, u64)> = unknown.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(counted, [("GET /jpm/v2/tenant/{tenant}/jobs?modifiedSince", 1)]);
}

#[tokio::test]
async fn requests_are_counted_by_template_and_status() {
    let caller = Caller::start(config()).await;
    let job = caller.simulator.world().ids("jobs")[0];
    for path in
        [format!("jpm:jobs/{job}"), "jpm:jobs/1".into(), "jpm:jobs/2".into(), "jpm:export/jobs".into()]
    {
        caller.get(&path).await;
    }
    let stats = caller.simulator.stats();
    let count = |endpoint: &str, status| stats.servicetitan.get(&(endpoint.to_owned(), status)).copied();
    assert_eq!(count("GET /jpm/v2/tenant/{tenant}/jobs/{id}", 200), Some(1));
    assert_eq!(count("GET /jpm/v2/tenant/{tenant}/jobs/{id}", 404), Some(2));
    assert_eq!((stats.servicetitan_requests(), stats.token_requests), (4, 1));
    assert_eq!(stats.requests_to("GET /jpm/v2/tenant/{tenant}/export/jobs"), 1);
}

#[tokio::test]
async fn an_export_pages_through_every_record_once_in_order_of_change() {
    let caller = Caller::start(SimulatorConfig { export_page_size: 7, ..config() }).await;
    let (records, _) = caller.drain("jpm:export/appointments", "").await;
    let times: Vec<&str> = records.iter().map(|record| record["modifiedOn"].as_str().unwrap()).collect();
    assert!(times.is_sorted());
    let unique: BTreeSet<i64> = records.iter().map(|record| record["id"].as_i64().unwrap()).collect();
    assert_eq!(unique.len(), records.len());
    assert_eq!(unique.into_iter().collect::<Vec<_>>(), caller.simulator.world().ids("appointments"));
}

#[tokio::test]
async fn the_last_token_of_an_export_continues_with_what_changes_later_and_nothing_else() {
    let caller = Caller::start(config()).await;
    let (_, token) = caller.drain("sales:export/estimates", "2020-01-01").await;
    let (none, same) = caller.drain("sales:export/estimates", &token).await;
    assert_eq!((none.len(), &same), (0, &token));
    let world = caller.simulator.world();
    let estimate = world.open_estimates_of(world.jobs_with_open_estimate()[0])[0];
    world.sell_estimate(estimate).unwrap();
    let (changed, _) = caller.drain("sales:export/estimates", &token).await;
    assert_eq!(changed.len(), 1);
    assert_eq!((&changed[0]["id"], &changed[0]["status"]["name"]), (&json!(estimate), &json!("Sold")));
}

#[tokio::test]
async fn an_export_from_a_date_begins_there() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let since = world.now() - Duration::days(90);
    let (records, _) = caller.drain("jpm:export/jobs", &since.format("%Y-%m-%d").to_string()).await;
    let midnight = since.date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc();
    assert_eq!(records.len(), world.ids_modified_since("jobs", midnight).len());
    assert!(records.len() < 120);
}

#[tokio::test]
async fn a_token_of_another_export_is_refused() {
    let caller = Caller::start(config()).await;
    let (_, token) = caller.drain("jpm:export/jobs", "").await;
    assert_eq!(caller.status(&format!("crm:export/customers?from={token}")).await, 400);
}

#[tokio::test]
async fn contacts_are_listed_for_many_customers_but_not_for_all() {
    let caller = Caller::start(config()).await;
    let customers = caller.simulator.world().ids("customers");
    let path = format!("crm:customers/contacts?customerIds={},{}&pageSize=500", customers[0], customers[1]);
    let page = caller.read(&path).await;
    let owners: BTreeSet<i64> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|contact| contact["customerId"].as_i64().unwrap())
        .collect();
    assert_eq!(owners.into_iter().collect::<Vec<_>>(), customers[..2]);
    assert_eq!(caller.status("crm:customers/contacts").await, 400);
    assert_eq!(caller.status("crm:customers/contacts?modifiedOnOrAfter=2020-01-01").await, 200);
}

#[tokio::test]
async fn the_contacts_of_an_inactive_customer_are_refused_with_409() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let customer = world.ids("customers")[0];
    let path = format!("crm:customers/{customer}/contacts");
    assert!(!caller.read(&path).await["data"].as_array().unwrap().is_empty());
    world.set("customers", customer, json!({ "active": false })).unwrap();
    assert_eq!(caller.status(&path).await, 409);
}

#[tokio::test]
async fn children_are_found_by_their_parents() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let job = world.jobs_with_open_estimate()[0];
    let estimates = caller.read(&format!("sales:estimates?jobId={job}&active=Any")).await;
    assert!(estimates["data"].as_array().unwrap().iter().all(|estimate| estimate["jobId"] == json!(job)));
    assert!(!ids(&estimates).is_empty());
    let appointment = ids(&caller.read(&format!("jpm:appointments?jobId={job}&active=Any")).await)[0];
    let path = format!("dispatch:appointment-assignments?appointmentIds={appointment}&active=Any");
    for assignment in caller.read(&path).await["data"].as_array().unwrap() {
        assert_eq!(assignment["appointmentId"], json!(appointment));
    }
    let invoiced = world.records("invoices")[0]["job"]["id"].as_i64().unwrap();
    let invoices = caller.read(&format!("accounting:invoices?jobId={invoiced}&activeState=All")).await;
    assert_eq!(ids(&invoices).len(), 1);
}

#[tokio::test]
async fn cancel_reasons_are_looked_up_for_canceled_jobs_only() {
    let caller = Caller::start(config()).await;
    let jobs = caller.simulator.world().records("jobs");
    let of = |status: &str| {
        jobs.iter().find(|job| job["jobStatus"] == json!(status)).unwrap()["id"].as_i64().unwrap()
    };
    let (canceled, completed) = (of("Canceled"), of("Completed"));
    let page = caller.read(&format!("jpm:jobs/cancel-reasons?ids={canceled},{completed}")).await;
    let reasons = page["data"].as_array().unwrap();
    assert_eq!(reasons.len(), 1);
    assert_eq!(reasons[0]["jobId"], json!(canceled));
    assert_eq!(caller.status("jpm:jobs/cancel-reasons").await, 400);
}

#[tokio::test]
async fn the_estimates_feed_has_a_second_path_that_takes_the_same_tokens() {
    let caller = Caller::start(SimulatorConfig { export_page_size: 30, ..config() }).await;
    let (records, token) = caller.drain("sales:export/estimates", "").await;
    assert_eq!(caller.drain("sales:estimates/export", "").await, (records, token.clone()));
    assert_eq!(caller.drain("sales:estimates/export", &token).await.0, Vec::<Value>::new());
    assert!(caller.simulator.stats().requests_to("GET /sales/v2/tenant/{tenant}/estimates/export") > 1);
}

#[tokio::test]
async fn a_body_trickles_in_over_a_socket_and_is_whole_in_the_end() {
    let caller = Caller::start(config()).await;
    let plain = caller.read("jpm:jobs?pageSize=1").await;
    let kind = FaultKind::Trickle { every: std::time::Duration::from_micros(1) };
    caller.simulator.inject(Fault::once(Server::ServiceTitan, kind));
    let mut answer = caller.get("jpm:jobs?pageSize=1").await;
    let mut pieces = Vec::new();
    while let Some(piece) = answer.chunk().await.unwrap() {
        pieces.push(piece);
    }
    assert!(pieces.len() > 1);
    assert_eq!(serde_json::from_slice::<Value>(&pieces.concat()).unwrap(), plain);
}

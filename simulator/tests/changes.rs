//! Changes to the world, notes, Hatch's upserts and faults.

mod caller;

use caller::{Caller, config};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{ChangeError, Fault, FaultKind, NoteParent, Server, SimulatorConfig};

fn modified(record: Option<Value>) -> Option<Value> {
    record?.get("modifiedOn").cloned()
}

#[tokio::test]
async fn rescheduling_a_job_touches_its_appointment_and_not_the_job() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let job = world.jobs_to_reschedule()[0];
    let job_before = modified(world.record("jobs", job));
    let change = world.reschedule_job(job).unwrap();
    assert_eq!((change.resource, change.opportunities), ("appointments", vec![("jobs", job)]));
    assert_eq!(modified(world.record("jobs", job)), job_before);
    assert_eq!(
        modified(world.record("appointments", change.id)),
        Some(json!("2026-09-21T14:13:21.0000000Z"))
    );
}

#[tokio::test]
async fn correcting_a_phone_touches_the_contact_and_not_the_customer() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let customer = world
        .ids("customers")
        .into_iter()
        .find(|id| !world.mobile_contacts_of(*id).is_empty() && !world.jobs_of(*id).is_empty())
        .unwrap();
    let customer_before = world.record("customers", customer);
    let contact = world.mobile_contacts_of(customer)[0];
    let change = world.correct_phone(contact, "7405550123").unwrap();
    assert_eq!(world.record("customers", customer), customer_before);
    assert_eq!(world.record("customers/contacts", contact).unwrap()["value"], json!("7405550123"));
    assert!(world.jobs_of(customer).iter().all(|job| change.opportunities.contains(&("jobs", *job))));
}

#[tokio::test]
async fn a_sold_estimate_cannot_be_sold_again() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let estimate = world.open_estimates_of(world.jobs_with_open_estimate()[0])[0];
    world.sell_estimate(estimate).unwrap();
    assert!(matches!(world.sell_estimate(estimate), Err(ChangeError::DoesNotApply { .. })));
    let missing = ChangeError::NoSuchRecord { resource: "estimates", id: 1 };
    assert_eq!(world.sell_estimate(1), Err(missing));
}

#[tokio::test]
async fn a_new_membership_is_served_at_once() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let customer = world.ids("customers")[0];
    let change = world.add_membership(customer).unwrap();
    let served = caller.read(&format!("memberships:memberships/{}", change.id)).await;
    assert_eq!((&served["customerId"], &served["status"]), (&json!(customer), &json!("Active")));
}

#[tokio::test]
async fn random_changes_repeat_for_the_same_seed() {
    let (first, second) = (Caller::start(config()).await, Caller::start(config()).await);
    let changes = first.simulator.world().mutate(3, 25);
    assert_eq!(changes.len(), 25);
    assert_eq!(changes, second.simulator.world().mutate(3, 25));
    assert_ne!(changes, second.simulator.world().mutate(4, 25));
}

#[tokio::test]
async fn a_note_on_a_job_is_kept_and_listed() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let job = world.ids("jobs")[0];
    let path = format!("jpm:jobs/{job}/notes");
    let answer = caller.post(&path, json!({ "text": "Customer replied", "pinToTop": true })).await;
    assert_eq!(answer.status(), 200);
    let notes = world.notes(NoteParent::Job, job);
    assert_eq!((notes.len(), notes[0].text.as_str(), notes[0].is_pinned), (1, "Customer replied", true));
    let listed = caller.read(&path).await;
    assert_eq!(listed["data"], json!([answer.json::<Value>().await.unwrap()]));
}

#[tokio::test]
async fn a_note_on_a_customer_reaches_its_locations_when_asked() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let location = world.records("locations")[0].clone();
    let customer = &location["customerId"];
    let path = format!("crm:customers/{customer}/notes");
    assert_eq!(caller.post(&path, json!({ "text": "Hi", "addToLocations": true })).await.status(), 200);
    assert_eq!(world.notes(NoteParent::Location, location["id"].as_i64().unwrap()).len(), 1);
}

#[tokio::test]
async fn a_note_without_text_or_record_is_refused() {
    let caller = Caller::start(config()).await;
    let job = caller.simulator.world().ids("jobs")[0];
    assert_eq!(caller.post(&format!("jpm:jobs/{job}/notes"), json!({ "text": " " })).await.status(), 400);
    assert_eq!(caller.post(&format!("jpm:jobs/{job}/notes"), json!([1])).await.status(), 400);
    assert_eq!(caller.post("jpm:jobs/1/notes", json!({ "text": "Hi" })).await.status(), 404);
    assert_eq!(caller.simulator.world().note_count(), 0);
}

#[tokio::test]
async fn an_upsert_is_kept_by_its_department_alone() {
    let caller = Caller::start(config()).await;
    let [jobs, memberships] = caller.simulator.hatch_departments();
    let body = json!({ "source": jobs.source, "phoneNumber": "6145550001", "externalID": "42" });
    let answer = caller.upsert(0, body.clone()).await;
    assert_eq!(answer.status(), 200);
    let id = answer.json::<Value>().await.unwrap()["data"]["id"].clone();
    let hatch = caller.simulator.hatch();
    let contacts = hatch.contacts(&jobs.source);
    assert_eq!(json!(contacts[0].id), id);
    assert_eq!(hatch.last_body(&jobs.source, "42"), Some(body));
    assert_eq!((hatch.upserts(&jobs.source), hatch.upserts(&memberships.source)), (1, 0));
}

#[tokio::test]
async fn a_wrong_key_or_source_is_refused_by_hatch() {
    let caller = Caller::start(config()).await;
    let [jobs, _] = caller.simulator.hatch_departments();
    let url = format!("{}/v1/contacts", caller.simulator.hatch_url());
    let unknown = caller.http.put(&url).bearer_auth("nobody").json(&json!({})).send().await.unwrap();
    assert_eq!(unknown.status(), 401);
    let foreign = caller.upsert(1, json!({ "source": jobs.source })).await;
    assert_eq!(foreign.status(), 422);
    let errors: Value = foreign.json().await.unwrap();
    assert_eq!(errors["errors"][0]["source"]["pointer"], json!("/data/attributes/source"));
    assert_eq!(caller.simulator.hatch().total_upserts(), 0);
}

#[tokio::test]
async fn hatch_limits_each_key_by_itself() {
    let caller = Caller::start(SimulatorConfig { hatch_rate_limit: Some(1), ..config() }).await;
    let [jobs, memberships] = caller.simulator.hatch_departments();
    let body = |source: &str| json!({ "source": source });
    assert_eq!(caller.upsert(0, body(&jobs.source)).await.status(), 200);
    let limited = caller.upsert(0, body(&jobs.source)).await;
    assert_eq!(limited.status(), 429);
    assert!(limited.headers().contains_key("retry-after"));
    assert_eq!(caller.upsert(1, body(&memberships.source)).await.status(), 200);
}

#[tokio::test]
async fn an_ordered_fault_is_answered_once_and_counted() {
    let caller = Caller::start(config()).await;
    let kind = FaultKind::TooManyRequests { retry_after: Some("0.5".into()) };
    caller.simulator.inject(Fault::once(Server::ServiceTitan, kind).on_path("/jobs"));
    assert_eq!(caller.status("crm:customers").await, 200);
    let struck = caller.get("jpm:jobs").await;
    assert_eq!((struck.status().as_u16(), &struck.headers()["retry-after"]), (429, &"0.5".parse().unwrap()));
    assert_eq!(caller.status("jpm:jobs").await, 200);
    let stats = caller.simulator.stats();
    assert_eq!(stats.servicetitan[&("GET /jpm/v2/tenant/{tenant}/jobs".to_owned(), 429)], 1);
}

#[tokio::test]
async fn a_note_whose_answer_broke_may_or_may_not_have_been_written() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let job = world.ids("jobs")[0];
    for (kind, written) in [(FaultKind::BrokenBefore, 0), (FaultKind::BrokenAfter, 1)] {
        caller.simulator.inject(Fault::once(Server::ServiceTitan, kind).on_path("/notes").on_method("POST"));
        let url = caller.url(&format!("jpm:jobs/{job}/notes"));
        let answer = caller.signed(caller.http.post(url)).json(&json!({ "text": "Hi" })).send().await;
        let whole = match answer {
            Ok(answer) => answer.text().await.is_ok(),
            Err(_) => false,
        };
        assert!(!whole);
        assert_eq!(world.notes(NoteParent::Job, job).len(), written);
    }
}

#[tokio::test]
async fn an_update_with_a_status_is_answered_with_it_and_does_not_set_it() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let estimate = world.open_estimates_of(world.jobs_with_open_estimate()[0])[0];
    let before = world.record("estimates", estimate);
    let path = format!("sales:estimates/{estimate}");
    for method in [Method::PATCH, Method::PUT] {
        let answer = caller.write(method, &path, json!({ "status": "Sold" })).await;
        assert_eq!((answer.0, &answer.1["status"]["name"]), (200, &json!("Sold")));
        assert_eq!(world.record("estimates", estimate), before);
    }
    let (status, answer) = caller.write(Method::PUT, &path, json!({ "status": "Sold", "name": "New" })).await;
    let stored = world.record("estimates", estimate).unwrap();
    assert_eq!((status, &answer["name"], &stored["name"]), (200, &json!("New"), &json!("New")));
    assert_eq!(stored["status"]["name"], json!("Open"));
    assert_ne!(modified(before), modified(Some(stored)));
}

#[tokio::test]
async fn selling_taking_back_and_dismissing_set_the_status() {
    let caller = Caller::start(config()).await;
    let world = caller.simulator.world();
    let estimate = world.open_estimates_of(world.jobs_with_open_estimate()[0])[0];
    let path = format!("sales:estimates/{estimate}");
    assert_eq!(caller.write(Method::PUT, &format!("{path}/sell"), json!({})).await.0, 400);
    let sold = caller.write(Method::PUT, &format!("{path}/sell"), json!({ "soldBy": 77 })).await;
    assert_eq!((sold.0, &sold.1["status"]["name"], &sold.1["soldBy"]), (200, &json!("Sold"), &json!(77)));
    for (operation, status) in [("unsell", "Open"), ("dismiss", "Dismissed")] {
        let answer = caller.write(Method::PUT, &format!("{path}/{operation}"), Value::Null).await;
        assert_eq!(answer, (200, Value::Null), "{operation}");
        let stored = world.record("estimates", estimate).unwrap();
        assert_eq!((&stored["status"]["name"], &stored["soldOn"]), (&json!(status), &Value::Null));
    }
    assert_eq!(caller.write(Method::PUT, "sales:estimates/1/dismiss", Value::Null).await.0, 404);
}

#[tokio::test]
async fn after_shutdown_nothing_listens() {
    let caller = Caller::start(config()).await;
    let url = caller.url("jpm:jobs");
    caller.simulator.shutdown().await;
    assert!(reqwest::get(url).await.unwrap_err().is_connect());
}

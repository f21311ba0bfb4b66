//! Every kind of trouble, and that none of it loses a record.

#![allow(clippy::unwrap_used, reason = "a test that cannot ask has failed")]

mod direct;

use std::collections::BTreeSet;
use std::time::Duration;

use direct::{Answer, Direct, tiny};
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, FaultPlan, LateEffect, NoteParent, Server, SimulatorConfig};
use tokio::time::Instant;

async fn struck(kind: FaultKind, path: &str) -> (Direct, Answer) {
    let caller = Direct::start(tiny()).await;
    caller.simulator.inject(Fault::once(Server::ServiceTitan, kind));
    let answer = caller.get(path).await;
    (caller, answer)
}

fn ids(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|record| record["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_throttled_call_says_when_to_come_back_in_the_header_or_in_the_title_or_not_at_all() {
    for retry_after in [None, Some("2"), Some("1.5")] {
        let kind = FaultKind::TooManyRequests { retry_after: retry_after.map(str::to_owned) };
        let (_, answer) = struck(kind, "jpm:jobs").await;
        let header = answer.whole.headers().get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!((answer.status, header), (429, retry_after));
    }
    let (_, answer) = struck(FaultKind::TooManyRequestsInTitle { seconds: 7 }, "jpm:jobs").await;
    assert!(answer.status == 429 && !answer.whole.headers().contains_key("retry-after"));
    assert!(answer.json["title"].as_str().unwrap().contains("7 seconds"));
}

#[tokio::test]
async fn a_proxy_answers_in_html_with_an_error_or_with_success() {
    for (kind, status) in [(FaultKind::ServiceUnavailable, 503), (FaultKind::HtmlInsteadOfJson, 200)] {
        let (_, answer) = struck(kind, "jpm:jobs").await;
        assert_eq!(
            (answer.status, &answer.whole.headers()["content-type"]),
            (status, &"text/html".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn a_body_that_is_cut_short_is_no_json() {
    let (_, answer) = struck(FaultKind::CutShort, "jpm:jobs").await;
    assert_eq!((answer.status, answer.json), (200, Value::Null));
    assert!(!answer.whole.body().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_shows_what_was_true_when_it_was_asked_for() {
    let caller = Direct::start(tiny()).await;
    let job = caller.simulator.world().ids("jobs")[0];
    caller
        .simulator
        .inject(Fault::once(Server::ServiceTitan, FaultKind::Slow { by: Duration::from_secs(90) }));
    let began = Instant::now();
    let slow = tokio::spawn({
        let caller = caller.clone();
        async move { caller.get(&format!("jpm:jobs/{job}")).await }
    });
    tokio::task::yield_now().await;
    caller.simulator.world().set("jobs", job, json!({ "summary": "new" })).unwrap();
    assert_ne!(slow.await.unwrap().json["summary"], json!("new"));
    assert_eq!(began.elapsed(), Duration::from_secs(90));
}

#[tokio::test(start_paused = true)]
async fn a_note_that_timed_out_lands_at_once_or_later_or_never() {
    let later = Duration::from_secs(30);
    for (effect, at_once, in_the_end) in
        [(LateEffect::AtOnce, 1, 1), (LateEffect::After(later), 0, 1), (LateEffect::Never, 0, 0)]
    {
        let caller = Direct::start(tiny()).await;
        let job = caller.simulator.world().ids("jobs")[0];
        let kind = FaultKind::TimedOut { after: Duration::from_secs(5), effect };
        caller.simulator.inject(Fault::once(Server::ServiceTitan, kind));
        let path = format!("jpm:jobs/{job}/notes");
        let answer = caller.api("POST", &path, &json!({ "text": "Hi" })).await.unwrap();
        let notes = || caller.simulator.world().notes(NoteParent::Job, job).len();
        assert_eq!((answer.status, notes()), (504, at_once), "{effect:?}");
        tokio::time::sleep(later).await;
        assert_eq!(notes(), in_the_end, "{effect:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upsert_that_timed_out_is_taken_before_the_next_one_of_its_opportunity() {
    let caller = Direct::start(tiny()).await;
    let kind = FaultKind::TimedOut { after: Duration::from_secs(5), effect: LateEffect::BeforeTheNext };
    caller.simulator.inject(Fault::once(Server::Hatch, kind));
    let body = |status: &str| json!({ "externalID": "1", "phoneNumber": "6145550100", "status": status });
    assert_eq!(caller.upsert(0, body("first")).await.unwrap().status, 504);
    let source = caller.simulator.hatch_departments()[0].source.clone();
    assert_eq!(caller.simulator.hatch().upserts(&source), 0);
    caller.upsert(0, body("second")).await.unwrap();
    assert_eq!(caller.simulator.hatch().upserts(&source), 2);
    let last = caller.simulator.hatch().last_body(&source, "1").unwrap();
    assert_eq!(last["status"], json!("second"));
}

#[tokio::test]
async fn a_token_that_ends_early_is_refused_and_another_is_granted() {
    for kind in [FaultKind::TokenExpired, FaultKind::TokensRevoked] {
        let (mut caller, answer) = struck(kind, "jpm:jobs").await;
        assert_eq!((answer.status, caller.get("jpm:jobs").await.status), (401, 401));
        caller.renew_token().await;
        assert_eq!(caller.get("jpm:jobs").await.status, 200);
    }
}

#[tokio::test]
async fn a_refusal_has_the_status_that_its_cause_has() {
    for (kind, status) in
        [(FaultKind::Forbidden, 403), (FaultKind::UnknownToGateway, 404), (FaultKind::InactiveConflict, 409)]
    {
        assert_eq!(struck(kind, "jpm:jobs").await.1.status, status);
    }
}

#[tokio::test]
async fn an_empty_page_and_a_duplicated_page_lead_back_to_what_is_not_read_yet() {
    let (caller, page) = struck(FaultKind::EmptyPage, "jpm:export/jobs").await;
    assert_eq!((ids(&page.json), &page.json["hasMore"]), (vec![], &json!(true)));
    let token = page.json["continueFrom"].as_str().unwrap();
    let all = ids(&caller.get(&format!("jpm:export/jobs?from={token}")).await.json);
    assert_eq!(all.len(), 20);

    let (caller, page) = struck(FaultKind::DuplicatedPage, "jpm:export/jobs").await;
    let token = page.json["continueFrom"].as_str().unwrap();
    assert_eq!(ids(&page.json), ids(&caller.get(&format!("jpm:export/jobs?from={token}")).await.json));
}

#[tokio::test]
async fn a_page_may_repeat_a_record_or_be_out_of_order() {
    let (caller, repeated) = struck(FaultKind::RepeatedRecord, "jpm:export/jobs").await;
    let whole = ids(&caller.get("jpm:export/jobs").await.json);
    assert_eq!(ids(&repeated.json), [whole.as_slice(), &whole[..1]].concat());
    let (_, reversed) = struck(FaultKind::OutOfOrder, "jpm:export/jobs").await;
    assert_eq!(ids(&reversed.json), whole.into_iter().rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn an_export_that_lags_catches_up_from_its_token() {
    let (caller, page) = struck(FaultKind::Lag, "jpm:export/jobs").await;
    assert_eq!((ids(&page.json).len(), &page.json["hasMore"]), (10, &json!(false)));
    let token = page.json["continueFrom"].as_str().unwrap();
    assert_eq!(ids(&caller.get(&format!("jpm:export/jobs?from={token}")).await.json).len(), 10);
}

#[tokio::test]
async fn a_field_of_the_wrong_type_stays_until_the_record_is_mended_and_thereby_changed() {
    let (caller, page) = struck(FaultKind::WrongType, "jpm:export/jobs").await;
    let wrong = |page: &Value| -> Vec<i64> {
        let records = page["data"].as_array().unwrap().iter();
        records.filter(|it| !it["createdOn"].is_string()).map(|it| it["id"].as_i64().unwrap()).collect()
    };
    let damaged = wrong(&page.json);
    assert_eq!(damaged.len(), 1);
    assert_eq!(wrong(&caller.get("jpm:jobs?pageSize=50").await.json), damaged);
    let token = page.json["continueFrom"].as_str().unwrap();
    assert_eq!(caller.simulator.world().mend().len(), 1);
    let changed = caller.get(&format!("jpm:export/jobs?from={token}")).await.json;
    assert_eq!((ids(&changed), wrong(&changed)), (damaged, vec![]));
}

#[tokio::test]
async fn the_record_of_a_refused_opportunity_changes_when_faults_are_mended() {
    let caller = Direct::start(tiny()).await;
    let job = caller.simulator.world().ids("jobs")[0];
    caller.simulator.inject(Fault::once(Server::Hatch, FaultKind::Rejected));
    let body = json!({ "externalID": format!("prefix-{job}"), "phoneNumber": "6145550100" });
    let refused = caller.upsert(0, body.clone()).await.unwrap();
    assert_eq!((refused.status, refused.json["errors"].as_array().map(Vec::len)), (422, Some(1)));
    let mended = caller.simulator.world().mend();
    assert_eq!(mended.iter().map(|it| (it.resource, it.id)).collect::<Vec<_>>(), [("jobs", job)]);
    caller.upsert(0, body).await.unwrap();
    assert!(caller.simulator.world().mend().is_empty());
}

#[tokio::test]
async fn under_a_heavy_plan_no_feed_loses_a_record_and_many_kinds_are_counted() {
    let config = SimulatorConfig { export_page_size: 4, ..tiny() };
    let mut caller = Direct::start(config).await;
    let feeds = [("jpm", "jobs"), ("jpm", "appointments"), ("crm", "customers"), ("sales", "estimates")];
    let mut kinds = BTreeSet::new();
    for seed in 0..30 {
        // A record without an ID is lost until it is mended.
        let lost =
            |kind: &FaultKind| matches!(kind, FaultKind::Lag | FaultKind::NoId | FaultKind::NullRecord);
        let plan = FaultPlan::heavy(seed).without(lost);
        caller.simulator.plan_faults(plan);
        for (family, resource) in feeds {
            let read: BTreeSet<i64> =
                caller.drain(&format!("{family}:export/{resource}")).await.into_iter().collect();
            assert_eq!(read.into_iter().collect::<Vec<_>>(), caller.simulator.world().ids(resource));
        }
        kinds.extend(caller.simulator.stats().faults.into_keys());
    }
    assert!(kinds.len() > 15, "{kinds:?}");
}

#[tokio::test]
async fn a_cap_that_nobody_documents_cuts_pages_and_loses_no_record() {
    let mut caller = Direct::start(SimulatorConfig { undocumented_page_caps: true, ..tiny() }).await;
    for (family, resource) in [
        ("jpm", "jobs"),
        ("jpm", "appointments"),
        ("crm", "customers"),
        ("crm", "customers/contacts"),
        ("crm", "locations"),
        ("sales", "estimates"),
    ] {
        let mut exported = caller.drain(&format!("{family}:export/{resource}")).await;
        exported.sort_unstable();
        // A contact of several owners comes once for each.
        let records = caller.simulator.world().records(resource);
        let mut all: Vec<i64> = records.iter().filter_map(|it| it["id"].as_i64()).collect();
        all.sort_unstable();
        assert_eq!(exported, all);
    }
    assert!(caller.simulator.stats().faults["page-cap"] > 1);
}

#[tokio::test]
async fn the_same_plan_meets_the_same_requests_with_the_same_faults() {
    let mut faults = Vec::new();
    for _ in 0..2 {
        let mut caller = Direct::start(tiny()).await;
        caller.simulator.plan_faults(FaultPlan::heavy(9));
        for _ in 0..20 {
            caller.drain("jpm:export/jobs").await;
        }
        faults.push(caller.simulator.stats().faults);
    }
    assert!(!faults[0].is_empty());
    assert_eq!(faults[0], faults[1]);
}

#[tokio::test]
async fn when_faults_stop_nothing_is_refused_any_more() {
    let mut caller = Direct::start(tiny()).await;
    caller.simulator.plan_faults(FaultPlan::heavy(2));
    caller.drain("jpm:export/jobs").await;
    caller.simulator.clear_faults();
    caller.renew_token().await;
    let struck = caller.simulator.stats().faults;
    for path in ["dispatch:zones", "accounting:invoices", "marketing:campaigns", "settings:tag-types"] {
        assert_eq!(caller.get(path).await.status, 200, "{path}");
    }
    assert_eq!(caller.simulator.stats().faults, struck);
}

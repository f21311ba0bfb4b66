//! Odd records, pages and lookups: each kind shows what it says, and nothing is lost to whoever reads on.

#![allow(clippy::unwrap_used, reason = "a test that cannot ask has failed")]

mod direct;

use std::collections::BTreeSet;
use std::time::Duration;

use direct::{Answer, Direct, tiny};
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, FaultPlan, OddField, OddValue, Server, SimulatorConfig};
use tokio::time::Instant;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

async fn struck(caller: &Direct, kind: FaultKind, path: &str) -> Answer {
    caller.simulator.inject(Fault::once(Server::ServiceTitan, kind));
    caller.get(path).await
}

fn records(page: &Value) -> &Vec<Value> {
    page["data"].as_array().unwrap()
}

fn ids(page: &Value) -> Vec<i64> {
    records(page).iter().map(|record| record["id"].as_i64().unwrap()).collect()
}

fn joined(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// The one odd field that there is.
fn only_oddity(caller: &Direct) -> OddField {
    let mut odd = caller.simulator.world().odd_fields();
    assert_eq!(odd.len(), 1, "{odd:?}");
    odd.remove(0)
}

/// Asserts that a page differs from the plain one in the odd field alone.
fn assert_odd(page: &Value, plain: &Value, odd: &OddField) {
    assert_eq!(records(page).len(), records(plain).len());
    for (record, plain) in records(page).iter().zip(records(plain)) {
        if plain["id"] == json!(odd.id) {
            assert_eq!(record.pointer(&odd.path), odd.shown.as_ref(), "{odd:?}");
            let mut mended = record.clone();
            match mended.pointer_mut(&odd.path) {
                Some(field) => *field = odd.plain.clone(),
                None => mended["id"] = odd.plain.clone(),
            }
            assert_eq!((&mended, plain.pointer(&odd.path)), (plain, Some(&odd.plain)), "{odd:?}");
        } else {
            assert_eq!(record, plain);
        }
    }
}

#[tokio::test]
async fn an_odd_field_is_in_one_answer_alone_unless_it_lasts_and_the_world_tells_which() {
    for value in OddValue::ALL {
        for lasting in [false, true] {
            let caller = Direct::start(tiny()).await;
            let path = "jpm:export/jobs";
            let plain = caller.get(path).await.json;
            let page = struck(&caller, FaultKind::OddField { value, lasting }, path).await.json;
            let odd = only_oddity(&caller);
            assert_odd(&page, &plain, &odd);
            let again = caller.get(path).await.json;
            assert_eq!((&again, odd.lasting), (if lasting { &page } else { &plain }, lasting), "{value:?}");
            let shown = caller.simulator.world().record("jobs", odd.id).unwrap();
            let expected = if lasting { odd.shown.as_ref() } else { Some(&odd.plain) };
            assert_eq!(shown.pointer(&odd.path), expected, "{value:?}");
        }
    }
}

#[tokio::test]
async fn a_lasting_oddity_is_shown_by_list_and_lookup_too_until_the_record_changes() {
    let caller = Direct::start(tiny()).await;
    let kind = FaultKind::OddField { value: OddValue::ZeroTime, lasting: true };
    struck(&caller, kind, "jpm:export/jobs").await;
    let odd = only_oddity(&caller);
    let looked_up = caller.get(&format!("jpm:jobs/{}", odd.id)).await.json;
    let listed = caller.get(&format!("jpm:jobs?ids={}", odd.id)).await.json;
    assert_eq!([&looked_up, &listed["data"][0]].map(|it| it.pointer(&odd.path)), [odd.shown.as_ref(); 2]);
    caller.simulator.world().set("jobs", odd.id, json!({ "summary": "new" })).unwrap();
    assert!(caller.simulator.world().odd_fields().is_empty());
    let changed = caller.get(&format!("jpm:jobs/{}", odd.id)).await.json;
    assert!(changed.pointer(&odd.path) != odd.shown.as_ref() && changed["summary"] == json!("new"));
}

#[tokio::test]
async fn mending_lets_odd_records_come_again_and_can_spare_those_that_last() {
    for (lasting, transient_only, mended) in [(false, true, 1), (true, true, 0), (true, false, 1)] {
        let caller = Direct::start(tiny()).await;
        let kind = FaultKind::OddField { value: OddValue::WordForTime, lasting };
        let page = struck(&caller, kind, "jpm:export/jobs").await.json;
        let odd = only_oddity(&caller);
        let world = caller.simulator.world();
        let changes = if transient_only { world.mend_transient() } else { world.mend() };
        assert_eq!(changes.len(), mended);
        let token = page["continueFrom"].as_str().unwrap();
        let again = caller.get(&format!("jpm:export/jobs?from={token}")).await.json;
        assert_eq!(ids(&again), vec![odd.id; mended]);
        assert_eq!(world.odd_fields().len(), 1 - mended);
    }
}

#[tokio::test]
async fn a_single_record_can_be_odd_too() {
    let caller = Direct::start(tiny()).await;
    let job = caller.simulator.world().ids("jobs")[3];
    let kind = FaultKind::OddField { value: OddValue::TextForBoolean, lasting: false };
    let record = struck(&caller, kind, &format!("jpm:jobs/{job}")).await.json;
    let odd = only_oddity(&caller);
    assert_eq!((odd.id, record.pointer(&odd.path)), (job, Some(&json!("perhaps"))));
}

#[tokio::test]
async fn a_record_may_come_without_its_id_and_a_null_between_records() {
    let caller = Direct::start(tiny()).await;
    let plain = caller.get("jpm:export/jobs").await.json;
    let page = struck(&caller, FaultKind::NoId, "jpm:export/jobs").await.json;
    let odd = only_oddity(&caller);
    assert_eq!((odd.path.as_str(), &odd.shown, odd.lasting), ("/id", &None, false));
    assert_odd(&page, &plain, &odd);
    let mut page = struck(&caller, FaultKind::NullRecord, "jpm:export/jobs").await.json;
    let all = page["data"].as_array_mut().unwrap();
    all.retain(|record| !record.is_null());
    assert_eq!(page, plain);
}

#[tokio::test]
async fn a_text_may_hold_a_byte_that_is_no_utf8() {
    let caller = Direct::start(tiny()).await;
    let plain = caller.get("jpm:export/jobs").await.json;
    let answer = struck(&caller, FaultKind::InvalidUtf8, "jpm:export/jobs").await;
    assert!(std::str::from_utf8(answer.whole.body()).is_err());
    let lossy: Value = serde_json::from_str(&String::from_utf8_lossy(answer.whole.body())).unwrap();
    assert_odd(&lossy, &plain, &only_oddity(&caller));
}

#[tokio::test]
async fn a_body_may_start_with_a_byte_order_mark_or_repeat_a_key_of_its_envelope() {
    let caller = Direct::start(tiny()).await;
    let plain = caller.get("jpm:export/jobs").await.whole.into_body();
    let marked = struck(&caller, FaultKind::ByteOrderMark, "jpm:export/jobs").await.whole.into_body();
    assert_eq!(marked.strip_prefix(BYTE_ORDER_MARK), Some(plain.as_ref()));
    let mut repeated = BTreeSet::new();
    for _ in 0..40 {
        let answer = struck(&caller, FaultKind::RepeatedKey, "jpm:export/jobs").await;
        let body = std::str::from_utf8(answer.whole.body()).unwrap().to_owned();
        assert!(body.len() > plain.len() && answer.json == serde_json::from_slice::<Value>(&plain).unwrap());
        repeated.insert(body[2..].split('"').next().unwrap().to_owned());
    }
    assert_eq!(repeated.into_iter().collect::<Vec<_>>(), ["continueFrom", "data", "hasMore"]);
}

#[tokio::test]
async fn a_page_whose_data_is_null_loses_no_record() {
    let caller = Direct::start(tiny()).await;
    let page = struck(&caller, FaultKind::NullData, "jpm:export/jobs").await.json;
    assert_eq!((&page["data"], &page["hasMore"]), (&Value::Null, &json!(true)));
    let token = page["continueFrom"].as_str().unwrap();
    assert_eq!(ids(&caller.get(&format!("jpm:export/jobs?from={token}")).await.json).len(), 20);
    let empty = struck(&caller, FaultKind::NullData, "jpm:jobs?ids=5").await.json;
    let full = struck(&caller, FaultKind::NullData, "jpm:jobs").await.json;
    assert_eq!((&empty["data"], records(&full).is_empty()), (&Value::Null, false));
}

#[tokio::test]
async fn the_numbers_of_an_envelope_may_be_words() {
    let caller = Direct::start(tiny()).await;
    let plain = caller.get("jpm:jobs").await.json;
    let page = struck(&caller, FaultKind::UnreadableCounts, "jpm:jobs").await.json;
    assert!(page["pageSize"].is_string() && page["totalCount"].is_object());
    assert_eq!((&page["data"], &page["hasMore"]), (&plain["data"], &plain["hasMore"]));
}

#[tokio::test]
async fn a_page_may_not_say_where_to_continue_whether_or_not_there_is_more() {
    let caller = Direct::start(tiny()).await;
    let plain = caller.get("jpm:export/jobs").await.json;
    for (null, has_more) in [(false, false), (false, true), (true, false), (true, true)] {
        let kind = FaultKind::NoContinuation { null, has_more };
        let page = struck(&caller, kind, "jpm:export/jobs").await.json;
        assert_eq!(page.get("continueFrom"), null.then_some(&Value::Null));
        assert_eq!((&page["hasMore"], &page["data"]), (&json!(has_more), &plain["data"]));
    }
}

#[tokio::test]
async fn a_lookup_may_honor_the_first_id_only_or_leave_some_out_and_says_nothing() {
    let caller = Direct::start(SimulatorConfig { jobs: 60, memberships: 15, ..tiny() }).await;
    let world = caller.simulator.world();
    // Parents that have active children, so that the answer shows which of them was honored.
    let parents_of = |children: &str, field: &str| -> Vec<i64> {
        let children = world.records(children).into_iter().filter(|it| it["active"] == json!(true));
        let parents: BTreeSet<i64> = children.map(|it| it[field].as_i64().unwrap()).collect();
        parents.into_iter().take(4).collect()
    };
    let lookups = [
        ("jpm:jobs?ids", "jobs", "id"),
        ("crm:customers/contacts?customerIds", "customers/contacts", "customerId"),
        ("crm:locations/contacts?locationIds", "locations/contacts", "locationId"),
        ("dispatch:appointment-assignments?appointmentIds", "appointment-assignments", "appointmentId"),
        ("memberships:recurring-services?membershipIds", "recurring-services", "membershipId"),
    ];
    for (lookup, children, field) in lookups {
        let asked = parents_of(children, field);
        let path = format!("{lookup}={}", joined(&asked));
        let found = |page: &Value| -> BTreeSet<i64> {
            records(page).iter().map(|it| it[field].as_i64().unwrap()).collect()
        };
        let all = found(&caller.get(&path).await.json);
        let only =
            |kept: &[i64]| -> BTreeSet<i64> { all.iter().copied().filter(|id| kept.contains(id)).collect() };
        let first = struck(&caller, FaultKind::OnlyFirstId, &path).await;
        assert_eq!((first.status, found(&first.json)), (200, only(&asked[..1])), "{lookup}");
        let some = struck(&caller, FaultKind::IdsLeftOut, &path).await;
        assert_eq!((some.status, found(&some.json)), (200, only(&[asked[0], asked[2]])), "{lookup}");
        assert_eq!(all.len(), 4, "{lookup}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_may_trickle_in_byte_by_byte() {
    let caller = Direct::start(tiny()).await;
    let plain = caller.get("jpm:jobs?pageSize=1").await.whole.into_body();
    let began = Instant::now();
    let kind = FaultKind::Trickle { every: Duration::from_secs(1) };
    let slow = struck(&caller, kind, "jpm:jobs?pageSize=1").await.whole.into_body();
    assert_eq!((&slow, began.elapsed().as_secs()), (&plain, plain.len() as u64));
}

#[tokio::test]
async fn the_token_endpoint_may_answer_in_html_or_with_an_error_or_ask_to_wait() {
    for (kind, status) in [
        (FaultKind::HtmlInsteadOfJson, 200),
        (FaultKind::Status(500), 500),
        (FaultKind::TooManyRequests { retry_after: None }, 429),
    ] {
        let mut caller = Direct::start(tiny()).await;
        caller.simulator.world().revoke_tokens();
        let fault = Fault::once(Server::ServiceTitan, kind).on_path("/connect/token");
        caller.simulator.inject(fault);
        caller.renew_token().await;
        assert_eq!(caller.get("jpm:jobs").await.status, 401);
        let answered = &caller.simulator.stats().servicetitan;
        assert_eq!(answered[&("POST /connect/token".to_owned(), status)], if status == 200 { 2 } else { 1 });
        caller.renew_token().await;
        assert_eq!(caller.get("jpm:jobs").await.status, 200);
    }
}

#[tokio::test]
async fn hatch_may_refuse_one_field_and_takes_the_body_without_it() {
    let caller = Direct::start(tiny()).await;
    let job = caller.simulator.world().ids("jobs")[0];
    let body = |phone: Value| json!({ "externalID": job.to_string(), "phoneNumber": phone, "email": "ann@home.example" });
    let fault = || Fault::once(Server::Hatch, FaultKind::FieldRejected { field: "phoneNumber" });
    caller.simulator.inject(fault());
    let refused = caller.upsert(0, body(json!("6145550100"))).await.unwrap();
    let pointer = &refused.json["errors"][0]["source"]["pointer"];
    assert_eq!((refused.status, pointer), (422, &json!("/data/attributes/phoneNumber")));
    caller.simulator.inject(fault());
    assert_eq!(caller.upsert(0, body(Value::Null)).await.unwrap().status, 200);
    // Hatch still lacks the number, so that the job has to come again.
    assert_eq!(caller.simulator.world().mend().len(), 1);
    assert_eq!(caller.upsert(0, body(json!("6145550100"))).await.unwrap().status, 200);
    assert!(caller.simulator.world().mend().is_empty());
}

#[tokio::test]
async fn hatch_points_at_an_email_that_is_no_address_by_its_own_rules() {
    let caller = Direct::start(tiny()).await;
    for email in ["john@x.example; mary@x.example", "N/A", "none", "@"] {
        let refused = caller.upsert(0, json!({ "phoneNumber": "6145550100", "email": email })).await.unwrap();
        let pointers: Vec<&Value> =
            refused.json["errors"].as_array().unwrap().iter().map(|it| &it["source"]["pointer"]).collect();
        assert_eq!((refused.status, pointers), (422, vec![&json!("/data/attributes/email")]), "{email}");
    }
}

#[tokio::test]
async fn under_every_oddity_at_once_no_feed_loses_a_record_that_is_mended_at_the_end() {
    let mut kinds = BTreeSet::new();
    for seed in 0..25 {
        let mut caller = Direct::start(SimulatorConfig { export_page_size: 3, ..tiny() }).await;
        let mut plan = FaultPlan::none().with_readable_oddities().with_costly_oddities();
        (plan.seed, plan.per_thousand) = (seed, 500);
        caller.simulator.plan_faults(plan);
        let mut seen: BTreeSet<i64> = caller.drain("jpm:export/jobs").await.into_iter().collect();
        kinds.extend(caller.simulator.stats().faults.into_keys());
        caller.simulator.clear_faults();
        caller.simulator.world().mend();
        seen.extend(caller.drain("jpm:export/jobs").await);
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), caller.simulator.world().ids("jobs"));
    }
    assert!(kinds.len() > 25, "{kinds:?}");
}

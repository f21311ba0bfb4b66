//! Exports that hold back their newest changes.

#![allow(clippy::expect_used, reason = "a test that cannot ask has failed")]

mod direct;

use chrono::Duration;
use direct::{Direct, tiny};
use serde_json::{Value, json};
use simulator::SimulatorConfig;

/// IDs of a page of the jobs' feed, with its token.
async fn page(caller: &Direct, from: &str, recent: bool) -> (Vec<i64>, String) {
    let page = caller.get(&format!("jpm:export/jobs?from={from}&includeRecentChanges={recent}")).await.json;
    assert_eq!(page["hasMore"], json!(false));
    let ids = page["data"].as_array().expect("data").iter().filter_map(|it| it["id"].as_i64()).collect();
    (ids, page["continueFrom"].as_str().expect("a token").to_owned())
}

async fn start(hold_back: i64) -> Direct {
    Direct::start(SimulatorConfig { hold_back: Duration::minutes(hold_back), ..tiny() }).await
}

fn change(caller: &Direct, index: usize) -> i64 {
    let world = caller.simulator.world();
    let job = world.ids("jobs")[index];
    world.set("jobs", job, json!({ "summary": "new" })).expect("a change");
    job
}

#[tokio::test]
async fn a_change_is_held_back_for_minutes_and_shown_at_once_to_whoever_asks() {
    let caller = start(10).await;
    let (_, head) = page(&caller, "", false).await;
    let job = change(&caller, 0);
    assert_eq!(page(&caller, &head, false).await, (vec![], head.clone()));
    assert_eq!(page(&caller, &head, true).await.0, [job]);
    caller.simulator.world().advance(Duration::minutes(9));
    assert_eq!(page(&caller, &head, false).await.0, Vec::<i64>::new());
    caller.simulator.world().advance(Duration::minutes(1));
    assert_eq!(page(&caller, &head, false).await.0, [job]);
}

#[tokio::test]
async fn a_recent_change_comes_again_until_it_is_old_enough() {
    let mut caller = start(10).await;
    let (_, head) = page(&caller, "", true).await;
    let (first, second) = (change(&caller, 0), change(&caller, 1));
    let (ids, token) = page(&caller, &head, true).await;
    assert_eq!(ids, [first, second]);
    caller.simulator.world().advance(Duration::minutes(5));
    let third = change(&caller, 2);
    let (ids, token) = page(&caller, &token, true).await;
    assert_eq!(ids, [first, second, third]);
    caller.simulator.world().advance(Duration::minutes(6));
    caller.renew_token().await;
    let (ids, token) = page(&caller, &token, true).await;
    assert_eq!(ids, [first, second, third], "the first two are old enough now, and come for the last time");
    assert_eq!(page(&caller, &token, true).await.0, [third]);
    caller.simulator.world().advance(Duration::minutes(20));
    caller.renew_token().await;
    let (ids, token) = page(&caller, &token, false).await;
    assert_eq!((ids, page(&caller, &token, true).await.0), (vec![third], vec![]));
}

#[tokio::test]
async fn pages_of_recent_changes_lead_on_to_the_head_before_they_come_again() {
    let config = SimulatorConfig { hold_back: Duration::minutes(10), export_page_size: 2, ..tiny() };
    let mut caller = Direct::start(config).await;
    let settled = caller.drain("jpm:export/jobs").await.len();
    let changed: Vec<i64> = (0..7).map(|index| change(&caller, index)).collect();
    let (mut ids, mut from) = (Vec::new(), String::new());
    loop {
        let path = format!("jpm:export/jobs?from={from}&includeRecentChanges=true");
        let page: Value = caller.get(&path).await.json;
        ids.extend(page["data"].as_array().expect("data").iter().filter_map(|it| it["id"].as_i64()));
        page["continueFrom"].as_str().expect("a token").clone_into(&mut from);
        if page["hasMore"] == json!(false) {
            break;
        }
    }
    assert_eq!((ids.len(), &ids[settled - 7..]), (settled, changed.as_slice()));
    let again = caller.get(&format!("jpm:export/jobs?from={from}&includeRecentChanges=true")).await.json;
    assert_eq!((&again["data"][0]["id"], &again["hasMore"]), (&json!(changed[0]), &json!(true)));
}

#[tokio::test]
async fn without_a_hold_back_nothing_is_held_and_nothing_comes_again() {
    let caller = start(0).await;
    let (_, head) = page(&caller, "", true).await;
    let job = change(&caller, 0);
    let (ids, token) = page(&caller, &head, true).await;
    assert_eq!((ids, page(&caller, &token, true).await.0), (vec![job], vec![]));
}

#[tokio::test]
async fn unless_told_otherwise_an_export_holds_changes_back_as_servicetitan_does() {
    let hold_back = SimulatorConfig::default().hold_back;
    assert!(hold_back >= Duration::minutes(5) && hold_back <= Duration::minutes(10), "{hold_back}");
    let caller = Direct::start(SimulatorConfig { hold_back, ..tiny() }).await;
    let (_, head) = page(&caller, "", false).await;
    let job = change(&caller, 0);
    assert_eq!(page(&caller, &head, false).await.0, Vec::<i64>::new());
    assert_eq!(page(&caller, &head, true).await.0, [job]);
}

//! Who is let in, and what the refusals look like.

mod caller;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use caller::{Caller, ask_token, config};
use chrono::Duration;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use simulator::SimulatorConfig;

#[tokio::test]
async fn a_token_names_its_tenant_and_scopes_and_lives_for_900_seconds() {
    let caller = Caller::start(config()).await;
    let credentials = caller.simulator.credentials();
    let secret = credentials.client_secret.expose_secret();
    let answer = ask_token(&caller.simulator, &caller.http, &credentials.client_id, secret).await;
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body["expires_in"], &body["token_type"]), (&json!(900), &json!("Bearer")));
    let claims = body["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["tenant"], json!(credentials.tenant.to_string()));
    let listed: Vec<&str> =
        claims["scope"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(listed.contains(&"tn.jpm.jobs:w"));
    assert_eq!(body["scope"], json!(listed.join(" ")));
}

#[tokio::test]
async fn a_wrong_secret_is_an_invalid_client() {
    let caller = Caller::start(config()).await;
    let id = caller.simulator.credentials().client_id;
    let answer = ask_token(&caller.simulator, &caller.http, &id, "wrong").await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "error": "invalid_client" }));
}

#[tokio::test]
async fn a_call_needs_the_token_and_the_app_key() {
    let caller = Caller::start(config()).await;
    let url = caller.url("jpm:jobs");
    let without_key = caller.http.get(&url).bearer_auth(&caller.token).send().await.unwrap();
    let wrong_key =
        caller.http.get(&url).bearer_auth(&caller.token).header("ST-App-Key", "ak1.no").send().await.unwrap();
    let key = caller.simulator.credentials().app_key;
    let without_token = caller.http.get(&url).header("ST-App-Key", key.expose_secret()).send().await.unwrap();
    for answer in [without_key, wrong_key, without_token] {
        assert_eq!(answer.status(), 401);
        let problem: Value = answer.json().await.unwrap();
        assert!(problem["traceId"].as_str().is_some_and(|id| !id.is_empty()));
    }
}

#[tokio::test]
async fn a_token_ends_by_the_worlds_clock() {
    let caller = Caller::start(config()).await;
    caller.simulator.world().advance(Duration::seconds(899));
    assert_eq!(caller.status("jpm:jobs").await, 200);
    caller.simulator.world().advance(Duration::seconds(1));
    assert_eq!(caller.status("jpm:jobs").await, 401);
}

#[tokio::test]
async fn a_revoked_token_is_refused() {
    let caller = Caller::start(config()).await;
    caller.simulator.world().revoke_tokens();
    assert_eq!(caller.status("jpm:jobs").await, 401);
}

#[tokio::test]
async fn another_tenant_is_forbidden() {
    let caller = Caller::start(config()).await;
    let url = format!("{}/jpm/v2/tenant/99/jobs", caller.simulator.servicetitan_url());
    assert_eq!(caller.signed(caller.http.get(url)).send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_withheld_scope_closes_its_resource_and_no_other() {
    let withheld_scopes = vec!["tn.crm.customers:r".to_owned()];
    let caller = Caller::start(SimulatorConfig { withheld_scopes, ..config() }).await;
    let answer = caller.get("crm:export/customers/contacts").await;
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.json::<Value>().await.unwrap()["title"], json!("Scope validation failed"));
    assert_eq!(caller.status("crm:locations").await, 200);
}

#[tokio::test]
async fn a_path_that_the_gateway_does_not_know_says_nothing_about_a_record() {
    let caller = Caller::start(config()).await;
    for path in ["jpm:jabs", "crm:jobs", "jpm:export/job-types", "settings:tag-types/5", "jpm:jobs/five"] {
        let answer = caller.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        let title = answer.json::<Value>().await.unwrap()["title"].clone();
        assert!(
            title.as_str().unwrap().starts_with("Unable to match incoming request to an operation"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_missing_record_is_named_in_its_404() {
    let caller = Caller::start(config()).await;
    let answer = caller.get("jpm:jobs/5").await;
    assert_eq!(answer.status(), 404);
    let problem: Value = answer.json().await.unwrap();
    assert!(problem["title"].as_str().unwrap().contains("Id=5"));
}

#[tokio::test]
async fn every_answer_is_dated_by_the_worlds_clock() {
    let caller = Caller::start(config()).await;
    for path in ["jpm:jobs", "jpm:nothing"] {
        assert_eq!(caller.get(path).await.headers()["date"], "Mon, 21 Sep 2026 14:13:20 GMT");
    }
    let upsert = caller.upsert(0, json!({})).await;
    assert_eq!(upsert.headers()["date"], "Mon, 21 Sep 2026 14:13:20 GMT");
}

#[tokio::test]
async fn a_rate_limit_answers_429_with_retry_after() {
    let caller = Caller::start(SimulatorConfig { servicetitan_rate_limit: Some(0), ..config() }).await;
    let answer = caller.get("jpm:jobs").await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"1".parse().unwrap()));
}

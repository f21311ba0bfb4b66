//! Rules of the access token, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use ::http::Method;
use futures::future::join_all;
use serde_json::Value;

use crate::error::{Error, TransportKind};
use crate::http::ServiceTitan;
use crate::http::scripted::{Script, builder, client, token_for};
use crate::ids::TenantId;
use crate::scopes::Scope;

async fn read(client: &ServiceTitan) -> Result<Value, Error> {
    client.request(Method::GET, "jpm/v2/tenant/{tenant}/jobs").send_json().await
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_token_request() {
    let mut script = Script::new().token(200, &token_for(7, 900, 1));
    script.latency = Duration::from_millis(300);
    let script = Arc::new(script);
    let client = client(&script);
    let scopes = join_all((0..1000).map(|_| client.granted_scopes())).await;
    assert!(scopes.iter().all(|scopes| scopes.as_ref().is_ok_and(|scopes| scopes.len() == 2)));
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_refusal() {
    let mut script = Script::new().token(400, r#"{"error":"invalid_client"}"#);
    script.latency = Duration::from_millis(300);
    let script = Arc::new(script);
    let client = client(&script);
    let refused = join_all((0..1000).map(|_| client.granted_scopes())).await;
    assert!(refused.iter().all(|result| matches!(result, Err(Error::Auth { .. }))));
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn callers_who_give_up_do_not_take_the_token_from_the_others() {
    let mut script = Script::new().token(200, &token_for(7, 900, 1)).token(200, &token_for(7, 900, 2));
    script.latency = Duration::from_secs(2);
    let script = Arc::new(script);
    let client = client(&script);
    let impatient = tokio::time::timeout(Duration::from_secs(1), client.granted_scopes());
    let (impatient, patient) = tokio::join!(impatient, client.granted_scopes());
    assert!(impatient.is_err());
    patient.unwrap();
    assert_eq!(script.sent().len(), 1);

    // When all give up, the next caller starts anew.
    tokio::time::sleep(Duration::from_secs(890)).await;
    assert!(tokio::time::timeout(Duration::from_secs(1), client.granted_scopes()).await.is_err());
    let script_without_more = script;
    assert_eq!(script_without_more.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_kept_until_shortly_before_it_expires() {
    let script = Arc::new(
        Script::new()
            .token(200, &token_for(7, 900, 1))
            .api(200, "1")
            .api(200, "2")
            .token(200, &token_for(7, 900, 2))
            .api(200, "3"),
    );
    let client = client(&script);
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(835)).await;
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    read(&client).await.unwrap();
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_renewed_serves_until_it_expires() {
    let mut script = Script::new().token(200, &token_for(7, 900, 1)).api(200, "1").api(200, "2");
    for _ in 0..200 {
        script = script.token(503, "<html>");
    }
    let script = Arc::new(script);
    let client = client(&script);
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(845)).await;
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(read(&client).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_a_renewal_while_the_present_token_is_good() {
    let mut script = Script::new().token(200, &token_for(7, 900, 1)).api(200, "1").api(200, "2");
    script = script.token_fails(TransportKind::Timeout);
    // As long as the transport waits for an answer.
    script.latency = Duration::from_secs(110);
    let script = Arc::new(script);
    let client = client(&script).with_deadline(Duration::from_secs(1000));
    read(&client).await.unwrap();
    let first = script.sent()[0].at;
    tokio::time::sleep_until(first + Duration::from_secs(850)).await;
    let asked = tokio::time::Instant::now();
    read(&client).await.unwrap();
    let sent = script.sent();
    assert_eq!(sent.len(), 4);
    assert!(sent[3].at - asked < Duration::from_secs(10), "{:?}", sent[3].at - asked);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_no_longer_taken_is_replaced_by_one_with_a_shorter_life() {
    let script = Script::new().token(200, &token_for(7, 900, 1)).token(200, &token_for(7, 300, 2));
    let script = Arc::new(script.api(401, "").api(200, "1").api(200, "2"));
    let client = client(&script);
    read(&client).await.unwrap();
    read(&client).await.unwrap();
    script.assert_used_up();
    let sent = script.sent();
    assert_eq!(sent[3].bearer, sent[4].bearer);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expired_while_a_call_waited_for_its_turn_is_not_sent() {
    let other_tenant = token_for(8, 900, 1);
    let script = Script::new().token(200, &token_for(7, 100, 1)).api(200, "1");
    let script = script.token(200, &other_tenant).api_with_header(429, "retry-after", "110");
    let script = script.token(200, &token_for(7, 100, 2)).api(200, "2");
    let script = Arc::new(script);
    let client = client(&script);
    read(&client).await.unwrap();
    let other = client.for_tenant(TenantId(8), "cid.8", "cs1.8").unwrap();
    read(&other.without_retries()).await.unwrap_err();
    // The pause is on, and lasts longer than the token that is at hand.
    read(&client).await.unwrap();
    script.assert_used_up();
    let sent = script.sent();
    assert_ne!(sent[1].bearer, sent[5].bearer);
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_asks_for_no_pause_is_not_asked_without_one() {
    for pause in ["0", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let mut script = Script::new();
        for _ in 0..1000 {
            script = script.token_with_headers(
                429,
                &[("retry-after", pause), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")],
            );
        }
        let script = Arc::new(script);
        let error = read(&client(&script)).await.unwrap_err();
        assert!(matches!(error, Error::RateLimited { .. }), "{error}");
        assert!(error.attempts() < 60, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_asks_for_a_long_pause_gets_it_whoever_calls() {
    let script = Script::new().token_with_headers(429, &[("retry-after", "300")]);
    let script = Arc::new(script.token(200, &token_for(7, 900, 1)).api(200, "1"));
    let client = client(&script);
    read(&client).await.unwrap_err();
    for _ in 0..100 {
        let error = read(&client).await.unwrap_err();
        assert!(matches!(error, Error::RateLimited { retry_after: Some(_), .. }), "{error}");
        assert!(error.is_temporary() && error.attempts() == 0, "{error}");
    }
    assert_eq!(script.sent().len(), 1);
    tokio::time::sleep(Duration::from_secs(280)).await;
    read(&client).await.unwrap();
    script.assert_used_up();
    let sent = script.sent();
    assert!(sent[1].at - sent[0].at >= Duration::from_secs(300), "{:?}", sent[1].at - sent[0].at);
}

#[tokio::test(start_paused = true)]
async fn an_odd_lifetime_of_a_token_is_taken_for_the_usual_one() {
    for lifetime in ["null", "\"900\"", "\"soon\"", "-1", "0", "1e300", "[]"] {
        let token =
            format!(r#"{{"access_token":"opaque","expires_in":{lifetime},"scope":["tn.jpm.jobs:r"]}}"#);
        let script = Arc::new(Script::new().token(200, &token).api(200, "1").api(200, "2"));
        let client = client(&script);
        read(&client).await.unwrap();
        tokio::time::sleep(Duration::from_secs(800)).await;
        read(&client).await.unwrap();
        assert_eq!(
            client.granted_scopes().await.unwrap(),
            [Scope::from_static("tn.jpm.jobs:r")],
            "{lifetime}"
        );
        script.assert_used_up();
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_tells_no_scopes_lacks_none() {
    let script =
        Arc::new(Script::new().token(200, r#"{"access_token":"opaque","expires_in":900}"#).api(200, "{}"));
    let client = client(&script);
    let jobs = Scope::from_static("tn.jpm.jobs:r");
    assert!(client.missing_scopes(&[jobs]).await.unwrap().is_empty());
    let report = client.check().await.unwrap().to_string();
    assert!(report.contains("does not tell which scopes"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_no_longer_taken_is_renewed_once_and_then_the_credentials_are_at_fault() {
    let script = Arc::new(
        Script::new()
            .token(200, &token_for(7, 900, 1))
            .api(401, "")
            .token(200, &token_for(7, 900, 2))
            .api(401, ""),
    );
    let error = read(&client(&script)).await.unwrap_err();
    assert!(matches!(error, Error::Auth { .. }));
    assert!(error.to_string().contains("app key"), "{error}");
    script.assert_used_up();
    let sent = script.sent();
    assert_ne!(sent[1].bearer, sent[3].bearer);
}

#[tokio::test(start_paused = true)]
async fn many_calls_that_meet_a_revoked_token_renew_it_once() {
    let mut script = Script::new().token(200, &token_for(7, 900, 1)).token(200, &token_for(7, 900, 2));
    for _ in 0..20 {
        script = script.api(401, "");
    }
    for _ in 0..20 {
        script = script.api(200, "1");
    }
    script.latency = Duration::from_secs(3);
    let script = Arc::new(script);
    let client = client(&script);
    for result in join_all((0..20).map(|_| read(&client))).await {
        result.unwrap();
    }
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_is_told_with_what_to_do_and_without_the_secret() {
    let script = Arc::new(Script::new().token(400, r#"{"error":"invalid_client"}"#));
    let error = read(&client(&script)).await.unwrap_err();
    let text = format!("{error} {error:?}");
    for needed in ["client ID", "secret", "environment"] {
        assert!(text.contains(needed), "{text}");
    }
    assert!(!text.contains("very-secret"), "{text}");
    assert!(!error.is_temporary());
    script.assert_used_up();
}

#[test]
fn white_space_in_a_pasted_key_is_told_when_the_client_is_built() {
    for secret in ["cs1.x\n", " cs1.x", "cs1.\tx", ""] {
        let error = builder().credentials("cid.id", secret).build().unwrap_err().to_string();
        assert!(error.contains("client secret"), "{error}");
        assert!(!error.contains("cs1"), "{error}");
    }
    assert!(builder().app_key("ak1 x").build().unwrap_err().to_string().contains("app key"));
    assert!(builder().credentials("cid ", "cs1").build().unwrap_err().to_string().contains("client ID"));
}

#[test]
fn secrets_are_in_no_debug_output() {
    let script = Arc::new(Script::new());
    let text = format!("{:?} {:?}", builder(), client(&script));
    assert!(!text.contains("very-secret") && !text.contains("ak1.key"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_token_of_another_tenant_is_told_before_the_first_call() {
    let script = Arc::new(Script::new().token(200, &token_for(8, 900, 1)));
    let client = builder().tenant(TenantId(9)).transport(script.clone()).build().unwrap();
    let error = read(&client).await.unwrap_err();
    assert!(error.to_string().contains("tenant 8") && error.to_string().contains("tenant 9"), "{error}");
    assert_eq!(error.attempts(), 0);
    assert!(matches!(client.check().await, Err(Error::Auth { .. })));
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn the_token_endpoint_is_asked_again_when_it_is_busy_or_down() {
    let script = Arc::new(
        Script::new()
            .token(503, "<html>")
            .token(429, "")
            .token_fails(TransportKind::Timeout)
            .token(200, &token_for(7, 900, 1))
            .api(200, "1"),
    );
    read(&client(&script)).await.unwrap();
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn scopes_of_the_answer_and_of_the_token_count_and_the_missing_ones_are_told() {
    let script = Arc::new(Script::new().token(200, &token_for(7, 900, 1)));
    let client = client(&script);
    let jobs = Scope::from_static("tn.jpm.jobs:r");
    let customers = Scope::from_static("tn.crm.customers:r");
    let notes = Scope::from_static("tn.jpm.jobs:w");
    assert_eq!(client.granted_scopes().await.unwrap(), [customers.clone(), jobs.clone()]);
    assert_eq!(client.missing_scopes(&[jobs, notes.clone(), customers]).await.unwrap(), [notes]);
}

#[tokio::test(start_paused = true)]
async fn a_check_tries_the_app_key_on_a_list_that_the_app_may_read() {
    let script = Arc::new(Script::new().token(200, &token_for(7, 900, 1)).api_with_header(
        200,
        "date",
        "Tue, 24 Nov 2026 01:54:56 GMT",
    ));
    let report = client(&script).check().await.unwrap();
    assert!(report.app_key_confirmed);
    assert_eq!(report.server_time.unwrap().to_rfc3339(), "2026-11-24T01:54:56+00:00");
    assert!(script.sent()[1].uri.contains("/jobs?page=1&pageSize=1"), "{}", script.sent()[1].uri);
    let text = report.to_string();
    assert!(text.contains("Job Planning and Management > Jobs, read"), "{text}");
    assert!(text.contains("Tenant 7"), "{text}");
}

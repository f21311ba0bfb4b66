//! Rules of retrying, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use ::http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::ServiceTitan;
use crate::error::{Error, TransportKind};
use crate::http::scripted::{Script, builder, client, token_for};

async fn read(client: &ServiceTitan) -> Result<Value, Error> {
    client.request(Method::GET, "jpm/v2/tenant/{tenant}/jobs").send_json().await
}

async fn write(client: &ServiceTitan) -> Result<Value, Error> {
    let request = client.request(Method::POST, "jpm/v2/tenant/{tenant}/jobs/1/notes");
    request.json(&json!({ "text": "hello" })).send_json().await
}

fn script() -> Script {
    Script::new().token(200, &token_for(7, 900, 1))
}

#[tokio::test(start_paused = true)]
async fn a_read_is_repeated_after_failures_timeouts_and_answers_that_are_no_json() {
    let script = Arc::new(
        script()
            .api(503, "<html>maintenance</html>")
            .api_fails(TransportKind::Timeout)
            .api_fails(TransportKind::Broken)
            .api(200, "<html>proxy</html>")
            .api(200, r#"{"data":["#)
            .api(200, r#"{"fine":true}"#),
    );
    let client = client(&script);
    assert_eq!(read(&client).await.unwrap(), json!({ "fine": true }));
    script.assert_used_up();
    assert_eq!(client.request_counts().of("jpm/v2/tenant/{tenant}/jobs"), 6);
    assert_eq!(client.request_counts().of("connect/token"), 1);
    assert_eq!(client.request_counts().total(), 7);
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_null_to_whoever_takes_it_and_else_is_asked_for_again() {
    let script = Arc::new(script().api(200, "").api(200, " ").api(200, "7"));
    let client = client(&script);
    assert_eq!(read(&client).await.unwrap(), Value::Null);
    let number: i64 = client.request(Method::GET, "x").send_json().await.unwrap();
    assert_eq!(number, 7);
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_write_is_not_repeated_when_it_may_have_been_carried_out() {
    let scripts = [
        script().api(500, ""),
        script().api(503, "<html>"),
        script().api_fails(TransportKind::Timeout),
        script().api_fails(TransportKind::Broken),
        script().api(200, "<html>"),
    ];
    for script in scripts.map(Arc::new) {
        let error = write(&client(&script)).await.unwrap_err();
        assert!(error.may_have_been_carried_out(), "{error}");
        assert_eq!(error.attempts(), 1);
        script.assert_used_up();
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_is_repeated_when_it_cannot_have_been_carried_out() {
    let script = Arc::new(
        script()
            .api_fails(TransportKind::Connect)
            .api_with_header(429, "retry-after", "1.5")
            .api(401, "")
            .token(200, &token_for(7, 900, 2))
            .api(200, r#"{"id":1}"#),
    );
    assert_eq!(write(&client(&script)).await.unwrap(), json!({ "id": 1 }));
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_write_for_which_there_is_no_token_was_not_carried_out() {
    for script in [Script::new().token(500, ""), Script::new().token_fails(TransportKind::Timeout)] {
        // The token endpoint stays like that for as long as it is asked.
        let mut script = script;
        for _ in 0..40 {
            script = script.token(503, "<html>");
        }
        let script = Arc::new(script);
        let error = write(&client(&script)).await.unwrap_err();
        assert!(error.is_temporary() && error.attempts() > 1, "{error}");
        assert!(!error.may_have_been_carried_out(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_refused_was_not_carried_out() {
    for status in [400, 403, 404, 409, 422] {
        let script = Arc::new(script().api(status, "{}"));
        let error = write(&client(&script)).await.unwrap_err();
        assert!(!error.may_have_been_carried_out(), "{error}");
        assert!(!error.is_temporary(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_pauses_the_whole_budget_for_as_long_as_it_asks() {
    let script = Arc::new(script().api_with_header(429, "retry-after", "2.5").api(200, "1").api(200, "2"));
    let client = client(&script);
    let started = Instant::now();
    let other = client.clone();
    let (first, second) = tokio::join!(read(&client), async {
        // Sent while the pause is on.
        tokio::time::sleep(Duration::from_millis(500)).await;
        read(&other).await
    });
    first.unwrap();
    second.unwrap();
    let sent = script.sent();
    let after_the_pause = |at: Instant| at - started >= Duration::from_millis(2500);
    assert!(sent[2..].iter().all(|request| after_the_pause(request.at)));
    assert_eq!(sent.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_429_that_asks_for_no_pause_pauses_the_budget_for_a_second_at_least() {
    let script = Arc::new(script().api(429, "").api(200, "1"));
    read(&client(&script)).await.unwrap();
    let sent = script.sent();
    assert!(sent[2].at - sent[1].at >= Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_429_that_asks_for_a_pause_of_nothing_is_none_that_asks_to_be_asked_at_once() {
    let mut script = script();
    for _ in 0..10_000 {
        script = script.api_with_header(429, "retry-after", "0");
    }
    let script = Arc::new(script);
    let error = read(&client(&script)).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    assert!(error.attempts() < 120, "{error}");
    let sent = script.sent();
    assert!(sent[1..].windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn half_a_surrogate_pair_is_no_broken_answer() {
    let script = Arc::new(script().api(200, r#"{"id":42,"createdById":7,"text":"cut \ud83d"}"#));
    let read = client(&script).request(Method::GET, "x").send_json::<Value>().await.unwrap();
    assert_eq!(read["text"], "cut \u{fffd}");
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_no_fields_name_stands_in_no_error() {
    let script = Arc::new(script().api(200, r#"{"rows":[{"jane@doe.example":"Jane"}]}"#));
    let request = client(&script).request(Method::GET, "x");
    type Counts = std::collections::BTreeMap<String, Vec<std::collections::BTreeMap<String, i64>>>;
    let error = request.send_json::<Counts>().await.unwrap_err();
    assert!(!error.to_string().contains("jane"), "{error}");
    assert!(error.to_string().contains("rows[0].…"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn ids_in_the_path_of_a_raw_request_make_no_paths_of_their_own() {
    let script = Arc::new(script().api(200, "1").api(200, "2").api(404, ""));
    let client = client(&script);
    for id in [41, 42] {
        let path = format!("crm/v2/tenant/{{tenant}}/customers/{id}/notes");
        client.request(Method::GET, path).send_json::<Value>().await.unwrap();
    }
    assert!(script.sent()[2].uri.ends_with("/tenant/7/customers/42/notes"), "{}", script.sent()[2].uri);
    assert_eq!(client.request_counts().of("crm/v2/tenant/{tenant}/customers/{id}/notes"), 2);
    let error = client.request(Method::GET, "jobs/43").send_json::<Value>().await.unwrap_err();
    assert_eq!(error.to_string(), "not found (GET jobs/{id})");
    let unfilled =
        client.request(Method::GET, "tenant/{tenant}/jobs/{id}").send_json::<Value>().await.unwrap_err();
    assert!(matches!(&unfilled, Error::Configuration { message } if message.contains("{id}")), "{unfilled}");
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn retries_end_within_the_deadline_and_the_error_tells_how_many_there_were() {
    let mut script = script();
    for _ in 0..200 {
        script = script.api(500, r#"{"traceId":"abc"}"#);
    }
    let script = Arc::new(script);
    let client = client(&script).with_deadline(Duration::from_secs(20));
    let started = Instant::now();
    let error = read(&client).await.unwrap_err();
    assert!(started.elapsed() <= Duration::from_secs(21), "{:?}", started.elapsed());
    assert!(error.attempts() > 2);
    assert_eq!(u64::from(error.attempts()), client.request_counts().total() - 1);
    assert!(error.is_temporary());
    assert_eq!(error.trace_id(), Some("abc"));
}

#[tokio::test(start_paused = true)]
async fn a_pause_longer_than_the_deadline_is_reported_at_once() {
    let script = Arc::new(script().api_with_header(429, "retry-after", "300"));
    let started = Instant::now();
    let error = read(&client(&script)).await.unwrap_err();
    assert!(
        matches!(error, Error::RateLimited { retry_after: Some(wait), .. } if wait == Duration::from_secs(300))
    );
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_meets_a_pause_longer_than_its_deadline_is_not_sent() {
    let script = Arc::new(script().api_with_header(429, "retry-after", "300").api(200, "1"));
    let client = client(&script);
    read(&client).await.unwrap_err();
    let error = write(&client.with_deadline(Duration::from_secs(10))).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { retry_after: Some(_), .. }), "{error}");
    assert_eq!(error.attempts(), 0);
    assert!(error.is_temporary() && !error.may_have_been_carried_out());
    // Whoever has the time waits.
    read(&client.with_deadline(Duration::from_secs(301))).await.unwrap();
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_read_that_was_refused_is_not_repeated() {
    for status in [400, 403, 404, 409, 422, 302] {
        let script = Arc::new(script().api(status, "{}"));
        assert_eq!(read(&client(&script)).await.unwrap_err().attempts(), 1);
        script.assert_used_up();
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_the_wrong_form_is_final_and_told_without_its_values() {
    let script = Arc::new(script().api(200, r#"{"name":"Jane Doe"}"#));
    let error = client(&script).request(Method::GET, "x").send_json::<Vec<i64>>().await.unwrap_err();
    assert!(matches!(&error, Error::Decode { .. }));
    assert!(!format!("{error} {error:?}").contains("Jane"), "{error}");
    assert_eq!(error.to_string(), "the answer does not fit: invalid type: map, expected a sequence (GET x)");
}

#[tokio::test(start_paused = true)]
async fn an_answer_above_the_bound_is_refused_whatever_the_transport() {
    let script = Arc::new(script().api(200, &format!("\"{}\"", "x".repeat(2000))));
    let client = builder().largest_answer(2000).transport(script.clone()).build().unwrap();
    let error = read(&client).await.unwrap_err();
    assert!(matches!(error, Error::Transport { kind: TransportKind::TooLarge, .. }), "{error}");
    assert_eq!(error.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_jitter_seed_makes_the_same_waits_again() {
    async fn sent_at(seed: u64) -> Vec<std::time::Duration> {
        let script = script().api(500, "").api(500, "").api(500, "").api(200, "1");
        let script = Arc::new(script);
        let client = builder().jitter_seed(seed).transport(script.clone()).build().unwrap();
        let started = Instant::now();
        read(&client).await.unwrap();
        script.sent().iter().map(|request| request.at - started).collect()
    }
    assert_eq!(sent_at(1).await, sent_at(1).await);
    assert_ne!(sent_at(1).await, sent_at(2).await);
}

#[tokio::test(start_paused = true)]
async fn a_raw_path_cannot_lead_out_of_the_api() {
    let script = Arc::new(Script::new());
    for path in [
        "",
        "/",
        "https://evil.example/x",
        "a/../../b",
        "a?b=c",
        "a#b",
        "\\\\evil",
        "a/%2e%2E/b",
        "a/.%2e/b",
        "a/.\t./b",
        "a/./b",
    ] {
        let error = client(&script).request(Method::GET, path).send_json::<Value>().await.unwrap_err();
        assert!(matches!(error, Error::Configuration { .. }), "{path}");
    }
    assert!(script.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_query_is_encoded_so_that_a_plus_arrives_as_one() {
    let script = Arc::new(script().api(200, "null"));
    let request = client(&script).request(Method::GET, "x/{tenant}").query("sort", "+ModifiedOn");
    request.send_json::<Value>().await.unwrap();
    assert_eq!(script.sent()[1].uri, "https://st.example/x/7?sort=%2BModifiedOn");
    assert_eq!(script.sent()[1].method, "GET");
}

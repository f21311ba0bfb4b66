//! Rules of deadlines, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use ::http::Method;
use futures::future::join_all;
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{PathValues, Query, ServiceTitan};
use crate::error::{Deadline, Error, Stage, TransportKind};
use crate::http::rows::{FEED, LIST, Row};
use crate::http::scripted::{Script, builder, client, token_for};
use crate::http::{ExportFrom, RequestLimits};

const FOUR_SECONDS: Duration = Duration::from_secs(4);
const AN_HOUR: Duration = Duration::from_secs(3600);

fn with_token() -> Script {
    Script::new().token(200, &token_for(7, 900, 1))
}

async fn read(client: &ServiceTitan) -> Result<Value, Error> {
    client.request(Method::GET, "jpm/v2/tenant/{tenant}/jobs").send_json().await
}

async fn write(client: &ServiceTitan) -> Result<Value, Error> {
    let request = client.request(Method::POST, "jpm/v2/tenant/{tenant}/jobs/1/notes");
    request.json(&json!({ "text": "hello" })).send_json().await
}

/// Asserts that the call was cut off after four seconds, in this part of it, and says so.
fn assert_cut_off(error: &Error, started: Instant, in_stage: Stage) {
    assert_eq!(started.elapsed(), FOUR_SECONDS, "{error}");
    assert!(
        matches!(error, Error::DeadlineExceeded { deadline: Deadline::Call(FOUR_SECONDS), stage, .. } if *stage == in_stage),
        "{error:?}"
    );
    let told = format!("the call's deadline of 4 s passed while waiting for {in_stage} (");
    assert!(error.to_string().starts_with(&told), "{error}");
    assert!(error.is_temporary());
    assert_eq!(error.deadline(), Some(Deadline::Call(FOUR_SECONDS)));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_in_is_cut_off_and_its_request_ends() {
    let script = Arc::new(with_token().api_after(AN_HOUR, 200, "1"));
    let started = Instant::now();
    let error = read(&client(&script).with_deadline(FOUR_SECONDS)).await.unwrap_err();
    assert_cut_off(&error, started, Stage::Answer);
    assert_eq!((error.attempts(), script.under_way()), (1, 0));
    assert!(error.to_string().ends_with("(GET jpm/v2/tenant/{tenant}/jobs)"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_before_the_cut_is_told_with_it() {
    let script = with_token().api_after(Duration::from_secs(3), 503, "<html>").api_after(AN_HOUR, 200, "1");
    let script = Arc::new(script);
    let client = builder().jitter_seed(1).transport(script.clone()).build().unwrap();
    let started = Instant::now();
    let error = read(&client.with_deadline(FOUR_SECONDS)).await.unwrap_err();
    assert_cut_off(&error, started, Stage::Answer);
    assert!(
        error.to_string().contains(". The attempt before: ServiceTitan failed with status 503"),
        "{error}"
    );
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn attempts_that_are_slow_and_fail_end_with_the_deadline_that_the_error_names() {
    for seconds in [1, 2, 3] {
        let mut script = with_token();
        for _ in 0..10 {
            script = script.api_after(Duration::from_secs(seconds), 500, "");
        }
        let started = Instant::now();
        let error = read(&client(&Arc::new(script)).with_deadline(FOUR_SECONDS)).await.unwrap_err();
        assert!(started.elapsed() <= FOUR_SECONDS, "{:?}", started.elapsed());
        assert_eq!(error.deadline(), Some(Deadline::Call(FOUR_SECONDS)));
        assert!(error.to_string().contains("the call's deadline of 4 s"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_answers_anything_else_than_a_token_holds_no_call_beyond_its_deadline() {
    type Ask = fn(Script) -> Script;
    let endpoints: [Ask; 5] = [
        |script| script.token(200, "<html>"),
        |script| script.token(500, ""),
        |script| script.token(429, ""),
        |script| script.token(429, r#"{"title":"Try again in 20 seconds"}"#),
        |script| script.token_fails(TransportKind::Broken),
    ];
    for ask in endpoints {
        let mut script = Script::new();
        for _ in 0..100 {
            script = ask(script);
        }
        let script = Arc::new(script);
        let started = Instant::now();
        let error = write(&client(&script).with_deadline(FOUR_SECONDS)).await.unwrap_err();
        assert_cut_off(&error, started, Stage::AccessToken);
        assert!(matches!(&error, Error::DeadlineExceeded { earlier: Some(_), .. }), "{error}");
        assert!(error.to_string().contains("POST connect/token"), "{error}");
        assert!(!error.may_have_been_carried_out() && error.attempts() == 0, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_trickles_in_holds_no_call_beyond_its_deadline() {
    let script = Arc::new(Script::new().token_after(AN_HOUR, 200, &token_for(7, 900, 1)));
    let started = Instant::now();
    let error = read(&client(&script).with_deadline(FOUR_SECONDS)).await.unwrap_err();
    assert_cut_off(&error, started, Stage::AccessToken);
    assert_eq!(script.under_way(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_new_token_after_a_refused_one_ends_with_the_call_too() {
    let script = with_token().api(401, "").token_after(AN_HOUR, 200, &token_for(7, 900, 2));
    let script = Arc::new(script);
    let started = Instant::now();
    let error = write(&client(&script).with_deadline(FOUR_SECONDS)).await.unwrap_err();
    assert_cut_off(&error, started, Stage::AccessToken);
    // ServiceTitan refused the one request that was sent.
    assert!(!error.may_have_been_carried_out() && error.attempts() == 1, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_shares_the_request_of_a_patient_one_for_a_token_keeps_its_own_deadline() {
    let script = Script::new().token_after(Duration::from_secs(50), 200, &token_for(7, 900, 1));
    let script = Arc::new(script.api(200, "1"));
    let client = client(&script);
    let started = Instant::now();
    let (patient, impatient) = tokio::join!(read(&client), async {
        let error = read(&client.with_deadline(FOUR_SECONDS)).await.unwrap_err();
        assert_cut_off(&error, started, Stage::AccessToken);
    });
    assert_eq!((patient.unwrap(), impatient), (json!(1), ()));
    assert_eq!(started.elapsed(), Duration::from_secs(50));
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_costs_no_call_its_deadline_while_the_present_token_is_good() {
    let script = with_token().api(200, "1").token_after(AN_HOUR, 200, &token_for(7, 900, 2));
    let script = Arc::new(script.api_after(Duration::from_secs(1), 200, "2"));
    let client = client(&script);
    read(&client).await.unwrap();
    tokio::time::sleep(Duration::from_secs(850)).await;
    assert_eq!(read(&client.with_deadline(FOUR_SECONDS)).await.unwrap(), json!(2));
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn requests_for_a_token_that_fail_for_long_name_the_tokens_own_deadline() {
    let mut script = Script::new();
    for _ in 0..100 {
        script = script.token(503, "<html>");
    }
    let error = read(&client(&Arc::new(script))).await.unwrap_err();
    assert!(matches!(error, Error::Server { status: 503, .. }), "{error}");
    assert_eq!(error.deadline(), Some(Deadline::Token(Duration::from_secs(30))));
    assert!(error.to_string().contains("the access token's deadline of 30 s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn standing_in_line_ends_with_the_call_and_nothing_is_sent() {
    let mut script = with_token();
    for _ in 0..10 {
        script = script.api(200, "1");
    }
    let script = Arc::new(script);
    let limits = RequestLimits::per_second(1);
    let client = builder().limits(limits).transport(script.clone()).build().unwrap();
    let client = client.with_deadline(FOUR_SECONDS);
    let started = Instant::now();
    let results = join_all((0..10).map(|_| async {
        let result = write(&client).await;
        if let Err(error) = &result {
            assert_cut_off(error, started, Stage::Turn);
            assert!(error.attempts() == 0 && !error.may_have_been_carried_out(), "{error}");
        }
        result.is_ok()
    }))
    .await;
    let done = results.iter().filter(|done| **done).count();
    assert_eq!(done, 4);
    assert_eq!(script.sent().len(), 1 + done);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_cut_off_while_it_is_under_way_may_have_been_carried_out() {
    let script = Arc::new(with_token().api_after(AN_HOUR, 200, "1"));
    let error = write(&client(&script).with_deadline(FOUR_SECONDS)).await.unwrap_err();
    assert!(error.may_have_been_carried_out(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_nothing_sends_nothing_and_one_beyond_all_bounds_is_none() {
    let script = Arc::new(with_token().api_after(Duration::from_secs(1_000), 200, "1"));
    let client = client(&script);
    let error = write(&client.with_deadline(Duration::ZERO)).await.unwrap_err();
    assert!(matches!(error, Error::DeadlineExceeded { .. }), "{error}");
    assert!(script.sent().iter().all(|request| request.uri.ends_with("/connect/token")));
    assert_eq!(read(&client.with_deadline(Duration::MAX)).await.unwrap(), json!(1));
}

#[tokio::test(start_paused = true)]
async fn without_retries_a_call_is_sent_once_and_waited_for() {
    let script = Arc::new(with_token().api_after(Duration::from_secs(60), 200, "1").api(503, ""));
    let client = client(&script).without_retries();
    assert_eq!(read(&client).await.unwrap(), json!(1));
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.attempts(), error.deadline()), (1, None));
    script.assert_used_up();
}

/// Polls a stream of pages to its error, and returns how long the page that failed was waited for.
async fn time_of_failure<T>(
    mut pages: impl futures::Stream<Item = Result<T, Error>> + Unpin,
) -> (usize, Duration, Error) {
    let mut read = 0;
    loop {
        let asked = Instant::now();
        match pages.next().await.unwrap() {
            Ok(_) => read += 1,
            Err(error) => return (read, asked.elapsed(), error),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_page_of_a_list_or_a_feed_is_bounded_read_ahead_or_not() {
    for ahead in [true, false] {
        let feed = with_token()
            .api(200, r#"{"hasMore":true,"continueFrom":"a","data":[{}]}"#)
            .api_after(AN_HOUR, 200, "");
        let list =
            with_token().api(200, r#"{"page":1,"hasMore":true,"data":[{}]}"#).api_after(AN_HOUR, 200, "");
        let lookup =
            with_token().api(200, r#"{"page":1,"hasMore":false,"data":[]}"#).api_after(AN_HOUR, 200, "");
        let [feed, list, lookup] = [feed, list, lookup].map(Arc::new);
        let of = |script| client(script).with_deadline(FOUR_SECONDS);
        let exported = of(&feed).export::<Row>(&FEED, ExportFrom::beginning()).prefetch(ahead);
        let listed = of(&list).list::<Row>(&LIST, PathValues::default(), Query::default());
        let ids: Vec<i64> = (1..=51).collect();
        let looked_up = of(&lookup).list_by::<Row, i64>(&LIST, "ids", &ids, Query::default());
        for (failed, position) in [
            (time_of_failure(exported).await, "from a"),
            (time_of_failure(listed.prefetch(ahead).pages()).await, "page 2"),
            (time_of_failure(looked_up.prefetch(ahead).pages()).await, "ID 51, page 1"),
        ] {
            let (pages, waited, error) = failed;
            assert_eq!((pages, waited), (1, FOUR_SECONDS), "{error}");
            let Error::DeadlineExceeded { call, .. } = &error else { panic!("{error}") };
            assert_eq!(call.position.as_deref(), Some(position));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_pages_that_were_read_ahead_lying_loses_no_time_by_it() {
    let mut script = with_token();
    for page in 1..=3 {
        let body = json!({ "page": page, "hasMore": page < 3, "data": [{}] });
        script = script.api_after(Duration::from_secs(1), 200, &body.to_string());
    }
    let script = Arc::new(script);
    let client = client(&script).with_deadline(FOUR_SECONDS);
    let mut pages = client.list::<Row>(&LIST, PathValues::default(), Query::default()).pages();
    let mut read = 0;
    while pages.try_next().await.unwrap().is_some() {
        read += 1;
        tokio::time::sleep(AN_HOUR).await;
    }
    assert_eq!(read, 3);
}

#[tokio::test(start_paused = true)]
async fn the_check_and_a_change_of_credentials_are_bounded_as_a_whole() {
    let hanging = || Arc::new(Script::new().token_after(AN_HOUR, 200, &token_for(7, 900, 1)));
    let started = Instant::now();
    let client_of = |script: &Arc<Script>| client(script).with_deadline(FOUR_SECONDS);
    let error = client_of(&hanging()).rotate_credentials("cid.new", "cs1.new").await.unwrap_err();
    assert_cut_off(&error, started, Stage::AccessToken);
    let started = Instant::now();
    let error = client_of(&hanging()).granted_scopes().await.unwrap_err();
    assert_cut_off(&error, started, Stage::AccessToken);
    let started = Instant::now();
    // The token knows no scopes, so every list is tried.
    let token = r#"{"access_token":"opaque"}"#;
    let mut script = Script::new().token_after(Duration::from_secs(1), 200, token);
    for _ in 0..4 {
        script = script.api_after(Duration::from_millis(1100), 403, r#"{"title":"Scope validation failed"}"#);
    }
    let error = client_of(&Arc::new(script)).check().await.unwrap_err();
    assert_cut_off(&error, started, Stage::Answer);
}

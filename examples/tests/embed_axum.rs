//! The web service that embeds the engine, tested over HTTP against its simulator.

mod example;
#[allow(dead_code, reason = "the service uses the rest")]
#[path = "../embed_axum/measured.rs"]
mod measured;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sync_core::{ConnectionStatus, FeedStatus, Resource, SyncReport};

/// The running service, which is killed if the test ends without stopping it.
struct Program {
    child: Child,
    ready: Value,
    http: Client,
    hatch: SigningKey,
}

impl Program {
    fn start() -> Program {
        Program::start_with(None)
    }

    /// Starts the service with a password for operators, or without one.
    fn start_with(password: Option<&str>) -> Program {
        let hatch = SigningKey::from_bytes(&[7; 32]);
        let mut child = Command::new(example::built("embed_axum"))
            .args(["--port", "0", "--jobs", "40"])
            .env("HATCH_WEBHOOK_PUBLIC_KEY", STANDARD.encode(hatch.verifying_key().as_bytes()))
            .env_remove("SERVICETITAN_APP_KEY")
            .env_remove("OPERATORS_PASSWORD")
            .envs(password.map(|password| ("OPERATORS_PASSWORD", password)))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a standard output");
        BufReader::new(stdout).read_line(&mut line).expect("a line when it is ready");
        Program {
            child,
            ready: serde_json::from_str(&line).expect("the line is JSON"),
            http: Client::new(),
            hatch,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.ready["url"].as_str().expect("the service's URL"))
    }

    async fn text(&self, path: &str) -> String {
        self.http.get(self.url(path)).send().await.expect("an answer").text().await.expect("a text")
    }

    async fn status(&self) -> Value {
        serde_json::from_str(&self.text("/status").await).expect("JSON")
    }

    /// Returns the value of a metric, or 0 if it has none yet.
    async fn metric(&self, name: &str) -> f64 {
        let text = self.text("/metrics").await;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().expect("a number"))
    }

    async fn simulator(&self, path: &str) -> Value {
        let url = self.ready["simulator"]["servicetitan"].as_str().expect("the simulator's URL");
        let url = format!("{url}/_sim/{path}");
        let request = if path.starts_with("mutate") { self.http.post(url) } else { self.http.get(url) };
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Returns the number of upserts that Hatch accepted, and the external ID of one opportunity.
    async fn upserts(&self) -> (u64, String) {
        let departments = self.simulator("hatch/contacts").await;
        let contacts = departments
            .as_object()
            .expect("departments")
            .values()
            .flat_map(|it| it.as_array().expect("a list"));
        let opportunities: Vec<&Value> =
            contacts.flat_map(|contact| contact["opportunities"].as_array().expect("a list")).collect();
        let count = opportunities.iter().map(|it| it["upserts"].as_u64().expect("a number")).sum();
        (
            count,
            opportunities
                .first()
                .map_or_else(String::new, |it| it["externalID"].as_str().expect("an ID").to_owned()),
        )
    }

    async fn notes_with(&self, words: &str) -> usize {
        let notes = self.simulator("notes").await;
        let texts = notes.as_array().expect("a list").iter().filter_map(|note| note["text"].as_str());
        texts.filter(|text| text.contains(words)).count()
    }

    async fn hatch_posts(&self, body: &Value) -> StatusCode {
        let body = body.to_string();
        let signature = STANDARD.encode(self.hatch.sign(body.as_bytes()).to_bytes());
        let request =
            self.http.post(self.url("/webhooks/hatch")).header("hatch-webhook-verification", signature);
        request.body(body).send().await.expect("an answer").status()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until the condition holds, without a limit of its own: the test runner limits the test's time.
async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    while !holds().await {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn message(id: &str, external_id: &str) -> Value {
    json!({ "id": id, "event": "message_received", "external_id": external_id, "at": "2026-03-01T12:00:00Z",
        "channel": "text", "contact": "Ada", "text": format!("Friday suits me ({id})") })
}

#[tokio::test]
async fn webhooks_of_both_systems_arrive_at_the_other_and_operators_see_it() {
    let mut program = Program::start();
    assert_eq!(program.text("/healthz").await, "ok");
    until(async || !program.status().await["last_run"]["report"].is_null()).await;
    let status = program.status().await;
    assert_eq!(status["integrations"]["jobs"]["waiting"], 0, "{status}");
    assert!(status["lag_seconds"]["jobs"].as_i64().is_some(), "{status}");
    assert_eq!(status["dead_letters"], json!([]));
    assert!(
        (program.metric("hatch_sync_runs_total{connection=\"embedded\",outcome=\"ok\"}").await - 1.0).abs()
            < 0.1
    );
    let (backfilled, external_id) = program.upserts().await;
    assert!(backfilled > 10, "{backfilled}");

    // A change in ServiceTitan arrives in Hatch, although the next run is 15 minutes away.
    until(async || {
        program.simulator("mutate?count=20").await;
        program.upserts().await.0 > backfilled
    })
    .await;
    until(async || {
        program.metric("hatch_sync_webhooks_total{connection=\"embedded\",from=\"servicetitan\",outcome=\"brought_forward\"}").await > 0.0
    })
    .await;
    assert!(
        (program.metric("hatch_sync_runs_total{connection=\"embedded\",outcome=\"ok\"}").await - 1.0).abs()
            < 0.1
    );

    // A message in Hatch becomes one note in ServiceTitan, also if its webhook is repeated.
    assert_eq!(program.hatch_posts(&message("e1", &external_id)).await, StatusCode::ACCEPTED);
    until(async || program.notes_with("Friday suits me (e1)").await > 0).await;
    assert_eq!(program.hatch_posts(&message("e1", &external_id)).await, StatusCode::OK);
    assert_eq!(program.hatch_posts(&message("e2", &external_id)).await, StatusCode::ACCEPTED);
    until(async || program.notes_with("Friday suits me (e2)").await > 0).await;
    assert_eq!(program.notes_with("Friday suits me (e1)").await, 1);

    // A webhook that is not valid is refused with a reason.
    assert_eq!(program.hatch_posts(&message("e3", "1")).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(program.hatch_posts(&json!({ "id": "e4" })).await, StatusCode::BAD_REQUEST);
    for path in ["/webhooks/hatch", "/webhooks/servicetitan"] {
        let unsigned = program.http.post(program.url(path)).body("{}").send().await.expect("an answer");
        assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED, "{path}");
    }

    // The service stops on request, with a successful exit code.
    let killed =
        Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    assert!(program.child.wait().expect("it ends").success());
}

#[tokio::test]
async fn operators_need_the_password_if_there_is_one_and_webhooks_do_not() {
    let program = Program::start_with(Some("correct horse battery"));
    let status = async |path: &str, password: Option<&str>| {
        let request = program.http.get(program.url(path));
        let request = match password {
            Some(password) => request.basic_auth("anybody", Some(password)),
            None => request,
        };
        request.send().await.expect("an answer").status()
    };
    for path in ["/operate", "/operate/json", "/operate/connections/embedded/search", "/status", "/metrics"] {
        assert_eq!(status(path, None).await, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(status(path, Some("correct horse batter")).await, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(status(path, Some("correct horse battery")).await, StatusCode::OK, "{path}");
    }
    assert_eq!(status("/healthz", None).await, StatusCode::OK);
}

#[tokio::test]
async fn without_a_password_the_operators_page_is_for_this_machine() {
    let program = Program::start();
    assert!(program.text("/operate").await.contains("No authentication is configured"));
    // As a site asks that has its name resolve to this machine.
    let request = program.http.get(program.url("/operate")).header("host", "example.com");
    assert_eq!(request.send().await.expect("an answer").status(), StatusCode::FORBIDDEN);

    for (password, words) in
        [(None, "listens on 0.0.0.0 only with a password"), (Some("short"), "is too short")]
    {
        let mut command = Command::new(example::built("embed_axum"));
        command.args(["--port", "0", "--listen", "0.0.0.0"]).env_remove("OPERATORS_PASSWORD");
        command.envs(password.map(|password| ("OPERATORS_PASSWORD", password)));
        let output = command.output().expect("the service runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(words), "{told}");
    }
}

#[test]
fn bad_fields_and_feeds_that_stand_still_are_metrics_without_values() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let paths = |fields| BTreeMap::from([("items[].total".to_owned(), fields)]);
    let report =
        SyncReport { bad_fields: BTreeMap::from([(Resource::Invoices, paths(3))]), ..SyncReport::default() };
    let now = "2026-06-01T12:00:00Z".parse().expect("a time");
    let standstill = json!({ "since": "2026-06-01T11:00:00Z", "request": "the feed of jobs from abc", "reason": "no JSON" });
    let mut feed = FeedStatus::default();
    feed.stands_still = serde_json::from_value(standstill).expect("a standstill");
    let mut status = ConnectionStatus::default();
    status.feeds = BTreeMap::from([(Resource::Jobs, feed), (Resource::Customers, FeedStatus::default())]);
    metrics::with_local_recorder(&recorder, || {
        measured::run(&Ok(report.clone()));
        measured::run(&Ok(report));
        measured::status(&status, now);
    });
    let text = recorder.handle().render();
    for line in [
        "hatch_sync_bad_fields_total{resource=\"invoices\",path=\"items[].total\"} 6",
        "hatch_sync_feed_standstill_seconds{feed=\"jobs\"} 3600",
        "hatch_sync_feed_standstill_seconds{feed=\"customers\"} 0",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} in\n{text}");
    }
}

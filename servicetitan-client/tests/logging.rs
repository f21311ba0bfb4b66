//! Log lines at the finest level, and error messages, contain neither secrets nor customers' data: both are planted wherever they
//! can occur.
//!
//! The log subscriber is global to the process, so this file has a single test.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failed test")]

use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::TryStreamExt as _;
use http::HeaderMap;
use serde_json::{Value, json};
use servicetitan_client::webhooks::{SIGNATURE_HEADER, WebhookVerifier};
use servicetitan_client::{
    CustomerFilter, CustomerId, Environment, Error, ExportFrom, JobId, Method, NewNote, RequestLimits,
    ServiceTitan, TenantId,
};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use wiremock::matchers::{body_string_contains, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SECRETS: [&str; 6] = [
    "ak1.planted-app-key",
    "cs1.planted-secret",
    "cs1.planted-successor",
    "planted-access-token",
    "planted-webhook-key-of-32-letters",
    "planted-redirect-token",
];

const CUSTOMERS: [&str; 9] = [
    "Jane",
    "Plantagenet",
    "555-0100",
    "5550100",
    "jane@planted.example",
    "planted.example",
    "leaky valve",
    "Elm Street",
    "Gate code",
];

/// Everything that was logged or printed.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Prints a result as a person would who looks for the cause of an error.
    fn print<T: Debug>(&mut self, result: &Result<T, Error>) {
        write!(self, "{result:?} {result:#?}").unwrap();
        if let Err(error) = result {
            write!(self, "{error}").unwrap();
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn customer() -> Value {
    json!({
        "id": 77, "name": "Jane Plantagenet", "email": "jane@planted.example", "phone": "555-0100", "memo": "leaky valve",
        "address": { "street": "Elm Street" }
    })
}

async fn answer(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

async fn server() -> MockServer {
    let server = MockServer::start().await;
    let token =
        json!({ "access_token": "planted-access-token", "expires_in": 900, "scope": "tn.crm.customers:r" });
    let refusal = json!({ "error": "invalid_client", "error_description": "cs1.planted-successor of Jane" });
    Mock::given(path("/connect/token"))
        .and(body_string_contains("planted-successor"))
        .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
        .mount(&server)
        .await;
    answer(&server, "/connect/token", ResponseTemplate::new(200).set_body_json(token)).await;
    let problem = |status: u16| {
        ResponseTemplate::new(status).set_body_json(json!({
            "title": "Customer Jane Plantagenet, jane@planted.example, is known as 'Jane' at 5550100",
            "detail": "Elm Street", "traceId": "00-trace", "data": customer(),
            "errors": { "Jane Plantagenet": ["Gate code 555-0100"], "phone": ["The value \"555-0100\" isn't valid"] }
        }))
    };
    for status in [400, 404, 409, 422, 429, 500] {
        answer(&server, &format!("/status/{status}"), problem(status)).await;
    }
    let page = |data: Value| json!({ "page": 1, "hasMore": false, "continueFrom": "next", "data": data });
    let unreadable = json!({ "id": 78, "createdOn": "Jane Plantagenet", "active": "555-0100" });
    answer(
        &server,
        "/crm/v2/tenant/7/customers",
        ResponseTemplate::new(200).set_body_json(page(json!([customer(), unreadable.clone()]))),
    )
    .await;
    answer(
        &server,
        "/crm/v2/tenant/7/export/customers",
        ResponseTemplate::new(200).set_body_json(page(json!([customer(), unreadable.clone()]))),
    )
    .await;
    answer(&server, "/crm/v2/tenant/7/customers/77", ResponseTemplate::new(200).set_body_json(unreadable))
        .await;
    answer(&server, "/html", ResponseTemplate::new(503).set_body_string("<html>Jane Plantagenet</html>"))
        .await;
    answer(&server, "/broken", ResponseTemplate::new(200).set_body_string(r#"{"name":"Jane Plantagenet""#))
        .await;
    let elsewhere = "https://planted.example/?token=planted-redirect-token";
    answer(&server, "/redirect", ResponseTemplate::new(302).insert_header("location", elsewhere)).await;
    Mock::given(method("POST"))
        .and(path("/jpm/v2/tenant/7/jobs/1/notes"))
        .respond_with(problem(400))
        .mount(&server)
        .await;
    server
}

fn client(url: &str) -> ServiceTitan {
    ServiceTitan::builder(Environment::custom(url, url).unwrap())
        .app_key("ak1.planted-app-key")
        .credentials("cid.1", "cs1.planted-secret")
        .tenant(TenantId(7))
        .limits(RequestLimits::per_second(10_000))
        .deadline(Duration::from_millis(600))
        .jitter_seed(1)
        .build()
        .unwrap()
}

fn received_webhooks(log: &mut Log) {
    let verifier = WebhookVerifier::new("planted-webhook-key-of-32-letters").unwrap();
    let lead = json!({ "lead": { "id": 1, "customerName": "Jane Plantagenet", "phone": "555-0100" } });
    for event_type in ["tn.crm.lead-created", "tn.crm.unknown"] {
        let body = json!({ "type": event_type, "userassignedid": "event-1", "data": lead }).to_string();
        let mut headers = HeaderMap::new();
        headers.insert(SIGNATURE_HEADER, verifier.sign(body.as_bytes()).parse().unwrap());
        let event = verifier.receive(&headers, body.as_bytes());
        let refused = verifier.receive(&headers, b"Jane Plantagenet");
        write!(log, "{event:?} {event:#?} {refused:?} {verifier:?}").unwrap();
    }
}

#[tokio::test]
async fn neither_a_secret_nor_a_customer_is_in_any_log_or_error_and_each_call_leaves_its_figures() {
    let mut log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        // The mock server logs the requests that it receives; its lines are left out.
        .with_env_filter(EnvFilter::new("trace,wiremock=off"))
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let server = server().await;
    let client = client(&server.uri());

    let filter = CustomerFilter { phone: Some("555-0100".to_owned()), ..CustomerFilter::default() };
    let customers: Result<Vec<_>, _> = client.customers().list(&filter).pages().try_collect().await;
    log.print(&customers);
    let each: Result<Vec<_>, _> = client.customers().list(&filter).records().try_collect().await;
    log.print(&each);
    let exported: Result<Vec<_>, _> = client.customers().export(ExportFrom::beginning()).try_collect().await;
    log.print(&exported);
    log.print(&client.customers().get(CustomerId(77)).await);
    log.print(&client.jobs().add_note(JobId(1), &NewNote::text("leaky valve at Jane's")).await);
    for at in
        ["status/400", "status/404", "status/409", "status/422", "status/500", "html", "broken", "redirect"]
    {
        let call =
            client.request(Method::GET, at).query("phone", "555-0100").query("name", "Jane Plantagenet");
        log.print(&call.send_json::<Value>().await);
        let call = client.request(Method::POST, at).json(&customer());
        log.print(&call.send_json::<Vec<i64>>().await);
    }
    log.print(&client.rotate_credentials("cid.1", "cs1.planted-successor").await);
    log.print(&client.rotate_app_key("ak1.planted-app-key\n").map(drop));
    log.print(&client.check().await);
    write!(
        log,
        "{client:?} {:?} {filter:?}",
        ServiceTitan::builder(Environment::Production).app_key("ak1.planted-app-key")
    )
    .unwrap();
    received_webhooks(&mut log);
    // This call comes last, since its answer pauses all later calls.
    log.print(&client.request(Method::GET, "status/429").send_json::<Value>().await);

    let text = log.text();
    for planted in SECRETS.iter().chain(&CUSTOMERS) {
        let at = text.find(planted).map(|at| &text[at.saturating_sub(300)..at + planted.len()]);
        assert_eq!(at, None, "{planted}");
    }
    // The log is not empty: the span of each call records its figures.
    let ended = |line: &&str| line.contains("servicetitan{") && line.contains(": close");
    let closed: Vec<_> = text.lines().filter(ended).collect();
    assert!(closed.len() > 20, "{text}");
    for line in closed {
        for figure in ["method=", "resource=", "attempts=", "status=", "duration_ms="] {
            assert!(line.contains(figure), "{figure} is missing: {line}");
        }
    }
    assert!(text.contains("resource=status/{id}") && text.contains("trying again"), "{text}");
}

//! Webhooks for changes, and posting them.

#![allow(clippy::unwrap_used, reason = "a test that has nothing to send has failed")]

mod direct;

use bytes::Bytes;
use direct::tiny;
use http::Request;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use simulator::{
    ChangeKind, CourierTrouble, SIGNATURE_HEADER, Server, Simulator, SimulatorConfig, WebhookDelivery,
    WebhookTarget,
};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn key() -> SecretString {
    SecretString::from("k".repeat(32))
}

fn delivery() -> WebhookDelivery {
    let world = Simulator::in_process(tiny()).world();
    let change = world.mutate_only(&[ChangeKind::JobChanged], 1, 1).remove(0);
    world.webhook(&change, &key()).unwrap()
}

#[test]
fn a_changed_job_is_told_with_its_new_content_and_a_changed_contact_is_not_told() {
    let world = Simulator::in_process(tiny()).world();
    let change = world.mutate_only(&[ChangeKind::JobChanged], 1, 1).remove(0);
    let event: Value = serde_json::from_slice(&world.webhook(&change, &key()).unwrap().body).unwrap();
    let job = world.record("jobs", change.id).unwrap();
    assert_eq!(event["data"]["job"]["modifiedOn"], job["modifiedOn"]);
    assert_eq!(event["data"]["job"]["tagTypeIds"], job["tagTypeIds"]);
    let contact = world.mutate_only(&[ChangeKind::PhoneCorrected], 1, 1).remove(0);
    assert_eq!(world.webhook(&contact, &key()), None);
}

#[tokio::test]
async fn a_webhook_is_posted_with_its_signature() {
    let host = MockServer::start().await;
    let delivery = delivery();
    Mock::given(method("POST"))
        .and(path("/webhooks/servicetitan"))
        .and(header(SIGNATURE_HEADER, delivery.signature.as_str()))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .mount(&host)
        .await;
    let url = format!("{}/webhooks/servicetitan", host.uri()).parse().unwrap();
    assert_eq!(delivery.post(&url).await.unwrap(), 204);
    assert_eq!(host.received_requests().await.unwrap()[0].body, delivery.body);
}

#[tokio::test]
async fn changes_that_a_control_request_makes_are_told_to_the_host() {
    let host = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&host).await;
    let url = host.uri().parse().unwrap();
    let webhooks = Some(WebhookTarget { url, trouble: CourierTrouble::NONE });
    let simulator = Simulator::in_process(SimulatorConfig { control_endpoints: true, webhooks, ..tiny() });
    let request = Request::post("/_sim/mutate?count=40&seed=2").body(Bytes::new()).unwrap();
    let answer = simulator.call(Server::ServiceTitan, &request).await.unwrap();
    let changes: Value = serde_json::from_slice(answer.body()).unwrap();
    let told = |change: &&Value| {
        ["jobs", "appointments", "invoices"].contains(&change["resource"].as_str().unwrap())
    };
    let told = changes["changes"].as_array().unwrap().iter().filter(told).count();
    assert!(told > 5, "{changes}");
    while host.received_requests().await.unwrap().len() < told {
        tokio::task::yield_now().await;
    }
    let key = simulator.credentials().webhook_key;
    for request in host.received_requests().await.unwrap() {
        let event: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(event["specversion"], "1.0");
        assert!(request.headers.contains_key(SIGNATURE_HEADER) && key.expose_secret().len() == 32);
    }
}

#[tokio::test]
async fn a_webhook_goes_to_http_only_and_fails_where_nobody_listens() {
    let post = async |url: &str| delivery().post(&url.parse().unwrap()).await;
    assert!(post("https://127.0.0.1/x").await.is_err());
    assert!(post("http://127.0.0.1:1/x").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_nobody_takes_is_tried_five_times_and_dropped() {
    let began = tokio::time::Instant::now();
    assert!(!delivery().deliver(&"http://127.0.0.1:1/x".parse().unwrap()).await);
    assert_eq!(began.elapsed().as_secs(), 10 + 30 + 60 + 300);
}

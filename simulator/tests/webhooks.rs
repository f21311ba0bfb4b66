//! Webhooks for changes, and posting them.

#![allow(clippy::unwrap_used, reason = "a test that has nothing to send has failed")]

mod direct;

use direct::tiny;
use secrecy::SecretString;
use serde_json::Value;
use simulator::{ChangeKind, SIGNATURE_HEADER, Simulator, WebhookDelivery};
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

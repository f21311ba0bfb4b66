//! Behaviour of the client towards Hatch, over real HTTP.

// A failed set-up is a failed test.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use hatch_client::{HatchClient, HatchClientBuilder};
use hatch_mapping::{BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, Opportunity, OpportunityModel};
use serde_json::{Value, json};
use servicetitan_client::{Customer, CustomerContact, Job};
use sync_core::{OpportunitySink, SinkError, Upserted};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "secret-key";
const PHONE: &str = "+15551234567";

fn builder(url: &str) -> HatchClientBuilder {
    HatchClient::builder("north", KEY.into()).base_url(url).without_rate_limit().attempts(1, Duration::ZERO)
}

fn client(url: &str) -> HatchClient {
    builder(url).build().unwrap()
}

/// Returns a client that makes three attempts without a wait between them.
fn patient(url: &str) -> HatchClient {
    builder(url).attempts(3, Duration::ZERO).build().unwrap()
}

fn opportunity() -> Opportunity {
    let job: Job = serde_json::from_value(json!({"id": 42, "customerId": 7})).unwrap();
    let customer: Customer = serde_json::from_value(json!({"id": 7, "name": "Hopper, Grace"})).unwrap();
    let phone = json!({"id": 1, "type": "MobilePhone", "value": PHONE});
    let phone: CustomerContact = serde_json::from_value(phone).unwrap();
    let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:servicetitan-jobs")).unwrap();
    let joins = Joins { customer: Some(&customer), customer_contacts: vec![&phone], ..Joins::default() };
    mapper.map(&JoinedRecord { base: BaseRecord::Job(&job), joins }).opportunity
}

/// Starts a Hatch that gives this answer, and expects this number of requests.
async fn hatch(answer: ResponseTemplate, times: u64) -> MockServer {
    let server = MockServer::start().await;
    answering(&server, answer, times).await;
    server
}

async fn answering(server: &MockServer, answer: ResponseTemplate, times: u64) {
    Mock::given(method("POST"))
        .and(path("/v1/contacts"))
        .and(header("authorization", format!("Bearer {KEY}").as_str()))
        .respond_with(answer)
        .up_to_n_times(times)
        .expect(times)
        .mount(server)
        .await;
}

fn accepted() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"data": {"id": "4856cea1"}}))
}

async fn failure(answer: ResponseTemplate) -> SinkError {
    let server = hatch(answer, 1).await;
    let error = client(&server.uri()).upsert(&opportunity()).await.unwrap_err();
    for secret in [KEY, PHONE, "Grace"] {
        assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
    }
    error
}

#[tokio::test]
async fn an_upsert_posts_the_opportunity_with_the_key_and_tells_the_contact() {
    let server = MockServer::start().await;
    let expected: Value = serde_json::to_value(opportunity()).unwrap();
    assert_eq!((&expected["externalID"], &expected["phoneNumber"]), (&json!("42"), &json!(PHONE)));
    Mock::given(method("POST"))
        .and(path("/v1/contacts"))
        .and(header("authorization", "Bearer secret-key"))
        .and(header("content-type", "application/json"))
        .and(body_json(&expected))
        .respond_with(accepted())
        .expect(1)
        .mount(&server)
        .await;
    let upserted = client(&server.uri()).upsert(&opportunity()).await.unwrap();
    assert_eq!(upserted, Upserted { contact_id: Some("4856cea1".to_owned()) });
}

#[tokio::test]
async fn the_path_of_the_base_url_is_kept() {
    let server = MockServer::start().await;
    Mock::given(path("/gateway/v1/contacts")).respond_with(accepted()).expect(1).mount(&server).await;
    let client = client(&format!("{}/gateway/", server.uri()));
    client.upsert(&opportunity()).await.unwrap();
    assert_eq!(client.identity(), format!("{}/gateway north", server.uri()));
}

#[tokio::test]
async fn a_refusal_names_fields_and_reasons_but_repeats_nothing_that_was_sent() {
    let errors = json!({"errors": [
        {"title": "Invalid value", "detail": format!("{PHONE} is no phone"), "source": {"pointer": "/phoneNumber"}},
        {"title": "Missing field", "detail": "source is missing", "source": {"pointer": "/source"}},
    ]});
    let error = failure(ResponseTemplate::new(422).set_body_json(errors)).await;
    let reasons = vec!["/phoneNumber: Invalid value".to_owned(), "/source: Missing field".to_owned()];
    let pointers = vec!["/phoneNumber".to_owned(), "/source".to_owned()];
    assert_eq!(error, SinkError::Rejected { reasons, pointers });
    assert!(!error.is_temporary());
}

#[tokio::test]
async fn a_refusal_one_of_whose_reasons_names_no_field_has_no_pointers() {
    let errors = json!({"errors": [
        {"title": "Invalid value", "source": {"pointer": "/data/attributes/email"}},
        {"title": "Something else"},
    ]});
    let error = failure(ResponseTemplate::new(422).set_body_json(errors)).await;
    let SinkError::Rejected { reasons, pointers } = error else { panic!("{error:?}") };
    assert_eq!((reasons.len(), pointers), (2, Vec::new()));
}

#[tokio::test]
async fn a_refusal_without_reasons_is_still_one() {
    for body in ["", "<html>", r#"{"errors":[]}"#] {
        let error = failure(ResponseTemplate::new(422).set_body_string(body)).await;
        assert!(matches!(&error, SinkError::Rejected { reasons, .. } if reasons.len() == 1), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_body_and_a_refused_key_are_not_sent_again() {
    for status in [400, 401, 403, 413, 422] {
        let server = hatch(ResponseTemplate::new(status), 1).await;
        let error = patient(&server.uri()).upsert(&opportunity()).await.unwrap_err();
        assert!(!error.is_temporary(), "{status}: {error:?}");
    }
}

#[tokio::test]
async fn a_refused_key_is_told_with_its_department_and_what_to_do() {
    for status in [401, 403] {
        let error = failure(ResponseTemplate::new(status)).await;
        assert!(
            matches!(&error, SinkError::Unauthorized(message) if message.contains("`north`") && message.contains("give")),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn too_many_requests_tells_how_long_to_wait() {
    let error = failure(ResponseTemplate::new(429).insert_header("Retry-After", "7")).await;
    assert_eq!(error, SinkError::RateLimited { retry_after: Some(Duration::from_secs(7)) });
    let error = failure(ResponseTemplate::new(429).insert_header("Retry-After", "1.5")).await;
    assert_eq!(error, SinkError::RateLimited { retry_after: Some(Duration::from_millis(1500)) });
    for untold in [None, Some("soon"), Some("-1"), Some("NaN")] {
        let answer = ResponseTemplate::new(429);
        let answer = match untold {
            Some(value) => answer.insert_header("Retry-After", value),
            None => answer,
        };
        assert_eq!(failure(answer).await, SinkError::RateLimited { retry_after: None }, "{untold:?}");
    }
}

#[tokio::test]
async fn a_long_retry_after_is_left_to_the_caller() {
    let server = hatch(ResponseTemplate::new(429).insert_header("Retry-After", "3600"), 1).await;
    let error = patient(&server.uri()).upsert(&opportunity()).await.unwrap_err();
    assert_eq!(error, SinkError::RateLimited { retry_after: Some(Duration::from_secs(3600)) });
}

#[tokio::test]
async fn a_temporary_failure_is_retried_until_it_works() {
    let server = MockServer::start().await;
    answering(&server, ResponseTemplate::new(429).insert_header("Retry-After", "0"), 1).await;
    answering(&server, ResponseTemplate::new(503), 1).await;
    answering(&server, accepted(), 1).await;
    let upserted = patient(&server.uri()).upsert(&opportunity()).await.unwrap();
    assert_eq!(upserted.contact_id.as_deref(), Some("4856cea1"));
}

#[tokio::test]
async fn retries_have_an_end() {
    let server = hatch(ResponseTemplate::new(500), 3).await;
    let error = patient(&server.uri()).upsert(&opportunity()).await.unwrap_err();
    assert!(matches!(error, SinkError::Unclear(_)), "{error:?}");
}

#[tokio::test]
async fn an_attempt_that_may_have_arrived_keeps_the_outcome_unclear() {
    let server = MockServer::start().await;
    answering(&server, ResponseTemplate::new(500), 1).await;
    answering(&server, ResponseTemplate::new(429), 2).await;
    let error = patient(&server.uri()).upsert(&opportunity()).await.unwrap_err();
    assert!(matches!(error, SinkError::Unclear(_)), "{error:?}");
}

#[tokio::test]
async fn an_address_where_nothing_listens_is_named_with_host_and_port() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = client(&format!("http://{address}")).upsert(&opportunity()).await.unwrap_err();
    let message = format!("nothing listens at {address}: check the base URL, and that the server is running");
    assert_eq!(error, SinkError::Unavailable(message));
}

#[tokio::test]
async fn a_server_without_tls_behind_an_https_url_is_reported() {
    let server = MockServer::start().await;
    let url = server.uri().replace("http://", "https://");
    let error = client(&url).upsert(&opportunity()).await.unwrap_err();
    assert!(
        matches!(&error, SinkError::Unavailable(reason) if reason.contains("does not speak TLS")),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_leaves_it_unclear() {
    let server = hatch(accepted().set_delay(Duration::from_secs(60)), 1).await;
    let client = builder(&server.uri()).timeout(Duration::from_millis(200)).build().unwrap();
    let error = client.upsert(&opportunity()).await.unwrap_err();
    assert!(matches!(&error, SinkError::Unclear(message) if message.contains("in time")), "{error:?}");
}

/// Starts a server that reads one request, answers with these bytes, and closes the connection.
async fn answers_once(bytes: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 16 * 1024];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(bytes.as_bytes()).await.unwrap();
    });
    url
}

#[tokio::test]
async fn a_connection_that_is_torn_after_sending_leaves_it_unclear() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{\"data\":"] {
        let error = client(&answers_once(answer).await).upsert(&opportunity()).await.unwrap_err();
        assert!(matches!(error, SinkError::Unclear(_)), "{error:?}");
    }
}

#[tokio::test]
async fn success_that_is_not_hatchs_is_not_believed() {
    let endless = format!(r#"{{"data":{{"id":"{}"}}}}"#, "x".repeat(100_000));
    for body in ["<html>welcome</html>".to_owned(), endless] {
        let error = failure(ResponseTemplate::new(200).set_body_string(body)).await;
        assert!(matches!(error, SinkError::Unclear(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = MockServer::start().await;
    Mock::given(wiremock::matchers::any()).respond_with(accepted()).expect(0).mount(&elsewhere).await;
    let error = failure(ResponseTemplate::new(307).insert_header("Location", elsewhere.uri().as_str())).await;
    assert!(matches!(&error, SinkError::Unavailable(message) if message.contains("base URL")), "{error:?}");
}

#[tokio::test]
async fn a_check_sends_what_hatch_refuses_and_is_content_with_the_refusal() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/contacts"))
        .and(body_json(json!({"source": null})))
        .respond_with(ResponseTemplate::new(422))
        .expect(1)
        .mount(&server)
        .await;
    client(&server.uri()).check().await.unwrap();
}

#[tokio::test]
async fn a_check_tells_a_refused_key_and_a_wrong_address() {
    let server = hatch(ResponseTemplate::new(401), 1).await;
    assert!(matches!(client(&server.uri()).check().await, Err(SinkError::Unauthorized(_))));
    for status in [200, 404] {
        let server = hatch(ResponseTemplate::new(status).set_body_json(json!({})), 1).await;
        assert!(matches!(client(&server.uri()).check().await, Err(SinkError::Unavailable(_))), "{status}");
    }
}

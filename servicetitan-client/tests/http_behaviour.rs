//! Requests and answers on the wire, against a real HTTP server on this machine.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a failed set-up is a failed test")]

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use servicetitan_client::{
    Customer, CustomerContact, CustomerId, Deadline, Environment, Error, ExportFrom, JobFilter, JobId,
    Method, NewNote, ProblemKind, RequestLimits, ServiceTitan, Stage, TenantId, TransportKind,
};
use wiremock::matchers::{body_json, body_string, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Starts a server that answers token requests. Every other request needs a mock of its own; without one the server answers 404.
async fn server() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/connect/token"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(body_string("grant_type=client_credentials&client_id=cid.1&client_secret=cs1.%2Bx%3D"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({
            "access_token": "opaque", "expires_in": 900, "token_type": "Bearer", "scope": "tn.jpm.jobs:r"
        })))
        .expect(0..=1)
        .mount(&server)
        .await;
    server
}

fn client(url: &str) -> ServiceTitan {
    ServiceTitan::builder(Environment::custom(url, url).unwrap())
        .app_key("ak1.1")
        .credentials("cid.1", "cs1.+x=")
        .tenant(TenantId(7))
        .limits(RequestLimits::per_second(10_000))
        .largest_answer(1 << 20)
        .build()
        .unwrap()
        .without_retries()
}

fn page(number: u32, has_more: bool, data: Value) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_json(json!({ "page": number, "pageSize": 50, "hasMore": has_more, "data": data }))
}

async fn unexpected_requests(server: &MockServer, expected: usize) {
    assert_eq!(server.received_requests().await.unwrap().len(), expected);
}

#[tokio::test]
async fn a_call_carries_token_and_app_key_to_the_tenants_path() {
    let server = server().await;
    Mock::given(method("GET"))
        .and(path("/jpm/v2/tenant/7/jobs/42"))
        .and(header("authorization", "Bearer opaque"))
        .and(header("st-app-key", "ak1.1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "id": 42, "jobNumber": "J42" })))
        .expect(1)
        .mount(&server)
        .await;
    let job = client(&server.uri()).jobs().get(JobId(42)).await.unwrap();
    assert_eq!((job.id, job.job_number.as_deref()), (JobId(42), Some("J42")));
}

#[tokio::test]
async fn a_list_follows_has_more_although_a_page_is_short_or_empty() {
    let server = server().await;
    for (number, has_more, data) in
        [(1, true, json!([{ "id": 1 }])), (2, true, json!([])), (3, false, json!([{ "id": 3 }]))]
    {
        Mock::given(path("/jpm/v2/tenant/7/jobs"))
            .and(query_param("page", number.to_string()))
            .and(query_param("pageSize", "500"))
            .respond_with(page(number, has_more, data))
            .expect(1)
            .mount(&server)
            .await;
    }
    let list = client(&server.uri()).jobs().list(&JobFilter::default()).page_size(500);
    let ids: Vec<_> = list.records().map_ok(|job| job.id.get()).try_collect().await.unwrap();
    assert_eq!(ids, [1, 3]);
}

#[tokio::test]
async fn a_list_that_never_ends_is_an_error_and_no_loop() {
    let server = server().await;
    Mock::given(path("/jpm/v2/tenant/7/jobs"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "hasMore": true, "data": [] })))
        .mount(&server)
        .await;
    let list = client(&server.uri()).jobs().list(&JobFilter::default());
    let result: Result<Vec<_>, _> = list.pages().try_collect().await;
    assert!(matches!(result, Err(Error::Unexpected { .. })));
}

#[tokio::test]
async fn ids_are_asked_for_fifty_at_a_time_and_each_once() {
    let server = server().await;
    for range in [1..=50, 51..=100, 101..=101] {
        let ids: Vec<String> = range.map(|id: i64| id.to_string()).collect();
        Mock::given(path("/crm/v2/tenant/7/customers"))
            .and(query_param("ids", ids.join(",")))
            .and(query_param("active", "Any"))
            .respond_with(page(1, false, json!([{ "id": ids[0].parse::<i64>().unwrap() }])))
            .expect(1)
            .mount(&server)
            .await;
    }
    let ids: Vec<CustomerId> = (1..=101).chain(1..=101).map(CustomerId).collect();
    let list = client(&server.uri()).customers().by_ids(&ids);
    let customers: Vec<Customer> = list.records().try_collect().await.unwrap();
    assert_eq!(customers.iter().map(|customer| customer.id.get()).collect::<Vec<_>>(), [1, 51, 101]);
}

#[tokio::test]
async fn records_that_were_not_asked_for_are_an_error() {
    let server = server().await;
    // ServiceTitan ignores query parameters that it does not know, and answers with all records.
    Mock::given(path("/crm/v2/tenant/7/customers"))
        .respond_with(page(1, false, json!([{ "id": 1 }, { "id": 2 }])))
        .mount(&server)
        .await;
    let list = client(&server.uri()).customers().by_ids(&[CustomerId(1)]);
    let result: Result<Vec<Customer>, _> = list.records().try_collect().await;
    assert!(matches!(result, Err(Error::Unexpected { .. })));
}

#[tokio::test]
async fn records_of_others_than_asked_for_are_an_error_and_one_that_does_not_tell_is_not() {
    for (customer, fits) in [(json!(1), true), (json!(null), true), (json!(2), false)] {
        let server = server().await;
        Mock::given(path("/crm/v2/tenant/7/customers/contacts"))
            .and(query_param("customerIds", "1"))
            .respond_with(page(1, false, json!([{ "id": 9, "customerId": customer }])))
            .mount(&server)
            .await;
        let list = client(&server.uri()).customers().contacts_of(&[CustomerId(1)]);
        let result: Result<Vec<CustomerContact>, _> = list.records().try_collect().await;
        assert_eq!(result.is_ok(), fits, "{result:?}");
        assert!(fits || matches!(result, Err(Error::Unexpected { .. })));
    }
}

#[tokio::test]
async fn ids_are_asked_for_once_each_in_the_order_in_which_they_are_given() {
    let server = server().await;
    Mock::given(path("/crm/v2/tenant/7/customers/contacts"))
        .and(query_param("customerIds", "5,3,9,1"))
        .respond_with(page(1, false, json!([{ "id": 8, "customerId": 9 }, { "id": 7, "customerId": 3 }])))
        .mount(&server)
        .await;
    let ids = [5, 3, 5, 9, 1, 3].map(CustomerId);
    let list = client(&server.uri()).customers().contacts_of(&ids);
    let contacts: Vec<CustomerContact> = list.records().try_collect().await.unwrap();
    assert_eq!(contacts.len(), 2);
}

#[tokio::test]
async fn no_ids_are_no_request() {
    let server = server().await;
    let list = client(&server.uri()).customers().by_ids(&[]);
    assert!(list.records().try_collect::<Vec<Customer>>().await.unwrap().is_empty());
    unexpected_requests(&server, 0).await;
}

#[tokio::test]
async fn a_feed_goes_from_token_to_token_until_its_head() {
    let server = server().await;
    for (from, next, has_more, data) in [
        ("2026-01-02T00:00:00Z", "a+/=", true, json!([{ "id": 1 }, { "id": "two" }])),
        ("a+/=", "b", true, json!([])),
        ("b", "c", false, json!([{ "id": 3, "active": false }])),
    ] {
        Mock::given(path("/jpm/v2/tenant/7/export/jobs"))
            .and(query_param("from", from))
            .and(query_param("includeRecentChanges", "true"))
            .respond_with(
                ResponseTemplate::new(200)
                    .insert_header("date", "Tue, 24 Nov 2026 01:54:56 GMT")
                    .set_body_json(json!({ "hasMore": has_more, "continueFrom": next, "data": data })),
            )
            .expect(1)
            .mount(&server)
            .await;
    }
    let from = ExportFrom::date("2026-01-02T00:00:00Z".parse().unwrap());
    let feed = client(&server.uri()).jobs().export(from).include_recent_changes(true);
    let pages: Vec<_> = feed.try_collect().await.unwrap();
    let tokens: Vec<_> = pages.iter().map(|page| page.continue_from.as_ref().unwrap().as_str()).collect();
    assert_eq!(tokens, ["a+/=", "b", "c"]);
    assert_eq!(pages[0].records.len(), 1);
    let problem = &pages[0].problems[0];
    assert_eq!((problem.resource, problem.path.as_str()), ("jobs", "id"));
    assert_eq!(pages[2].server_time.unwrap().to_rfc3339(), "2026-11-24T01:54:56+00:00");
}

#[tokio::test]
async fn a_list_goes_on_behind_a_bad_record_and_a_bad_field_is_no_error_in_it() {
    let server = server().await;
    let pages = [
        (1, json!([{ "id": 1 }, null, { "jobNumber": "2" }, { "id": 3, "total": "1,234.50" }])),
        (2, json!([{ "id": "4" }])),
    ];
    for (page, data) in pages {
        Mock::given(path("/jpm/v2/tenant/7/jobs"))
            .and(query_param("page", page.to_string()))
            .respond_with(
                ResponseTemplate::new(200)
                    .set_body_json(json!({ "page": page, "hasMore": page < 2, "data": data })),
            )
            .expect(2)
            .mount(&server)
            .await;
    }
    let st = client(&server.uri());
    let jobs = || st.jobs().list(&JobFilter::default());
    let records: Vec<Result<_, _>> = jobs().records().collect().await;
    let read: Vec<_> = records.iter().filter_map(|it| it.as_ref().ok()).map(|job| job.id.get()).collect();
    assert_eq!((read, records.len()), (vec![1, 3, 4], 5));
    let pages: Vec<_> = jobs().pages().try_collect().await.unwrap();
    let problems: Vec<_> = pages.iter().flat_map(|page| &page.problems).collect();
    let lost = problems.iter().filter(|problem| problem.is_record_lost()).count();
    assert_eq!((problems.len(), lost), (3, 2));
    let field = problems.iter().find(|problem| problem.kind == ProblemKind::FieldUnread).unwrap();
    assert_eq!((field.resource, field.id, field.path.as_str()), ("jobs", Some(3), "total"));
    assert_eq!(field.reason, "expected a decimal, found a string");
}

#[tokio::test]
async fn a_feed_that_stands_still_is_an_error_and_no_loop() {
    let server = server().await;
    Mock::given(path("/jpm/v2/tenant/7/export/jobs"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({ "hasMore": true, "continueFrom": "x", "data": [] })),
        )
        .expect(3)
        .mount(&server)
        .await;
    let feed = client(&server.uri()).jobs().export(ExportFrom::token("x"));
    let result: Result<Vec<_>, _> = feed.try_collect().await;
    assert!(matches!(result, Err(Error::Unexpected { .. })));
}

#[tokio::test]
async fn a_note_is_posted_as_json() {
    let server = server().await;
    Mock::given(method("POST"))
        .and(path("/jpm/v2/tenant/7/jobs/42/notes"))
        .and(header("content-type", "application/json"))
        .and(body_json(json!({ "text": "Hello", "pinToTop": true })))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "text": "Hello" })))
        .expect(1)
        .mount(&server)
        .await;
    let note = NewNote::text("Hello").pinned();
    let written = client(&server.uri()).jobs().add_note(JobId(42), &note).await.unwrap();
    assert_eq!(written.text.as_deref(), Some("Hello"));
}

#[tokio::test]
async fn an_answer_that_tells_a_length_above_the_bound_is_refused() {
    let server = server().await;
    let large = "x".repeat((1 << 20) + 1);
    Mock::given(path("/large"))
        .respond_with(ResponseTemplate::new(200).set_body_string(large))
        .mount(&server)
        .await;
    let error = client(&server.uri()).request(Method::GET, "large").send_json::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::Transport { kind: TransportKind::TooLarge, .. }), "{error}");
    assert!(!error.is_temporary());
}

#[tokio::test]
async fn an_answer_that_does_not_tell_its_length_is_refused_when_it_passes_the_bound() {
    let server = server().await;
    let endless = endless_answer().await;
    let client = ServiceTitan::builder(Environment::custom(&endless, &server.uri()).unwrap())
        .app_key("ak1.1")
        .credentials("cid.1", "cs1.+x=")
        .tenant(TenantId(7))
        .largest_answer(1 << 20)
        .build()
        .unwrap();
    let error = client.request(Method::GET, "endless").send_json::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::Transport { kind: TransportKind::TooLarge, .. }), "{error}");
}

/// Starts a server whose answer has neither a declared length nor an end.
async fn endless_answer() -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
        }
    });
    url
}

/// A server whose answer has a length and comes a byte a second.
async fn trickling_answer() -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3600\r\n\r\n").await;
                let mut ticks = tokio::time::interval(Duration::from_secs(1));
                while stream.write_all(b" ").await.is_ok() {
                    ticks.tick().await;
                }
            });
        }
    });
    url
}

#[tokio::test]
async fn an_answer_that_comes_a_byte_a_second_is_cut_off_at_the_deadline() {
    let (server, trickling) = (server().await, trickling_answer().await);
    let deadline = Duration::from_millis(300);
    for (api, auth, stage) in
        [(&trickling, &server.uri(), Stage::Answer), (&server.uri(), &trickling, Stage::AccessToken)]
    {
        let client = ServiceTitan::builder(Environment::custom(api, auth).unwrap())
            .app_key("ak1.1")
            .credentials("cid.1", "cs1.+x=")
            .tenant(TenantId(7))
            .deadline(deadline)
            .build()
            .unwrap();
        let error = client.jobs().get(JobId(42)).await.unwrap_err();
        assert!(
            matches!(&error, Error::DeadlineExceeded { deadline: Deadline::Call(it), stage: at, .. }
                if *it == deadline && *at == stage),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_redirect_carries_neither_token_nor_secret_to_another_host() {
    let other = MockServer::start().await;
    for (status, from_token_endpoint) in
        [(301, false), (302, false), (307, false), (308, false), (302, true), (307, true)]
    {
        let server = if from_token_endpoint { MockServer::start().await } else { server().await };
        let there = ResponseTemplate::new(status).insert_header("location", format!("{}/there", other.uri()));
        Mock::given(path(if from_token_endpoint { "/connect/token" } else { "/here" }))
            .respond_with(there)
            .expect(1)
            .mount(&server)
            .await;
        let error =
            client(&server.uri()).request(Method::GET, "here").send_json::<Value>().await.unwrap_err();
        assert!(matches!(error, Error::Unexpected { .. }), "{error}");
        unexpected_requests(&other, 0).await;
    }
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = client(&format!("http://{address}")).check().await.unwrap_err();
    assert!(error.to_string().contains(&format!("nothing listens at {address}")), "{error}");
    assert!(error.to_string().contains("check the address"), "{error}");
    assert!(matches!(error, Error::Transport { kind: TransportKind::Connect, .. }));
}

#[tokio::test]
async fn a_server_without_tls_behind_an_https_url_is_told_as_such() {
    let server = server().await;
    let error = client(&server.uri().replace("http://", "https://")).check().await.unwrap_err();
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
    assert!(matches!(error, Error::Transport { kind: TransportKind::Connect, .. }));
}

#[tokio::test]
async fn a_scope_that_was_not_ticked_is_named_by_the_call_that_needs_it() {
    let server = server().await;
    Mock::given(path("/jpm/v2/tenant/7/jobs/42/notes"))
        .respond_with(ResponseTemplate::new(403).set_body_json(json!({ "title": "Scope validation failed" })))
        .mount(&server)
        .await;
    let error = client(&server.uri()).jobs().add_note(JobId(42), &NewNote::text("x")).await.unwrap_err();
    assert!(error.to_string().contains("Job Planning and Management > Jobs, write"), "{error}");
}

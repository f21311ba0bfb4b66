//! Records with odd fields, by feed, by list and by ID.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hatch_mapping::NoteTarget;
use http::{Request, Response};
use serde_json::{Value, json};
use servicetitan_client::{Environment, ServiceTitan, TenantId, Transport, TransportFailure};
use sync_core::{BadField, FeedPosition, Link, MirrorRecord, Priority, Resource, ServiceTitanSource, Source};

/// Answers each request but the token's with one page.
struct OnePage(Value);

#[async_trait]
impl Transport for OnePage {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        // A JWT of tenant 7.
        let token =
            json!({"access_token": "e30.eyJ0ZW5hbnQiOiI3In0.x", "expires_in": 900, "token_type": "Bearer"});
        let body = if request.uri().path().ends_with("/connect/token") { &token } else { &self.0 };
        Ok(Response::builder().status(200).body(body.to_string().into()).unwrap())
    }
}

fn source(page: Value) -> ServiceTitanSource {
    let client =
        ServiceTitan::builder(Environment::custom("https://st.example", "https://auth.example").unwrap())
            .app_key("ak1.key")
            .credentials("cid.id", "cs1.secret")
            .tenant(TenantId(7))
            .transport(Arc::new(OnePage(page)))
            .build()
            .unwrap();
    ServiceTitanSource::new(client)
}

/// A job with a customer's ID in a string, and times that are none.
fn odd_job() -> Value {
    json!({"id": "42", "customerId": "7", "locationId": 9.0, "createdOn": "soon", "modifiedOn": {"seconds": 17}})
}

fn odd_fields() -> Vec<BadField> {
    ["createdOn", "modifiedOn"]
        .map(|path| BadField { id: Some(42), owner: Some(0), path: path.to_owned() })
        .into()
}

/// The record is there with the links that a tolerant reader finds, and as it came.
fn assert_read(records: &[MirrorRecord]) {
    assert_eq!(records.len(), 1, "{records:?}");
    let record = &records[0];
    let links =
        [Link { resource: Resource::Customers, id: 7 }, Link { resource: Resource::Locations, id: 9 }];
    assert_eq!((record.id, record.links.as_slice()), (42, links.as_slice()));
    assert_eq!((record.created_on, record.modified_on), (None, None));
    let body: Value = serde_json::from_str(record.body.as_deref().unwrap()).unwrap();
    for (name, value) in odd_job().as_object().unwrap() {
        assert_eq!(&body[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_base_record_with_unreadable_times_comes_by_its_feed_linked_and_as_it_came() {
    let source = source(json!({"hasMore": false, "continueFrom": "t", "data": [odd_job()]}));
    let since = FeedPosition::Since("2026-01-01T00:00:00Z".parse().unwrap());
    let page = source.read_feed(Resource::Jobs, &since, false, Priority::Incremental).await.unwrap();
    assert_read(&page.records);
    assert_eq!((page.problems, page.bad_fields), (Vec::new(), odd_fields()));
}

#[tokio::test]
async fn a_base_record_with_unreadable_times_comes_by_its_id_and_by_its_list() {
    let page = json!({"page": 1, "pageSize": 50, "hasMore": false, "data": [odd_job()]});
    let source = source(page);
    let read = source.read_by_ids(Resource::Jobs, &[42], Priority::Incremental).await.unwrap();
    assert_read(&read.records);
    assert_eq!((read.problems, read.bad_fields), (Vec::new(), odd_fields()));
    let since = "2026-01-01T00:00:00Z".parse().unwrap();
    let listed = source.read_list(Resource::Jobs, since, 1, Priority::Incremental).await.unwrap();
    assert_read(&listed.records);
    assert_eq!((listed.problems, listed.bad_fields), (Vec::new(), odd_fields()));
}

#[tokio::test]
async fn a_record_without_an_id_is_missing_and_no_bad_field() {
    let source =
        source(json!({"hasMore": false, "continueFrom": "t", "data": [{"customerId": 7}, odd_job()]}));
    let page = source
        .read_feed(Resource::Jobs, &FeedPosition::Beginning, true, Priority::Incremental)
        .await
        .unwrap();
    assert_read(&page.records);
    assert_eq!((page.problems.len(), page.bad_fields), (1, odd_fields()));
}

#[tokio::test]
async fn a_child_whose_parent_cannot_be_read_is_reported_and_costs_no_other() {
    let contact = |id: i64, customer: Value| json!({"id": id, "customerId": customer, "type": "Phone"});
    let contacts = [contact(1, json!(7)), contact(2, json!("soon")), contact(3, json!("8"))];
    let page = json!({"page": 1, "pageSize": 50, "hasMore": false, "totalCount": 3, "data": contacts});
    let (children, parent) = (Resource::CustomerContacts, Resource::Customers);
    let read = source(page).read_children(children, parent, &[7, 8], Priority::Incremental).await.unwrap();
    let owners: Vec<(i64, i64)> = read.records.iter().map(|record| (record.id, record.owner)).collect();
    assert_eq!(owners, [(1, 7), (3, 8)]);
    assert_eq!(read.problems, ["customer-contacts 2: the ID of customers cannot be read"]);
}

#[tokio::test]
async fn children_of_parents_that_were_not_asked_for_are_refused_all_the_same() {
    let contacts = [json!({"id": 1, "customerId": 7}), json!({"id": 2, "customerId": 9})];
    let source = source(json!({"page": 1, "hasMore": false, "data": contacts}));
    let (children, parent) = (Resource::CustomerContacts, Resource::Customers);
    assert!(source.read_children(children, parent, &[7], Priority::Incremental).await.is_err());
}

#[tokio::test]
async fn an_element_that_is_no_note_costs_no_other_note() {
    let notes = json!([{"text": "first"}, null, {"text": 12345}, {"text": {}}, "note", {"text": "last"}]);
    let source = source(json!({"page": 1, "pageSize": 50, "hasMore": false, "data": notes}));
    for target in [NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location] {
        assert_eq!(source.note_texts(target, 42).await.unwrap(), ["first", "12345", "last"], "{target:?}");
    }
}

//! Lists of resources without a feed, while their pages change under the reader: over the real client, without sockets.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]
#![cfg(feature = "servicetitan")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use servicetitan_client::{Environment, ServiceTitan, TenantId, Transport, TransportFailure};
use sync_core::{
    FeedPage, FeedPosition, Priority, Resource, ServiceTitanSource, Source, SourceError, SourceErrorKind,
};

/// A tenant with zones 1 to 25, whose list is something else each time it is asked.
struct Zones {
    /// By request: how many rows a page holds (0: the request is refused), and how many of the first zones are gone by then. The last one stays.
    script: Vec<(usize, usize)>,
    /// What is added to the count of all rows; `None` when it is not told.
    miscounted: Option<usize>,
    tells_page_size: bool,
    asked: Mutex<Vec<String>>,
}

const ZONES: usize = 25;

fn zones(script: &[(usize, usize)]) -> Zones {
    Zones { script: script.to_vec(), miscounted: Some(0), tells_page_size: true, asked: Mutex::default() }
}

impl Zones {
    fn answer(&self, uri: &http::Uri) -> (u16, Value) {
        if uri.path().ends_with("/connect/token") {
            // A JWT of tenant 7.
            let token = "e30.eyJ0ZW5hbnQiOiI3In0.x";
            return (200, json!({"access_token": token, "expires_in": 900, "token_type": "Bearer"}));
        }
        let mut asked = self.asked.lock().unwrap();
        let (size, gone) = *self.script.get(asked.len()).or(self.script.last()).unwrap();
        let query = uri.query().unwrap();
        asked.push(query.to_owned());
        if size == 0 {
            return (400, json!({"title": "scripted"}));
        }
        let page = query.split('&').find_map(|it| it.strip_prefix("page=")).unwrap();
        let skipped = (page.parse::<usize>().unwrap() - 1) * size;
        let rows: Vec<usize> = (1 + gone..=ZONES).collect();
        let on_page = rows.iter().skip(skipped).take(size);
        let zone = |id: &usize| json!({"id": id, "name": format!("zone {id}"), "modifiedOn": "2026-01-01T00:00:00Z"});
        let mut answer = json!({
            "page": page.parse::<u32>().unwrap(),
            "hasMore": skipped + size < rows.len(),
            "data": on_page.map(zone).collect::<Vec<_>>(),
        });
        if self.tells_page_size {
            answer["pageSize"] = json!(size);
        }
        if let Some(more) = self.miscounted {
            answer["totalCount"] = json!(rows.len() + more);
        }
        (200, answer)
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Transport for Zones {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let (status, body) = self.answer(request.uri());
        Ok(Response::builder().status(status).body(body.to_string().into()).unwrap())
    }
}

async fn read(tenant: &Arc<Zones>, from: &FeedPosition) -> Result<FeedPage, SourceError> {
    let client =
        ServiceTitan::builder(Environment::custom("https://st.example", "https://auth.example").unwrap())
            .app_key("ak1.key")
            .credentials("cid.id", "cs1.secret")
            .tenant(TenantId(7))
            .transport(tenant.clone())
            .build()
            .unwrap();
    ServiceTitanSource::new(client).read_feed(Resource::Zones, from, Priority::Incremental).await
}

/// Reads from the beginning until there is no more.
async fn read_all(tenant: &Arc<Zones>) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let mut from = FeedPosition::Beginning;
    loop {
        let page = read(tenant, &from).await.unwrap();
        found.extend(page.records.iter().map(|record| record.id));
        if !page.has_more {
            return found;
        }
        from = FeedPosition::Token(page.next);
    }
}

fn from_zone(first: usize) -> BTreeSet<i64> {
    (first..=ZONES).map(|id| i64::try_from(id).unwrap()).collect()
}

#[tokio::test]
async fn a_page_size_that_changes_between_two_pages_loses_no_row() {
    for (first, then) in [(10, 20), (20, 10), (5, 24), (24, 5), (12, 13), (1, 25)] {
        for (miscounted, tells_page_size) in [(Some(0), true), (Some(0), false), (None, true)] {
            let tenant = Arc::new(Zones { miscounted, tells_page_size, ..zones(&[(first, 0), (then, 0)]) });
            assert_eq!(
                read_all(&tenant).await,
                from_zone(1),
                "{first} {then} {miscounted:?} {tells_page_size}"
            );
        }
    }
}

#[tokio::test]
async fn a_row_that_goes_away_between_two_pages_takes_no_other_with_it() {
    let tenant = Arc::new(zones(&[(10, 0), (10, 1)]));
    assert!(read_all(&tenant).await.is_superset(&from_zone(2)));
}

#[tokio::test]
async fn a_list_that_broke_off_starts_again_at_its_first_page_whatever_the_page_size_is_by_then() {
    let tenant = Arc::new(zones(&[(10, 0), (0, 0), (20, 0)]));
    assert_eq!(read(&tenant, &FeedPosition::Beginning).await.unwrap_err().kind, SourceErrorKind::Refused);
    assert_eq!(read_all(&tenant).await, from_zone(1));
}

#[tokio::test]
async fn a_list_that_stands_still_is_read_once_and_an_idle_one_with_one_request() {
    let tenant = Arc::new(zones(&[(10, 0)]));
    let page = read(&tenant, &FeedPosition::Beginning).await.unwrap();
    assert_eq!((page.records.len(), tenant.asked()), (ZONES, 3));
    let tenant = Arc::new(zones(&[(100, ZONES)]));
    let idle = read(&tenant, &FeedPosition::Token(page.next.clone())).await.unwrap();
    assert_eq!((idle.records.len(), idle.next, tenant.asked()), (0, page.next, 1));
}

#[tokio::test]
async fn a_tenant_that_counts_in_another_way_is_believed_when_its_list_is_the_same_twice() {
    let tenant = Arc::new(Zones { miscounted: Some(3), ..zones(&[(10, 0)]) });
    assert_eq!(read_all(&tenant).await, from_zone(1));
    assert_eq!(tenant.asked(), 6);
}

#[tokio::test]
async fn a_list_that_never_stands_still_fails_for_now() {
    let script: Vec<(usize, usize)> = (0..40).map(|request| (10, request / 2)).collect();
    let tenant = Arc::new(zones(&script));
    let error = read(&tenant, &FeedPosition::Beginning).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Temporary, "{error}");
    assert!(tenant.asked() <= 12);
}

//! Lists that are read while their rows move.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use ::http::{Request, Response};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use futures::TryStreamExt as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::ListRequest;
use crate::error::Error;
use crate::http::rows::{LIST, Row};
use crate::http::scripted::{builder, token_for};
use crate::http::{PathValues, Query, ServiceTitan, Transport, TransportFailure};

/// A table of which some rows are deleted and to which some are added between two requests.
struct Table {
    state: Mutex<State>,
    /// Whether it sorts and filters by creation as it is told.
    understands: bool,
}

struct State {
    rows: BTreeMap<i64, DateTime<Utc>>,
    newest_id: i64,
    random: StdRng,
    requests: usize,
}

impl Table {
    /// Rows whose times are often the same, with more digits than a millisecond has.
    fn new(seed: u64, rows_made: i64) -> Arc<Table> {
        let mut random = StdRng::seed_from_u64(seed);
        let start: DateTime<Utc> = "2026-03-01T00:00:00.1234567Z".parse().unwrap();
        let rows =
            (1..=rows_made).map(|id| (id, start + Duration::microseconds(random.random_range(0..40) * 250)));
        let state = State { rows: rows.collect(), newest_id: rows_made, random, requests: 0 };
        Arc::new(Table { state: Mutex::new(state), understands: true })
    }

    fn ids(&self) -> BTreeSet<i64> {
        self.state.lock().unwrap().rows.keys().copied().collect()
    }

    fn page(&self, query: &BTreeMap<String, String>) -> String {
        let mut state = self.state.lock().unwrap();
        state.requests += 1;
        let since = query.get("createdOnOrAfter").map(|text| text.parse::<DateTime<Utc>>().unwrap());
        let mut rows: Vec<_> = state.rows.iter().map(|(id, on)| (*id, *on)).collect();
        if self.understands {
            rows.retain(|(_, on)| since.is_none_or(|since| *on >= since));
            if query.get("sort").is_some_and(|sort| sort == "+CreatedOn") {
                rows.sort_by_key(|(id, on)| (*on, *id));
            }
        }
        let page: usize = query["page"].parse().unwrap();
        let size: usize = query["pageSize"].parse().unwrap();
        let data: Vec<_> = rows
            .iter()
            .skip((page - 1) * size)
            .take(size)
            .map(|(id, on)| json!({ "id": id, "createdOn": on.to_rfc3339_opts(SecondsFormat::AutoSi, true) }))
            .collect();
        let has_more = rows.len() > page * size;
        let newest = rows.iter().map(|(_, on)| *on).max().unwrap_or_default();
        for _ in 0..state.random.random_range(0..4) {
            let newest_id = state.newest_id;
            let at = state.random.random_range(0..=newest_id);
            state.rows.remove(&at);
        }
        if state.random.random_range(0..3) == 0 {
            state.newest_id += 1;
            let id = state.newest_id;
            state.rows.insert(id, newest + Duration::milliseconds(1));
        }
        json!({ "page": page, "pageSize": size, "hasMore": has_more, "data": data }).to_string()
    }
}

#[async_trait]
impl Transport for Table {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let query = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        let body = if request.uri().path().ends_with("/connect/token") {
            token_for(7, 900, 1)
        } else {
            self.page(&query.into_owned().collect())
        };
        Ok(Response::new(body.into()))
    }
}

fn client(table: &Arc<Table>) -> ServiceTitan {
    builder().transport(table.clone()).build().unwrap()
}

fn list(table: &Arc<Table>) -> ListRequest<Row> {
    client(table).list(&LIST, PathValues::default(), Query::default()).page_size(7)
}

async fn ids(list: ListRequest<Row>) -> Vec<i64> {
    list.records().map_ok(|row| row.id.get()).try_collect().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn by_creation_what_stays_is_read_once_and_nothing_is_skipped_or_repeated() {
    for seed in 0..300 {
        let table = Table::new(seed, 120);
        let before = table.ids();
        let read = ids(list(&table).by_creation().prefetch(seed % 2 == 0)).await;
        let once: BTreeSet<i64> = read.iter().copied().collect();
        assert_eq!(once.len(), read.len(), "repeated, with seed {seed}");
        let stayed: BTreeSet<i64> = before.intersection(&table.ids()).copied().collect();
        let skipped: Vec<_> = stayed.difference(&once).collect();
        assert!(skipped.is_empty(), "skipped {skipped:?} with seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn by_page_number_the_same_table_loses_rows() {
    let mut lost = 0;
    for seed in 0..20 {
        let table = Table::new(seed, 120);
        let before = table.ids();
        let read: BTreeSet<i64> = ids(list(&table)).await.into_iter().collect();
        lost += before.intersection(&table.ids()).filter(|id| !read.contains(id)).count();
    }
    assert!(lost > 0, "the table does not move, so the test above proves nothing");
}

#[tokio::test(start_paused = true)]
async fn by_creation_rows_of_one_time_may_be_more_than_a_page_holds() {
    let table = Table::new(1, 0);
    {
        let mut state = table.state.lock().unwrap();
        let on: DateTime<Utc> = "2026-03-01T00:00:00.1234567Z".parse().unwrap();
        state.rows = (1..=50).map(|id| (id, on)).collect();
        state.newest_id = 50;
    }
    let read = ids(list(&table).by_creation()).await;
    let once: BTreeSet<i64> = read.iter().copied().collect();
    assert_eq!(once.len(), read.len());
    assert!(table.ids().iter().filter(|id| **id <= 50).all(|id| once.contains(id)));
}

#[tokio::test(start_paused = true)]
async fn by_creation_pages_are_few_and_numbered_in_a_row() {
    let table = Table::new(2, 120);
    let pages: Vec<_> = list(&table).by_creation().page_size(50).pages().try_collect().await.unwrap();
    let numbers: Vec<_> = pages.iter().map(|page| page.page).collect();
    assert_eq!(numbers, (1..=u32::try_from(pages.len()).unwrap()).collect::<Vec<_>>());
    assert!(pages.len() <= 4, "{}", pages.len());
    assert_eq!(table.state.lock().unwrap().requests, pages.len());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_sort_by_creation_is_told() {
    let mut table = Table::new(3, 120);
    Arc::get_mut(&mut table).unwrap().understands = false;
    let result: Result<Vec<_>, _> = list(&table).by_creation().records().try_collect().await;
    assert!(matches!(result, Err(Error::Unexpected { .. })));
}

//! Rules of reading ahead, on a paused clock.
#![allow(unreachable_pub, reason = "models are made public")]

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::json;
use tokio::time::sleep;

use super::{ContinueFrom, ExportFrom, ExportRequest, ListRequest};
use crate::error::{Error, TransportKind};
use crate::http::rows::{FEED, LIST, Row};
use crate::http::scripted::{Script, client, token_for};
use crate::http::{PathValues, Query, ServiceTitan};

/// A feed of pages 1, 2, … that are each answered after a second.
fn feed_of(pages: i64) -> Script {
    let mut script = Script::new().token(200, &token_for(7, 900, 1));
    for page in 1..=pages {
        script = script.api(200, &feed_page(page, page < pages));
    }
    script.latency = Duration::from_secs(1);
    script
}

fn feed_page(page: i64, has_more: bool) -> String {
    // In the order in which ServiceTitan has them: what comes next stands before the records.
    let next = json!(format!("after {page}"));
    format!(r#"{{"hasMore":{has_more},"continueFrom":{next},"data":[{{"id":{page}}}]}}"#)
}

fn list_of(pages: u32) -> Script {
    let mut script = Script::new().token(200, &token_for(7, 900, 1));
    for page in 1..=pages {
        let body = json!({ "page": page, "hasMore": page < pages, "data": [{ "id": page }] });
        script = script.api(200, &body.to_string());
    }
    script.latency = Duration::from_secs(1);
    script
}

fn export(client: &ServiceTitan) -> ExportRequest<Row> {
    client.export(&FEED, ExportFrom::beginning())
}

fn list(client: &ServiceTitan) -> ListRequest<Row> {
    client.list(&LIST, PathValues::default(), Query::default())
}

/// Requests other than for the token.
fn requests(script: &Script) -> usize {
    script.sent().iter().filter(|request| !request.uri.ends_with("/connect/token")).count()
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_a_stream_is_polled() {
    let script = Arc::new(feed_of(1));
    let client = client(&script);
    let (_feed, _pages, _records) = (export(&client), list(&client).pages(), list(&client).records());
    sleep(Duration::from_secs(60)).await;
    assert_eq!(script.sent().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn two_pages_are_read_while_the_caller_works_on_one_and_no_more() {
    let script = Arc::new(feed_of(5));
    let mut feed = export(&client(&script));
    for page in 1..=5 {
        let read = feed.try_next().await.unwrap().unwrap();
        assert_eq!(read.records[0].id.get(), page);
        // The caller takes its time.
        sleep(Duration::from_secs(60)).await;
        assert_eq!(requests(&script), usize::try_from(page + 2).unwrap().min(5));
    }
    assert!(feed.try_next().await.unwrap().is_none());
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_read_ahead_come_in_order_with_their_cursors() {
    let script = Arc::new(feed_of(20));
    let pages: Vec<_> = export(&client(&script)).try_collect().await.unwrap();
    let ids: Vec<_> = pages.iter().map(|page| page.records[0].id.get()).collect();
    assert_eq!(ids, (1..=20).collect::<Vec<_>>());
    let asked: Vec<_> = script.sent().iter().skip(2).map(|request| request.uri.clone()).collect();
    for (page, uri) in pages.iter().zip(asked) {
        let from = page.continue_from.as_ref().unwrap().as_str().replace(' ', "+");
        assert!(uri.ends_with(&format!("?from={from}")), "{uri} behind {from}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_page_is_under_way_before_a_slow_caller_asks_for_it() {
    for ahead in [true, false] {
        let script = Arc::new(feed_of(6));
        let mut feed = export(&client(&script)).prefetch(ahead);
        let started = tokio::time::Instant::now();
        while feed.try_next().await.unwrap().is_some() {
            sleep(Duration::from_secs(1)).await;
        }
        // A second for the token, a second for each page, and a second of work on each: side by side, or one after the other.
        assert_eq!(started.elapsed().as_secs(), if ahead { 1 + 1 + 6 } else { 1 + 6 + 6 });
    }
}

/// Takes some items, drops the stream in the middle of a request, and sees that it ends there.
async fn drop_in_a_request<S: futures::TryStream<Error = Error> + Unpin>(
    script: &Script,
    mut stream: S,
    items: usize,
) {
    for _ in 0..items {
        stream.try_next().await.unwrap();
    }
    let _ = tokio::time::timeout(Duration::from_millis(300), stream.try_next()).await;
    assert!(script.under_way() > 0, "after {items}");
    let sent = script.sent().len();
    drop(stream);
    sleep(Duration::from_secs(60)).await;
    assert_eq!((script.under_way(), script.sent().len()), (0, sent), "after {items}");
}

#[tokio::test(start_paused = true)]
async fn dropping_a_stream_ends_its_requests_and_those_that_were_read_ahead() {
    for items in 0..4 {
        let script = Arc::new(feed_of(10));
        drop_in_a_request(&script, export(&client(&script)), items).await;
        let script = Arc::new(list_of(10));
        drop_in_a_request(&script, list(&client(&script)).records(), items).await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_page_is_one_request() {
    let (feed_script, list_script) = (Arc::new(feed_of(3)), Arc::new(list_of(3)));
    let page = export(&client(&feed_script)).one_page().await.unwrap();
    assert_eq!((page.continue_from, page.has_more), (Some(ContinueFrom::new("after 1")), true));
    let page = list(&client(&list_script)).one_page().await.unwrap();
    assert!(page.has_more);
    let none = client(&list_script).list_by::<Row, i64>(&LIST, "ids", &[], Query::default());
    assert!(none.one_page().await.unwrap().records.is_empty());
    sleep(Duration::from_secs(60)).await;
    assert_eq!((requests(&feed_script), requests(&list_script)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_came_in_pieces_is_read_again_and_the_one_behind_it_counts_once() {
    let broken = feed_page(1, true).replace("}]}", "}");
    let script =
        Script::new().token(200, &token_for(7, 900, 1)).api(200, &broken).api(200, &feed_page(1, true));
    let script = Arc::new(script.api(200, &feed_page(2, false)));
    let pages: Vec<_> = export(&client(&script)).try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.records[0].id.get()).collect::<Vec<_>>(), [1, 2]);
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_failure_ahead_is_told_in_its_turn_and_ends_the_stream() {
    let mut script = Script::new().token(200, &token_for(7, 900, 1)).api(200, &feed_page(1, true));
    script = script.api_fails(TransportKind::TooLarge);
    let script = Arc::new(script);
    let mut feed = export(&client(&script));
    let first = feed.try_next().await.unwrap().unwrap();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(first.continue_from, Some(ContinueFrom::new("after 1")));
    assert!(matches!(feed.try_next().await, Err(Error::Transport { .. })));
    assert!(feed.next().await.is_none());
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_tells_what_is_next_behind_its_records_is_followed_too() {
    let page = |page: i64, has_more: bool| {
        format!(r#"{{"data":[{{"id":{page}}}],"continueFrom":"after {page}","hasMore":{has_more}}}"#)
    };
    let script =
        Script::new().token(200, &token_for(7, 900, 1)).api(200, &page(1, true)).api(200, &page(2, false));
    let script = Arc::new(script);
    let pages: Vec<_> = export(&client(&script)).try_collect().await.unwrap();
    assert_eq!(pages.len(), 2);
    script.assert_used_up();
}

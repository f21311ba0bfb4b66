//! Records and pages that do not fit, in lists and in feeds.

use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};

use super::{ContinueFrom, ExportFrom, ExportRequest, ListRequest};
use crate::error::Error;
use crate::http::rows::{FEED, LIST, Row};
use crate::http::scripted::{Script, client, token_for};
use crate::http::{PathValues, Query, ServiceTitan};

fn script(pages: &[&str]) -> Arc<Script> {
    let script = Script::new().token(200, &token_for(7, 900, 1));
    Arc::new(pages.iter().fold(script, |script, page| script.api(200, page)))
}

/// Two pages of which the first has an element that is `null` and a record without ID.
const PAGES: [&str; 2] = [
    r#"{"hasMore":true,"continueFrom":"a","data":[{"id":1,"createdOn":"2026-03-01T00:00:00Z"},null,{"createdOn":"2026-03-01T00:00:00Z"},{"id":2,"createdOn":"2026-03-02T00:00:00Z"}]}"#,
    r#"{"hasMore":false,"continueFrom":"b","data":[{"id":3,"createdOn":"2026-03-03T00:00:00Z"}]}"#,
];

fn list(client: &ServiceTitan) -> ListRequest<Row> {
    client.list(&LIST, PathValues::default(), Query::default())
}

fn lookup(client: &ServiceTitan) -> ListRequest<Row> {
    let list = client.list_by::<Row, i64>(&LIST, "ids", &[1, 2, 3], Query::default());
    list.only_these(|row| Some(row.id.get()))
}

#[tokio::test(start_paused = true)]
async fn a_list_goes_on_past_records_that_do_not_fit_in_each_way_of_reading_it() {
    let ways: [fn(&ServiceTitan) -> ListRequest<Row>; 3] =
        [list, lookup, |client| list(client).by_creation()];
    for (number, way) in ways.into_iter().enumerate() {
        let scripted = script(&PAGES);
        let items: Vec<_> = way(&client(&scripted)).records().collect().await;
        let ids: Vec<_> = items.iter().flatten().map(|row| row.id.get()).collect();
        assert_eq!(ids, [1, 2, 3], "way {number}");
        let misfits: Vec<_> = items.into_iter().filter_map(Result::err).collect();
        assert_eq!(misfits.len(), 2, "way {number}: {misfits:?}");
        assert!(misfits.iter().all(|error| matches!(error, Error::Decode { .. })), "{misfits:?}");
        assert!(
            misfits[0].to_string().ends_with("(GET x/v2/tenant/{tenant}/rows, page 1)"),
            "{}",
            misfits[0]
        );
        scripted.assert_used_up();

        let scripted = script(&PAGES);
        let pages: Vec<_> = way(&client(&scripted)).pages().try_collect().await.unwrap();
        let counts: Vec<_> = pages.iter().map(|page| (page.records.len(), page.problems.len())).collect();
        assert_eq!(counts, [(2, 2), (1, 0)], "way {number}");
    }
}

fn feed(client: &ServiceTitan) -> ExportRequest<Row> {
    client.export(&FEED, ExportFrom::token("asked"))
}

#[tokio::test(start_paused = true)]
async fn a_last_page_without_a_position_gives_its_records_and_leaves_the_position_as_it_was() {
    for position in ["", r#""continueFrom":null,"#, r#""continueFrom":"","#] {
        for ahead in [true, false] {
            let last = format!(r#"{{{position}"hasMore":false,"data":[{{"id":3}}]}}"#);
            let scripted = script(&[PAGES[0], &last]);
            let pages: Vec<_> = feed(&client(&scripted)).prefetch(ahead).try_collect().await.unwrap();
            assert_eq!(pages[0].continue_from, Some(ContinueFrom::new("a")));
            assert_eq!((pages[1].records.len(), pages[1].continue_from.clone()), (1, None));
            scripted.assert_used_up();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_without_a_position_that_more_is_said_to_follow_gives_its_records_and_then_the_feed_stops() {
    for page in [
        r#"{"hasMore":true,"data":[{"id":3}]}"#,
        r#"{"hasMore":true,"continueFrom":null,"data":[{"id":3}]}"#,
        r#"{"data":[{"id":3}],"continueFrom":"","hasMore":true}"#,
    ] {
        for ahead in [true, false] {
            let scripted = script(&[page]);
            let mut feed = feed(&client(&scripted)).prefetch(ahead);
            let page = feed.try_next().await.unwrap().unwrap();
            assert_eq!((page.records.len(), page.continue_from, page.has_more), (1, None, true));
            let error = feed.try_next().await.unwrap_err();
            assert!(matches!(error, Error::Unexpected { .. }), "{error}");
            assert!(error.to_string().contains("names no position"), "{error}");
            let request = "(GET x/v2/tenant/{tenant}/export/rows, from asked)";
            assert!(error.to_string().ends_with(request), "{error}");
            assert!(feed.next().await.is_none());
            scripted.assert_used_up();
        }
        let page = feed(&client(&script(&[page]))).one_page().await.unwrap();
        assert_eq!((page.continue_from, page.has_more), (None, true));
    }
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_names_the_same_position_again_gives_the_records_of_each_page_before_it_stops() {
    let pages: Vec<String> = (1..=3)
        .map(|id| format!(r#"{{"hasMore":true,"continueFrom":"asked","data":[{{"id":{id}}}]}}"#))
        .collect();
    for ahead in [true, false] {
        let scripted = script(&pages.iter().map(String::as_str).collect::<Vec<_>>());
        let items: Vec<_> = feed(&client(&scripted)).prefetch(ahead).collect().await;
        let ids: Vec<_> = items.iter().flatten().map(|page| page.records[0].id.get()).collect();
        assert_eq!(ids, [1, 2, 3]);
        assert!(matches!(items.last(), Some(Err(Error::Unexpected { .. }))), "{:?}", items.last());
        scripted.assert_used_up();
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_cannot_be_read_names_its_request() {
    let unreadable = r#""no page""#;
    let feed_of = |from| async move {
        client(&script(&[unreadable])).export::<Row>(&FEED, from).one_page().await.unwrap_err()
    };
    let listed =
        |request: ListRequest<Row>| async move { request.pages().try_collect::<Vec<_>>().await.unwrap_err() };
    let day = "2026-03-01".parse().unwrap();
    for (error, position) in [
        (feed_of(ExportFrom::beginning()).await, "export/rows, from the beginning)"),
        (feed_of(ExportFrom::day(day)).await, "export/rows, from 2026-03-01)"),
        (feed_of(ExportFrom::token("eyJhIjoxfQ==")).await, "export/rows, from eyJhIjoxfQ==)"),
        (listed(list(&client(&script(&[unreadable]))).from_page(9)).await, "rows, page 9)"),
        (listed(lookup(&client(&script(&[unreadable])))).await, "rows, 3 IDs from 1 to 3, page 1)"),
        (
            listed(list(&client(&script(&[PAGES[0], unreadable]))).by_creation()).await,
            "rows, created from 2026-03-02T00:00:00.000Z on, page 1)",
        ),
    ] {
        assert!(matches!(error, Error::Decode { .. }), "{error}");
        assert!(error.to_string().ends_with(position), "{error}");
    }
}

//! Lists of resources without a feed, while their pages change under the reader.

use std::collections::BTreeSet;
use std::sync::Arc;

use sync_core::{FeedPage, FeedPosition, Priority, Resource, Source, SourceError, SourceErrorKind};

use crate::tenant::{Moment, Tenant, ids, pages_of, source};

/// Number of zones.
const ZONES: i64 = 25;

fn tenant_of(script: &[Moment]) -> Arc<Tenant> {
    Arc::new(Tenant::new(ZONES, script))
}

async fn read(tenant: &Arc<Tenant>, from: &FeedPosition) -> Result<FeedPage, SourceError> {
    source(tenant).read_feed(Resource::Zones, from, false, Priority::Incremental).await
}

/// Reads from the beginning until no page is left.
async fn read_all(tenant: &Arc<Tenant>) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let mut from = FeedPosition::Beginning;
    loop {
        let page = read(tenant, &from).await.unwrap();
        found.extend(page.records.iter().map(|record| record.id));
        if !page.has_more {
            return found;
        }
        from = FeedPosition::Token(page.next.unwrap());
    }
}

#[tokio::test]
async fn a_page_size_that_changes_between_two_pages_loses_no_row() {
    for (first, then) in [(10, 20), (20, 10), (5, 24), (24, 5), (12, 13), (1, 25)] {
        for (miscounted, tells_page_size) in [(Some(0), true), (Some(0), false), (None, true)] {
            let mut tenant = Tenant::new(ZONES, &[pages_of(first), pages_of(then)]);
            (tenant.miscounted, tenant.tells_page_size) = (miscounted, tells_page_size);
            assert_eq!(
                read_all(&Arc::new(tenant)).await,
                ids(1..=ZONES),
                "{first} {then} {miscounted:?} {tells_page_size}"
            );
        }
    }
}

#[tokio::test]
async fn a_row_that_goes_away_between_two_pages_takes_no_other_with_it() {
    let tenant = tenant_of(&[pages_of(10), pages_of(10).gone(1)]);
    assert!(read_all(&tenant).await.is_superset(&ids(2..=ZONES)));
}

#[tokio::test]
async fn a_list_that_broke_off_starts_again_at_its_first_page_whatever_the_page_size_is_by_then() {
    let tenant = tenant_of(&[pages_of(10), pages_of(0), pages_of(20)]);
    assert_eq!(read(&tenant, &FeedPosition::Beginning).await.unwrap_err().kind, SourceErrorKind::Refused);
    assert_eq!(read_all(&tenant).await, ids(1..=ZONES));
}

#[tokio::test]
async fn a_list_that_stands_still_is_read_once_and_an_idle_one_with_one_request() {
    let tenant = tenant_of(&[pages_of(10)]);
    let page = read(&tenant, &FeedPosition::Beginning).await.unwrap();
    assert_eq!((page.records.len(), tenant.asked()), (25, 3));
    let quiet = tenant_of(&[pages_of(100).gone(ZONES)]);
    let idle = read(&quiet, &FeedPosition::Token(page.next.clone().unwrap())).await.unwrap();
    assert_eq!((idle.records.len(), idle.next, quiet.asked()), (0, page.next, 1));
}

#[tokio::test]
async fn a_tenant_that_counts_in_another_way_is_believed_when_its_list_is_the_same_twice() {
    let mut tenant = Tenant::new(ZONES, &[pages_of(10)]);
    tenant.miscounted = Some(3);
    let tenant = Arc::new(tenant);
    assert_eq!(read_all(&tenant).await, ids(1..=ZONES));
    assert_eq!(tenant.asked(), 6);
}

#[tokio::test]
async fn a_list_that_never_stands_still_fails_for_now() {
    let script: Vec<Moment> = (0..40).map(|request| pages_of(10).gone(request / 2)).collect();
    let tenant = tenant_of(&script);
    let error = read(&tenant, &FeedPosition::Beginning).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Temporary, "{error}");
    assert!(tenant.asked() <= 12);
}

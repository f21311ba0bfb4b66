//! Hosts with many connections, which come and go, and the samples of the watch.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use dashboard::{
    Budgets, Connection, CustomerSummary, Dashboard, EngineConnection, Found, Host, HostError, Runs,
};
use futures::stream::BoxStream;
use hatch_mapping::OpportunityModel;
use sync_core::{Clock, ConnectionStatus, DeadLetter, EraseReport, OpportunityExplanation, Progress};
use tokio::time::Instant;

use crate::browser::Browser;
use crate::tenant::Tenant;

/// A connection under another name.
struct Renamed(String, Arc<EngineConnection>);

#[async_trait]
impl Connection for Renamed {
    fn name(&self) -> String {
        self.0.clone()
    }
    fn models(&self) -> BTreeMap<String, OpportunityModel> {
        self.1.models()
    }
    async fn status(&self) -> Result<ConnectionStatus, HostError> {
        self.1.status().await
    }
    fn runs(&self) -> Runs {
        self.1.runs()
    }
    fn requests_sent(&self) -> u64 {
        self.1.requests_sent()
    }
    fn budgets(&self) -> Budgets {
        self.1.budgets()
    }
    fn progress(&self) -> BoxStream<'static, Progress> {
        self.1.progress()
    }
    async fn search(&self, text: &str) -> Result<Found, HostError> {
        self.1.search(text).await
    }
    async fn explain(
        &self,
        integration: &str,
        id: i64,
        refresh: bool,
    ) -> Result<OpportunityExplanation, HostError> {
        self.1.explain(integration, id, refresh).await
    }
    async fn retry(&self, letter: &DeadLetter) -> Result<bool, HostError> {
        self.1.retry(letter).await
    }
    async fn discard(&self, letter: &DeadLetter) -> Result<bool, HostError> {
        self.1.discard(letter).await
    }
    async fn pause(&self, integration: &str) -> Result<(), HostError> {
        self.1.pause(integration).await
    }
    async fn resume(&self, integration: &str) -> Result<(), HostError> {
        self.1.resume(integration).await
    }
    async fn customer(&self, id: i64) -> Result<Option<CustomerSummary>, HostError> {
        self.1.customer(id).await
    }
    async fn erase(&self, id: i64) -> Result<EraseReport, HostError> {
        self.1.erase(id).await
    }
}

/// A host whose connections are all the same one, under the names that it has at the moment.
struct Names(Mutex<Vec<String>>, Arc<EngineConnection>);

impl Names {
    fn of(count: usize, tenant: &Tenant) -> Arc<Self> {
        let names = (0..count).map(|number| format!("tenant-{number:04}")).collect();
        Arc::new(Names(Mutex::new(names), tenant.connection.clone()))
    }
}

impl Host for Names {
    fn names(&self) -> Vec<String> {
        self.0.lock().expect("a lock").clone()
    }
    fn connection(&self, name: &str) -> Option<Arc<dyn Connection>> {
        let is_there = self.0.lock().expect("a lock").iter().any(|it| it == name);
        is_there.then(|| Arc::new(Renamed(name.to_owned(), self.1.clone())) as Arc<dyn Connection>)
    }
}

/// Tokio's clock, which tests pause.
struct TokioClock(DateTime<Utc>, Instant);

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> DateTime<Utc> {
        self.0 + self.1.elapsed()
    }
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[tokio::test]
async fn the_overview_goes_on_from_page_to_page_and_a_connection_that_went_is_not_found() {
    let tenant = Tenant::start(0).await;
    let host = Names::of(120, &tenant);
    let page = Dashboard::builder(host.clone()).behind_authentication().build();
    let mut browser = Browser::of(page.router());
    let mut seen = Vec::new();
    let mut next = Some("/".to_owned());
    while let Some(address) = next {
        let links = browser.page(&address).await.attributes("href");
        let named = |link: &String| Some(link.strip_prefix("/connections/")?.to_owned());
        seen.extend(links.iter().filter_map(named).filter(|name| !name.contains('/')));
        next = links.into_iter().find(|link| link.starts_with("/?after="));
    }
    assert_eq!(seen, host.names());
    let json = browser.page("/json?after=tenant-0099").await.json();
    assert_eq!((json["connections"].as_array().map(Vec::len), &json["has_more"]), (Some(20), &false.into()));

    host.0.lock().expect("a lock").remove(3);
    assert_eq!(browser.get("/connections/tenant-0003").await.status, StatusCode::NOT_FOUND);
    browser.page("/connections/tenant-0004").await;
}

#[tokio::test]
async fn the_watch_samples_every_connection_in_bounded_memory_and_ends_when_asked_to() {
    let tenant = Tenant::start(0).await;
    let host = Names::of(dashboard::CHARTED_CONNECTIONS + 20, &tenant);
    let clock = Arc::new(TokioClock(Utc::now(), Instant::now()));
    let page = Dashboard::builder(host.clone())
        .behind_authentication()
        .clock(clock)
        .stopping_with(tenant.stop.clone())
        .build();
    tokio::time::pause();
    let watch = tokio::spawn(page.watch());
    let mut browser = Browser::of(page.router());
    let mut samples = async |name: &str| {
        let json = browser.page(&format!("/json/connections/{name}")).await.json();
        json["samples"].as_array().map_or(0, Vec::len)
    };
    tokio::time::sleep(Duration::from_secs(600)).await;
    // A hundred connections take turns, and those beyond them have no charts.
    let (first, last) = (samples("tenant-0000").await, samples("tenant-0099").await);
    assert!(first >= 4 && last >= 4 && first.abs_diff(last) <= 1, "{first} {last}");
    assert_eq!(samples("tenant-0110").await, 0);

    // One alone has its turn each time, for days.
    host.0.lock().expect("a lock").truncate(1);
    tokio::time::sleep(Duration::from_secs(2 * 86_400)).await;
    let kept = samples("tenant-0000").await;
    assert!(kept > dashboard::SAMPLES / 2 && kept <= dashboard::SAMPLES, "{kept}");
    let page = browser.page("/connections/tenant-0000").await;
    assert_eq!(page.text.matches("<svg").count(), 3, "{}", page.text);
    tenant.stop.cancel();
    watch.await.expect("an orderly end");
}

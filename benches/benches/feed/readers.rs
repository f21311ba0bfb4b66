//! Five ways to read the feed. Each reader returns the number of jobs that it read, or 0 if it does not parse them.

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use servicetitan_client::{Environment, ExportFrom, ExportPage, Job, RequestLimits, ServiceTitan, TenantId};

/// A page of the feed, with the minimum that a plain loop needs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    has_more: bool,
    continue_from: String,
    data: Vec<T>,
}

/// The fields of `servicetitan_client::Job`, with derived deserialization. Unknown fields are dropped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "reading them is what is measured")]
struct PlainJob {
    id: i64,
    summary: Option<String>,
    custom_fields: Option<Vec<PlainCustomField>>,
    external_data: Option<Vec<PlainExternalData>>,
    job_number: Option<String>,
    project_id: Option<i64>,
    customer_id: Option<i64>,
    location_id: Option<i64>,
    job_status: Option<String>,
    completed_on: Option<DateTime<Utc>>,
    business_unit_id: Option<i64>,
    job_type_id: Option<i64>,
    priority: Option<String>,
    campaign_id: Option<i64>,
    appointment_count: Option<i64>,
    first_appointment_id: Option<i64>,
    last_appointment_id: Option<i64>,
    recall_for_id: Option<i64>,
    warranty_id: Option<i64>,
    job_generated_lead_source: Option<PlainLeadSource>,
    no_charge: Option<bool>,
    notifications_enabled: Option<bool>,
    created_on: Option<DateTime<Utc>>,
    created_by_id: Option<i64>,
    modified_on: Option<DateTime<Utc>>,
    tag_type_ids: Option<Vec<i64>>,
    lead_call_id: Option<i64>,
    partner_lead_call_id: Option<i64>,
    booking_id: Option<i64>,
    sold_by_id: Option<i64>,
    customer_po: Option<String>,
    invoice_id: Option<i64>,
    membership_id: Option<i64>,
    total: Option<Decimal>,
    created_from_estimate_id: Option<i64>,
    estimate_ids: Option<Vec<i64>>,
    active: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "reading them is what is measured")]
struct PlainCustomField {
    type_id: Option<i64>,
    name: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "reading them is what is measured")]
struct PlainExternalData {
    key: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "reading them is what is measured")]
struct PlainLeadSource {
    job_id: Option<i64>,
    employee_id: Option<i64>,
}

/// Requests page after page; `read` returns the position of the next one.
async fn pages(url: &str, mut read: impl FnMut(&[u8]) -> Option<String>) {
    let client = reqwest::Client::builder().no_proxy().tls_certs_only(std::iter::empty()).build().unwrap();
    let mut from = None;
    loop {
        let query = from.map_or_else(String::new, |from| format!("?from={from}"));
        let request = client.get(format!("{url}/jpm/v2/tenant/7/export/jobs{query}"));
        let body =
            request.header("authorization", "Bearer opaque").send().await.unwrap().bytes().await.unwrap();
        match read(&body) {
            Some(next) => from = Some(next),
            None => return,
        }
    }
}

pub(crate) async fn download_only(url: &str) -> usize {
    // `hasMore` and `continueFrom` are at the beginning of a page.
    let next = |body: &[u8]| {
        let head = String::from_utf8_lossy(&body[..60]).into_owned();
        let token = head.split("\"continueFrom\":\"").nth(1)?.split('"').next()?.to_owned();
        head.contains("\"hasMore\":true").then_some(token)
    };
    pages(url, next).await;
    0
}

pub(crate) async fn plain_loop(url: &str) -> usize {
    let mut jobs = 0;
    pages(url, |body| {
        let page: Page<PlainJob> = serde_json::from_slice(body).unwrap();
        jobs += page.data.iter().filter(|job| job.id > 0).count();
        page.has_more.then_some(page.continue_from)
    })
    .await;
    jobs
}

pub(crate) async fn values(url: &str) -> usize {
    let mut jobs = 0;
    pages(url, |body| {
        let page: Page<Value> = serde_json::from_slice(body).unwrap();
        jobs += page.data.iter().filter(|job| job["id"].is_number()).count();
        page.has_more.then_some(page.continue_from)
    })
    .await;
    jobs
}

pub(crate) async fn typed_stream(url: &str) -> usize {
    let mut jobs = 0;
    let mut feed = client(url).jobs().export(ExportFrom::beginning());
    while let Some(page) = feed.try_next().await.unwrap() {
        jobs += read_jobs(&page);
    }
    jobs
}

/// Reads one page after the other, as the sync engine does: none is downloaded while another one is decoded.
pub(crate) async fn typed_pages(url: &str) -> usize {
    let client = client(url);
    let mut jobs = 0;
    let mut from = ExportFrom::beginning();
    loop {
        let page = client.jobs().export(from).one_page().await.unwrap();
        jobs += read_jobs(&page);
        if !page.has_more {
            return jobs;
        }
        from = ExportFrom::token(page.continue_from.unwrap().to_string());
    }
}

fn client(url: &str) -> ServiceTitan {
    ServiceTitan::builder(Environment::custom(url, url).unwrap())
        .app_key("ak1.bench")
        .credentials("cid.bench", "cs1.bench")
        .tenant(TenantId(7))
        .limits(RequestLimits::per_second(100_000))
        .build()
        .unwrap()
}

fn read_jobs(page: &ExportPage<Job>) -> usize {
    assert!(page.problems.is_empty());
    page.records.iter().filter(|job| !job.extra.is_empty()).count()
}

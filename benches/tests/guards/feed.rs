//! A page of the feed of jobs, and a client that reads nothing else.

use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt as _;
use hatch_mapping::BaseRecord;
use http::{Request, Response};
use serde_json::{Value, json};
use servicetitan_client::{
    Environment, ExportFrom, Job, RequestLimits, ServiceTitan, TenantId, Transport, TransportFailure,
};

use crate::records::Records;

/// Jobs of a page.
pub(crate) const JOBS: usize = 200;

/// Returns a job as a feed carries it, with a field that the model does not have.
pub(crate) fn job() -> Value {
    let records = Records::new();
    let BaseRecord::Job(job) = records.joined().base else { panic!("the records are a job's") };
    let mut job = serde_json::to_value(job).unwrap();
    job["laterField"] = json!({"name": "unknown to the model", "value": 7});
    job
}

/// ServiceTitan with one page.
struct OnePage {
    page: Bytes,
}

#[async_trait]
impl Transport for OnePage {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let is_token = request.uri().path().ends_with("/connect/token");
        let token = r#"{"access_token": "opaque", "expires_in": 900, "token_type": "Bearer"}"#;
        Ok(Response::new(if is_token { Bytes::from_static(token.as_bytes()) } else { self.page.clone() }))
    }
}

/// Returns a client whose feed of jobs has one page of [`JOBS`] jobs.
pub(crate) fn client() -> ServiceTitan {
    let page = json!({"hasMore": false, "continueFrom": "end", "data": vec![job(); JOBS]});
    let url = "https://servicetitan.invalid";
    ServiceTitan::builder(Environment::custom(url, url).unwrap())
        .app_key("ak1.guards")
        .credentials("cid.guards", "cs1.guards")
        .tenant(TenantId(7))
        .limits(RequestLimits::per_second(100_000))
        .transport(std::sync::Arc::new(OnePage { page: Bytes::from(page.to_string()) }))
        .build()
        .unwrap()
}

/// Reads the page.
pub(crate) async fn read_page(client: &ServiceTitan) -> Vec<Job> {
    let page = client.jobs().export(ExportFrom::beginning()).try_next().await.unwrap().unwrap();
    assert!(page.problems.is_empty() && page.records.len() == JOBS);
    page.records
}

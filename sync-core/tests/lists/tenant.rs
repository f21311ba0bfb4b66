//! A tenant whose lists change between two requests.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use servicetitan_client::{Environment, ServiceTitan, TenantId, Transport, TransportFailure};
use sync_core::ServiceTitanSource;

/// ServiceTitan's time at each request.
const NOW: &str = "2026-06-01T12:00:00Z";
const DATE: &str = "Mon, 01 Jun 2026 12:00:00 GMT";

/// The state of a list at the time of a request.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    /// Number of rows on a page; 0 if the request is refused.
    page_size: usize,
    /// Number of rows removed at the front.
    gone: i64,
    /// Number of rows added at the end.
    came: i64,
    /// The row that has just changed; 0 for none.
    changed: i64,
}

/// Returns a list with this number of rows on a page.
pub(crate) fn pages_of(rows: usize) -> Moment {
    Moment { page_size: rows, gone: 0, came: 0, changed: 0 }
}

impl Moment {
    pub(crate) fn gone(self, rows: i64) -> Self {
        Moment { gone: rows, ..self }
    }

    pub(crate) fn changed(self, row: i64) -> Self {
        Moment { changed: row, ..self }
    }

    pub(crate) fn came(self, rows: i64) -> Self {
        Moment { came: rows, ..self }
    }
}

/// A tenant whose lists have rows from 1 on for every request. All rows belong to customer 1, or every two of them show one ID for two customers.
pub(crate) struct Tenant {
    rows: i64,
    /// The state of the list at each request. The last one stays.
    script: Vec<Moment>,
    /// The difference between the stated total and the number of rows; `None` if no total is stated.
    pub(crate) miscounted: Option<usize>,
    pub(crate) tells_page_size: bool,
    pub(crate) is_shared: bool,
    asked: Mutex<usize>,
}

impl Tenant {
    pub(crate) fn new(rows: i64, script: &[Moment]) -> Self {
        let script = script.to_vec();
        Tenant {
            rows,
            script,
            miscounted: Some(0),
            tells_page_size: true,
            is_shared: false,
            asked: Mutex::default(),
        }
    }

    pub(crate) fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    fn answer(&self, uri: &http::Uri) -> (u16, Value) {
        if uri.path().ends_with("/connect/token") {
            // A JWT of tenant 7.
            let token = "e30.eyJ0ZW5hbnQiOiI3In0.x";
            return (200, json!({"access_token": token, "expires_in": 900, "token_type": "Bearer"}));
        }
        let mut asked = self.asked.lock().unwrap();
        let Moment { page_size, gone, came, changed } =
            *self.script.get(*asked).or(self.script.last()).unwrap();
        *asked += 1;
        if page_size == 0 {
            return (400, json!({"title": "scripted"}));
        }
        let query = uri.query().unwrap();
        let value = |name: &str| query.split('&').find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
        let wanted: Option<Vec<i64>> = value("ids")
            .map(|ids| ids.replace("%2C", ",").split(',').map(|id| id.parse().unwrap()).collect());
        let rows: Vec<i64> = (1 + gone..=self.rows + came)
            .filter(|id| wanted.as_ref().is_none_or(|wanted| wanted.contains(id)))
            .collect();
        let page: usize = value("page").unwrap().parse().unwrap();
        let skipped = (page - 1) * page_size;
        let row = |id: &i64| {
            let modified = if *id > self.rows || *id == changed { NOW } else { "2026-01-01T00:00:00Z" };
            let (shown, customer) = if self.is_shared { ((id + 1) / 2, 2 - id % 2) } else { (*id, 1) };
            json!({"id": shown, "name": format!("row {id}"), "customerId": customer, "modifiedOn": modified})
        };
        let mut answer = json!({
            "page": page,
            "hasMore": skipped + page_size < rows.len(),
            "data": rows.iter().skip(skipped).take(page_size).map(row).collect::<Vec<_>>(),
        });
        if self.tells_page_size {
            answer["pageSize"] = json!(page_size);
        }
        if let Some(more) = self.miscounted {
            answer["totalCount"] = json!(rows.len() + more);
        }
        (200, answer)
    }
}

#[async_trait]
impl Transport for Tenant {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let (status, body) = self.answer(request.uri());
        Ok(Response::builder().status(status).header("date", DATE).body(body.to_string().into()).unwrap())
    }
}

pub(crate) fn source(tenant: &Arc<Tenant>) -> ServiceTitanSource {
    let client =
        ServiceTitan::builder(Environment::custom("https://st.example", "https://auth.example").unwrap())
            .app_key("ak1.key")
            .credentials("cid.id", "cs1.secret")
            .tenant(TenantId(7))
            .transport(tenant.clone())
            .build()
            .unwrap();
    ServiceTitanSource::new(client)
}

pub(crate) fn ids(range: RangeInclusive<i64>) -> BTreeSet<i64> {
    range.collect()
}

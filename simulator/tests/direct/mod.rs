//! A caller without sockets, for tests on Tokio's paused clock.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this module")]
#![allow(clippy::expect_used, reason = "a test that cannot ask has failed")]

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use secrecy::ExposeSecret;
use serde_json::Value;
use simulator::{CallBroken, Server, Simulator, SimulatorConfig};

/// An answer, with its body as JSON where it is JSON.
pub struct Answer {
    pub status: u16,
    pub json: Value,
    pub whole: Response<Bytes>,
}

/// A simulator in this process, and a token for it.
#[derive(Clone)]
pub struct Direct {
    pub simulator: Arc<Simulator>,
    token: String,
}

/// A tiny world in a fixed present.
pub fn tiny() -> SimulatorConfig {
    SimulatorConfig {
        // A change is in its export at once.
        hold_back: chrono::Duration::zero(),
        seed: 3,
        jobs: 20,
        memberships: 4,
        now: chrono::DateTime::from_timestamp(1_790_000_000, 0),
        ..SimulatorConfig::default()
    }
}

impl Direct {
    pub async fn start(config: SimulatorConfig) -> Self {
        let mut direct = Self { simulator: Arc::new(Simulator::in_process(config)), token: String::new() };
        direct.renew_token().await;
        direct
    }

    pub async fn renew_token(&mut self) {
        let credentials = self.simulator.credentials();
        let secret = credentials.client_secret.expose_secret();
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={secret}",
            credentials.client_id
        );
        let answer = self.call(Server::ServiceTitan, "POST", "/connect/token", &[], form).await;
        if let Ok(answer) = answer
            && let Some(token) = answer.json["access_token"].as_str()
        {
            token.clone_into(&mut self.token);
        }
    }

    async fn call(
        &self,
        server: Server,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, CallBroken> {
        let request = headers.iter().fold(Request::builder(), |it, (name, value)| it.header(*name, *value));
        let request = request.method(method).uri(path).body(body.into()).expect("a request");
        let whole = self.simulator.call(server, &request).await?;
        let json = serde_json::from_slice(whole.body()).unwrap_or_default();
        Ok(Answer { status: whole.status().as_u16(), json, whole })
    }

    /// A call of a path below the tenant, such as `jpm:jobs?page=1`.
    pub async fn api(&self, method: &str, path: &str, body: &Value) -> Result<Answer, CallBroken> {
        let credentials = self.simulator.credentials();
        let (family, path) = path.split_once(':').expect("a family");
        let path = format!("/{family}/v2/tenant/{}/{path}", credentials.tenant);
        let bearer = format!("Bearer {}", self.token);
        let headers =
            [("Authorization", bearer.as_str()), ("ST-App-Key", credentials.app_key.expose_secret())];
        self.call(Server::ServiceTitan, method, &path, &headers, body.to_string()).await
    }

    /// A GET that no fault breaks.
    pub async fn get(&self, path: &str) -> Answer {
        self.api("GET", path, &Value::Null).await.expect("an answer")
    }

    /// An upsert to the department with this index; its source is added.
    pub async fn upsert(&self, department: usize, mut body: Value) -> Result<Answer, CallBroken> {
        let department = self.simulator.hatch_departments()[department].clone();
        body["source"] = department.source.into();
        let bearer = format!("Bearer {}", department.api_key.expose_secret());
        let headers = [("Authorization", bearer.as_str())];
        self.call(Server::Hatch, "POST", "/v1/contacts", &headers, body.to_string()).await
    }

    /// Reads an export to its head, trying again whatever fails and reading whatever can be read (pages with a byte order mark, bytes that are no
    /// UTF-8, no position, IDs as text or floats), and answers the IDs of its records as they came.
    pub async fn drain(&mut self, path: &str) -> Vec<i64> {
        let (mut ids, mut from) = (Vec::new(), String::new());
        for _ in 0..2_000 {
            let answer = self.api("GET", &format!("{path}?from={from}"), &Value::Null).await;
            let answered = answer.ok().filter(|answer| answer.status == 200);
            let Some(page) = answered.as_ref().and_then(page) else {
                self.renew_token().await;
                continue;
            };
            ids.extend(page["data"].as_array().into_iter().flatten().filter_map(|it| id(&it["id"])));
            match page["continueFrom"].as_str() {
                Some(token) => token.clone_into(&mut from),
                None => continue,
            }
            if page["hasMore"] == Value::Bool(false) {
                return ids;
            }
        }
        ids
    }
}

fn page(answer: &Answer) -> Option<Value> {
    let text = String::from_utf8_lossy(answer.whole.body()).into_owned();
    let page: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    page.is_object().then_some(page)
}

fn id(value: &Value) -> Option<i64> {
    let of_text = || value.as_str()?.parse().ok();
    let of_float = || value.as_f64().map(|float| float as i64);
    value.as_i64().or_else(of_text).or_else(of_float)
}

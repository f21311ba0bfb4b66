//! A plain HTTP caller, so that the tests see what any client sees.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this module")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot ask has failed; clippy sees no test in a shared module"
)]

use reqwest::{Client, Method, RequestBuilder, Response};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use simulator::{Simulator, SimulatorConfig};

/// A running simulator with a caller that holds a token.
pub struct Caller {
    pub simulator: Simulator,
    pub http: Client,
    pub token: String,
}

/// A small world in a fixed present.
pub fn config() -> SimulatorConfig {
    SimulatorConfig {
        // A change is in its export at once.
        hold_back: chrono::Duration::zero(),
        seed: 7,
        jobs: 120,
        memberships: 25,
        now: chrono::DateTime::from_timestamp(1_790_000_000, 0),
        ..SimulatorConfig::default()
    }
}

impl Caller {
    pub async fn start(config: SimulatorConfig) -> Self {
        let simulator = Simulator::start(config).await.unwrap();
        let mut caller = Self { simulator, http: Client::new(), token: String::new() };
        caller.renew_token().await;
        caller
    }

    pub async fn renew_token(&mut self) {
        let credentials = self.simulator.credentials();
        let secret = credentials.client_secret.expose_secret();
        let answer = ask_token(&self.simulator, &self.http, &credentials.client_id, secret).await;
        let body: Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    /// The URL of a path below the tenant, such as `jpm:jobs?page=1`.
    pub fn url(&self, path: &str) -> String {
        let (family, path) = path.split_once(':').unwrap();
        let tenant = self.simulator.credentials().tenant;
        format!("{}/{family}/v2/tenant/{tenant}/{path}", self.simulator.servicetitan_url())
    }

    pub fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let key = self.simulator.credentials().app_key;
        request.bearer_auth(&self.token).header("ST-App-Key", key.expose_secret())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.signed(self.http.get(self.url(path))).send().await.unwrap()
    }

    /// The body of a GET that has to succeed.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// The status of a GET.
    pub async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status().as_u16()
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.signed(self.http.post(self.url(path))).json(&body).send().await.unwrap()
    }

    /// A write, with the answer's status and its body where it has one.
    pub async fn write(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.signed(self.http.request(method, self.url(path))).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// All records of a feed, and its last token.
    pub async fn drain(&self, path: &str, from: &str) -> (Vec<Value>, String) {
        let (mut records, mut token) = (Vec::new(), from.to_owned());
        loop {
            let page = self.read(&format!("{path}?from={token}")).await;
            records.extend(page["data"].as_array().unwrap().iter().cloned());
            token = page["continueFrom"].as_str().unwrap().to_owned();
            if page["hasMore"] == json!(false) {
                return (records, token);
            }
        }
    }

    /// An upsert to the department with this index.
    pub async fn upsert(&self, department: usize, body: Value) -> Response {
        let key = self.simulator.hatch_departments()[department].api_key.clone();
        let url = format!("{}/v1/contacts", self.simulator.hatch_url());
        self.http.post(url).bearer_auth(key.expose_secret()).json(&body).send().await.unwrap()
    }
}

pub async fn ask_token(simulator: &Simulator, http: &Client, id: &str, secret: &str) -> Response {
    http.post(format!("{}/connect/token", simulator.servicetitan_url()))
        .form(&[("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)])
        .send()
        .await
        .unwrap()
}

pub fn ids(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|record| record["id"].as_i64().unwrap()).collect()
}

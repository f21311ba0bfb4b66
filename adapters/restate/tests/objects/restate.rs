//! Restate's ingress and its admin API.

use std::time::Duration;

use serde_json::{Value, json};

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this in .ci/restate"))
}

pub(crate) struct Restate {
    http: reqwest::Client,
    ingress: String,
    admin: String,
}

impl Restate {
    pub(crate) fn from_environment() -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Restate { http, ingress: variable("RESTATE_URL"), admin: variable("RESTATE_ADMIN_URL") }
    }

    /// Tells Restate where the workers are.
    pub(crate) async fn register(&self, workers: &str) {
        let body = json!({"uri": workers, "force": true});
        let answer = self.http.post(format!("{}/deployments", self.admin)).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Calls a handler, and returns its answer, or the status of its refusal.
    pub(crate) async fn call(
        &self,
        object: &str,
        key: &str,
        handler: &str,
        input: Value,
    ) -> Result<Value, u16> {
        let mut request = self.http.post(format!("{}/{object}/{key}/{handler}", self.ingress));
        if !input.is_null() {
            request = request.json(&input);
        }
        let answer = request.send().await.unwrap();
        if !answer.status().is_success() {
            return Err(answer.status().as_u16());
        }
        let body = answer.bytes().await.unwrap();
        Ok(if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() })
    }

    /// Cancels an invocation of this target once it is running.
    pub(crate) async fn cancel(&self, target: &str) {
        let sql = format!("SELECT id FROM sys_invocation WHERE target = '{target}' AND status = 'running'");
        loop {
            let asked = self.http.post(format!("{}/query", self.admin)).header("accept", "application/json");
            let answer: Value =
                asked.json(&json!({"query": sql})).send().await.unwrap().json().await.unwrap();
            if let Some(id) = answer["rows"][0]["id"].as_str() {
                let url = format!("{}/invocations/{id}/cancel", self.admin);
                let answer = self.http.patch(url).send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

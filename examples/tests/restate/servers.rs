//! Restate and PostgreSQL, as the wrappers in `.ci` have started them.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run this in .ci/postgres and .ci/restate"))
}

/// Restarts a server without a shutdown, by the program that its wrapper names, in a thread of its own.
pub async fn crash(control: &'static str) {
    let program = variable(control);
    let crashed = tokio::task::spawn_blocking(move || {
        Command::new(program).arg("crash").stdin(Stdio::null()).stdout(Stdio::null()).status()
    });
    let status = crashed.await.expect("a thread").expect("the control program runs");
    assert!(status.success(), "{control} crash: {status}");
}

/// Returns the files of Restate's data that have a word in them.
pub fn files_with(word: &str) -> Vec<String> {
    let arguments = ["-r", "-l", "-a", "-F", "-e", word, &variable("RESTATE_DATA")];
    let found = Command::new("grep").args(arguments).stderr(Stdio::null()).output().expect("grep runs");
    String::from_utf8_lossy(&found.stdout).lines().map(str::to_owned).collect()
}

/// Restate's ingress and its admin API.
#[derive(Clone)]
pub struct Restate {
    http: reqwest::Client,
    ingress: String,
    admin: String,
}

impl Restate {
    pub fn from_environment() -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
        Restate { http, ingress: variable("RESTATE_URL"), admin: variable("RESTATE_ADMIN_URL") }
    }

    pub fn ingress(&self) -> &str {
        &self.ingress
    }

    /// Tells Restate where the workers are.
    pub async fn register(&self, workers: &str) {
        let body = json!({"uri": workers, "force": true});
        let sent = self.http.post(format!("{}/deployments", self.admin)).json(&body).send().await;
        let answer = sent.expect("Restate answers");
        let status = answer.status();
        assert!(status.is_success(), "{status}: {}", answer.text().await.unwrap_or_default());
    }

    /// Calls a handler and waits for its answer; `None` while Restate cannot carry it out.
    pub async fn call(&self, object: &str, key: &str, handler: &str) -> Option<Value> {
        let url = format!("{}/{object}/{key}/{handler}", self.ingress);
        let answer = self.http.post(url).send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let body = answer.bytes().await.ok()?;
        Some(serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Asks Restate's tables a question.
    pub async fn query(&self, sql: &str) -> Vec<Value> {
        let asked = self.http.post(format!("{}/query", self.admin)).header("accept", "application/json");
        let answer = asked.json(&json!({"query": sql})).send().await.expect("Restate answers");
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_else(|error| panic!("{status}: {error}"));
        body["rows"].as_array().cloned().unwrap_or_else(|| panic!("{sql}: {body}"))
    }
}

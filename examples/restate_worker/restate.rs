//! Calls of Restate's ingress from outside of its handlers.

use std::error::Error;
use std::path::Path;

use reqwest::StatusCode;
use serde::Serialize;

use crate::tenants::Tenants;

/// Restate's ingress.
#[derive(Clone)]
pub struct Ingress {
    http: reqwest::Client,
    url: String,
}

impl Ingress {
    /// Returns the ingress at a URL.
    pub fn new(url: &str) -> Self {
        Ingress { http: reqwest::Client::new(), url: url.trim_end_matches('/').to_owned() }
    }

    /// Hands a call of an object's handler to Restate, which carries it out once for each `id`, now or once a worker is there.
    pub async fn send(
        &self,
        object: &str,
        key: &str,
        handler: &str,
        id: Option<&str>,
        input: Option<&impl Serialize>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut request = self.http.post(format!("{}/{object}/{key}/{handler}/send", self.url));
        if let Some(id) = id {
            request = request.header("idempotency-key", id);
        }
        if let Some(input) = input {
            request = request.json(input);
        }
        let status = request.send().await.map_err(reqwest::Error::without_url)?.status();
        match status {
            status if status.is_success() => Ok(()),
            StatusCode::NOT_FOUND => Err("Restate does not know the object: register the workers".into()),
            status => Err(format!("Restate answered {status}").into()),
        }
    }
}

/// Starts the cycles of every tenant.
pub async fn start(tenants: &Path, restate: &str, now: bool) -> Result<(), Box<dyn Error>> {
    let ingress = Ingress::new(restate);
    let handler = if now { "sync_now" } else { "start" };
    let connections = Tenants::read(tenants)?.by_connection();
    for connection in connections.keys() {
        let sent = ingress.send("Connection", connection, handler, None, None::<&()>).await;
        sent.map_err(|error| error.to_string())?;
    }
    examples::say!("{} connections are started", connections.len());
    Ok(())
}

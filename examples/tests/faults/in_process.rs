//! ServiceTitan and Hatch without sockets: the simulator behind the client's transport and behind a sink.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hatch_mapping::Opportunity;
use http::{Request, Response};
use secrecy::ExposeSecret;
use servicetitan_client::{Transport, TransportFailure, TransportKind};
use simulator::{HatchDepartment, Server, Simulator};
use sync_core::{OpportunitySink, SinkError, Upserted};
use tokio::time::timeout;

use crate::chaos::{Chaos, Moment};

/// Timeout of a request; longer than ServiceTitan's own timeout.
const PATIENCE: Duration = Duration::from_secs(110);

/// Carries the client's requests to the simulator.
pub struct InProcess {
    pub simulator: Arc<Simulator>,
    pub chaos: Arc<Chaos>,
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        self.chaos.point().await;
        self.chaos.work(Moment::BeforeRequest);
        let answer = timeout(PATIENCE, self.simulator.call(Server::ServiceTitan, &request)).await;
        if let Ok(Ok(answer)) = &answer {
            self.chaos.work(Moment::Answered { path: request.uri().path(), body: answer.body() });
        }
        self.chaos.travel().await;
        self.chaos.point().await;
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(broken)) => Err(TransportFailure::new(TransportKind::Broken, broken.to_string())),
            Err(_) => Err(TransportFailure::new(TransportKind::Timeout, "no answer in time")),
        }
    }
}

/// Reads Hatch's refusal of a body.
fn refusal(body: &[u8]) -> SinkError {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    let pointer = |error: &serde_json::Value| Some(error.pointer("/source/pointer")?.as_str()?.to_owned());
    SinkError::Rejected {
        reasons: vec!["422".to_owned()],
        pointers: errors.iter().map(pointer).collect::<Option<_>>().unwrap_or_default(),
    }
}

/// A department of the simulated Hatch. Each upsert is one request without retries, so that every failure reaches the engine.
pub struct Department {
    pub simulator: Arc<Simulator>,
    pub chaos: Arc<Chaos>,
    pub department: HatchDepartment,
    /// Resource of the opportunities' base records.
    pub base: &'static str,
}

#[async_trait]
impl OpportunitySink for Department {
    fn identity(&self) -> String {
        self.department.name.clone()
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        let body = serde_json::to_vec(opportunity).expect("an opportunity is JSON");
        let request = Request::post("/v1/contacts")
            .header("authorization", format!("Bearer {}", self.department.api_key.expose_secret()))
            .body(Bytes::from(body))
            .expect("a request");
        self.chaos.point().await;
        self.chaos.work(Moment::BeforeRequest);
        let answer = timeout(PATIENCE, self.simulator.call(Server::Hatch, &request)).await;
        if let Ok(id) = opportunity.external_id.parse() {
            self.chaos.work(Moment::Sent { resource: self.base, id });
        }
        self.chaos.travel().await;
        self.chaos.point().await;
        let unclear = |why: &str| Err(SinkError::Unclear(why.to_owned()));
        match answer {
            Err(_) => unclear("no answer in time"),
            Ok(Err(broken)) => Err(SinkError::Unclear(broken.to_string())),
            Ok(Ok(answer)) => match answer.status().as_u16() {
                200 if serde_json::from_slice::<serde_json::Value>(answer.body()).is_ok() => {
                    Ok(Upserted::default())
                }
                422 => Err(refusal(answer.body())),
                429 => Err(SinkError::RateLimited { retry_after: None }),
                status => unclear(&format!("status {status}")),
            },
        }
    }

    async fn check(&self) -> Result<(), SinkError> {
        Ok(())
    }
}

//! The client: sends upserts to Hatch, with a rate limit and retries.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use hatch_mapping::Opportunity;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use sync_core::{Gate, OpportunitySink, SinkError, Upserted};
use url::Url;

use crate::RateLimit;
use crate::answer::{self, Failure};
use crate::limit::Queue;

/// The request body of [`OpportunitySink::check`]: one that Hatch refuses with 422 if the API key is valid.
///
/// Hatch's API has no request that only reads. `source` is the one field whose schema forbids `null`, and "null value where string
/// expected" is the example that Hatch publishes for a 422, so the body fails before Hatch looks for a contact. The body also has
/// neither phone nor e-mail, so that no contact could match.
const REFUSED_BODY: &str = r#"{"source":null}"#;

/// The longest wait between two attempts of one call. A longer `Retry-After` ends the call; the engine waits for it instead.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Limits of a request's retries: number of attempts, and wait before the second one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries {
    pub(crate) attempts: usize,
    pub(crate) first_wait: Duration,
}

/// Client of Hatch's public API: delivers opportunities to one department with `POST /v1/contacts`.
///
/// Clones are cheap, and share connections, rate limit, and the turn among the clients of a shared limit.
#[derive(Clone)]
pub struct HatchClient {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: Url,
    pub(crate) department: String,
    pub(crate) api_key: SecretString,
    pub(crate) limit: Option<RateLimit>,
    /// The place of this client's requests in the queue for the limit.
    pub(crate) queue: Queue,
    /// The time limit of one attempt.
    pub(crate) timeout: Duration,
    pub(crate) retries: Retries,
}

impl fmt::Debug for HatchClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HatchClient")
            .field("base_url", &self.base_url.as_str())
            .field("department", &self.department)
            .finish_non_exhaustive()
    }
}

impl HatchClient {
    fn base(&self) -> &str {
        self.base_url.as_str().trim_end_matches('/')
    }

    /// Returns host and port, for messages.
    fn place(&self) -> String {
        let host = self.base_url.host_str().unwrap_or_default();
        self.base_url.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Sends the body until Hatch accepts it, a failure is permanent, or the attempts are used up.
    async fn send(&self, body: Vec<u8>, gate: Option<&dyn Gate>) -> Result<Upserted, SinkError> {
        let mut waits = ExponentialBuilder::default()
            .with_min_delay(self.retries.first_wait)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(self.retries.attempts.saturating_sub(1))
            .with_jitter()
            .build();
        let mut maybe_done = None;
        loop {
            let failure = match self.attempt(body.clone(), gate).await {
                Ok(upserted) => return Ok(upserted),
                Err(failure) => failure,
            };
            if !failure.error.is_temporary() {
                return Err(failure.error);
            }
            tracing::debug!(department = self.department, error = %failure.error, "a request to Hatch failed");
            if matches!(failure.error, SinkError::Unclear(_)) {
                maybe_done = Some(failure.error.clone());
            }
            let wait = match (waits.next(), failure.retry_after) {
                (Some(_), Some(asked)) => Some(asked).filter(|asked| *asked <= LONGEST_WAIT),
                (wait, _) => wait,
            };
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                // If an earlier attempt may have been carried out, the outcome stays unclear.
                None => return Err(maybe_done.unwrap_or(failure.error)),
            }
        }
    }

    async fn attempt(&self, body: Vec<u8>, gate: Option<&dyn Gate>) -> Result<Upserted, Failure> {
        if let Some(limit) = &self.limit {
            limit.wait(&self.queue).await;
        }
        // After the wait, which may have been long.
        if let Some(gate) = gate
            && !gate.is_open().await
        {
            return Err(Failure { error: SinkError::Shut, retry_after: None });
        }
        let response = self
            .http
            .post(format!("{}/v1/contacts", self.base()))
            .timeout(self.timeout)
            .bearer_auth(self.api_key.expose_secret())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| answer::unanswered(error, &self.place()))?;
        answer::read(response, &self.department).await
    }
}

#[async_trait]
impl OpportunitySink for HatchClient {
    fn identity(&self) -> String {
        format!("{} {}", self.base(), self.department)
    }

    async fn upsert(&self, opportunity: &Opportunity) -> Result<Upserted, SinkError> {
        self.send(body_of(opportunity)?, None).await
    }

    async fn upsert_through(
        &self,
        opportunity: &Opportunity,
        gate: &dyn Gate,
    ) -> Result<Upserted, SinkError> {
        self.send(body_of(opportunity)?, Some(gate)).await
    }

    async fn check(&self) -> Result<(), SinkError> {
        match self.send(REFUSED_BODY.into(), None).await {
            Err(SinkError::Rejected { .. }) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(SinkError::Unavailable(format!(
                "{} accepted a body that Hatch refuses, so it is not Hatch: check the base URL",
                self.place()
            ))),
        }
    }
}

fn body_of(opportunity: &Opportunity) -> Result<Vec<u8>, SinkError> {
    serde_json::to_vec(opportunity)
        .map_err(|_| answer::rejected(vec!["the opportunity cannot be written as JSON".to_owned()]))
}

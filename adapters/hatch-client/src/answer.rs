//! Translation of Hatch's answers, and of failures to get one, into results of the sink.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use sync_core::{SinkError, Upserted};

/// Upper bound of an answer's length; Hatch's own answers are far shorter.
const LONGEST_BODY: usize = 64 * 1024;

/// Number of a refusal's reasons that are kept, and number of characters that are kept of each pointer and title.
const MOST_REASONS: usize = 20;
const LONGEST_REASON: usize = 120;

/// Text of rustls's error when the server answers in plain HTTP.
const NO_TLS: &str = "InvalidContentType";

type Cause = dyn std::error::Error + 'static;

/// A failed attempt.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: SinkError,
    /// Wait that Hatch asked for with `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
}

impl From<SinkError> for Failure {
    fn from(error: SinkError) -> Self {
        Failure { error, retry_after: None }
    }
}

#[derive(Deserialize)]
struct Success {
    data: Option<SuccessData>,
}

#[derive(Deserialize)]
struct SuccessData {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    errors: Vec<RefusalReason>,
}

/// One error of a refusal. Its `detail` is not read, since it may repeat customer data.
#[derive(Deserialize)]
struct RefusalReason {
    title: Option<String>,
    source: Option<RefusalSource>,
}

#[derive(Deserialize)]
struct RefusalSource {
    pointer: Option<String>,
}

/// Reads Hatch's answer to an upsert.
pub(crate) async fn read(response: Response, department: &str) -> Result<Upserted, Failure> {
    let status = response.status();
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse().ok())
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let error = match status {
        _ if status.is_success() => return Ok(success(response).await?),
        StatusCode::UNPROCESSABLE_ENTITY => refusal(response).await,
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => {
            rejected(vec![format!("Hatch answered {status}")])
        }
        StatusCode::UNAUTHORIZED => SinkError::Unauthorized(format!(
            "Hatch refused the API key of `{department}`: give the key that Hatch's settings show now"
        )),
        StatusCode::FORBIDDEN => SinkError::Unauthorized(format!(
            "the API key of `{department}` may not add contacts in Hatch: give a key of this department with that permission"
        )),
        StatusCode::TOO_MANY_REQUESTS => SinkError::RateLimited { retry_after },
        StatusCode::REQUEST_TIMEOUT => SinkError::Unclear(format!("Hatch answered {status}")),
        _ if status.is_server_error() => SinkError::Unclear(format!("Hatch answered {status}")),
        _ => SinkError::Unavailable(format!(
            "the server answered {status}, which Hatch's API does not do: check the base URL"
        )),
    };
    Err(Failure { error, retry_after })
}

async fn success(response: Response) -> Result<Upserted, SinkError> {
    let success: Option<Success> = body(response).await.and_then(|body| serde_json::from_slice(&body).ok());
    match success {
        Some(success) => Ok(Upserted { contact_id: success.data.and_then(|data| data.id) }),
        // The page of a proxy or a portal, or an answer that was cut off.
        None => Err(SinkError::Unclear("the answer has a success status but is not Hatch's JSON".to_owned())),
    }
}

/// A refusal that names no field.
pub(crate) fn rejected(reasons: Vec<String>) -> SinkError {
    SinkError::Rejected { reasons, pointers: Vec::new() }
}

/// Reads Hatch's refusal of a body.
async fn refusal(response: Response) -> SinkError {
    let refusal: Option<Refusal> = body(response).await.and_then(|body| serde_json::from_slice(&body).ok());
    let errors = refusal.map(|refusal| refusal.errors).unwrap_or_default();
    if errors.is_empty() {
        return rejected(vec!["Hatch answered 422 without a reason".to_owned()]);
    }
    let pointer = |reason: &RefusalReason| reason.source.as_ref().and_then(|source| source.pointer.clone());
    // A reason that names no field, or one that is not kept, may be about anything.
    let pointers: Option<Vec<String>> = errors.iter().map(pointer).collect();
    let pointers = pointers.filter(|pointers| pointers.len() <= MOST_REASONS).unwrap_or_default();
    let reasons = errors.into_iter().take(MOST_REASONS).map(|reason| {
        let pointer = pointer(&reason).unwrap_or_else(|| "/".to_owned());
        let title = reason.title.unwrap_or_else(|| "refused".to_owned());
        format!("{}: {}", shortened(&pointer), shortened(&title))
    });
    SinkError::Rejected {
        reasons: reasons.collect(),
        pointers: pointers.iter().map(|pointer| shortened(pointer)).collect(),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_REASON).collect()
}

/// Reads the whole body; `None` if it is cut off or longer than [`LONGEST_BODY`].
async fn body(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

/// Translates a request's failure without an answer.
pub(crate) fn unanswered(error: reqwest::Error, place: &str) -> SinkError {
    let error = error.without_url();
    if error.is_connect() {
        return SinkError::Unavailable(if is_refused(&error) {
            format!("nothing listens at {place}: check the base URL, and that the server is running")
        } else if error.is_timeout() {
            format!("connecting to {place} took too long: check the network")
        } else if deepest(&error).contains(NO_TLS) {
            format!(
                "{place} does not speak TLS: check the port, or use http:// if the server is on this machine"
            )
        } else {
            format!("{place} cannot be reached ({}): check the base URL and the network", deepest(&error))
        });
    }
    if error.is_timeout() {
        return SinkError::Unclear(format!("{place} did not answer in time"));
    }
    SinkError::Unclear(format!("the connection to {place} failed: {}", deepest(&error)))
}

fn is_refused(error: &reqwest::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::ConnectionRefused)
}

fn deepest(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &Cause> {
    std::iter::successors(error.source(), |cause: &&Cause| (*cause).source())
}

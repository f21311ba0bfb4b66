//! One request and its answer: faults, the count, and the world's date around the server's own behaviour.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;

use crate::answer::Answer;
use crate::faults::{self, About, FaultKind, LateEffect, Server};
use crate::systems::Systems;
use crate::tenants::Tenants;
use crate::{control, hatch_api, servicetitan};

/// A connection broke before a whole answer had arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the simulated connection broke {}", if *.answer_began { "within the answer" } else { "before the answer" })]
#[non_exhaustive]
pub struct CallBroken {
    /// True if status, headers and a part of the body had arrived.
    pub answer_began: bool,
    /// True if the server had carried the request out, which its caller cannot know.
    pub carried_out: bool,
}

/// The pause before each byte of a body that trickles in. It hangs on the answer, since only its carrier can keep to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trickle(pub(crate) Duration);

type Outcome = Result<Answer, CallBroken>;

/// The status under which the statistics count a request without a whole answer.
const NO_WHOLE_ANSWER: u16 = 0;

pub(crate) async fn exchange(
    tenants: &Tenants,
    server: Server,
    request: &Request<Bytes>,
) -> Result<Answer, CallBroken> {
    if server == Server::ServiceTitan
        && let Some(answer) = control::answer(tenants, request)
    {
        return Ok(answer);
    }
    let systems = tenants.of_request(server, request);
    let about = about(systems, server, request);
    let fault = systems.faults.strike(server, request.method(), request.uri().path(), about);
    let (outcome, wait) = match &fault {
        None => (Ok(answer(systems, server, request, None)), Duration::ZERO),
        Some(kind) => {
            systems.stats().count_fault(kind.name());
            troubled(systems, server, request, kind)
        }
    };
    count(systems, server, request, &outcome);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    outcome.map(|mut answer| {
        systems.date(&mut answer);
        answer
    })
}

/// Returns the answer to a request under a fault, and the time that it takes.
fn troubled(
    systems: &Arc<Systems>,
    server: Server,
    request: &Request<Bytes>,
    kind: &FaultKind,
) -> (Outcome, Duration) {
    let carried_out = || answer(systems, server, request, Some(kind));
    let outcome = match kind {
        FaultKind::BrokenBefore => Err(CallBroken { answer_began: false, carried_out: false }),
        FaultKind::BrokenAfter => {
            carried_out();
            Err(CallBroken { answer_began: true, carried_out: true })
        }
        FaultKind::CutShort => {
            let mut answer = carried_out();
            let half = answer.body().len() / 2;
            answer.body_mut().truncate(half);
            Ok(answer)
        }
        FaultKind::Slow { by } => return (Ok(carried_out()), *by),
        FaultKind::TimedOut { after, effect } => {
            carry_out_late(systems, server, request, *effect);
            return (Ok(faults::answer_instead(kind).unwrap_or_default()), *after);
        }
        FaultKind::TokenExpired => {
            servicetitan::access::end_token(systems, request.headers());
            Ok(carried_out())
        }
        FaultKind::TokensRevoked => {
            systems.tokens().revoke_all(systems.credentials.tenant);
            Ok(carried_out())
        }
        FaultKind::Rejected => {
            hatch_api::refuse(systems, request, None);
            Ok(faults::answer_instead(kind).unwrap_or_default())
        }
        FaultKind::FieldRejected { field } if hatch_api::refuse(systems, request, Some(field)) => {
            Ok(faults::answer_instead(kind).unwrap_or_default())
        }
        FaultKind::FieldRejected { .. } => Ok(carried_out()),
        FaultKind::Trickle { every } => {
            let mut answer = carried_out();
            answer.extensions_mut().insert(Trickle(*every));
            Ok(answer)
        }
        other => Ok(faults::answer_instead(other).unwrap_or_else(carried_out)),
    };
    (outcome, Duration::ZERO)
}

fn carry_out_late(systems: &Arc<Systems>, server: Server, request: &Request<Bytes>, effect: LateEffect) {
    match effect {
        LateEffect::AtOnce => {
            answer(systems, server, request, None);
        }
        LateEffect::BeforeTheNext => {
            if server == Server::Hatch {
                hatch_api::keep_for_later(systems, request);
            }
        }
        LateEffect::After(time) => {
            let (systems, request) = (Arc::clone(systems), request.clone());
            tokio::spawn(async move {
                tokio::time::sleep(time).await;
                answer(&systems, server, &request, None);
            });
        }
        LateEffect::Never => {}
    }
}

fn about(systems: &Systems, server: Server, request: &Request<Bytes>) -> About {
    match server {
        Server::ServiceTitan => servicetitan::about(systems, request),
        Server::Hatch => About::Upsert,
    }
}

/// The server's own answer; a fault may disturb the page in it.
fn answer(systems: &Systems, server: Server, request: &Request<Bytes>, fault: Option<&FaultKind>) -> Answer {
    match server {
        Server::ServiceTitan => servicetitan::answer(systems, request, fault),
        Server::Hatch => hatch_api::answer(systems, request),
    }
}

fn count(systems: &Systems, server: Server, request: &Request<Bytes>, outcome: &Outcome) {
    let (method, path) = (request.method(), request.uri().path());
    let status = outcome.as_ref().map_or(NO_WHOLE_ANSWER, |answer| answer.status().as_u16());
    let mut stats = systems.stats();
    match server {
        Server::ServiceTitan => {
            stats.token_requests += u64::from(path == servicetitan::TOKEN_PATH);
            *stats.servicetitan.entry((servicetitan::endpoint(method, path), status)).or_default() += 1;
        }
        Server::Hatch => *stats.hatch.entry((hatch_api::endpoint(method, path), status)).or_default() += 1,
    }
}

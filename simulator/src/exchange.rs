//! One request and its answer: the faults that were ordered, the count, and the world's date around the server's own behaviour.

use bytes::Bytes;
use http::Request;

use crate::answer::Answer;
use crate::faults::{self, FaultKind, Server};
use crate::systems::Systems;
use crate::{hatch, servicetitan};

/// A connection broke before a whole answer had arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the simulated connection broke {}", if *.answer_began { "within the answer" } else { "before the answer" })]
#[non_exhaustive]
pub struct CallBroken {
    /// Whether status, headers and a part of the body had arrived.
    pub answer_began: bool,
    /// Whether the server had carried the request out, which its caller cannot know.
    pub carried_out: bool,
}

/// How the statistics count a request that got no whole answer.
const NO_WHOLE_ANSWER: u16 = 0;

pub(crate) async fn exchange(
    systems: &Systems,
    server: Server,
    request: &Request<Bytes>,
) -> Result<Answer, CallBroken> {
    let (method, path) = (request.method(), request.uri().path());
    let outcome = match systems.faults.strike(server, method, path) {
        None => Ok(answer(systems, server, request)),
        Some(FaultKind::BrokenBefore) => Err(CallBroken { answer_began: false, carried_out: false }),
        Some(FaultKind::BrokenAfter) => {
            answer(systems, server, request);
            Err(CallBroken { answer_began: true, carried_out: true })
        }
        Some(kind) => Ok(faults::answer(&kind)),
    };
    let status = outcome.as_ref().map_or(NO_WHOLE_ANSWER, |answer| answer.status().as_u16());
    let mut stats = systems.stats();
    match server {
        Server::ServiceTitan => {
            stats.token_requests += u64::from(path == servicetitan::TOKEN_PATH);
            *stats.servicetitan.entry((servicetitan::endpoint(method, path), status)).or_default() += 1;
        }
        Server::Hatch => *stats.hatch.entry((hatch::endpoint(method, path), status)).or_default() += 1,
    }
    drop(stats);
    outcome.map(|mut answer| {
        systems.date(&mut answer);
        answer
    })
}

/// What the server answers by itself.
fn answer(systems: &Systems, server: Server, request: &Request<Bytes>) -> Answer {
    match server {
        Server::ServiceTitan => servicetitan::answer(systems, request),
        Server::Hatch => hatch::answer(systems, request),
    }
}

//! Faults that a test orders: the next requests that fit are answered with trouble instead of, or after, the truth.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{Method, StatusCode, header};

use crate::answer::{self, Answer};

/// Which of the two servers a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Server {
    /// ServiceTitan's API and token endpoint.
    ServiceTitan,
    /// Hatch's API.
    Hatch,
}

/// What happens instead of a plain answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// 429, with `Retry-After` in seconds where given. The request is not carried out.
    TooManyRequests {
        /// The `Retry-After` header's value; ServiceTitan has been seen to send decimal fractions too.
        retry_after: Option<String>,
    },
    /// 503 with an HTML page, as a proxy in front answers. The request is not carried out.
    ServiceUnavailable,
    /// A bare answer with this status and an empty body. The request is not carried out.
    Status(u16),
    /// The connection breaks before a whole answer has arrived; the request is not carried out.
    BrokenBefore,
    /// The connection breaks before a whole answer has arrived, and the request **was** carried out.
    BrokenAfter,
}

/// An order for trouble: the next `times` requests that fit get it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fault {
    /// The server it is for.
    pub server: Server,
    /// Only requests whose path contains this; empty fits all.
    pub path_contains: String,
    /// Only requests with this method, such as `POST`; `None` fits all.
    pub method: Option<String>,
    /// How many fitting requests pass unharmed first.
    pub after: u32,
    /// How many requests it strikes.
    pub times: u32,
    /// What happens to them.
    pub kind: FaultKind,
}

impl Fault {
    /// The next fitting request of a server, whatever it is.
    pub fn once(server: Server, kind: FaultKind) -> Self {
        Self { server, path_contains: String::new(), method: None, after: 0, times: 1, kind }
    }

    /// Strikes only paths that contain `part`.
    pub fn on_path(mut self, part: impl Into<String>) -> Self {
        self.path_contains = part.into();
        self
    }

    /// Strikes only requests with this method.
    pub fn on_method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Lets `count` fitting requests pass first.
    pub fn after(mut self, count: u32) -> Self {
        self.after = count;
        self
    }

    /// Strikes `count` requests.
    pub fn times(mut self, count: u32) -> Self {
        self.times = count;
        self
    }
}

/// The orders that are still open.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    fn orders(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn order(&self, fault: Fault) {
        self.orders().push(fault);
    }

    pub(crate) fn clear(&self) {
        self.orders().clear();
    }

    /// The fault that strikes this request, used up by it. The first order that fits counts.
    pub(crate) fn strike(&self, server: Server, method: &Method, path: &str) -> Option<FaultKind> {
        let mut orders = self.orders();
        let index = orders.iter().position(|order| {
            order.server == server
                && order.times > 0
                && path.contains(&order.path_contains)
                && order.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
        })?;
        let order = orders.get_mut(index)?;
        if order.after > 0 {
            order.after -= 1;
            return None;
        }
        order.times -= 1;
        let kind = order.kind.clone();
        if order.times == 0 {
            orders.remove(index);
        }
        Some(kind)
    }
}

/// The answer that a fault gives in place of the endpoint's.
pub(crate) fn answer(kind: &FaultKind) -> Answer {
    match kind {
        FaultKind::TooManyRequests { retry_after } => {
            let mut answer = answer::empty(StatusCode::TOO_MANY_REQUESTS);
            if let Some(value) = retry_after.as_deref().and_then(|text| text.parse().ok()) {
                answer.headers_mut().insert(header::RETRY_AFTER, value);
            }
            answer
        }
        FaultKind::ServiceUnavailable => {
            answer::html(StatusCode::SERVICE_UNAVAILABLE, "503 Service Unavailable")
        }
        FaultKind::Status(status) => {
            answer::empty(StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
        FaultKind::BrokenBefore | FaultKind::BrokenAfter => answer::empty(StatusCode::BAD_GATEWAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_ordered_and_no_more() {
        let faults = Faults::default();
        faults
            .order(Fault::once(Server::Hatch, FaultKind::Status(500)).on_path("contacts").after(1).times(2));
        let strike = || faults.strike(Server::Hatch, &Method::POST, "/v1/contacts").is_some();
        assert_eq!([strike(), strike(), strike(), strike()], [false, true, true, false]);
    }

    #[test]
    fn a_fault_strikes_only_its_server_path_and_method() {
        let faults = Faults::default();
        faults.order(
            Fault::once(Server::ServiceTitan, FaultKind::ServiceUnavailable)
                .on_path("/jobs")
                .on_method("GET"),
        );
        assert_eq!(faults.strike(Server::Hatch, &Method::GET, "/jobs"), None);
        assert_eq!(faults.strike(Server::ServiceTitan, &Method::POST, "/jobs"), None);
        assert_eq!(faults.strike(Server::ServiceTitan, &Method::GET, "/zones"), None);
        assert_eq!(
            faults.strike(Server::ServiceTitan, &Method::GET, "/jobs"),
            Some(FaultKind::ServiceUnavailable)
        );
    }
}

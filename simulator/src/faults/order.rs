//! Faults that a test orders one by one.

use http::Method;

use super::{FaultKind, Server};

/// An order for a fault: the next `times` requests that fit meet it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fault {
    /// The server that the fault is for.
    pub server: Server,
    /// Only requests whose path contains this; empty fits all.
    pub path_contains: String,
    /// Only requests with this method, such as `POST`; `None` fits all.
    pub method: Option<String>,
    /// The number of fitting requests that pass unharmed first.
    pub after: u32,
    /// The number of requests that the fault strikes.
    pub times: u32,
    /// The kind of fault.
    pub kind: FaultKind,
}

impl Fault {
    /// The next fitting request of a server, whatever it is.
    pub fn once(server: Server, kind: FaultKind) -> Self {
        Self { server, path_contains: String::new(), method: None, after: 0, times: 1, kind }
    }

    /// Strikes only paths that contain `part`.
    #[must_use]
    pub fn on_path(mut self, part: impl Into<String>) -> Self {
        self.path_contains = part.into();
        self
    }

    /// Strikes only requests with this method.
    #[must_use]
    pub fn on_method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Lets `count` fitting requests pass first.
    #[must_use]
    pub fn after(mut self, count: u32) -> Self {
        self.after = count;
        self
    }

    /// Strikes `count` requests.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.times = count;
        self
    }
}

/// The orders that are still open.
#[derive(Debug, Default)]
pub(super) struct Orders(Vec<Fault>);

impl Orders {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The fault that strikes this request, used up by it. The first order that fits counts.
    pub(super) fn strike(&mut self, server: Server, method: &Method, path: &str) -> Option<FaultKind> {
        let index = self.0.iter().position(|order| {
            order.server == server
                && order.times > 0
                && path.contains(&order.path_contains)
                && order.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
        })?;
        let order = self.0.get_mut(index)?;
        if order.after > 0 {
            order.after -= 1;
            return None;
        }
        order.times -= 1;
        let kind = order.kind.clone();
        if order.times == 0 {
            self.0.remove(index);
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(fault: Fault) -> Orders {
        let mut orders = Orders::default();
        orders.add(fault);
        orders
    }

    #[test]
    fn a_fault_strikes_as_often_as_ordered_and_no_more() {
        let fault = Fault::once(Server::Hatch, FaultKind::Status(500));
        let mut orders = orders(fault.on_path("contacts").after(1).times(2));
        let mut strike = || orders.strike(Server::Hatch, &Method::POST, "/v1/contacts").is_some();
        assert_eq!([strike(), strike(), strike(), strike()], [false, true, true, false]);
    }

    #[test]
    fn a_fault_strikes_only_its_server_path_and_method() {
        let fault = Fault::once(Server::ServiceTitan, FaultKind::ServiceUnavailable);
        let mut orders = orders(fault.on_path("/jobs").on_method("GET"));
        assert_eq!(orders.strike(Server::Hatch, &Method::GET, "/jobs"), None);
        assert_eq!(orders.strike(Server::ServiceTitan, &Method::POST, "/jobs"), None);
        assert_eq!(orders.strike(Server::ServiceTitan, &Method::GET, "/zones"), None);
        let struck = orders.strike(Server::ServiceTitan, &Method::GET, "/jobs");
        assert_eq!(struck, Some(FaultKind::ServiceUnavailable));
    }
}

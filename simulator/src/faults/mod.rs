//! Faults of the servers: ordered one by one, or drawn at random from a plan.

mod garble;
mod kind;
mod levels;
mod odd;
mod order;
mod page;
mod plan;
mod request;

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{Method, StatusCode, header};
use serde_json::json;

use crate::answer::{self, Answer};
use crate::dice::Dice;
use crate::problem::Problem;
pub(crate) use garble::garble;
pub use kind::{FaultKind, LateEffect, OddValue};
pub use order::Fault;
use order::Orders;
pub(crate) use page::disturb;
pub use plan::FaultPlan;
use plan::RunningPlan;
pub(crate) use request::About;
pub use request::Server;

/// The faults to come: those that were ordered, and the plan that others are drawn from.
#[derive(Debug)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Debug)]
struct State {
    orders: Orders,
    plan: Option<RunningPlan>,
    /// Decides where within an answer a fault strikes.
    aim: Dice,
}

impl State {
    fn new(seed: u64) -> Self {
        Self { orders: Orders::default(), plan: None, aim: Dice::new(seed ^ 0x0a11_0dd5) }
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self(Mutex::new(State::new(0)))
    }
}

impl Faults {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn order(&self, fault: Fault) {
        self.state().orders.add(fault);
    }

    pub(crate) fn plan(&self, plan: FaultPlan) {
        let mut state = self.state();
        state.aim = State::new(plan.seed).aim;
        state.plan = (plan != FaultPlan::none()).then(|| RunningPlan::new(plan));
    }

    pub(crate) fn clear(&self) {
        *self.state() = State::new(0);
    }

    /// A number that decides where within an answer a fault strikes.
    pub(crate) fn throw(&self) -> u64 {
        self.state().aim.below(u64::MAX)
    }

    /// The fault that this request meets. Ordered faults come before drawn ones.
    pub(crate) fn strike(
        &self,
        server: Server,
        method: &Method,
        path: &str,
        about: About,
    ) -> Option<FaultKind> {
        let mut state = self.state();
        let ordered = state.orders.strike(server, method, path);
        ordered.or_else(|| state.plan.as_mut()?.strike(server, about))
    }

    /// Returns whether the plan withholds this scope.
    pub(crate) fn forbids(&self, scope: &str) -> bool {
        self.state().plan.as_ref().is_some_and(|plan| plan.forbidden_scope == Some(scope))
    }
}

/// The answer that a fault gives in place of the endpoint's; `None` for those that leave an answer to the endpoint.
pub(crate) fn answer_instead(kind: &FaultKind) -> Option<Answer> {
    let problem = |status, title: &str| Some(Problem::new(status, title).answer(0));
    match kind {
        FaultKind::TooManyRequests { retry_after } => {
            let mut answer = answer::empty(StatusCode::TOO_MANY_REQUESTS);
            if let Some(value) = retry_after.as_deref().and_then(|text| text.parse().ok()) {
                answer.headers_mut().insert(header::RETRY_AFTER, value);
            }
            Some(answer)
        }
        FaultKind::TooManyRequestsInTitle { seconds } => problem(
            StatusCode::TOO_MANY_REQUESTS,
            &format!("Rate limit is exceeded. Try again in {seconds} seconds."),
        ),
        FaultKind::ServiceUnavailable => {
            Some(answer::html(StatusCode::SERVICE_UNAVAILABLE, "503 Service Unavailable"))
        }
        FaultKind::Status(status) => {
            Some(answer::empty(StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)))
        }
        FaultKind::HtmlInsteadOfJson => Some(answer::html(StatusCode::OK, "Please wait")),
        FaultKind::TimedOut { .. } => Some(answer::empty(StatusCode::GATEWAY_TIMEOUT)),
        FaultKind::Forbidden => problem(StatusCode::FORBIDDEN, "Scope validation failed"),
        FaultKind::UnknownToGateway => {
            problem(StatusCode::NOT_FOUND, "Unable to match incoming request to an operation.")
        }
        FaultKind::InactiveConflict => problem(StatusCode::CONFLICT, "A customer is inactive."),
        FaultKind::Rejected => Some(hatch_refusal("details")),
        FaultKind::FieldRejected { field } => Some(hatch_refusal(field)),
        _ => None,
    }
}

/// Hatch's refusal of a body for one of its fields.
fn hatch_refusal(field: &str) -> Answer {
    let error = json!({ "title": "Invalid value", "detail": "the value is not accepted",
        "source": { "pointer": format!("/data/attributes/{field}") } });
    answer::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "errors": [error] }))
}

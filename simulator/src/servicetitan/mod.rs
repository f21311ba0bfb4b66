//! The ServiceTitan server: token endpoint and API on one port.

pub(crate) mod access;
mod estimates;
mod export;
mod list;
mod lookups;
mod notes;
mod query;
mod route;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use serde_json::Value;

use crate::answer::{self, Answer};
use crate::faults::{self, About, FaultKind};
use crate::problem::Problem;
use crate::resources::ESTIMATES;
use crate::systems::{LargestPage, Systems};
use export::ExportTerms;
use query::Query;
use route::{Operation, Route, route};

/// The path of the token endpoint.
pub(crate) const TOKEN_PATH: &str = "/connect/token";

/// The name that the statistics count a request under.
pub(crate) fn endpoint(method: &Method, path: &str) -> String {
    if path == TOKEN_PATH {
        return format!("{method} {path}");
    }
    route(method, path).map_or_else(|| format!("{method} (unknown path)"), |route| route.template)
}

/// The purpose of a request, which faults choose by.
pub(crate) fn about(systems: &Systems, request: &Request<Bytes>) -> About {
    let (method, uri) = (request.method(), request.uri());
    if uri.path() == TOKEN_PATH {
        return About::Token;
    }
    let Some(Route { operation, .. }) = route(method, uri.path()) else { return About::Other };
    match operation {
        Operation::Export(_) => About::Export,
        Operation::List(resource) => {
            let mut query = Query::parse(uri.query().unwrap_or_default());
            match lookups::owners_of_contacts(resource, &mut query) {
                Some((owner, ids)) => {
                    let store = systems.store();
                    let owners = store.of(owner.resource().name);
                    let inactive = ids.iter().any(|id| owners.entry(*id).is_some_and(|it| !it.active));
                    About::Contacts { inactive, batch: ids.len() > 1 }
                }
                None => About::List { batch: list::asked_ids(resource, &mut query) > 1 },
            }
        }
        Operation::Get(..) | Operation::CancelReasons | Operation::ListNotes(..) => About::Get,
        Operation::ContactsOf(owner, id) => {
            let inactive = systems.store().of(owner.resource().name).entry(id).is_some_and(|it| !it.active);
            About::Contacts { inactive, batch: false }
        }
        Operation::AddNote(..) => About::Note,
        Operation::WriteEstimate(..) => About::Other,
    }
}

/// Answers a request to the ServiceTitan server.
pub(crate) fn answer(systems: &Systems, request: &Request<Bytes>, fault: Option<&FaultKind>) -> Answer {
    let (method, uri) = (request.method(), request.uri());
    if uri.path() == TOKEN_PATH && method == Method::POST {
        return access::token(systems, request.body());
    }
    match call(systems, method, uri, request.headers(), request.body(), fault) {
        Ok(json) => {
            let mut answer = if json.is_null() {
                answer::empty(StatusCode::OK)
            } else {
                answer::json(StatusCode::OK, &json)
            };
            if let Some(fault) = fault {
                faults::garble(fault, systems.faults.throw(), answer.body_mut());
            }
            answer
        }
        Err(problem) => {
            let number: u64 = systems.stats().servicetitan.values().sum();
            problem.answer(number + 1)
        }
    }
}

fn call(
    systems: &Systems,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    fault: Option<&FaultKind>,
) -> Result<Value, Problem> {
    let Some(Route { operation, tenant, template }) = route(method, uri.path()) else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Unable to match incoming request to an operation."));
    };
    let granted = access::check_caller(systems, headers)?;
    if let Some(seconds) = systems.servicetitan_rate.exceeded(tenant) {
        return Err(Problem::too_many_requests(seconds));
    }
    access::check_tenant(tenant, granted)?;
    let (scope, direction) = match operation {
        Operation::List(resource) | Operation::Get(resource, _) | Operation::Export(resource) => {
            (resource.scope, "r")
        }
        Operation::CancelReasons => ("tn.jpm.jobs", "r"),
        Operation::ContactsOf(owner, _) => (owner.resource().scope, "r"),
        Operation::ListNotes(parent, _) => (notes::resource_of(parent).scope, "r"),
        Operation::AddNote(parent, _) => (notes::resource_of(parent).scope, "w"),
        Operation::WriteEstimate(..) => (ESTIMATES.scope, "w"),
    };
    access::check_scope(systems, scope, direction)?;
    let mut query = Query::parse(uri.query().unwrap_or_default());
    let user = systems.references().user;
    let (paged, page) = match operation {
        Operation::List(resource) => (Some(resource), systems.largest_page(resource, false)),
        Operation::Export(resource) => (Some(resource), systems.largest_page(resource, true)),
        Operation::Get(resource, _) => (Some(resource), LargestPage { records: 1, is_capped: false }),
        _ => (None, LargestPage { records: systems.config.max_page_size, is_capped: false }),
    };
    let most = page.records;
    let mut answer = {
        let mut store = systems.store();
        match operation {
            Operation::List(resource) => list::list(&store, resource, &mut query, most, fault),
            Operation::Get(resource, id) => list::get(&store, resource, id),
            Operation::Export(resource) => {
                let hold_back = systems.config.hold_back;
                let terms = ExportTerms { page_size: most, hold_back, fault };
                export::export(&store, resource, &mut query, terms)
            }
            Operation::CancelReasons => lookups::cancel_reasons(&store, &mut query),
            Operation::ContactsOf(owner, id) => lookups::contacts_of(&store, owner, id, &mut query, most),
            Operation::ListNotes(parent, id) => notes::list(&store, parent, id, &mut query, most, user),
            Operation::AddNote(parent, id) => notes::add(&mut store, parent, id, body, user),
            Operation::WriteEstimate(write, id) => estimates::write(&mut store, write, id, body),
        }
    }?;
    if let (Some(fault), Some(resource)) = (fault, paged) {
        let throw = systems.faults.throw();
        faults::disturb(fault, throw, &mut systems.store(), resource, &mut answer);
    }
    let mut stats = systems.stats();
    if page.is_capped && answer.get("hasMore") == Some(&Value::Bool(true)) {
        stats.count_fault("page-cap".to_owned());
    }
    for parameter in query.unknown() {
        *stats.unknown_parameters.entry(format!("{template}?{parameter}")).or_default() += 1;
    }
    Ok(answer)
}

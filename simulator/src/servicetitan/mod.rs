//! The ServiceTitan server: token endpoint and API on one port.

pub(crate) mod access;
mod export;
mod list;
mod lookups;
mod notes;
mod problem;
mod query;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use serde_json::Value;

use crate::faults::{self, FaultKind, Server};
use crate::resources::{RESOURCES, Resource};
use crate::shared::Shared;
use crate::store::NoteParent;
use lookups::ContactOwner;
use problem::Problem;
use query::Query;

/// What a path of the API asks for.
#[derive(Debug, Clone, Copy)]
enum Operation {
    List(&'static Resource),
    Get(&'static Resource, i64),
    Export(&'static Resource),
    CancelReasons,
    ContactsOf(ContactOwner, i64),
    ListNotes(NoteParent, i64),
    AddNote(NoteParent, i64),
}

/// A path of the API, taken apart.
struct Route<'a> {
    operation: Operation,
    tenant: &'a str,
    /// Family and path with placeholders, as the statistics name it.
    template: String,
}

/// Finds what a path means; `None` where the gateway knows no such operation.
fn route<'a>(method: &Method, path: &'a str) -> Option<Route<'a>> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let [family, "v2", "tenant", tenant, rest @ ..] = parts.as_slice() else { return None };
    let (operation, shape) = operation(method, family, rest)?;
    Some(Route { operation, tenant, template: format!("{method} /{family}/v2/tenant/{{tenant}}/{shape}") })
}

fn operation(method: &Method, family: &str, rest: &[&str]) -> Option<(Operation, String)> {
    if let Some(below) = below_record(method, family, rest) {
        return Some(below);
    }
    if method != Method::GET {
        return None;
    }
    let path = rest.join("/");
    if family == "jpm" && path == "jobs/cancel-reasons" {
        return Some((Operation::CancelReasons, path));
    }
    let mut resources = RESOURCES.iter().copied().filter(|resource| resource.family == family);
    resources.find_map(|resource| {
        if path == resource.name {
            return resource.listed.then(|| (Operation::List(resource), path.clone()));
        }
        let below = path.strip_prefix("export/");
        if resource.exported && below == Some(resource.name) {
            return Some((Operation::Export(resource), path.clone()));
        }
        let id = path.strip_prefix(resource.name)?.strip_prefix('/')?.parse().ok()?;
        resource.by_id.then(|| (Operation::Get(resource, id), format!("{}/{{id}}", resource.name)))
    })
}

/// What hangs on a single record: its notes and contacts.
fn below_record(method: &Method, family: &str, rest: &[&str]) -> Option<(Operation, String)> {
    let [parent, id, last] = rest else { return None };
    let id: i64 = id.parse().ok()?;
    let (note_parent, owner) = match (family, *parent) {
        ("jpm", "jobs") => (NoteParent::Job, None),
        ("crm", "customers") => (NoteParent::Customer, Some(ContactOwner::Customer)),
        ("crm", "locations") => (NoteParent::Location, Some(ContactOwner::Location)),
        _ => return None,
    };
    let operation = match (*last, method.as_str()) {
        ("notes", "GET") => Operation::ListNotes(note_parent, id),
        ("notes", "POST") => Operation::AddNote(note_parent, id),
        ("contacts", "GET") => Operation::ContactsOf(owner?, id),
        _ => return None,
    };
    Some((operation, format!("{parent}/{{id}}/{last}")))
}

/// What the statistics call a request.
fn endpoint(method: &Method, path: &str) -> String {
    if path == "/connect/token" {
        return format!("{method} {path}");
    }
    route(method, path).map_or_else(|| format!("{method} (unknown path)"), |route| route.template)
}

/// The server's whole behaviour.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .fallback(answer)
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), observe))
        .with_state(shared)
}

/// Around every request: the faults that were ordered, the count, and the world's date.
async fn observe(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = match shared.faults.strike(Server::ServiceTitan, &method, &path) {
        None => next.run(request).await,
        Some(kind) => {
            if kind == FaultKind::BrokenAfter {
                next.run(request).await;
            } else if path == "/connect/token" {
                shared.stats().token_requests += 1;
            }
            faults::answer(&kind)
        }
    };
    shared.date(&mut response);
    let key = (endpoint(&method, &path), response.status().as_u16());
    *shared.stats().servicetitan.entry(key).or_default() += 1;
    response
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if uri.path() == "/connect/token" && method == Method::POST {
        return access::token(&shared, &body);
    }
    match call(&shared, &method, &uri, &headers, &body) {
        Ok(json) => Json(json).into_response(),
        Err(problem) => {
            let number: u64 = shared.stats().servicetitan.values().sum();
            problem.answer(number + 1)
        }
    }
}

fn call(
    shared: &Shared,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Problem> {
    let Some(Route { operation, tenant, template }) = route(method, uri.path()) else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Unable to match incoming request to an operation."));
    };
    access::check_caller(shared, headers)?;
    if let Some(seconds) = shared.servicetitan_rate.exceeded(tenant) {
        return Err(Problem::too_many_requests(seconds));
    }
    access::check_tenant(shared, tenant)?;
    let (scope, direction) = match operation {
        Operation::List(resource) | Operation::Get(resource, _) | Operation::Export(resource) => {
            (resource.scope, "r")
        }
        Operation::CancelReasons => ("tn.jpm.jobs", "r"),
        Operation::ContactsOf(owner, _) => (owner.resource().scope, "r"),
        Operation::ListNotes(parent, _) => (notes::resource_of(parent).scope, "r"),
        Operation::AddNote(parent, _) => (notes::resource_of(parent).scope, "w"),
    };
    access::check_scope(shared, scope, direction)?;
    let mut query = Query::parse(uri.query().unwrap_or_default());
    let max = shared.config.max_page_size;
    let user = shared.references.user;
    let answer = {
        let mut store = shared.store();
        match operation {
            Operation::List(resource) => list::list(&store, resource, &mut query, max),
            Operation::Get(resource, id) => list::get(&store, resource, id),
            Operation::Export(resource) => {
                export::export(&store, resource, &mut query, shared.config.export_page_size)
            }
            Operation::CancelReasons => lookups::cancel_reasons(&store, &mut query),
            Operation::ContactsOf(owner, id) => lookups::contacts_of(&store, owner, id, &mut query, max),
            Operation::ListNotes(parent, id) => notes::list(&store, parent, id, &mut query, max, user),
            Operation::AddNote(parent, id) => notes::add(&mut store, parent, id, body, user),
        }
    }?;
    let mut stats = shared.stats();
    for parameter in query.unknown() {
        *stats.unknown_parameters.entry(format!("{template}?{parameter}")).or_default() += 1;
    }
    Ok(answer)
}

//! The ServiceTitan server: token endpoint and API on one port.

pub(crate) mod access;
mod export;
mod list;
mod lookups;
mod notes;
mod query;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use serde_json::Value;

use crate::answer::{self, Answer};
use crate::faults::{self, About, FaultKind};
use crate::problem::Problem;
use crate::resources::{RESOURCES, Resource};
use crate::store::NoteParent;
use crate::systems::{LargestPage, Systems};
use lookups::ContactOwner;
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

/// Where tokens are asked for.
pub(crate) const TOKEN_PATH: &str = "/connect/token";

/// What the statistics call a request.
pub(crate) fn endpoint(method: &Method, path: &str) -> String {
    if path == TOKEN_PATH {
        return format!("{method} {path}");
    }
    route(method, path).map_or_else(|| format!("{method} (unknown path)"), |route| route.template)
}

/// What a request is about, for faults to choose by.
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
                    let inactive = ids.iter().any(|id| owners.get(*id).is_some_and(|it| !it.active));
                    About::Contacts { inactive }
                }
                None => About::List,
            }
        }
        Operation::Get(..) | Operation::CancelReasons | Operation::ListNotes(..) => About::Get,
        Operation::ContactsOf(owner, id) => {
            let inactive = systems.store().of(owner.resource().name).get(id).is_some_and(|it| !it.active);
            About::Contacts { inactive }
        }
        Operation::AddNote(..) => About::Note,
    }
}

/// The server's whole behaviour.
pub(crate) fn answer(systems: &Systems, request: &Request<Bytes>, fault: Option<&FaultKind>) -> Answer {
    let (method, uri) = (request.method(), request.uri());
    if uri.path() == TOKEN_PATH && method == Method::POST {
        return access::token(systems, request.body());
    }
    match call(systems, method, uri, request.headers(), request.body(), fault) {
        Ok(json) => answer::json(StatusCode::OK, &json),
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
    access::check_caller(systems, headers)?;
    if let Some(seconds) = systems.servicetitan_rate.exceeded(tenant) {
        return Err(Problem::too_many_requests(seconds));
    }
    access::check_tenant(systems, tenant)?;
    let (scope, direction) = match operation {
        Operation::List(resource) | Operation::Get(resource, _) | Operation::Export(resource) => {
            (resource.scope, "r")
        }
        Operation::CancelReasons => ("tn.jpm.jobs", "r"),
        Operation::ContactsOf(owner, _) => (owner.resource().scope, "r"),
        Operation::ListNotes(parent, _) => (notes::resource_of(parent).scope, "r"),
        Operation::AddNote(parent, _) => (notes::resource_of(parent).scope, "w"),
    };
    access::check_scope(systems, scope, direction)?;
    let mut query = Query::parse(uri.query().unwrap_or_default());
    let user = systems.references.user;
    let (paged, page) = match operation {
        Operation::List(resource) => (Some(resource), systems.largest_page(resource, false)),
        Operation::Export(resource) => (Some(resource), systems.largest_page(resource, true)),
        _ => (None, LargestPage { records: systems.config.max_page_size, is_capped: false }),
    };
    let most = page.records;
    let mut answer = {
        let mut store = systems.store();
        match operation {
            Operation::List(resource) => list::list(&store, resource, &mut query, most),
            Operation::Get(resource, id) => list::get(&store, resource, id),
            Operation::Export(resource) => export::export(&store, resource, &mut query, most, fault),
            Operation::CancelReasons => lookups::cancel_reasons(&store, &mut query),
            Operation::ContactsOf(owner, id) => lookups::contacts_of(&store, owner, id, &mut query, most),
            Operation::ListNotes(parent, id) => notes::list(&store, parent, id, &mut query, most, user),
            Operation::AddNote(parent, id) => notes::add(&mut store, parent, id, body, user),
        }
    }?;
    if let (Some(fault), Some(resource)) = (fault, paged) {
        faults::disturb(fault, &mut systems.store(), resource, &mut answer);
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

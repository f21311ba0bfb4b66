//! Paths of the API and the operations that they stand for.

use http::Method;

use super::estimates::EstimateWrite;
use super::lookups::ContactOwner;
use crate::resources::{RESOURCES, Resource};
use crate::store::NoteParent;

/// An operation of the API.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation {
    List(&'static Resource),
    Get(&'static Resource, i64),
    Export(&'static Resource),
    CancelReasons,
    ContactsOf(ContactOwner, i64),
    ListNotes(NoteParent, i64),
    AddNote(NoteParent, i64),
    WriteEstimate(EstimateWrite, i64),
}

/// A path of the API, taken apart.
pub(super) struct Route<'a> {
    pub(super) operation: Operation,
    pub(super) tenant: &'a str,
    /// Family and path with placeholders, as the statistics name it.
    pub(super) template: String,
}

/// Finds the operation of a path; `None` where the gateway knows no such operation.
pub(super) fn route<'a>(method: &Method, path: &'a str) -> Option<Route<'a>> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let [family, "v2", "tenant", tenant, rest @ ..] = parts.as_slice() else { return None };
    let (operation, shape) = operation(method, family, rest)?;
    Some(Route { operation, tenant, template: format!("{method} /{family}/v2/tenant/{{tenant}}/{shape}") })
}

fn operation(method: &Method, family: &str, rest: &[&str]) -> Option<(Operation, String)> {
    if let Some(below) = below_record(method, family, rest).or_else(|| estimate_write(method, family, rest)) {
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
        if resource.exported && below == Some(resource.name) || resource.other_export == Some(path.as_str()) {
            return Some((Operation::Export(resource), path.clone()));
        }
        let id = path.strip_prefix(resource.name)?.strip_prefix('/')?.parse().ok()?;
        resource.by_id.then(|| (Operation::Get(resource, id), format!("{}/{{id}}", resource.name)))
    })
}

/// The operations on the notes and contacts of a single record.
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

fn estimate_write(method: &Method, family: &str, rest: &[&str]) -> Option<(Operation, String)> {
    let ("sales", ["estimates", id, below @ ..]) = (family, rest) else { return None };
    let write = match (method.as_str(), below) {
        ("PUT" | "PATCH", []) => EstimateWrite::Update,
        ("PUT", ["sell"]) => EstimateWrite::Sell,
        ("PUT", ["unsell"]) => EstimateWrite::Unsell,
        ("PUT", ["dismiss"]) => EstimateWrite::Dismiss,
        _ => return None,
    };
    let shape: Vec<&str> = ["estimates", "{id}"].into_iter().chain(below.iter().copied()).collect();
    Some((Operation::WriteEstimate(write, id.parse().ok()?), shape.join("/")))
}

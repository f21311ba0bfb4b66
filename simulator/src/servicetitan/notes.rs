//! Notes on jobs, customers and locations.

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::resources::{CUSTOMERS, JOBS, LOCATIONS, Resource};
use crate::servicetitan::list::{Paging, Times};
use crate::servicetitan::query::Query;
use crate::store::{Note, NoteParent, Store, id_at};
use crate::time;

pub(crate) fn resource_of(parent: NoteParent) -> &'static Resource {
    match parent {
        NoteParent::Job => &JOBS,
        NoteParent::Customer => &CUSTOMERS,
        NoteParent::Location => &LOCATIONS,
    }
}

/// A note as its family shows it: a job's has no ID.
fn shown(parent: NoteParent, note: &Note, user: i64) -> Value {
    let mut json = json!({
        "text": note.text, "isPinned": note.is_pinned, "createdById": user,
        "createdOn": time::wire(note.created_on), "modifiedOn": time::wire(note.created_on),
    });
    if parent != NoteParent::Job {
        json["id"] = note.id.into();
    }
    json
}

fn check_parent(store: &Store, parent: NoteParent, id: i64) -> Result<(), Problem> {
    let name = resource_of(parent).name;
    store.of(name).entry(id).map(|_| ()).ok_or_else(|| Problem::no_such_record(name, id))
}

/// `GET …/{id}/notes`, oldest first.
pub(crate) fn list(
    store: &Store,
    parent: NoteParent,
    id: i64,
    query: &mut Query,
    max_page_size: usize,
    user: i64,
) -> Result<Value, Problem> {
    check_parent(store, parent, id)?;
    let paging = Paging::read(query, max_page_size)?;
    // A job's notes cannot be filtered by time.
    let times = if parent == NoteParent::Job { Times::default() } else { Times::read(query)? };
    let notes: Vec<&Note> =
        store.notes(parent, id).iter().filter(|note| times.fit(note.created_on, note.created_on)).collect();
    Ok(paging.page(&notes, |note| shown(parent, note, user)))
}

/// `POST …/{id}/notes`
pub(crate) fn add(
    store: &mut Store,
    parent: NoteParent,
    id: i64,
    body: &[u8],
    user: i64,
) -> Result<Value, Problem> {
    check_parent(store, parent, id)?;
    let body: Value =
        serde_json::from_slice(body).map_err(|_| Problem::field("", "The body is not valid JSON."))?;
    let text = match body.get("text").and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => text.to_owned(),
        _ => return Err(Problem::field("text", "The text field is required.")),
    };
    let flag = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(Problem::field(name, "The value is not valid.")),
    };
    let pinned = flag("pinToTop")?;
    let related: Vec<(NoteParent, i64)> = match parent {
        NoteParent::Customer if flag("addToLocations")? => store
            .of(LOCATIONS.name)
            .child_ids("customerId", id)
            .into_iter()
            .map(|location| (NoteParent::Location, location))
            .collect(),
        NoteParent::Location if flag("addToCustomer")? => {
            let customer =
                store.of(LOCATIONS.name).get(id).and_then(|record| id_at(&record.json, "customerId"));
            customer.map(|customer| (NoteParent::Customer, customer)).into_iter().collect()
        }
        _ => Vec::new(),
    };
    let note = store.add_note(parent, id, text.clone(), pinned);
    for (parent, id) in related {
        store.add_note(parent, id, text.clone(), pinned);
    }
    Ok(shown(parent, &note, user))
}

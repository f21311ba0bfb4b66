//! Endpoints under `/_sim/` on the ServiceTitan port, to watch and control a simulator that runs as a program of its own.
//!
//! | endpoint | parameters | answer |
//! |---|---|---|
//! | `GET stats` | | requests by endpoint and status, ignored parameters, faults that struck |
//! | `GET hatch/contacts` | | by source, Hatch's contacts with their opportunities |
//! | `GET notes` | | every note with its record |
//! | `GET floor` | | the fewest requests that a backfill from today can do with |
//! | `POST mutate` | `count` (10), `seed` | the random changes that were made |
//! | `POST faults` | `level` (`none`, `light`, `heavy`), `seed` | the level that is set |
//!
//! All but `stats` and `faults` are about one tenant: the first one, or the one that the parameter `tenant` names by its ID.
//! Control requests need no token, are not counted and meet no faults.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{Duration, NaiveTime};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::answer::{self, Answer};
use crate::faults::FaultPlan;
use crate::generator::WINDOW_DAYS;
use crate::stats::Stats;
use crate::store::Note;
use crate::systems::Systems;
use crate::tenants::Tenants;
use crate::webhooks;
use crate::world::{Change, WorldHandle};

/// The beginning of every control endpoint's path.
const PREFIX: &str = "/_sim/";

/// The number of changes that `mutate` makes where the caller names none.
const CHANGES: usize = 10;

/// The answer of a control endpoint; `None` where the request is for ServiceTitan.
pub(crate) fn answer(tenants: &Tenants, request: &Request<Bytes>) -> Option<Answer> {
    let path = request.uri().path().strip_prefix(PREFIX)?;
    if !tenants.shared().config.control_endpoints {
        return None;
    }
    let parameters = Parameters::of(request);
    let systems = match parameters.tenant(tenants) {
        Ok(systems) => systems,
        Err(error) => return Some(refuse(&error)),
    };
    let found = match (request.method(), path) {
        (&Method::GET, "stats") => Ok(stats(&systems.stats())),
        (&Method::GET, "hatch/contacts") => Ok(contacts(systems)),
        (&Method::GET, "notes") => Ok(notes(systems)),
        (&Method::GET, "floor") => Ok(floor(systems)),
        (&Method::POST, "mutate") => mutate(systems, &parameters),
        (&Method::POST, "faults") => faults(systems, &parameters),
        _ => {
            return Some(answer::json(
                StatusCode::NOT_FOUND,
                &json!({ "error": "there is no such endpoint" }),
            ));
        }
    };
    Some(match found {
        Ok(body) => answer::json(StatusCode::OK, &body),
        Err(error) => refuse(&error),
    })
}

fn refuse(error: &str) -> Answer {
    answer::json(StatusCode::BAD_REQUEST, &json!({ "error": error }))
}

/// The query's parameters.
struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn of(request: &Request<Bytes>) -> Self {
        let query = request.uri().query().unwrap_or_default();
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The tenant that is named, or the first one.
    fn tenant<'a>(&self, tenants: &'a Tenants) -> Result<&'a Arc<Systems>, String> {
        let Some(text) = self.0.get("tenant") else { return Ok(tenants.first()) };
        let tenant = text.parse().ok().and_then(|tenant| tenants.named(tenant));
        tenant.ok_or_else(|| "`tenant` is not one of the tenants".to_owned())
    }

    fn number(&self, name: &str) -> Result<Option<u64>, String> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| format!("`{name}` is a whole number"))
    }
}

fn stats(stats: &Stats) -> Value {
    let counted = |by: &BTreeMap<(String, u16), u64>| -> Vec<Value> {
        let requests = by.iter();
        requests
            .map(|((endpoint, status), count)| json!({ "endpoint": endpoint, "status": status, "count": count }))
            .collect()
    };
    json!({
        "servicetitan": counted(&stats.servicetitan), "hatch": counted(&stats.hatch),
        "tokenRequests": stats.token_requests, "unknownParameters": stats.unknown_parameters,
        "faults": stats.faults,
    })
}

fn contacts(systems: &Systems) -> Value {
    let hatch = systems.hatch();
    let department = |source: &str| -> Vec<Value> {
        let contacts = hatch.contacts(source).into_iter();
        contacts
            .map(|it| {
                let opportunities = it.opportunities.into_iter().map(|opportunity| {
                    json!({ "externalID": opportunity.external_id, "upserts": opportunity.upserts,
                        "body": opportunity.body })
                });
                json!({ "id": it.id, "firstName": it.first_name, "lastName": it.last_name, "email": it.email,
                    "phoneNumber": it.phone_number, "opportunities": opportunities.collect::<Vec<_>>() })
            })
            .collect()
    };
    let sources = systems.departments.iter().map(|it| (it.source.clone(), department(&it.source).into()));
    Value::Object(sources.collect())
}

fn notes(systems: &Systems) -> Value {
    let store = systems.store();
    let shown = |(parent, id, note): (_, i64, &Note)| {
        let parent = format!("{parent:?}").to_lowercase();
        json!({ "parent": parent, "parentId": id, "id": note.id, "text": note.text, "isPinned": note.is_pinned,
            "createdOn": note.created_on.to_rfc3339() })
    };
    store.all_notes().map(shown).collect::<Vec<_>>().into()
}

/// The floor of a backfill that starts today, and the number of requests that one for each object would make.
fn floor(systems: &Arc<Systems>) -> Value {
    let world = WorldHandle { systems: Arc::clone(systems) };
    let start = (world.now() - Duration::days(WINDOW_DAYS)).date_naive().and_time(NaiveTime::MIN).and_utc();
    let floor = world.reckon_requests(start).next_floor();
    json!({ "start": start.to_rfc3339(), "total": floor.total(), "byEndpoint": floor.by_endpoint,
        "oneRequestPerObject": world.requests_one_by_one(start) })
}

fn mutate(systems: &Arc<Systems>, parameters: &Parameters) -> Result<Value, String> {
    let count = parameters.number("count")?.map_or(Ok(CHANGES), usize::try_from);
    let count = count.map_err(|_| "`count` is too large".to_owned())?;
    let seed = parameters.number("seed")?.unwrap_or_else(|| systems.dice().below(u64::MAX));
    let world = WorldHandle { systems: Arc::clone(systems) };
    let changes = world.mutate(seed, count);
    webhooks::send(&world, &changes);
    let shown = |change: &Change| {
        let opportunities: Vec<Value> = change
            .opportunities
            .iter()
            .map(|(resource, id)| json!({ "resource": resource, "id": id }))
            .collect();
        json!({ "resource": change.resource, "id": change.id, "opportunities": opportunities })
    };
    Ok(json!({ "seed": seed, "changes": changes.iter().map(shown).collect::<Vec<_>>() }))
}

/// Sets the level of trouble. At `none`, the damage of faults is mended too.
fn faults(systems: &Arc<Systems>, parameters: &Parameters) -> Result<Value, String> {
    let seed = parameters.number("seed")?.unwrap_or(systems.config.seed);
    let level = parameters.0.get("level").map_or("", String::as_str);
    let plan = FaultPlan::named(level, seed).ok_or("`level` is one of none, light, heavy")?;
    systems.faults.clear();
    if plan == FaultPlan::none() {
        WorldHandle { systems: Arc::clone(systems) }.mend();
    }
    systems.faults.plan(plan);
    Ok(json!({ "level": level, "seed": seed }))
}

//! Lists: filtered, sorted pages of a resource, and single records of it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::faults::FaultKind;
use crate::problem::Problem;
use crate::resources::{ActiveParameter, Comparison, Filter, Resource};
use crate::servicetitan::query::Query;
use crate::store::{Collection, Entry, Object, Record, Store, id_at, value_at};
use crate::time;

/// The size of a page where the caller names none.
const DEFAULT_PAGE_SIZE: usize = 50;

/// Which page of how many records is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paging {
    page: usize,
    size: usize,
    include_total: bool,
}

impl Paging {
    pub(crate) fn read(query: &mut Query, max_page_size: usize) -> Result<Self, Problem> {
        let size = query.count("pageSize", DEFAULT_PAGE_SIZE)?.min(max_page_size.max(1));
        Ok(Self { page: query.count("page", 1)?, size, include_total: query.flag("includeTotal")? })
    }

    /// The page of `records` that was asked for, each made to JSON only when it is on it.
    pub(crate) fn page<T>(self, records: &[T], json: impl Fn(&T) -> Value) -> Value {
        let start = self.page.saturating_sub(1).saturating_mul(self.size);
        let end = start.saturating_add(self.size);
        let data: Vec<Value> = records.iter().skip(start).take(self.size).map(json).collect();
        let mut page =
            json!({ "page": self.page, "pageSize": self.size, "hasMore": end < records.len(), "data": data });
        if self.include_total {
            page["totalCount"] = records.len().into();
        }
        page
    }
}

/// The times that a record was made and changed between.
#[derive(Debug, Default)]
pub(crate) struct Times {
    created_on_or_after: Option<DateTime<Utc>>,
    created_before: Option<DateTime<Utc>>,
    modified_on_or_after: Option<DateTime<Utc>>,
    modified_before: Option<DateTime<Utc>>,
}

impl Times {
    pub(crate) fn read(query: &mut Query) -> Result<Self, Problem> {
        Ok(Self {
            created_on_or_after: query.time("createdOnOrAfter")?,
            created_before: query.time("createdBefore")?,
            modified_on_or_after: query.time("modifiedOnOrAfter")?,
            modified_before: query.time("modifiedBefore")?,
        })
    }

    pub(crate) fn fit(&self, created: DateTime<Utc>, modified: DateTime<Utc>) -> bool {
        self.created_on_or_after.is_none_or(|time| created >= time)
            && self.created_before.is_none_or(|time| created < time)
            && self.modified_on_or_after.is_none_or(|time| modified >= time)
            && self.modified_before.is_none_or(|time| modified < time)
    }
}

/// A record as lists show it: without the fields that only the export carries.
pub(crate) fn shown(store: &Store, resource: &'static Resource, record: &Record) -> Value {
    let mut json = store.shown(resource, record);
    for field in resource.list_omits {
        json.remove(*field);
    }
    Value::Object(json)
}

/// One condition of a list, with the value that the caller gave.
enum Condition {
    Ids(&'static str, Vec<i64>),
    Text(&'static str, String),
    OnOrAfter(&'static str, DateTime<Utc>),
    Before(&'static str, DateTime<Utc>),
}

impl Condition {
    fn read(filter: &Filter, query: &mut Query) -> Result<Option<Self>, Problem> {
        let Filter { parameter, field, comparison } = *filter;
        Ok(match comparison {
            Comparison::Id => query.id(parameter)?.map(|id| Self::Ids(field, vec![id])),
            Comparison::Ids => query.ids(parameter)?.map(|ids| Self::Ids(field, ids)),
            Comparison::Text => query.text(parameter).map(|text| Self::Text(field, text)),
            Comparison::OnOrAfter => query.time(parameter)?.map(|time| Self::OnOrAfter(field, time)),
            Comparison::Before => query.time(parameter)?.map(|time| Self::Before(field, time)),
        })
    }

    fn holds(&self, json: &Object) -> bool {
        let moment = |field| value_at(json, field).and_then(Value::as_str).and_then(time::parse);
        match self {
            Self::Ids(field, ids) => id_at(json, field).is_some_and(|id| ids.contains(&id)),
            Self::Text(field, wanted) => value_at(json, field)
                .and_then(Value::as_str)
                .is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
            Self::OnOrAfter(field, time) => moment(field).is_some_and(|value| value >= *time),
            Self::Before(field, time) => moment(field).is_some_and(|value| value < *time),
        }
    }
}

/// Which of active and inactive records a list shows.
fn read_active(resource: &Resource, query: &mut Query) -> Result<Option<bool>, Problem> {
    let (parameter, any, only_active, only_inactive) = match resource.active {
        ActiveParameter::ShowsAll => return Ok(None),
        ActiveParameter::None => return Ok(Some(true)),
        ActiveParameter::Active => ("active", "any", "true", "false"),
        ActiveParameter::ActiveState => ("activeState", "all", "activeonly", "inactiveonly"),
    };
    match query.text(parameter).map(|text| text.to_ascii_lowercase()) {
        None => Ok(Some(true)),
        Some(text) if text == any => Ok(None),
        Some(text) if text == only_active => Ok(Some(true)),
        Some(text) if text == only_inactive => Ok(Some(false)),
        Some(text) => Err(Problem::field(parameter, format!("The value '{text}' is not valid."))),
    }
}

/// The IDs that a list honors of those that it was asked for; the faults about that leave some out.
fn honored(mut ids: Vec<i64>, fault: Option<&FaultKind>) -> Vec<i64> {
    match fault {
        Some(FaultKind::OnlyFirstId) => ids.truncate(1),
        Some(FaultKind::IdsLeftOut) => ids = ids.into_iter().step_by(2).collect(),
        _ => {}
    }
    ids
}

/// The number of IDs that a list is asked for at once: the most that any of its parameters names.
pub(crate) fn asked_ids(resource: &Resource, query: &mut Query) -> usize {
    let filters = resource.filters.iter().filter(|filter| filter.comparison == Comparison::Ids);
    let parameters = filters.map(|filter| filter.parameter).chain(resource.ids.then_some("ids"));
    parameters.filter_map(|it| query.ids(it).ok().flatten()).map(|ids| ids.len()).max().unwrap_or(0)
}

/// `GET …/{resource}`
pub(crate) fn list(
    store: &Store,
    resource: &'static Resource,
    query: &mut Query,
    max_page_size: usize,
    fault: Option<&FaultKind>,
) -> Result<Value, Problem> {
    let paging = Paging::read(query, max_page_size)?;
    let times = Times::read(query)?;
    let active = read_active(resource, query)?;
    let ids = if resource.ids { query.ids("ids")?.map(|ids| honored(ids, fault)) } else { None };
    let mut conditions = Vec::new();
    for filter in resource.filters {
        conditions.extend(Condition::read(filter, query)?.map(|condition| match condition {
            Condition::Ids(field, ids) => Condition::Ids(field, honored(ids, fault)),
            other => other,
        }));
    }
    if !resource.needs_one_of.is_empty() && !query.has_any(resource.needs_one_of) {
        let needed = resource.needs_one_of.join(", ");
        return Err(Problem::field("", format!("At least one of these parameters is needed: {needed}.")));
    }
    let collection = store.of(resource.name);
    let holds = |entry: &Entry| {
        let record = if conditions.is_empty() { None } else { collection.get(entry.id) };
        record.is_none_or(|record| conditions.iter().all(|condition| condition.holds(&record.json)))
    };
    let mut entries: Vec<Entry> = candidates(collection, ids, &conditions)
        .into_iter()
        .filter(|entry| !entry.deleted)
        .filter(|entry| active.is_none_or(|wanted| entry.active == wanted))
        .filter(|entry| times.fit(entry.created, entry.modified))
        .filter(holds)
        .collect();
    if !resource.sort.is_empty()
        && let Some(sort) = query.text("sort")
    {
        sort_by(resource, collection, &sort, &mut entries)?;
    }
    let json = |entry: &Entry| {
        let record = collection.get(entry.id);
        record.map_or(Value::Null, |record| shown(store, resource, &record))
    };
    Ok(paging.page(&entries, json))
}

/// The records to look through: those with the given IDs, or the children of the given parents, or all; by ID.
fn candidates(collection: &Collection, ids: Option<Vec<i64>>, conditions: &[Condition]) -> Vec<Entry> {
    let parents = conditions.iter().find_map(|condition| match condition {
        Condition::Ids(field, ids) => Some((*field, ids)),
        _ => None,
    });
    let mut ids = match (ids, parents) {
        (Some(ids), _) => ids,
        (None, Some((field, parents))) => {
            parents.iter().flat_map(|parent| collection.child_ids(field, *parent)).collect()
        }
        (None, None) => return collection.entries(),
    };
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(|id| collection.entry(id)).collect()
}

/// Orders by `+Field` or `-Field`. An unencoded `+` arrives as a space, which ServiceTitan refuses.
fn sort_by(
    resource: &Resource,
    collection: &Collection,
    sort: &str,
    entries: &mut [Entry],
) -> Result<(), Problem> {
    let refuse = || Problem::field("sort", format!("Sorting by '{sort}' is not supported."));
    let (descending, field) = match (sort.strip_prefix('+'), sort.strip_prefix('-')) {
        (Some(field), _) => (false, field),
        (_, Some(field)) => (true, field),
        _ if sort.starts_with(' ') => return Err(refuse()),
        _ => (false, sort),
    };
    let known = resource.sort.iter().find(|known| known.eq_ignore_ascii_case(field)).ok_or_else(refuse)?;
    match *known {
        "ModifiedOn" => entries.sort_by_key(|entry| (entry.modified, entry.id)),
        "CreatedOn" => entries.sort_by_key(|entry| (entry.created, entry.id)),
        "Priority" => entries.sort_by_cached_key(|entry| {
            let record = collection.get(entry.id);
            let priority = record.and_then(|it| it.json.get("priority")?.as_str().map(str::to_owned));
            (priority.unwrap_or_default(), entry.id)
        }),
        _ => {}
    }
    if descending {
        entries.reverse();
    }
    Ok(())
}

/// `GET …/{resource}/{id}`; inactive records answer too.
pub(crate) fn get(store: &Store, resource: &'static Resource, id: i64) -> Result<Value, Problem> {
    let record = store.of(resource.name).get(id).filter(|record| !record.deleted);
    let record = record.ok_or_else(|| Problem::no_such_record(resource.name, id))?;
    Ok(shown(store, resource, &record))
}

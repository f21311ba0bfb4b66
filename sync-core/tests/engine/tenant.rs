//! A scripted ServiceTitan: records with their histories, feeds and lists over them, and refusals.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use hatch_mapping::NoteTarget;
use serde_json::{Value, json};
use sync_core::{
    BadField, FeedPage, FeedPosition, Link, ListPage, MirrorRecord, Priority, Records, Resource, Source,
    SourceDescription, SourceError, SourceErrorKind,
};
use tokio::sync::Notify;

/// A way of reading records, which can be refused or held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    Feed,
    Ids,
    Children,
}

/// A gate that holds one caller back until a test opens it.
#[derive(Default)]
pub(crate) struct Gate {
    reached: Notify,
    open: Notify,
}

impl Gate {
    /// Waits until a caller stands at the gate.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    pub(crate) fn open(&self) {
        self.open.notify_one();
    }

    /// Stands at the gate until it is opened.
    pub(crate) async fn hold(&self) {
        self.reached.notify_one();
        self.open.notified().await;
    }
}

#[derive(Default)]
pub(crate) struct Tenant {
    inner: Mutex<Inner>,
}

/// Picks the IDs that a lookup honours out of those that it is asked for.
type Honoured = fn(&[i64]) -> Vec<i64>;

struct Inner {
    now: DateTime<Utc>,
    /// The current records, by resource, ID and owner.
    records: BTreeMap<(Resource, i64, i64), MirrorRecord>,
    /// The versions in the feeds, in their order.
    log: Vec<MirrorRecord>,
    page_size: usize,
    /// The place in the log from which on changes are recent. Feeds show recent changes only on request, and again each time.
    settled: Option<usize>,
    /// The feeds whose pages name no position.
    without_positions: BTreeSet<Resource>,
    /// Lookups that honour some of the asked IDs only.
    honouring: HashMap<(Resource, Way), Honoured>,
    refused: HashMap<(Resource, Way), SourceErrorKind>,
    failing: HashMap<(Resource, Way), VecDeque<SourceErrorKind>>,
    /// The parents whose children are refused.
    refused_parents: BTreeSet<(Resource, i64)>,
    erased: BTreeSet<(Resource, i64)>,
    hanging: Option<Resource>,
    gates: HashMap<(Resource, Way), VecDeque<Arc<Gate>>>,
    problems: HashMap<Resource, String>,
    bad_fields: Vec<(Resource, BadField)>,
    asked: Vec<String>,
    priorities: HashMap<(Resource, Way), Priority>,
}

impl Default for Inner {
    fn default() -> Self {
        Inner {
            now: "2026-06-01T12:00:00Z".parse().unwrap(),
            records: BTreeMap::new(),
            log: Vec::new(),
            page_size: 100,
            settled: None,
            without_positions: BTreeSet::new(),
            honouring: HashMap::new(),
            refused: HashMap::new(),
            failing: HashMap::new(),
            refused_parents: BTreeSet::new(),
            erased: BTreeSet::new(),
            hanging: None,
            gates: HashMap::new(),
            problems: HashMap::new(),
            bad_fields: Vec::new(),
            asked: Vec::new(),
            priorities: HashMap::new(),
        }
    }
}

/// The fields by which records name their parents.
const PARENTS: [(&str, Resource); 6] = [
    ("customerId", Resource::Customers),
    ("mergedToId", Resource::Customers),
    ("locationId", Resource::Locations),
    ("jobId", Resource::Jobs),
    ("appointmentId", Resource::Appointments),
    ("membershipId", Resource::Memberships),
];

impl Tenant {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.inner().now
    }

    pub(crate) fn pass(&self, time: TimeDelta) {
        self.inner().now += time;
    }

    pub(crate) fn page_size(&self, records: usize) {
        self.inner().page_size = records;
    }

    /// Sets whether the pages of a feed name the position behind them.
    pub(crate) fn name_positions(&self, resource: Resource, named: bool) {
        let feeds = &mut self.inner().without_positions;
        if named {
            feeds.remove(&resource)
        } else {
            feeds.insert(resource)
        };
    }

    /// Holds further changes back from feeds, except from reads that ask for recent changes.
    pub(crate) fn hold_back(&self) {
        let settled = self.inner().log.len();
        self.inner().settled = Some(settled);
    }

    /// Creates or changes a record now, also in feeds and lists. Other fields keep their values.
    pub(crate) fn put(&self, resource: Resource, fields: Value) {
        let record = self.inner().change(resource, fields);
        self.inner().log.push(record);
    }

    /// Changes a record without telling its feed.
    pub(crate) fn put_unseen(&self, resource: Resource, fields: Value) {
        self.inner().change(resource, fields);
    }

    /// Adds a record that was created and last changed a number of days ago.
    pub(crate) fn put_old(&self, resource: Resource, days: i64, fields: Value) {
        let mut inner = self.inner();
        let now = inner.now;
        inner.now = now - TimeDelta::days(days);
        let record = inner.change(resource, fields);
        inner.now = now;
        let place = inner.log.partition_point(|it| it.modified_on <= record.modified_on);
        inner.log.insert(place, record);
    }

    /// Removes a record. Its feed keeps the former versions.
    pub(crate) fn vanish(&self, resource: Resource, id: i64) {
        self.inner().records.retain(|(of, it, _), _| (*of, *it) != (resource, id));
    }

    /// Removes a record and its versions in the feed.
    pub(crate) fn erase(&self, resource: Resource, id: i64) {
        self.vanish(resource, id);
        self.inner().erased.insert((resource, id));
    }

    /// Repeats a former version in the feed.
    pub(crate) fn repeat(&self, version: usize) {
        let mut inner = self.inner();
        let record = inner.log[version].clone();
        inner.log.push(record);
    }

    /// From now on a lookup honours some of the asked IDs only, without a word.
    pub(crate) fn honour(&self, resource: Resource, way: Way, honoured: fn(&[i64]) -> Vec<i64>) {
        self.inner().honouring.insert((resource, way), honoured);
    }

    /// From now on a lookup honours all asked IDs.
    pub(crate) fn honour_all(&self, resource: Resource, way: Way) {
        self.inner().honouring.remove(&(resource, way));
    }

    pub(crate) fn refuse(&self, resource: Resource, way: Way, kind: SourceErrorKind) {
        self.inner().refused.insert((resource, way), kind);
    }

    pub(crate) fn allow(&self, resource: Resource, way: Way) {
        self.inner().refused.remove(&(resource, way));
    }

    pub(crate) fn fail_once(&self, resource: Resource, way: Way, kind: SourceErrorKind) {
        self.inner().failing.entry((resource, way)).or_default().push_back(kind);
    }

    pub(crate) fn refuse_children_of(&self, parent: Resource, id: i64) {
        self.inner().refused_parents.insert((parent, id));
    }

    pub(crate) fn allow_children_of(&self, parent: Resource, id: i64) {
        self.inner().refused_parents.remove(&(parent, id));
    }

    /// Lets reads of this resource never end.
    pub(crate) fn hang(&self, resource: Option<Resource>) {
        self.inner().hanging = resource;
    }

    /// Holds back the answer to the next read of this resource. The answer has the records of the time of the request. Each further call holds
    /// back one more answer.
    pub(crate) fn hold(&self, resource: Resource, way: Way) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        self.inner().gates.entry((resource, way)).or_default().push_back(gate.clone());
        gate
    }

    async fn under_way(&self, resource: Resource, way: Way) {
        let gate = self.inner().gates.get_mut(&(resource, way)).and_then(VecDeque::pop_front);
        if let Some(gate) = gate {
            gate.hold().await;
        }
    }

    /// Adds a record that cannot be decoded to every answer.
    pub(crate) fn spoil(&self, resource: Resource, problem: &str) {
        self.inner().problems.insert(resource, problem.to_owned());
    }

    /// Makes a field of a record unreadable in every answer.
    pub(crate) fn garble(&self, resource: Resource, id: i64, path: &str) {
        let field = BadField { id: Some(id), owner: None, path: path.to_owned() };
        self.inner().bad_fields.push((resource, field));
    }

    /// Returns the requests since the last call, without those of feeds.
    pub(crate) fn lookups(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut self.inner().asked);
        asked.retain(|request| !request.starts_with("feed"));
        asked.sort();
        asked
    }

    pub(crate) fn requests(&self) -> usize {
        self.inner().asked.len()
    }

    pub(crate) fn priority(&self, resource: Resource, way: Way) -> Option<Priority> {
        self.inner().priorities.get(&(resource, way)).copied()
    }

    async fn asked(
        &self,
        request: String,
        resource: Resource,
        way: Way,
        priority: Priority,
    ) -> Result<(), SourceError> {
        // Lets other tasks continue.
        tokio::task::yield_now().await;
        let hanging = {
            let mut inner = self.inner();
            inner.asked.push(request);
            inner.priorities.insert((resource, way), priority);
            let once = inner.failing.get_mut(&(resource, way)).and_then(VecDeque::pop_front);
            if let Some(kind) = once.or_else(|| inner.refused.get(&(resource, way)).copied()) {
                return Err(refusal(kind));
            }
            inner.hanging == Some(resource)
        };
        if hanging {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

fn refusal(kind: SourceErrorKind) -> SourceError {
    SourceError { kind, message: format!("scripted: {kind:?}") }
}

impl Inner {
    fn change(&mut self, resource: Resource, fields: Value) -> MirrorRecord {
        self.now += TimeDelta::seconds(1);
        let id = fields["id"].as_i64().unwrap();
        // A contact of another owner is another record. One that is put without its owner is the one there is.
        let named = resource.owner().and_then(|owner| {
            let (field, _) = PARENTS.iter().find(|(_, parent)| *parent == owner)?;
            fields[*field].as_i64()
        });
        let mut of_id = self.records.range((resource, id, i64::MIN)..=(resource, id, i64::MAX));
        let kept = of_id.find(|((.., owner), _)| named.is_none_or(|named| named == *owner)).map(|(_, it)| it);
        let mut body: Value = kept
            .map_or_else(|| json!({}), |kept| serde_json::from_str(kept.body.as_deref().unwrap()).unwrap());
        let whole = body.as_object_mut().unwrap();
        whole.extend(fields.as_object().unwrap().clone());
        whole.entry("createdOn").or_insert(json!(self.now));
        whole.insert("modifiedOn".to_owned(), json!(self.now));
        let links = PARENTS
            .iter()
            .filter_map(|(field, parent)| Some(Link { resource: *parent, id: body[field].as_i64()? }))
            .chain(body["job"]["id"].as_i64().map(|id| Link { resource: Resource::Jobs, id }))
            .collect();
        let record = MirrorRecord {
            created_on: serde_json::from_value(body["createdOn"].clone()).ok(),
            modified_on: Some(self.now),
            body: Some(body.to_string()),
            ..MirrorRecord::absent(resource, id)
        };
        let record = record.linked_with(links);
        self.records.insert((resource, id, record.owner), record.clone());
        record
    }

    fn honoured(&self, resource: Resource, way: Way, asked: &[i64]) -> Vec<i64> {
        self.honouring.get(&(resource, way)).map_or_else(|| asked.to_vec(), |honoured| honoured(asked))
    }

    fn bad_fields(&self, resource: Resource) -> Vec<BadField> {
        self.bad_fields.iter().filter(|(of, _)| *of == resource).map(|(_, field)| field.clone()).collect()
    }

    fn problems(&self, resource: Resource) -> Vec<String> {
        self.problems.get(&resource).cloned().into_iter().collect()
    }

    fn page(
        &self,
        resource: Resource,
        from: usize,
        since: Option<DateTime<Utc>>,
        include_recent: bool,
    ) -> FeedPage {
        let fits = |record: &MirrorRecord| {
            record.resource == resource
                && since.is_none_or(|since| record.modified_on >= Some(since))
                && !self.erased.contains(&(resource, record.id))
        };
        let settled = self.settled.unwrap_or(self.log.len());
        let log = if include_recent { &self.log } else { &self.log[..settled] };
        let mut records = Vec::new();
        let mut next = from.min(log.len());
        for record in &log[next..] {
            if records.len() == self.page_size {
                break;
            }
            next += 1;
            if fits(record) {
                records.push(record.clone());
            }
        }
        let has_more = log[next..].iter().any(fits);
        if !has_more {
            next = next.min(settled);
        }
        FeedPage {
            records,
            problems: self.problems(resource),
            bad_fields: self.bad_fields(resource),
            next: (!self.without_positions.contains(&resource)).then(|| next.to_string()),
            has_more,
            server_time: Some(self.now),
        }
    }
}

fn listed(ids: &[i64]) -> String {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[async_trait]
impl Source for Tenant {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        let server_time = Some(self.now());
        Ok(SourceDescription {
            summary: String::new(),
            server_time,
            granted_scopes: Vec::new(),
            key_confirmed: true,
        })
    }

    async fn read_feed(
        &self,
        resource: Resource,
        from: &FeedPosition,
        include_recent: bool,
        priority: Priority,
    ) -> Result<FeedPage, SourceError> {
        self.asked(format!("feed {resource}"), resource, Way::Feed, priority).await?;
        let page = {
            let inner = self.inner();
            match from {
                FeedPosition::Beginning => inner.page(resource, 0, None, include_recent),
                FeedPosition::Since(date) => inner.page(resource, 0, Some(*date), include_recent),
                FeedPosition::Token(token) => {
                    inner.page(resource, token.parse().unwrap(), None, include_recent)
                }
            }
        };
        self.under_way(resource, Way::Feed).await;
        Ok(page)
    }

    async fn read_by_ids(
        &self,
        resource: Resource,
        ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        self.asked(format!("{resource} {}", listed(ids)), resource, Way::Ids, priority).await?;
        let answer = {
            let inner = self.inner();
            let ids = inner.honoured(resource, Way::Ids, ids);
            let of_these = |record: &&MirrorRecord| record.resource == resource && ids.contains(&record.id);
            let records = inner.records.values().filter(of_these).cloned().collect();
            Records { records, problems: inner.problems(resource), bad_fields: inner.bad_fields(resource) }
        };
        self.under_way(resource, Way::Ids).await;
        Ok(answer)
    }

    async fn read_children(
        &self,
        children: Resource,
        parent: Resource,
        parent_ids: &[i64],
        priority: Priority,
    ) -> Result<Records, SourceError> {
        let request = format!("{children} of {parent} {}", listed(parent_ids));
        self.asked(request, children, Way::Children, priority).await?;
        if parent_ids.iter().any(|id| self.inner().refused_parents.contains(&(parent, *id))) {
            return Err(refusal(SourceErrorKind::Refused));
        }
        let honoured = self.inner().honoured(children, Way::Children, parent_ids);
        let of_these = |record: &&MirrorRecord| {
            record.resource == children && record.linked_to(parent).is_some_and(|id| honoured.contains(&id))
        };
        let contacts = matches!(children, Resource::CustomerContacts | Resource::LocationContacts);
        let told = |record: &&MirrorRecord| {
            !contacts || !record.body.as_deref().unwrap().contains(r#""active":false"#)
        };
        let answer = {
            let inner = self.inner();
            let records = inner.records.values().filter(of_these).filter(told).cloned().collect();
            Records { records, problems: inner.problems(children), bad_fields: inner.bad_fields(children) }
        };
        self.under_way(children, Way::Children).await;
        Ok(answer)
    }

    async fn read_list(
        &self,
        resource: Resource,
        since: DateTime<Utc>,
        page: u32,
        priority: Priority,
    ) -> Result<ListPage, SourceError> {
        self.asked(format!("list {resource} {page}"), resource, Way::Feed, priority).await?;
        let inner = self.inner();
        let fits = |record: &&MirrorRecord| record.resource == resource && record.modified_on >= Some(since);
        let mut rest = inner.records.values().filter(fits).skip((page as usize - 1) * inner.page_size);
        let records = rest.by_ref().take(inner.page_size).cloned().collect();
        Ok(ListPage { records, has_more: rest.next().is_some(), ..ListPage::default() })
    }

    async fn write_note(&self, _: NoteTarget, _: i64, _: &str) -> Result<(), SourceError> {
        Ok(())
    }

    async fn note_texts(&self, _: NoteTarget, _: i64) -> Result<Vec<String>, SourceError> {
        Ok(Vec::new())
    }

    fn request_counts(&self) -> BTreeMap<String, u64> {
        BTreeMap::from([("all".to_owned(), self.inner().asked.len() as u64)])
    }
}

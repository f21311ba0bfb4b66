//! A store in memory: for tests, for trying things, and as the plainest reading of the store's promises.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{
    Change, DeadLetter, Delivered, Dirty, Epoch, EventStatus, ExportPart, Exported, MirrorRecord,
    OutboxEvent, Resource, Role, Store, StoreError, StoredEvent,
};

/// A [`Store`] in memory, for tests and for hosts that read everything again after a restart.
#[derive(Debug, Default)]
pub struct MemoryStore {
    connections: Mutex<HashMap<String, Connection>>,
}

#[derive(Debug, Default)]
struct Connection {
    /// The newest epoch of each role.
    epochs: HashMap<Role, u64>,
    values: BTreeMap<String, String>,
    /// By resource, ID and owner.
    records: BTreeMap<(Resource, i64, i64), MirrorRecord>,
    /// (children, parent, parent ID, child ID, child's owner)
    links: BTreeSet<(Resource, Resource, i64, i64, i64)>,
    /// (children, parent ID) → whether all are there
    completeness: BTreeMap<(Resource, i64), bool>,
    dirty: BTreeMap<String, DirtySet>,
    last_mark: u64,
    delivered: BTreeMap<(String, i64), Delivered>,
    dead_letters: Vec<DeadLetter>,
    /// By position.
    events: BTreeMap<u64, StoredEvent>,
    event_positions: HashMap<String, u64>,
}

/// The dirty opportunities of one integration.
#[derive(Debug, Default)]
struct DirtySet {
    /// The opportunities by place.
    queue: BTreeMap<u64, i64>,
    /// Place and newest mark of each opportunity.
    marks: HashMap<i64, (u64, u64)>,
}

impl DirtySet {
    fn dirty(&self, id: i64) -> Option<Dirty> {
        self.marks.get(&id).map(|(place, mark)| Dirty { id, place: *place, mark: *mark })
    }
}

impl MemoryStore {
    /// Returns an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<String, Connection>> {
        // No change is left half-done by a panic: a commit checks before it changes anything.
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T: Default>(
        &self,
        connection: &str,
        read: impl FnOnce(&Connection) -> T,
    ) -> Result<T, StoreError> {
        Ok(self.connections().get(connection).map(read).unwrap_or_default())
    }
}

impl Connection {
    fn open(&mut self, role: Role) -> Epoch {
        let newest = self.epochs.entry(role).or_default();
        *newest += 1;
        Epoch { role, number: *newest }
    }

    fn check(&self, epoch: Epoch) -> Result<(), StoreError> {
        if self.epochs.get(&epoch.role) == Some(&epoch.number) { Ok(()) } else { Err(epoch.fenced()) }
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::SetValue { key, value } => {
                self.values.insert(key, value);
            }
            Change::RemoveValue { key } => {
                self.values.remove(&key);
            }
            Change::PutRecord(record) => {
                let key = (record.resource, record.id, record.owner);
                if self.records.get(&key).is_some_and(|kept| !record.replaces(kept)) {
                    return;
                }
                self.remove(key);
                for link in &record.links {
                    self.links.insert((record.resource, link.resource, link.id, record.id, record.owner));
                }
                self.records.insert(key, record);
            }
            Change::RemoveRecord { resource, id, owner } => self.remove((resource, id, owner)),
            Change::RemoveResource { resource } => {
                self.records.retain(|(of, ..), _| *of != resource);
                self.links.retain(|(of, ..)| *of != resource);
                self.completeness.retain(|(children, _), _| *children != resource);
            }
            Change::MarkComplete { children, parent_id } => {
                self.completeness.insert((children, parent_id), true);
            }
            Change::MarkIncomplete { children, parent_id } => {
                self.completeness.insert((children, parent_id), false);
            }
            Change::MarkDirty { integration, id } => {
                self.last_mark += 1;
                let mark = self.last_mark;
                let set = self.dirty.entry(integration).or_default();
                let place = set.marks.get(&id).map_or(mark, |(place, _)| *place);
                set.queue.insert(place, id);
                set.marks.insert(id, (place, mark));
            }
            Change::ClearDirty { integration, dirty } => {
                if let Some(set) = self.dirty.get_mut(&integration)
                    && let Some((place, mark)) = set.marks.get(&dirty.id).copied()
                    && mark == dirty.mark
                {
                    set.queue.remove(&place);
                    set.marks.remove(&dirty.id);
                }
            }
            Change::SetDelivered { integration, delivered } => {
                self.delivered.insert((integration, delivered.id), delivered);
            }
            Change::RemoveOpportunity { integration, id } => {
                if let Some(set) = self.dirty.get_mut(&integration)
                    && let Some((place, _)) = set.marks.remove(&id)
                {
                    set.queue.remove(&place);
                }
                self.delivered.remove(&(integration, id));
            }
            Change::RemoveIntegration { integration } => {
                self.dirty.remove(&integration);
                self.delivered.retain(|(of, _), _| *of != integration);
            }
            Change::PutDeadLetter(letter) => {
                self.remove_dead_letter(&letter.integration, &letter.subject);
                self.dead_letters.push(letter);
            }
            Change::RemoveDeadLetter { integration, subject } => {
                self.remove_dead_letter(&integration, &subject);
            }
            Change::AddEvent(event) => {
                self.add_event(event);
            }
            Change::SetEvent { id, state, status } => {
                let position = self.event_positions.get(&id);
                if let Some(stored) = position.and_then(|position| self.events.get_mut(position)) {
                    stored.status = status;
                    stored.event.state = state;
                    if status == EventStatus::Done {
                        stored.event.event.clear();
                        stored.event.state.clear();
                    }
                }
            }
        }
    }

    /// The rows of a part behind one of them.
    fn export<'a>(
        &'a self,
        part: ExportPart,
        after: Option<&Exported>,
    ) -> Box<dyn Iterator<Item = Exported> + 'a> {
        match part {
            ExportPart::Values => {
                let after = match after {
                    Some(Exported::Value { key, .. }) => Bound::Excluded(key.clone()),
                    _ => Bound::Unbounded,
                };
                let row = |(key, value): (&String, &String)| Exported::Value {
                    key: key.clone(),
                    value: value.clone(),
                };
                Box::new(self.values.range((after, Bound::Unbounded)).map(row))
            }
            ExportPart::Records => {
                let after = match after {
                    Some(Exported::Record(it)) => Bound::Excluded((it.resource, it.id, it.owner)),
                    _ => Bound::Unbounded,
                };
                let behind = self.records.range((after, Bound::Unbounded));
                Box::new(behind.map(|(_, record)| Exported::Record(record.clone())))
            }
            ExportPart::Completeness => {
                let after = match after {
                    Some(Exported::Completeness { children, parent_id, .. }) => {
                        Bound::Excluded((*children, *parent_id))
                    }
                    _ => Bound::Unbounded,
                };
                let row = |(&(children, parent_id), &is_complete): (&(Resource, i64), &bool)| {
                    Exported::Completeness { children, parent_id, is_complete }
                };
                Box::new(self.completeness.range((after, Bound::Unbounded)).map(row))
            }
            ExportPart::Dirty => {
                let (first, last_place) = match after {
                    Some(Exported::Dirty { integration, place, .. }) => (integration.clone(), *place),
                    _ => (String::new(), 0),
                };
                let from = first.clone()..;
                let rows = move |(integration, set): (&'a String, &'a DirtySet)| {
                    let above = if *integration == first { last_place } else { 0 };
                    let queue = set.queue.range((Bound::Excluded(above), Bound::Unbounded));
                    queue.map(|(&place, &id)| Exported::Dirty { integration: integration.clone(), id, place })
                };
                Box::new(self.dirty.range(from).flat_map(rows))
            }
            ExportPart::Delivered => {
                let after = match after {
                    Some(Exported::Delivered { integration, delivered }) => {
                        Bound::Excluded((integration.clone(), delivered.id))
                    }
                    _ => Bound::Unbounded,
                };
                let row = |((integration, _), delivered): (&(String, i64), &Delivered)| Exported::Delivered {
                    integration: integration.clone(),
                    delivered: delivered.clone(),
                };
                Box::new(self.delivered.range((after, Bound::Unbounded)).map(row))
            }
            ExportPart::Events => {
                let after = match after {
                    Some(Exported::Event(stored)) => stored.position,
                    _ => 0,
                };
                let behind = self.events.range((Bound::Excluded(after), Bound::Unbounded));
                Box::new(behind.map(|(_, stored)| Exported::Event(stored.clone())))
            }
        }
    }

    /// The keys of a resource's records that belong to one of these parents. A child of two of them comes twice.
    fn children(
        &self,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> impl Iterator<Item = (Resource, i64, i64)> {
        let of_parent = move |id: &i64| {
            let (first, last) = (i64::MIN, i64::MAX);
            self.links.range((resource, parent, *id, first, first)..=(resource, parent, *id, last, last))
        };
        parent_ids.iter().flat_map(of_parent).map(|(resource, .., id, owner)| (*resource, *id, *owner))
    }

    fn remove(&mut self, key: (Resource, i64, i64)) {
        if let Some(record) = self.records.remove(&key) {
            for link in record.links {
                self.links.remove(&(record.resource, link.resource, link.id, record.id, record.owner));
            }
        }
    }

    /// Returns `false` if an event with this ID was stored before.
    fn add_event(&mut self, event: OutboxEvent) -> bool {
        if self.event_positions.contains_key(&event.id) {
            return false;
        }
        let position = self.events.last_key_value().map_or(1, |(last, _)| last + 1);
        self.event_positions.insert(event.id.clone(), position);
        self.events.insert(position, StoredEvent { position, status: EventStatus::Waiting, event });
        true
    }

    fn remove_dead_letter(&mut self, integration: &str, subject: &str) {
        self.dead_letters.retain(|letter| letter.integration != integration || letter.subject != subject);
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn open(&self, connection: &str, role: Role) -> Result<Epoch, StoreError> {
        Ok(self.connections().entry(connection.to_owned()).or_default().open(role))
    }

    async fn open_all(&self, connection: &str) -> Result<[Epoch; 2], StoreError> {
        let mut connections = self.connections();
        let connection = connections.entry(connection.to_owned()).or_default();
        Ok(Role::ALL.map(|role| connection.open(role)))
    }

    async fn check_epoch(&self, connection: &str, epoch: Epoch) -> Result<(), StoreError> {
        let connections = self.connections();
        connections.get(connection).map_or_else(|| Err(epoch.fenced()), |connection| connection.check(epoch))
    }

    async fn commit(&self, connection: &str, epoch: Epoch, changes: Vec<Change>) -> Result<(), StoreError> {
        epoch.permit(&changes)?;
        let mut connections = self.connections();
        let Some(connection) = connections.get_mut(connection) else { return Err(epoch.fenced()) };
        connection.check(epoch)?;
        for change in changes {
            connection.apply(change);
        }
        Ok(())
    }

    async fn add_event(&self, connection: &str, event: OutboxEvent) -> Result<bool, StoreError> {
        let mut connections = self.connections();
        Ok(connections.entry(connection.to_owned()).or_default().add_event(event))
    }

    async fn values(&self, connection: &str, keys: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
        self.read(connection, |connection| {
            let found = keys.iter().filter_map(|key| connection.values.get_key_value(*key));
            found.map(|(key, value)| (key.clone(), value.clone())).collect()
        })
    }

    async fn records(
        &self,
        connection: &str,
        resource: Resource,
        ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.read(connection, |connection| {
            let of_each_owner =
                |id: &i64| connection.records.range((resource, *id, i64::MIN)..=(resource, *id, i64::MAX));
            ids.iter().flat_map(of_each_owner).map(|(_, record)| record.clone()).collect()
        })
    }

    async fn linked(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<MirrorRecord>, StoreError> {
        self.read(connection, |connection| {
            let children: BTreeSet<_> = connection.children(resource, parent, parent_ids).collect();
            children.iter().filter_map(|child| connection.records.get(child).cloned()).collect()
        })
    }

    async fn linked_ids(
        &self,
        connection: &str,
        resource: Resource,
        parent: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        self.read(connection, |connection| {
            let children = connection.children(resource, parent, parent_ids);
            let ids: BTreeSet<i64> = children.map(|(_, id, _)| id).collect();
            ids.into_iter().collect()
        })
    }

    async fn record_ids(
        &self,
        connection: &str,
        resource: Resource,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let above = match after {
            Some(id) => Bound::Excluded((resource, id, i64::MAX)),
            None => Bound::Included((resource, i64::MIN, i64::MIN)),
        };
        self.read(connection, |connection| {
            let records = connection.records.range((above, Bound::Included((resource, i64::MAX, i64::MAX))));
            let present = records.filter(|(_, record)| record.body.is_some());
            // Those of one ID come one behind the other.
            let mut last = None;
            let ids = present.map(|((_, id, _), _)| *id).filter(|id| last.replace(*id) != Some(*id));
            ids.take(limit).collect()
        })
    }

    async fn completeness(
        &self,
        connection: &str,
        children: Resource,
        parent_ids: &[i64],
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        self.read(connection, |connection| {
            let mark = |id: &i64| Some((*id, *connection.completeness.get(&(children, *id))?));
            parent_ids.iter().filter_map(mark).collect()
        })
    }

    async fn dirty(
        &self,
        connection: &str,
        integration: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Dirty>, StoreError> {
        self.read(connection, |connection| {
            let Some(set) = connection.dirty.get(integration) else { return Vec::new() };
            let behind = set.queue.range((Bound::Excluded(after), Bound::Unbounded)).take(limit);
            behind.filter_map(|(_, id)| set.dirty(*id)).collect()
        })
    }

    async fn dirty_among(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Dirty>, StoreError> {
        self.read(connection, |connection| {
            let Some(set) = connection.dirty.get(integration) else { return Vec::new() };
            ids.iter().filter_map(|id| set.dirty(*id)).collect()
        })
    }

    async fn dirty_count(&self, connection: &str, integration: &str) -> Result<u64, StoreError> {
        self.read(connection, |connection| {
            connection.dirty.get(integration).map_or(0, |set| set.queue.len() as u64)
        })
    }

    async fn delivered(
        &self,
        connection: &str,
        integration: &str,
        ids: &[i64],
    ) -> Result<Vec<Delivered>, StoreError> {
        self.read(connection, |connection| {
            ids.iter()
                .filter_map(|id| connection.delivered.get(&(integration.to_owned(), *id)).cloned())
                .collect()
        })
    }

    async fn dead_letters(&self, connection: &str) -> Result<Vec<DeadLetter>, StoreError> {
        self.read(connection, |connection| connection.dead_letters.clone())
    }

    async fn outbox(
        &self,
        connection: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.read(connection, |connection| {
            let behind = connection.events.range((Bound::Excluded(after), Bound::Unbounded));
            let waiting = behind.map(|(_, stored)| stored).filter(|it| it.status == EventStatus::Waiting);
            waiting.take(limit).cloned().collect()
        })
    }

    async fn event(&self, connection: &str, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.read(connection, |connection| {
            let position = connection.event_positions.get(id)?;
            connection.events.get(position).cloned()
        })
    }

    async fn export(
        &self,
        connection: &str,
        part: ExportPart,
        after: Option<&Exported>,
        limit: usize,
    ) -> Result<Vec<Exported>, StoreError> {
        self.read(connection, |connection| connection.export(part, after).take(limit).collect())
    }
}

//! Writing: the changes of a commit, grouped into sets, in one transaction of two round trips.
//!
//! The first one locks the epoch and reads what decides whether records are replaced; the second one writes each set with one statement
//! and ends the transaction. How many statements there are depends on the kinds of changes, and never on their number.

use std::sync::Arc;

use deadpool_postgres::Object;
use futures::{FutureExt, try_join};
use sync_core::{Change, Epoch, StoreError};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use crate::deliveries::DeliveryChanges;
use crate::error::because;
use crate::outbox::EventChanges;
use crate::parts::Parts;
use crate::records::{RecordChanges, RecordWrites};
use crate::row::{Columns, stored};
use crate::session::{Again, TRIES, in_order, in_task, prepare_all};
use crate::values::ValueChanges;

/// Whatever the database's defaults are: at a higher level a commit that waited for another one would fail instead of reading anew, and a
/// worker that stops in the middle (a frozen machine) must not hold its connection's lock for ever.
const BEGIN: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// The changes of a commit by what they change. Each part keeps, for every key, what its changes come to in their order.
#[derive(Debug, Default)]
struct Changes {
    values: ValueChanges,
    records: RecordChanges,
    deliveries: DeliveryChanges,
    events: EventChanges,
}

impl Changes {
    fn grouped(store: &Parts, changes: Vec<Change>) -> Result<Self, StoreError> {
        let context = &store.database.context;
        let number = |resource| store.database.resources.number(resource, context);
        let mut all = Changes::default();
        for change in changes {
            match change {
                Change::SetValue { key, value } => all.values.set(key, value),
                Change::RemoveValue { key } => all.values.remove(key),
                Change::PutRecord(record) => {
                    let links = store.database.resources.write_links(&record.links, context)?;
                    all.records.put(number(record.resource)?, record, links);
                }
                Change::RemoveRecord { resource, id, owner } => {
                    all.records.remove(number(resource)?, id, owner);
                }
                Change::RemoveResource { resource } => all.records.remove_resource(number(resource)?),
                Change::MarkComplete { children, parent_id } => {
                    all.records.set_completeness(number(children)?, parent_id, true);
                }
                Change::MarkIncomplete { children, parent_id } => {
                    all.records.set_completeness(number(children)?, parent_id, false);
                }
                Change::MarkDirty { integration, id } => all.deliveries.mark_dirty(integration, id),
                Change::ClearDirty { integration, dirty } => all.deliveries.clear_dirty(integration, dirty),
                Change::SetDelivered { integration, delivered } => {
                    all.deliveries.set_delivered(integration, delivered);
                }
                Change::RemoveOpportunity { integration, id } => {
                    all.deliveries.remove_opportunity(integration, id);
                }
                Change::RemoveIntegration { integration } => all.deliveries.remove_integration(integration),
                Change::PutDeadLetter(letter) => all.deliveries.put_dead_letter(letter),
                Change::RemoveDeadLetter { integration, subject } => {
                    all.deliveries.remove_dead_letter(integration, subject);
                }
                Change::AddEvent(event) => all.events.add(event),
                Change::SetEvent { id, state, status } => all.events.set(id, state, status),
                // A kind of change that this version does not know must not be dropped in silence.
                other => {
                    return Err(StoreError::Refused(format!(
                        "{context} does not know the change {other:?}: use the postgres-store that belongs to this sync-core"
                    )));
                }
            }
        }
        Ok(all)
    }
}

/// Applies all changes in one transaction, or none.
pub(crate) async fn commit(
    store: &Arc<Parts>,
    connection: &str,
    epoch: Epoch,
    changes: Vec<Change>,
) -> Result<(), StoreError> {
    epoch.permit(&changes)?;
    let changes = Changes::grouped(store, changes)?;
    let (store, connection) = (Arc::clone(store), stored(connection));
    let context = store.database.context.clone();
    let call = async move { commit_until_done(&store, &connection, epoch, &changes).await };
    in_task(&context, "be written", call).await
}

async fn commit_until_done(
    store: &Parts,
    connection: &str,
    epoch: Epoch,
    changes: &Changes,
) -> Result<(), StoreError> {
    let mut tries = 1;
    loop {
        let session = store.database.session("be written").await?;
        match (Commit { store, session: Some(session) }).carry_out(connection, epoch, changes).await {
            // After a lost session the commit may have been carried out; that it may be repeated is part of the store's contract.
            Err(Failure::Database(error)) if tries < TRIES => match Again::after(&error) {
                Some(again) => store.database.drop_lost(again),
                None => return Err(because(&store.database.context, "be written")(error)),
            },
            Err(Failure::Database(error)) => {
                return Err(because(&store.database.context, "be written")(error));
            }
            Err(Failure::Store(error)) => return Err(error),
            Ok(()) => return Ok(()),
        }
        tries += 1;
    }
}

enum Failure {
    Database(Error),
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error)
    }
}

/// One try of a commit. Its session is closed, which makes the server undo the transaction, unless the transaction has ended: a task
/// that is dropped half-way, with its runtime, must not leave an open one in the pool.
struct Commit<'a> {
    store: &'a Parts,
    session: Option<Object>,
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            drop(Object::take(session));
        }
    }
}

impl Commit<'_> {
    async fn carry_out(mut self, connection: &str, epoch: Epoch, changes: &Changes) -> Result<(), Failure> {
        let Some(session) = &self.session else { return Ok(()) };
        let (locked, kept) = self.begin(session, connection, epoch, changes).await?;
        let Some(number) = self.connection_of(&locked, epoch)? else {
            session.batch_execute("ROLLBACK").await?;
            self.end();
            return Err(Failure::Store(epoch.fenced()));
        };
        let records = changes.records.decide(&kept, &self.store.database.context)?;
        self.write(session, number, changes, records).await?;
        self.end();
        Ok(())
    }

    /// Gives the session back to its pool.
    fn end(&mut self) {
        drop(self.session.take());
    }

    /// Begins the transaction, locks the epoch's row, and reads what the mirror has of the records that are put or removed. The rows of
    /// both, in one round trip.
    async fn begin(
        &self,
        session: &Object,
        connection: &str,
        epoch: Epoch,
        changes: &Changes,
    ) -> Result<(Vec<Row>, Vec<Row>), Failure> {
        let store = self.store;
        let role = epoch.role.name();
        let (resources, ids, owners) = changes.records.keys();
        let (lock, versions) = try_join!(
            session.prepare_cached(&store.epochs.lock),
            session.prepare_cached(&store.records.versions)
        )?;
        let lock_parameters: [&(dyn ToSql + Sync); 2] = [&connection, &role];
        let versions_parameters: [&(dyn ToSql + Sync); 4] = [&connection, &resources, &ids, &owners];
        let mut requests = vec![
            session.batch_execute(BEGIN).map(|done| done.map(|()| Vec::new())).boxed(),
            session.query(&lock, &lock_parameters).boxed(),
        ];
        if !ids.is_empty() {
            requests.push(session.query(&versions, &versions_parameters).boxed());
        }
        let mut answers = in_order(requests).await?.into_iter().skip(1);
        Ok((answers.next().unwrap_or_default(), answers.next().unwrap_or_default()))
    }

    /// The connection's number, if the locked row has the epoch that the commit is made under.
    fn connection_of(&self, locked: &[Row], epoch: Epoch) -> Result<Option<i32>, StoreError> {
        let Some(row) = locked.first() else { return Ok(None) };
        let columns = Columns { row, context: &self.store.database.context };
        Ok(if columns.number(1)? == epoch.number { Some(columns.get(0)?) } else { None })
    }

    /// Writes the sets and ends the transaction, in one round trip.
    async fn write(
        &self,
        session: &Object,
        connection: i32,
        changes: &Changes,
        records: RecordWrites<'_>,
    ) -> Result<(), Error> {
        let store = self.store;
        let mut writes = records.writes(&store.records);
        writes.extend(changes.values.writes(&store.values));
        writes.extend(changes.events.writes(&store.outbox));
        // Last, since they write the connection's row: whoever else needs it waits for nothing but the end of the transaction.
        writes.extend(changes.deliveries.writes(&store.deliveries));

        let texts: Vec<&str> = writes.iter().map(|write| write.statement).collect();
        let statements = prepare_all(session, &texts).await?;
        let parameters: Vec<Vec<&(dyn ToSql + Sync)>> = writes
            .iter()
            .map(|write| {
                let columns = write.columns.iter().map(|column| &**column as &(dyn ToSql + Sync));
                std::iter::once(&connection as &(dyn ToSql + Sync)).chain(columns).collect()
            })
            .collect();
        let mut requests: Vec<_> = statements
            .iter()
            .zip(&parameters)
            .map(|(statement, parameters)| {
                session.execute(statement, parameters).map(|done| done.map(drop)).boxed()
            })
            .collect();
        requests.push(session.batch_execute("COMMIT").boxed());
        in_order(requests).await.map(drop)
    }
}

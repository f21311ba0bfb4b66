//! Openings of a connection, and the epoch that each of them has.
//!
//! `epochs` has a row for each connection and role. An opening writes that row, a commit keeps it locked until it ends, so that the two
//! come one after the other: once an opening is answered, no commit under an older epoch is carried out, however long ago it began.

use sync_core::{Epoch, Role, StoreError};

use crate::row::{Columns, stored};
use crate::schema::statements;
use crate::session::parameters;
use crate::store::Shared;

statements! {
    /// Reading and writing `epochs`.
    EpochStatements {
        open: "INSERT INTO {s}.epochs (connection, role, epoch) SELECT id, $2, 1 FROM {s}.connections WHERE name = $1
               ON CONFLICT (connection, role) DO UPDATE SET epoch = epochs.epoch + 1 RETURNING epoch",
        add_connection: "INSERT INTO {s}.connections (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
        newest: "SELECT epoch FROM {s}.epochs
                 WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND role = $2",
    }
}

pub(crate) async fn open(store: &Shared, connection: &str, role: Role) -> Result<Epoch, StoreError> {
    let parameters = || parameters![stored(connection), role.name()];
    // Repeated after an answer that got lost, an opening fences off itself, which nobody holds.
    let (mut rows, _) = store.database.write(&store.epochs.open, parameters()).await?;
    if rows.is_empty() {
        add_connection(store, connection).await?;
        (rows, _) = store.database.write(&store.epochs.open, parameters()).await?;
    }
    let row = rows.first().ok_or_else(|| {
        StoreError::Unavailable(format!(
            "{} lost the connection that was being opened; open it again",
            store.database.context
        ))
    })?;
    Ok(Epoch { role, number: Columns { row, context: &store.database.context }.number(0)? })
}

/// Makes the connection known, if it is not.
pub(crate) async fn add_connection(store: &Shared, connection: &str) -> Result<(), StoreError> {
    store.database.write(&store.epochs.add_connection, parameters![stored(connection)]).await.map(drop)
}

pub(crate) async fn check_epoch(store: &Shared, connection: &str, epoch: Epoch) -> Result<(), StoreError> {
    let parameters = parameters![stored(connection), epoch.role.name()];
    let rows = store.database.read(&store.epochs.newest, parameters).await?;
    let newest = rows.first().map(|row| Columns { row, context: &store.database.context }.number(0));
    // No row has the epoch 0: that of a connection which was never opened.
    if newest.transpose()? == Some(epoch.number) { Ok(()) } else { Err(epoch.fenced()) }
}

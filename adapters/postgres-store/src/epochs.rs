//! Openings of a connection, and the epoch that each of them has.
//!
//! `epochs` has a row for each connection and role. An opening writes that row, a commit keeps it locked until it ends, so that the two
//! come one after the other: once an opening is answered, no commit under an older epoch is carried out, however long ago it began.

use std::sync::Arc;

use sync_core::{Epoch, Role, StoreError};

use crate::row::{Columns, stored};
use crate::session::{Database, parameters};
use crate::statements::statements;

statements! {
    /// Reading and writing `epochs`.
    EpochStatements {
        open: "INSERT INTO {s}.epochs (connection, role, epoch) SELECT id, role, 1 FROM {s}.connections, unnest($2::text[]) AS roles (role) WHERE name = $1
               ON CONFLICT (connection, role) DO UPDATE SET epoch = epochs.epoch + 1 RETURNING role, epoch",
        add_connection: "INSERT INTO {s}.connections (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
        // What every commit begins with. The lock lasts until the transaction ends. An opening waits for it, so that no commit under the epoch
        // before is carried out after the opening was answered; and a commit that waited for an opening sees the newer epoch, since a locked
        // row is read anew.
        lock: "SELECT connection, epoch FROM {s}.epochs
               WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND role = $2 FOR NO KEY UPDATE",
        newest: "SELECT epoch FROM {s}.epochs
                 WHERE connection = (SELECT id FROM {s}.connections WHERE name = $1) AND role = $2",
    }
}

impl EpochStatements {
    /// Opens a connection in some roles, in one step: gives it the next epoch of each. Returns the epochs in the order of the roles.
    pub(crate) async fn open(
        &self,
        database: &Arc<Database>,
        connection: &str,
        roles: &[Role],
    ) -> Result<Vec<Epoch>, StoreError> {
        let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
        let parameters = || parameters![stored(connection), names.clone()];
        // Repeated after an answer that got lost, an opening fences off itself, which nobody holds.
        let (mut rows, _) = database.write(&self.open, parameters()).await?;
        if rows.is_empty() {
            self.add_connection(database, connection).await?;
            (rows, _) = database.write(&self.open, parameters()).await?;
        }
        let mut epochs = Vec::with_capacity(rows.len());
        for role in roles {
            for row in &rows {
                let columns = Columns { row, context: &database.context };
                if columns.get::<&str>(0)? == role.name() {
                    epochs.push(Epoch { role: *role, number: columns.number(1)? });
                }
            }
        }
        Ok(epochs)
    }

    /// Makes the connection known, if it is not.
    pub(crate) async fn add_connection(
        &self,
        database: &Arc<Database>,
        connection: &str,
    ) -> Result<(), StoreError> {
        database.write(&self.add_connection, parameters![stored(connection)]).await.map(drop)
    }

    /// Answers [`StoreError::Fenced`] unless the epoch is the newest of its role.
    pub(crate) async fn check_epoch(
        &self,
        database: &Arc<Database>,
        connection: &str,
        epoch: Epoch,
    ) -> Result<(), StoreError> {
        let parameters = parameters![stored(connection), epoch.role.name()];
        let rows = database.read(&self.newest, parameters).await?;
        let newest = rows.first().map(|row| Columns { row, context: &database.context }.number(0));
        // No row has the epoch 0: that of a connection which was never opened.
        if newest.transpose()? == Some(epoch.number) { Ok(()) } else { Err(epoch.fenced()) }
    }
}

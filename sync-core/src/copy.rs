//! Copying a connection from one store to another.

use thiserror::Error;

use crate::{Change, Epoch, ExportPart, Exported, Resource, Role, Store, StoreError};

/// The name of a value that is there until a copy of the connection from another store is complete. An engine does not open such a connection.
pub(crate) const UNFINISHED_COPY: &str = "unfinished-copy";

/// The beginning of the names of requests for the re-evaluation of an integration.
pub(crate) const REEVALUATIONS: &str = "look-at-all:";

/// Rows that are read at once, and written in one commit.
const ROWS_TOGETHER: usize = 500;

/// The number of rows that a copy has written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyReport {
    /// Values of the connection, such as cursors.
    pub values: u64,
    /// Records of the mirror, also those that are known to be absent.
    pub records: u64,
    /// Marks about the completeness of children.
    pub completeness: u64,
    /// Dirty opportunities.
    pub dirty: u64,
    /// Last deliveries and claims of opportunities.
    pub delivered: u64,
    /// Dead letters.
    pub dead_letters: u64,
    /// Events of Hatch, whatever their status.
    pub events: u64,
}

impl CopyReport {
    /// The number of rows of all kinds.
    pub fn rows(&self) -> u64 {
        let CopyReport { values, records, completeness, dirty, delivered, dead_letters, events } = self;
        values + records + completeness + dirty + delivered + dead_letters + events
    }
}

/// The reason for which a connection was not copied.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The store to be copied has nothing of this connection.
    #[error("the store to be copied has no connection {0:?}: look for the right name, or the right store")]
    NothingToCopy(String),
    /// The store to be copied has only a part of this connection, from a copy that was not completed.
    #[error(
        "the store to be copied has only a part of connection {0:?}, from a copy that was not completed: copy from the first store"
    )]
    SourceIsPartial(String),
    /// The other store has this connection already.
    #[error("the other store has a connection {0:?} already: name another store, or another schema")]
    TargetIsTaken(String),
    /// The store to be copied failed, or the connection was opened there meanwhile.
    #[error("the store to be copied failed: {0}")]
    Source(#[source] StoreError),
    /// The other store failed, or the connection was opened there meanwhile.
    #[error("the other store failed: {0}")]
    Target(#[source] StoreError),
}

/// Copies everything that a store has of a connection into another store: the mirror, cursors and other values, dirty marks, deliveries, dead
/// letters, and the events of Hatch with their order. An engine goes on in the other store where it stopped in the first one, and sends
/// nothing twice.
///
/// The connection is opened in both roles in both stores, so that engines that have it open are fenced off. Nothing keeps another process from
/// [adding](crate::Pusher) events to the first store: such processes have to be stopped before, and to be pointed at the other store. The first
/// store keeps its data; afterwards an engine may run on one of the two only.
///
/// Until the copy is complete, an engine cannot open the connection in the other store. A copy that was broken off can be repeated: it begins
/// anew. `progress` gets the number of rows after each commit.
///
/// # Errors
///
/// The other store keeps a part that no engine opens if the copy is broken off by [`CopyError::Source`] or [`CopyError::Target`], and is
/// unchanged by the other errors.
pub async fn copy_connection(
    source: &dyn Store,
    target: &dyn Store,
    connection: &str,
    progress: impl FnMut(&CopyReport),
) -> Result<CopyReport, CopyError> {
    let name = || connection.to_owned();
    if source.value(connection, UNFINISHED_COPY).await.map_err(CopyError::Source)?.is_some() {
        return Err(CopyError::SourceIsPartial(name()));
    }
    if is_empty(source, connection).await.map_err(CopyError::Source)? {
        return Err(CopyError::NothingToCopy(name()));
    }
    let is_repeated = target.value(connection, UNFINISHED_COPY).await.map_err(CopyError::Target)?.is_some();
    if !is_repeated && !is_empty(target, connection).await.map_err(CopyError::Target)? {
        return Err(CopyError::TargetIsTaken(name()));
    }
    let fence = source.open_all(connection).await.map_err(CopyError::Source)?;
    let epochs = target.open_all(connection).await.map_err(CopyError::Target)?;
    // Somebody may have written before the opening.
    if !is_repeated && !is_empty(target, connection).await.map_err(CopyError::Target)? {
        return Err(CopyError::TargetIsTaken(name()));
    }
    let target = Target { store: target, connection, epochs };
    let mut copy = Copy { source, target, report: CopyReport::default(), progress };

    let mark = Change::SetValue { key: UNFINISHED_COPY.to_owned(), value: String::new() };
    copy.target.commit(vec![mark]).await.map_err(CopyError::Target)?;
    if is_repeated {
        copy.target.clear().await.map_err(CopyError::Target)?;
    }
    for part in ExportPart::ALL {
        copy.copy_part(part).await?;
    }
    copy.copy_dead_letters().await?;
    for epoch in fence {
        source.check_epoch(connection, epoch).await.map_err(CopyError::Source)?;
    }
    let complete = Change::RemoveValue { key: UNFINISHED_COPY.to_owned() };
    copy.target.commit(vec![complete]).await.map_err(CopyError::Target)?;
    Ok(copy.report)
}

/// Returns `true` if a store has no row of a connection.
async fn is_empty(store: &dyn Store, connection: &str) -> Result<bool, StoreError> {
    for part in ExportPart::ALL {
        if !store.export(connection, part, None, 1).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(store.dead_letters(connection).await?.is_empty())
}

struct Copy<'a, P> {
    source: &'a dyn Store,
    target: Target<'a>,
    report: CopyReport,
    progress: P,
}

impl<P: FnMut(&CopyReport)> Copy<'_, P> {
    async fn copy_part(&mut self, part: ExportPart) -> Result<(), CopyError> {
        let connection = self.target.connection;
        let mut after = None;
        loop {
            let page = self.source.export(connection, part, after.as_ref(), ROWS_TOGETHER).await;
            let page = page.map_err(CopyError::Source)?;
            after = page.last().cloned();
            if after.is_none() {
                return Ok(());
            }
            let mut changes = Vec::with_capacity(page.len());
            for row in page {
                self.count(&row);
                put(row, &mut changes);
            }
            self.target.commit(changes).await.map_err(CopyError::Target)?;
            (self.progress)(&self.report);
        }
    }

    async fn copy_dead_letters(&mut self) -> Result<(), CopyError> {
        let letters = self.source.dead_letters(self.target.connection).await.map_err(CopyError::Source)?;
        for letters in letters.chunks(ROWS_TOGETHER) {
            let changes = letters.iter().cloned().map(Change::PutDeadLetter).collect();
            self.target.commit(changes).await.map_err(CopyError::Target)?;
            self.report.dead_letters += letters.len() as u64;
            (self.progress)(&self.report);
        }
        Ok(())
    }

    fn count(&mut self, row: &Exported) {
        let CopyReport { values, records, completeness, dirty, delivered, events, .. } = &mut self.report;
        let count = match row {
            Exported::Value { .. } => values,
            Exported::Record(_) => records,
            Exported::Completeness { .. } => completeness,
            Exported::Dirty { .. } => dirty,
            Exported::Delivered { .. } => delivered,
            Exported::Event(_) => events,
        };
        *count += 1;
    }
}

/// Adds the changes that put a row into a store.
fn put(row: Exported, changes: &mut Vec<Change>) {
    match row {
        Exported::Value { key, value } => {
            // A request for re-evaluation begins with the number of an epoch, and the numbers of the other store begin anew.
            let value = if key.starts_with(REEVALUATIONS) { format!("copied {value}") } else { value };
            changes.push(Change::SetValue { key, value });
        }
        Exported::Record(record) => changes.push(Change::PutRecord(record)),
        Exported::Completeness { children, parent_id, is_complete: true } => {
            changes.push(Change::MarkComplete { children, parent_id });
        }
        Exported::Completeness { children, parent_id, is_complete: false } => {
            changes.push(Change::MarkIncomplete { children, parent_id });
        }
        Exported::Dirty { integration, id, .. } => changes.push(Change::MarkDirty { integration, id }),
        Exported::Delivered { integration, delivered } => {
            changes.push(Change::SetDelivered { integration, delivered });
        }
        Exported::Event(stored) => {
            let (id, state) = (stored.event.id.clone(), stored.event.state.clone());
            changes.push(Change::AddEvent(stored.event));
            // Also brings an event up to date that an earlier copy has added.
            changes.push(Change::SetEvent { id, state, status: stored.status });
        }
    }
}

/// A connection of the store that is copied to.
struct Target<'a> {
    store: &'a dyn Store,
    connection: &'a str,
    /// In the order of [`Role::ALL`].
    epochs: [Epoch; 2],
}

impl Target<'_> {
    /// Commits changes of both roles in their order.
    async fn commit(&self, mut changes: Vec<Change>) -> Result<(), StoreError> {
        while !changes.is_empty() {
            let role = changes.iter().find_map(Change::role).unwrap_or(Role::Syncing);
            let same = changes.iter().take_while(|change| change.role().is_none_or(|of| of == role)).count();
            let rest = changes.split_off(same);
            for epoch in self.epochs.iter().filter(|epoch| epoch.role == role) {
                self.store.commit(self.connection, *epoch, std::mem::take(&mut changes)).await?;
            }
            changes = rest;
        }
        Ok(())
    }

    /// Removes what a copy that was broken off has written. Events stay: they are the first ones of the connection, in their order.
    async fn clear(&self) -> Result<(), StoreError> {
        self.commit(Resource::ALL.map(|resource| Change::RemoveResource { resource }).into()).await?;
        for part in [ExportPart::Values, ExportPart::Dirty, ExportPart::Delivered] {
            let mut after = None;
            loop {
                let page = self.store.export(self.connection, part, after.as_ref(), ROWS_TOGETHER).await?;
                after = page.last().cloned();
                if after.is_none() {
                    break;
                }
                self.commit(page.into_iter().filter_map(removal).collect()).await?;
            }
        }
        for letter in self.store.dead_letters(self.connection).await? {
            let (integration, subject) = (letter.integration, letter.subject);
            self.commit(vec![Change::RemoveDeadLetter { integration, subject }]).await?;
        }
        Ok(())
    }
}

/// The change that removes a row; `None` for the mark of an unfinished copy, and for rows that are not removed one by one.
fn removal(row: Exported) -> Option<Change> {
    match row {
        Exported::Value { key, .. } if key == UNFINISHED_COPY => None,
        Exported::Value { key, .. } => Some(Change::RemoveValue { key }),
        Exported::Dirty { integration, id, .. } => Some(Change::RemoveOpportunity { integration, id }),
        Exported::Delivered { integration, delivered } => {
            Some(Change::RemoveOpportunity { integration, id: delivered.id })
        }
        _ => None,
    }
}

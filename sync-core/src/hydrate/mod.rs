//! Hydrating: the records that a batch of opportunities is made of, from the mirror or looked up.
//!
//! [`batch`] finds the records of a [`Batch`] in one of two ways ([`find`]), and [`join`] puts the records of one opportunity together.
//! [`Lookups`], the way of a delivery, finds records in the mirror and has those that are missing read from ServiceTitan ([`lookup`]) in
//! requests of 50 IDs across opportunities, or by reading a reference table on; the answers are held against what the mirror knows ([`canary`]) and ingested
//! ([`answer`]). [`inspect`](mod@inspect), the way of an explanation, changes nothing.

mod answer;
mod batch;
mod canary;
mod find;
mod inspect;
mod join;
mod lookup;
mod question;
mod records;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

pub(crate) use inspect::Inspector;
pub(crate) use join::Batch;

use self::find::FindRecords;
use self::records::Lookups;
use crate::base::Base;
use crate::ingest::{Feeds, Ingest};
use crate::mirror::Mirror;
use crate::reader::Reader;
use crate::{Clock, Integration, Priority, SyncError};

/// Hydrates batches of opportunities.
pub(crate) struct Hydrate {
    mirror: Arc<Mirror>,
    feeds: Arc<Feeds>,
    ingest: Arc<Ingest>,
    reader: Reader,
    clock: Arc<dyn Clock>,
    /// Protects records that two batches lack from being looked up by both.
    looking_up: Mutex<()>,
}

/// The exclusive right to hydrate large batches.
pub(crate) struct LookupTurn<'a> {
    _held: MutexGuard<'a, ()>,
}

/// A hydrated batch.
pub(crate) struct Hydrated {
    pub(crate) batch: Batch,
    /// Lookups that failed, without customer data.
    pub(crate) warnings: Vec<String>,
}

impl Hydrate {
    pub(crate) fn new(
        mirror: Arc<Mirror>,
        feeds: Arc<Feeds>,
        ingest: Arc<Ingest>,
        reader: Reader,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Hydrate { mirror, feeds, ingest, reader, clock, looking_up: Mutex::default() }
    }

    /// Waits for the turn to hydrate a batch. A small batch that somebody waits for may go without: it may then look up a record that
    /// another batch is looking up.
    pub(crate) async fn lookup_turn(&self) -> LookupTurn<'_> {
        LookupTurn { _held: self.looking_up.lock().await }
    }

    /// Finds the records that the opportunities of these base records are made of.
    pub(crate) async fn hydrate(
        &self,
        integration: &Integration,
        bases: &BTreeMap<i64, Base>,
        priority: Priority,
    ) -> Result<Hydrated, SyncError> {
        let mut lookups = Lookups {
            mirror: &self.mirror,
            feeds: &self.feeds,
            ingest: &self.ingest,
            reader: &self.reader,
            clock: self.clock.as_ref(),
            priority,
            warnings: Vec::new(),
        };
        let batch = (&mut lookups as &mut dyn FindRecords).hydrate_batch(integration, bases).await?;
        Ok(Hydrated { batch, warnings: lookups.warnings })
    }
}

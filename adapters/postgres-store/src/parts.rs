//! The parts of a store.

use std::sync::Arc;

use crate::deliveries::DeliveryStatements;
use crate::epochs::EpochStatements;
use crate::export::ExportStatements;
use crate::outbox::OutboxStatements;
use crate::records::RecordStatements;
use crate::session::Database;
use crate::values::ValueStatements;

/// The parts of a store, shared with the tasks that its calls are carried out in.
pub(crate) struct Parts {
    pub(crate) database: Arc<Database>,
    pub(crate) epochs: EpochStatements,
    pub(crate) values: ValueStatements,
    pub(crate) records: RecordStatements,
    pub(crate) deliveries: DeliveryStatements,
    pub(crate) outbox: OutboxStatements,
    pub(crate) export: ExportStatements,
}

impl Parts {
    /// The parts over an opened database.
    pub(crate) fn of(database: Database) -> Self {
        let schema = &database.context.schema;
        Parts {
            epochs: EpochStatements::of(schema),
            values: ValueStatements::of(schema),
            records: RecordStatements::of(schema),
            deliveries: DeliveryStatements::of(schema),
            outbox: OutboxStatements::of(schema),
            export: ExportStatements::of(schema),
            database: Arc::new(database),
        }
    }

    /// Every statement with its name.
    #[cfg(test)]
    pub(crate) fn statements(&self) -> Vec<(&'static str, &str)> {
        let Parts { epochs, values, records, deliveries, outbox, export, .. } = self;
        [epochs.all(), values.all(), records.all(), deliveries.all(), outbox.all(), export.all()].concat()
    }
}

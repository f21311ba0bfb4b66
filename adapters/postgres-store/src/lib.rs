//! A durable [`Store`](sync_core::Store) on PostgreSQL.

mod commit;
mod deliveries;
mod epochs;
mod error;
mod open;
mod options;
mod outbox;
mod records;
mod row;
mod schema;
mod session;
mod store;
mod tls;
mod values;

pub use options::PostgresOptions;
pub use store::PostgresStore;

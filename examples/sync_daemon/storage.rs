//! The store that the configuration file names: an SQLite file, or a schema of a PostgreSQL database.

use std::sync::Arc;
use std::time::Duration;

use postgres_store::{PostgresOptions, PostgresStore};
use sqlite_store::SqliteStore;
use sync_core::{Store, StoreError};

use crate::config::{PostgresSection, StoreSection};
use crate::secrets::Secrets;

/// Longest wait for the store to close at the end of the program.
const LONGEST_CLOSING: Duration = Duration::from_secs(10);

/// A store, opened for reading and writing.
pub enum Storage {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

impl Storage {
    /// Opens the store; makes it, or brings it to this version's schema, where needed.
    pub async fn open(section: &StoreSection, secrets: &Secrets) -> Result<Self, StoreError> {
        Ok(match section {
            StoreSection::File(path) => Storage::Sqlite(Arc::new(SqliteStore::open(path).await?)),
            StoreSection::Postgres(section) => {
                let options = options(section, secrets)?;
                Storage::Postgres(Arc::new(PostgresStore::open(&options).await?))
            }
        })
    }

    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Storage::Sqlite(store) => store.clone(),
            Storage::Postgres(store) => store.clone(),
        }
    }

    /// Closes the store. After closing, a copy of an SQLite file alone is a copy of the store.
    pub async fn close(&self) {
        match self {
            // A disk that hangs must not hold up the exit.
            Storage::Sqlite(store) => {
                if tokio::time::timeout(LONGEST_CLOSING, store.close()).await.is_err() {
                    tracing::warn!(
                        "closing the store took too long; nothing is lost, but copy the store together with its `-wal` file"
                    );
                }
            }
            Storage::Postgres(store) => store.close(),
        }
    }
}

/// Opens the store for reading only, also while a daemon is running.
pub async fn open_read_only(section: &StoreSection, secrets: &Secrets) -> Result<Box<dyn Store>, StoreError> {
    Ok(match section {
        StoreSection::File(path) => Box::new(SqliteStore::open_read_only(path).await?),
        StoreSection::Postgres(section) => {
            // Whoever only looks does not change the schema under a daemon of another release.
            let options = options(section, secrets)?.without_migrations().pool_size(1);
            Box::new(PostgresStore::open(&options).await?)
        }
    })
}

fn options(section: &PostgresSection, secrets: &Secrets) -> Result<PostgresOptions, StoreError> {
    let mut options = PostgresOptions::from_url(&section.url)?.application_name("sync_daemon");
    if let Some(variable) = &section.password_variable {
        options = options.password(&secrets.get(variable));
    }
    if let Some(schema) = &section.schema {
        options = options.schema(schema.clone());
    }
    Ok(options)
}

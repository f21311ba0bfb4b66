//! The file: its one writing process, and the connections of SQLite to it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sync_core::StoreError;

use crate::error::{Context, because};

/// Reading at the same time is cheap, and more than the engine asks for at once would lie idle.
const READERS: u32 = 4;

/// How long to wait for a reader of another process that is finishing a checkpoint.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The lock that only one writing process can have. The system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock, or says who has to be stopped.
    pub(crate) fn take(context: &Context) -> Result<Self, StoreError> {
        let mut path = context.file.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let unavailable = |error: std::io::Error| {
            StoreError::Unavailable(format!(
                "{context} cannot be opened: {} cannot be locked ({error}); see that the folder exists and may be written",
                path.display()
            ))
        };
        let file =
            OpenOptions::new().create(true).write(true).truncate(false).open(&path).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(WriterLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(format!(
                "{context} is open for writing elsewhere (in another process, or twice in this one): \
                 stop that one, or open the store read-only"
            ))),
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}

/// The path by which all processes name the same lock: links and relative names are resolved, also for a file that is not there yet.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// SQLite calls a folder a failing disk.
pub(crate) fn refuse_folder(context: &Context) -> Result<(), StoreError> {
    if context.file.is_dir() {
        return Err(StoreError::Unavailable(format!("{context} is a folder: name a file in it")));
    }
    Ok(())
}

/// For whoever only reads: SQLite says of a file that is not there what it says of one that may not be read.
pub(crate) fn refuse_missing(context: &Context) -> Result<(), StoreError> {
    match context.file.try_exists() {
        Ok(false) => Err(StoreError::Unavailable(format!(
            "{context} is not there: it is made when it is opened for writing for the first time; see that this is the right name"
        ))),
        _ => Ok(()),
    }
}

/// The one connection that writes. What it committed is on the disk (`FULL`), so that an answered commit survives a power failure.
pub(crate) async fn writer(context: &Context) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(&context.file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    pool(1).connect_with(options).await.map_err(because(context, "be opened"))
}

/// Connections that cannot write.
pub(crate) async fn readers(context: &Context) -> Result<SqlitePool, StoreError> {
    let options =
        SqliteConnectOptions::new().filename(&context.file).read_only(true).busy_timeout(BUSY_TIMEOUT);
    pool(READERS).connect_with(options).await.map_err(because(context, "be opened"))
}

fn pool(connections: u32) -> SqlitePoolOptions {
    // A file does not go away like a server does: its connections are kept, and not asked whether they still live.
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

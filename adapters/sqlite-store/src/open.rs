//! Opening and closing a file.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sync_core::{Change, Dirty, Epoch, Role, StoreError};

use crate::commit;
use crate::error::Context;
use crate::keys::Database;
use crate::lock::WriterLock;
use crate::marks::Marks;
use crate::schema::{self, Codes};
use crate::scope::{Scope, StoreFile};
use crate::threads::{Reading, Threads, work_off_reads};
use crate::transaction::{BUSY_TIMEOUT, Writing, work_off_writes};

/// Threads that read at the same time. The engine reads a batch in one call, so that more would lie idle.
const READERS: usize = 2;

/// Prepared statements that a connection of SQLite keeps: more than the store has.
const STATEMENTS: usize = 64;

/// How a new file is cut and how every file is written.
///
/// - `page_size`: a commit writes whole pages, and most commits change a few rows here and there. A larger page holds a few more records, and
///   writes more beside them; measured at 4, 8 and 16 KiB, 4 KiB writes the least. It counts for new files only.
/// - `journal_mode = WAL`: a commit is one append and one wait for the disk, and readers go on meanwhile.
/// - `synchronous = FULL`: waits for the disk at each commit, so that an answered one survives a power failure. `NORMAL` would wait at
///   checkpoints only.
/// - `wal_autocheckpoint`, in pages: a page that many commits change is copied into the file once for each checkpoint. 32 MiB between two of
///   them make that copying small, and are read within a moment after a crash.
/// - `cache_size`, in KiB: what a page of a feed changes stays in memory until it is written.
/// - `foreign_keys = OFF`: rows that belong together are written together here, and checking each one costs a search.
/// - `temp_store = MEMORY`: what is needed to undo one of several writes of a transaction is not written to the disk as well.
const WRITING: &str = "
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 8192;
    PRAGMA cache_size = -16384;
    PRAGMA foreign_keys = OFF;
    PRAGMA temp_store = MEMORY;
";

/// A [`Store`](sync_core::Store) in one SQLite file, for any number of connections.
///
/// One process at a time may have the file open for writing; any number may [read](SqliteStore::open_read_only) meanwhile. An answered
/// commit survives the end of the process and of the machine. Cheap to share behind an `Arc`; dropping it gives the file free.
pub struct SqliteStore {
    pub(crate) file: Arc<StoreFile>,
    readers: Threads<Reading>,
    writer: Option<Writer>,
}

struct Writer {
    threads: Threads<Box<dyn Writing>>,
    /// The newest epoch of each role of each connection that was opened here. Nobody else can open one meanwhile, because of the lock.
    epochs: Arc<RwLock<HashMap<Role, HashMap<String, u64>>>>,
    marks: Arc<Marks>,
    /// `None` once closed.
    lock: Mutex<Option<WriterLock>>,
}

impl SqliteStore {
    /// Opens the file for reading and writing; makes it, or brings it to this version's schema, where needed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] if it is open for writing elsewhere, [`StoreError::NewerSchema`] if a newer release wrote it,
    /// [`StoreError::Damaged`] if it is not a store, [`StoreError::Unavailable`] if it cannot be read or written.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        off_the_runtime(move || Self::open_here(&path)).await
    }

    /// Opens the file for reading only, also while another process writes: to show a state, for example. What would write answers
    /// [`StoreError::Locked`].
    ///
    /// # Errors
    ///
    /// [`StoreError::NewerSchema`] and [`StoreError::Damaged`] as [`open`](SqliteStore::open); [`StoreError::Unavailable`] if there is no
    /// file, or one whose schema is older and has to be opened for writing once.
    pub async fn open_read_only(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        off_the_runtime(move || Self::open_read_only_here(&path)).await
    }

    fn open_here(path: &Path) -> Result<Self, StoreError> {
        let context = Context { file: resolved(path) };
        refuse_folder(&context)?;
        let lock = WriterLock::take(&context)?;
        if context.file.metadata().is_ok_and(|file| file.len() > 0) {
            // Opening for writing changes a file (its journal mode): one that is not ours, or newer, is refused untouched.
            schema::version(&reader(&context)?, &context)?;
        }
        let mut database =
            connection(&context, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        database.execute_batch(WRITING).map_err(|error| context.failed("be opened", &error))?;
        schema::migrate(&mut database, &context)?;
        let marks = Arc::new(Marks::read(&database, &context)?);
        let (file, readers) = readers(context)?;
        let writing = Arc::clone(&file);
        let threads = Threads::start("store-writer", vec![Database::new(database)], move |database, jobs| {
            work_off_writes(database, jobs, &writing.context);
        });
        let threads = threads.map_err(|error| no_thread(&file.context, &error))?;
        let writer = Writer { threads, epochs: Arc::default(), marks, lock: Mutex::new(Some(lock)) };
        Ok(SqliteStore { file, readers, writer: Some(writer) })
    }

    fn open_read_only_here(path: &Path) -> Result<Self, StoreError> {
        let context = Context { file: resolved(path) };
        refuse_folder(&context)?;
        refuse_missing(&context)?;
        let version = schema::version(&reader(&context)?, &context)?;
        if version < schema::VERSION {
            return Err(StoreError::Unavailable(format!(
                "{context} has an older schema ({version}, this release needs {}): open it for writing once",
                schema::VERSION
            )));
        }
        let (file, readers) = readers(context)?;
        Ok(SqliteStore { file, readers, writer: None })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.file.context.file.clone()
    }

    /// Closes the file and waits until that is done: what stands in SQLite's log beside it is in the file itself then, unless another
    /// process reads it still, and it may be opened elsewhere. Whoever uses the store after this gets [`StoreError::Unavailable`]. Dropping the store closes it too, a
    /// little later, which is too late for a process that ends: nothing is lost by that, but the log stays.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.epochs.write().unwrap_or_else(PoisonError::into_inner).clear();
            writer.threads.close().await;
            drop(writer.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// Reads of one connection, in one transaction on a thread of the database. Empty where nothing was ever stored of it.
    pub(crate) async fn read<T: Default + Send + 'static>(
        &self,
        connection: &str,
        read: impl FnOnce(Scope<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (file, connection) = (Arc::clone(&self.file), connection.to_owned());
        let reading = self.readers.read(move |database| {
            let failed = |error: rusqlite::Error| file.context.failed("be read", &error);
            // Ends when it is dropped: there is nothing to commit.
            let _transaction = database.connection.unchecked_transaction().map_err(failed)?;
            database.refresh(&file.context)?;
            let scope = Scope::find(database, &file, &connection)?;
            scope.map_or_else(|| Ok(T::default()), read)
        });
        reading.await.unwrap_or_else(|| Err(self.file.context.closed()))
    }

    /// Writes on the database's writing thread, within a transaction. `committed` is called there once that is on the disk.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Database, &StoreFile) -> Result<T, StoreError> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, StoreError> {
        let file = Arc::clone(&self.file);
        let written = self.writer()?.threads.write(move |database| write(database, &file), committed).await;
        written.unwrap_or_else(|| Err(self.file.context.closed()))
    }

    pub(crate) async fn write_changes(
        &self,
        connection: &str,
        epoch: Epoch,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        let (marks, connection) = (Arc::clone(&self.writer()?.marks), connection.to_owned());
        let write = move |database: &Database, file: &StoreFile| {
            commit::commit(database, file, &marks, &connection, epoch, changes)
        };
        self.write(write, |()| {}).await
    }

    /// Reads opportunities of an integration that wait: on the writing thread, where there is one, which notes that their marks are known.
    pub(crate) async fn give_out_dirty(
        &self,
        connection: &str,
        integration: &str,
        read: impl FnOnce(Scope<'_>, i64) -> Result<Vec<Dirty>, StoreError> + Send + 'static,
    ) -> Result<Vec<Dirty>, StoreError> {
        let (name, integration) = (connection.to_owned(), integration.to_owned());
        let Some(writer) = &self.writer else {
            let read = move |scope: Scope<'_>| {
                scope.integration(&integration)?.map_or_else(|| Ok(Vec::new()), |code| read(scope, code))
            };
            return self.read(connection, read).await;
        };
        let marks = Arc::clone(&writer.marks);
        let give_out = move |database: &Database, file: &StoreFile| {
            let Some(scope) = Scope::find(database, file, &name)? else { return Ok(Vec::new()) };
            let Some(code) = scope.integration(&integration)? else { return Ok(Vec::new()) };
            let dirty = read(scope, code)?;
            marks.give_out(code, &dirty);
            Ok(dirty)
        };
        self.write(give_out, |_| {}).await
    }

    pub(crate) async fn open_connection(&self, connection: &str, role: Role) -> Result<Epoch, StoreError> {
        let epochs = Arc::clone(&self.writer()?.epochs);
        let (name, noted) = (connection.to_owned(), connection.to_owned());
        let write = move |database: &Database, file: &StoreFile| commit::open(database, file, &name, role);
        let committed = move |epoch: &Epoch| {
            let mut epochs = epochs.write().unwrap_or_else(PoisonError::into_inner);
            epochs.entry(epoch.role).or_default().insert(noted, epoch.number);
        };
        self.write(write, committed).await
    }

    /// The newest epoch of a role; `None` if the connection was never opened in it. Needs no thread of the database where it was opened by this
    /// store.
    pub(crate) async fn newest_epoch(&self, connection: &str, role: Role) -> Result<Option<u64>, StoreError> {
        let known = self.writer.as_ref().and_then(|writer| {
            let epochs = writer.epochs.read().unwrap_or_else(PoisonError::into_inner);
            epochs.get(&role)?.get(connection).copied()
        });
        match known {
            Some(epoch) => Ok(Some(epoch)),
            None => self.read(connection, move |scope| commit::newest_epoch(scope, role)).await,
        }
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or_else(|| {
            let context = &self.file.context;
            StoreError::Locked(format!("{context} was opened read-only: open it for writing to change it"))
        })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let writes = self.writer.is_some();
        formatter
            .debug_struct("SqliteStore")
            .field("file", &self.path())
            .field("writes", &writes)
            .finish_non_exhaustive()
    }
}

/// Opening waits for the disk, and an upgrade may take minutes.
async fn off_the_runtime<T: Send + 'static>(
    open: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let opened = tokio::task::spawn_blocking(open).await;
    opened.unwrap_or_else(|error| {
        Err(StoreError::Unavailable(format!("the store could not be opened: {error}")))
    })
}

/// The path by which all processes name the same lock: links and relative names are resolved, also for a file that is not there yet.
fn resolved(path: &Path) -> PathBuf {
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
fn refuse_folder(context: &Context) -> Result<(), StoreError> {
    if context.file.is_dir() {
        return Err(StoreError::Unavailable(format!("{context} is a folder: name a file in it")));
    }
    Ok(())
}

/// For whoever only reads: SQLite says of a file that is not there what it says of one that may not be read.
fn refuse_missing(context: &Context) -> Result<(), StoreError> {
    match context.file.try_exists() {
        Ok(false) => Err(StoreError::Unavailable(format!(
            "{context} is not there: it is made when it is opened for writing for the first time; see that this is the right name"
        ))),
        _ => Ok(()),
    }
}

fn connection(context: &Context, flags: OpenFlags) -> Result<Connection, StoreError> {
    let failed = |error: rusqlite::Error| context.failed("be opened", &error);
    // A connection is used by one thread at a time, so that it needs no lock of its own.
    let database = Connection::open_with_flags(&context.file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(failed)?;
    database.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    database.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise a statement is planned anew for each value that it is given.
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
    Ok(database)
}

/// A connection that cannot write.
fn reader(context: &Context) -> Result<Connection, StoreError> {
    connection(context, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// The threads that read, and what all threads know of the file.
fn readers(context: Context) -> Result<(Arc<StoreFile>, Threads<Reading>), StoreError> {
    let databases: Vec<Connection> = (0..READERS).map(|_| reader(&context)).collect::<Result<_, _>>()?;
    let codes = databases.first().map(|database| Codes::read(database, &context)).transpose()?;
    let file = Arc::new(StoreFile { context, codes: codes.unwrap_or_default() });
    let databases = databases.into_iter().map(Database::new).collect();
    let threads = Threads::start("store-reader", databases, work_off_reads);
    Ok((Arc::clone(&file), threads.map_err(|error| no_thread(&file.context, &error))?))
}

fn no_thread(context: &Context, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!(
        "{context} could not be opened: the system gives no thread for it ({error})"
    ))
}

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
use crate::thread::{DatabaseThread, Reading, work_off_reads};
use crate::transaction::{BUSY_TIMEOUT, WriterJob, work_off_writes};

/// The number of prepared statements that a connection of SQLite keeps: more than the store has.
const STATEMENTS: usize = 64;

/// Settings of the writing connection.
///
/// - `page_size`, for new files: a commit writes whole pages, and most commits change a few rows. Measured with 60,000 records in random order, pages
///   of 8 KiB made the file 7 % smaller and wrote 4 % more, and pages of 2 KiB made it 22 % larger and wrote 11 % more.
/// - `journal_mode = WAL`: a commit is one append to the log and one wait for the disk, and does not hold readers up.
/// - `synchronous = FULL`: each commit waits for the disk, so that an answered commit survives a power failure. `NORMAL` would wait at checkpoints
///   only.
/// - `wal_autocheckpoint`, in pages: a checkpoint copies each changed page from the log into the file once, however many commits changed the page.
///   64 MiB between two checkpoints save copies, and are read within a second after a crash.
/// - `cache_size`, in KiB: the pages that one commit changes stay in memory until the commit, also when keys move, and so do the upper levels of the tables
///   of a million jobs.
/// - `foreign_keys = OFF`: one commit writes all rows that belong together, and a check costs a search for each row.
/// - `temp_store = MEMORY`: the copies of pages for a rollback to a savepoint stay off the disk.
const WRITING: &str = "
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 16384;
    PRAGMA cache_size = -32768;
    PRAGMA foreign_keys = OFF;
    PRAGMA temp_store = MEMORY;
";

/// A [`Store`](sync_core::Store) in one SQLite file, for any number of connections.
///
/// One process at a time may have the file open for writing; any number of processes may [read](SqliteStore::open_read_only) meanwhile. An answered
/// commit survives the end of the process and a power failure. Dropping the store closes the file.
pub struct SqliteStore {
    pub(crate) file: Arc<StoreFile>,
    reader: DatabaseThread<Reading>,
    writer: Option<Writer>,
}

struct Writer {
    thread: DatabaseThread<WriterJob>,
    /// The newest epoch of each role of each connection that this store opened. The lock keeps other processes from opening one meanwhile.
    epochs: Arc<RwLock<HashMap<Role, HashMap<String, u64>>>>,
    marks: Arc<Marks>,
    /// `None` once closed.
    lock: Mutex<Option<WriterLock>>,
}

impl SqliteStore {
    /// Opens the file for reading and writing. A missing file is made, and a file of an older schema is upgraded.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] if it is open for writing elsewhere, [`StoreError::NewerSchema`] if a newer release wrote it,
    /// [`StoreError::Damaged`] if it is not a store, [`StoreError::Refused`] if it is a folder or may not be written, [`StoreError::Unavailable`]
    /// if it cannot be read or written for another reason.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        off_the_runtime(move || Self::open_here(&path)).await
    }

    /// Opens the file for reading only, also while another process writes: to show a state, for example. Methods that write answer
    /// [`StoreError::Locked`].
    ///
    /// # Errors
    ///
    /// [`StoreError::NewerSchema`] and [`StoreError::Damaged`] as [`open`](SqliteStore::open); [`StoreError::Refused`] if there is no file,
    /// or one whose schema is older and has to be opened for writing once.
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
        let (file, reader) = reading_thread(context)?;
        let writing = Arc::clone(&file);
        let thread = DatabaseThread::start("store-writer", Database::new(database), move |database, jobs| {
            work_off_writes(database, jobs, &writing.context);
        });
        let thread = thread.map_err(|error| no_thread(&file.context, &error))?;
        let writer = Writer { thread, epochs: Arc::default(), marks, lock: Mutex::new(Some(lock)) };
        Ok(SqliteStore { file, reader, writer: Some(writer) })
    }

    fn open_read_only_here(path: &Path) -> Result<Self, StoreError> {
        let context = Context { file: resolved(path) };
        refuse_folder(&context)?;
        refuse_missing(&context)?;
        let version = schema::version(&reader(&context)?, &context)?;
        if version < schema::VERSION {
            return Err(StoreError::Refused(format!(
                "{context} has an older schema ({version}, this release needs {}): open it for writing once",
                schema::VERSION
            )));
        }
        let (file, reader) = reading_thread(context)?;
        Ok(SqliteStore { file, reader, writer: None })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.file.context.file.clone()
    }

    /// Closes the file, and waits until it is closed. Then SQLite's log is part of the file, unless another process reads it still, and the file may
    /// be opened again. Later calls of this store answer [`StoreError::Unavailable`]. Dropping the store closes the file too, a little later: if the
    /// process ends before that, nothing is lost, but the log stays.
    pub async fn close(&self) {
        self.reader.close().await;
        if let Some(writer) = &self.writer {
            writer.epochs.write().unwrap_or_else(PoisonError::into_inner).clear();
            writer.thread.close().await;
            drop(writer.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// Reads from one connection's part of the file, in one transaction. Returns the default for a connection without data.
    ///
    /// The writing thread reads as long as there is nothing to write: it has the pages in memory that it wrote, while the reading thread's are void after
    /// each commit. During a commit, which waits for the disk, the reading thread reads.
    pub(crate) async fn read<T: Default + Send + 'static>(
        &self,
        connection: &str,
        read: impl FnOnce(Scope<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (file, connection) = (Arc::clone(&self.file), connection.to_owned());
        let read = move |database: &Database| {
            let failed = |error: rusqlite::Error| file.context.failed("be read", &error);
            // Ends when it is dropped: there is nothing to commit.
            let _transaction = database.connection.unchecked_transaction().map_err(failed)?;
            database.refresh(&file.context)?;
            let scope = Scope::find(database, &file, &connection)?;
            scope.map_or_else(|| Ok(T::default()), read)
        };
        let answer = match &self.writer {
            Some(writer) if writer.thread.is_idle() => writer.thread.read(read).await,
            _ => self.reader.read(read).await,
        };
        answer.unwrap_or_else(|| Err(self.file.context.closed()))
    }

    /// Writes on the writing thread, within a transaction. `committed` is called there once the write is on the disk.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Database, &StoreFile) -> Result<T, StoreError> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, StoreError> {
        let file = Arc::clone(&self.file);
        let written = self.writer()?.thread.write(move |database| write(database, &file), committed).await;
        written.unwrap_or_else(|| Err(self.file.context.closed()))
    }

    /// Applies changes to a connection.
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

    /// Reads dirty opportunities of an integration, on the writing thread if there is one, which notes that a caller knows their marks.
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

    /// Opens a connection in some roles. `open` gives each of them a new epoch.
    pub(crate) async fn open_connection<const ROLES: usize>(
        &self,
        connection: &str,
        open: impl FnOnce(&Database, &StoreFile, &str) -> Result<[Epoch; ROLES], StoreError> + Send + 'static,
    ) -> Result<[Epoch; ROLES], StoreError> {
        let epochs = Arc::clone(&self.writer()?.epochs);
        let (name, noted) = (connection.to_owned(), connection.to_owned());
        let write = move |database: &Database, file: &StoreFile| open(database, file, &name);
        let committed = move |opened: &[Epoch; ROLES]| {
            let mut epochs = epochs.write().unwrap_or_else(PoisonError::into_inner);
            for epoch in opened {
                epochs.entry(epoch.role).or_default().insert(noted.clone(), epoch.number);
            }
        };
        self.write(write, committed).await
    }

    /// The newest epoch of a role; `None` if the connection was never opened in it. Answered from memory where this store opened
    /// the connection.
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

/// Opens on a thread for blocking work: an upgrade may take minutes.
async fn off_the_runtime<T: Send + 'static>(
    open: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let opened = tokio::task::spawn_blocking(open).await;
    opened.unwrap_or_else(|error| {
        Err(StoreError::Unavailable(format!("the store could not be opened: {error}")))
    })
}

/// The path with links and relative names resolved, also of a file that is not there yet, so that all processes find the same lock.
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

/// Refuses a folder, which SQLite would call a failing disk.
fn refuse_folder(context: &Context) -> Result<(), StoreError> {
    if context.file.is_dir() {
        return Err(StoreError::Refused(format!("{context} is a folder: name a file in it")));
    }
    Ok(())
}

/// Refuses a missing file, which SQLite would call one that cannot be opened.
fn refuse_missing(context: &Context) -> Result<(), StoreError> {
    match context.file.try_exists() {
        Ok(false) => Err(StoreError::Refused(format!(
            "{context} is not there: it is made when it is opened for writing for the first time; see that this is the right name"
        ))),
        _ => Ok(()),
    }
}

fn connection(context: &Context, flags: OpenFlags) -> Result<Connection, StoreError> {
    let failed = |error: rusqlite::Error| context.failed("be opened", &error);
    // One thread uses a connection, so that the connection needs no lock of its own.
    let database = Connection::open_with_flags(&context.file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(failed)?;
    #[cfg(test)]
    let database = crate::statements::counted(database);
    database.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    database.set_prepared_statement_cache_capacity(STATEMENTS);
    // SQLite would plan some statements anew for each value, which cost half of a commit's time.
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
    Ok(database)
}

/// A connection of SQLite that cannot write.
fn reader(context: &Context) -> Result<Connection, StoreError> {
    connection(context, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// The reading thread, and the opened file.
fn reading_thread(context: Context) -> Result<(Arc<StoreFile>, DatabaseThread<Reading>), StoreError> {
    let database = reader(&context)?;
    let codes = Codes::read(&database, &context)?;
    let file = Arc::new(StoreFile { context, codes });
    let thread = DatabaseThread::start("store-reader", Database::new(database), work_off_reads);
    Ok((Arc::clone(&file), thread.map_err(|error| no_thread(&file.context, &error))?))
}

fn no_thread(context: &Context, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!(
        "{context} could not be opened: the system gives no thread for it ({error})"
    ))
}

//! PostgreSQL's errors in the words of the store.

use std::error::Error as _;
use std::fmt;
use std::io;

use deadpool_postgres::{PoolError, TimeoutType};
use sync_core::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::statements::Schema;

/// The store that a message is about. Free of secrets.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Database, host and port as an operator would name them; `None` with a host's own pool, which does not tell.
    pub(crate) place: Option<String>,
    pub(crate) schema: Schema,
}

impl fmt::Display for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the store in schema {}", self.schema)?;
        if let Some(place) = &self.place {
            write!(formatter, " of {place}")?;
        }
        Ok(())
    }
}

/// The error of a transaction that the server undid because of another one: the same may succeed at once.
pub(crate) fn is_conflict(error: &Error) -> bool {
    matches!(error.code(), Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED)
}

/// The error of a session that is over: another one may succeed, and whether this one's last statement was carried out is not known.
pub(crate) fn is_lost(error: &Error) -> bool {
    let Some(code) = error.code() else { return error.is_closed() || io_error(error).is_some() };
    [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        SqlState::CONNECTION_EXCEPTION,
        SqlState::CONNECTION_FAILURE,
        SqlState::CONNECTION_DOES_NOT_EXIST,
    ]
    .contains(code)
}

fn io_error(error: &Error) -> Option<&io::Error> {
    error.source().and_then(|source| source.downcast_ref())
}

/// Turns an error of PostgreSQL into the store's: "the store in schema … of … could not <do what>: …".
///
/// Only the server's primary message is passed on: its detail quotes rows, which are customers' data.
pub(crate) fn because<'a>(
    context: &'a Context,
    what: &'a str,
) -> impl Fn(Error) -> StoreError + Send + Sync + 'a {
    move |error| {
        let Some(database) = error.as_db_error() else {
            let told = format!("{context} could not {what}: {}", without_code(&error));
            return if is_distrust(&error) {
                StoreError::Refused(told)
            } else {
                StoreError::Unavailable(told)
            };
        };
        let (code, message) = (database.code(), database.message());
        if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(code) {
            return StoreError::Damaged(format!(
                "{context} is damaged ({message}): restore it from a backup"
            ));
        }
        let advice = advice(code).map(|advice| format!("{advice} ")).unwrap_or_default();
        let told = format!("{context} could not {what}: {advice}({}: {message})", code.code());
        if is_refusal(code) { StoreError::Refused(told) } else { StoreError::Unavailable(told) }
    }
}

/// The error of a pool that had no session to give.
pub(crate) fn no_session<'a>(
    context: &'a Context,
    what: &'a str,
) -> impl Fn(PoolError) -> StoreError + Send + Sync + 'a {
    move |error| {
        let why = match error {
            PoolError::Backend(error) => return because(context, what)(error),
            PoolError::Timeout(TimeoutType::Wait) => {
                "all sessions of its pool were in use for too long; make the pool larger, or look for slow statements"
            }
            PoolError::Timeout(_) => "its server did not answer in time; see that it runs and can be reached",
            PoolError::Closed => "it was closed",
            PoolError::NoRuntimeSpecified => "its pool has a timeout and no runtime; build it with a runtime",
            PoolError::PostCreateHook(_) => "a hook of its pool failed; see the host's log",
        };
        StoreError::Unavailable(format!("{context} could not {what}: {why}"))
    }
}

/// The server's refusals that last until somebody changes the configuration, the database or the user's rights.
fn is_refusal(code: &SqlState) -> bool {
    [
        SqlState::INVALID_PASSWORD,
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        SqlState::INVALID_CATALOG_NAME,
        SqlState::INSUFFICIENT_PRIVILEGE,
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_COLUMN,
        SqlState::INVALID_SCHEMA_NAME,
        SqlState::PROGRAM_LIMIT_EXCEEDED,
    ]
    .contains(code)
}

/// The error of a server whose certificate is not trusted. Other failures of TLS may be those of a server that goes away.
fn is_distrust(error: &Error) -> bool {
    matches!(tls_error(error), Some(rustls::Error::InvalidCertificate(_)))
}

fn tls_error(error: &Error) -> Option<&rustls::Error> {
    io_error(error)?.get_ref()?.downcast_ref()
}

/// What an operator does about a refusal of the server.
fn advice(code: &SqlState) -> Option<&'static str> {
    let known: [(&[SqlState], &str); 15] = [
        (
            &[SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION],
            "the server refused the user or the password; check both, and the server's pg_hba.conf",
        ),
        (&[SqlState::INVALID_CATALOG_NAME], "there is no such database; create it, or name another one"),
        (
            &[SqlState::INSUFFICIENT_PRIVILEGE],
            "the user lacks a right that is needed; grant it, or let a user that has it open the store once",
        ),
        (
            &[SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME, SqlState::UNDEFINED_COLUMN],
            "a table is gone; restore the schema from a backup, or drop the rest of it and begin anew",
        ),
        (
            &[SqlState::DISK_FULL],
            "the server's disk is full; make room, and the next run goes on where this one stopped",
        ),
        (
            &[
                SqlState::OUT_OF_MEMORY,
                SqlState::INSUFFICIENT_RESOURCES,
                SqlState::CONFIGURATION_LIMIT_EXCEEDED,
            ],
            "the server has reached a limit or a quota; raise it, and the next run goes on where this one stopped",
        ),
        (
            &[SqlState::TOO_MANY_CONNECTIONS],
            "the server has no session left; make the pools smaller, or raise max_connections",
        ),
        (&[SqlState::IO_ERROR], "the server could not read or write its disk; look at the disk"),
        (
            &[SqlState::QUERY_CANCELED],
            "a statement took longer than its timeout, or was cancelled; look for what held it up",
        ),
        (
            &[SqlState::LOCK_NOT_AVAILABLE],
            "a lock was held for too long; look for a transaction that does not end",
        ),
        (
            &[
                SqlState::ADMIN_SHUTDOWN,
                SqlState::CRASH_SHUTDOWN,
                SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            ],
            "the server ended the session; nothing is left half-done, and the next run goes on",
        ),
        (&[SqlState::CANNOT_CONNECT_NOW], "the server is starting or stopping; wait until it runs"),
        (
            &[SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED],
            "other transactions were in its way each time; the next run goes on",
        ),
        (
            &[SqlState::READ_ONLY_SQL_TRANSACTION],
            "the server may only be read; connect to the primary (target_session_attrs=read-write)",
        ),
        (
            &[SqlState::PROGRAM_LIMIT_EXCEEDED],
            "a name is too long for an index; keep names below 2,000 bytes",
        ),
    ];
    known.iter().find(|(codes, _)| codes.contains(code)).map(|(_, advice)| *advice)
}

/// An error on this side of the wire, or on the way.
fn without_code(error: &Error) -> String {
    if error.is_closed() {
        return "the session was cut off; see that its server runs, and the next run goes on".to_owned();
    }
    let Some(source) = error.source() else { return error.to_string() };
    let Some(io) = source.downcast_ref::<io::Error>() else {
        // Its own words only: what it quotes may be a parameter's value.
        return match error.to_string() {
            text if text.starts_with("error serializing") || text.starts_with("error deserializing") => text,
            text => format!("{text} ({source})"),
        };
    };
    if let Some(tls) = tls_error(error) {
        return format!(
            "its server's certificate or TLS is not trusted ({tls}); name the authority's certificate as sslrootcert, and the \
             server by the name in its certificate"
        );
    }
    let advice = match io.kind() {
        io::ErrorKind::ConnectionRefused => {
            "nothing listens there; start the server, or correct host and port"
        }
        io::ErrorKind::TimedOut => "its server did not answer in time; see that it runs and can be reached",
        io::ErrorKind::NotFound => "its server's socket is not there; start the server, or correct the path",
        _ => "its server could not be reached, or went away; see that it runs, and the next run goes on",
    };
    format!("{advice} ({io})")
}

//! Logs, on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogSection};
use crate::failure::Failure;

/// Starts logging as the file says; `RUST_LOG`, if set, goes first.
pub fn start(section: &LogSection) -> Result<(), Failure> {
    let (origin, filter) = match std::env::var(EnvFilter::DEFAULT_ENV) {
        Ok(filter) => ("RUST_LOG", filter),
        Err(_) => ("[logs] filter", section.filter.clone()),
    };
    let filter = EnvFilter::try_new(&filter).map_err(|error| {
        Failure::Configuration(format!("{origin} is {filter:?}, which is no log filter: {error}"))
    })?;
    // What cannot be logged, since whoever read it is gone or its disk is full, must not stop the syncs: the subscriber would print that
    // with `eprintln!`, which panics then.
    let logs = tracing_subscriber::fmt().log_internal_errors(false);
    let logs = logs.with_env_filter(filter).with_writer(std::io::stderr);
    match section.format {
        LogFormat::Text => logs.with_ansi(false).init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}

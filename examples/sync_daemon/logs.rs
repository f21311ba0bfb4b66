//! Logging to standard error.

use tracing_subscriber::EnvFilter;

use crate::bars::{AboveBars, Bars};
use crate::config::{LogFormat, LogSection};
use crate::failure::Failure;

/// Starts logging as configured; `RUST_LOG`, if set, replaces the configured filter.
pub fn start(section: &LogSection, bars: &Bars) -> Result<(), Failure> {
    let (origin, filter) = match std::env::var(EnvFilter::DEFAULT_ENV) {
        Ok(filter) => ("RUST_LOG", filter),
        Err(_) => ("[logs] filter", section.filter.clone()),
    };
    let filter = EnvFilter::try_new(&filter).map_err(|error| {
        Failure::Configuration(format!(
            "{origin} is {filter:?}, which is not a log filter ({error}): use for example \"info\""
        ))
    })?;
    // A line that cannot be logged, because the pipe is closed or the disk is full, must not stop the syncs. The subscriber would report the
    // failure with `eprintln!`, which panics in these cases.
    let logs = tracing_subscriber::fmt().log_internal_errors(false);
    let bars = bars.clone();
    let logs = logs.with_env_filter(filter).with_writer(move || AboveBars(bars.clone()));
    match section.format {
        LogFormat::Text => logs.with_ansi(false).init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}

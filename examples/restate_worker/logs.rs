//! The program's log.

use tracing_subscriber::EnvFilter;

/// Writes warnings to standard error, or what RUST_LOG says. Restate's own library reports each invocation that a lost connection ended, which the
/// worker's counts tell already.
pub fn to_stderr() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,restate_sdk=error"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
}

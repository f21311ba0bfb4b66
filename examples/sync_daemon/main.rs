//! A complete host: keeps Hatch in step with any number of ServiceTitan tenants, as configured in a TOML file.
//!
//! Run it with `cargo run --release --example sync_daemon -- --config my.toml`; `sync_daemon.toml` beside this file shows every option.
//! Secrets come from the environment variables that the file names. Logs go to standard error, results to standard output.
//!
//! Exit codes: 0 success, or stopped on request; 1 a part failed and is named, the next run retries it; 2 wrong command line; 3 wrong
//! configuration file or environment; 4 refused by ServiceTitan or Hatch; 5 the store cannot be used; 6 ServiceTitan cannot be reached;
//! 130 ended by a second signal.

mod checking;
mod config;
mod dead_letters;
mod events;
mod failure;
mod host;
mod logs;
mod narrating;
mod operating;
mod secrets;
mod status;
mod stopping;
mod storage;
mod syncing;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use examples::complain;
use secrecy::SecretString;
use sync_core::{MemoryStore, Store};
use tokio_util::sync::CancellationToken;

use config::Config;
use failure::Failure;
use secrets::Secrets;
use storage::Storage;

/// Keeps Hatch in step with ServiceTitan: a run every 15 minutes, until Ctrl-C or SIGTERM.
#[derive(Parser)]
#[command(name = "sync_daemon")]
struct Options {
    /// Configuration file.
    #[arg(long, default_value = "sync_daemon.toml")]
    config: PathBuf,
    #[command(flatten)]
    task: Task,
    /// Print JSON instead of text, one line for each connection or dead letter.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    letters: dead_letters::Filter,
    #[command(flatten)]
    records: operating::Records,
}

/// A single task, instead of running continuously.
#[derive(clap::Args)]
#[group(skip)]
struct Task {
    /// Sync once, print a report, and exit.
    #[arg(long, group = "task")]
    once: bool,
    /// Check credentials, tenant, scopes and Hatch's API keys, and print what is missing. Changes nothing.
    #[arg(long, group = "task")]
    check: bool,
    /// Print the state of each connection. Works while a daemon is running. Changes nothing.
    #[arg(long, group = "task")]
    status: bool,
    /// List, retry or discard dead letters: deliveries and notes that failed for good.
    #[arg(long, value_name = "ACTION", groups = ["task", "narrowed"])]
    dead_letters: Option<dead_letters::Action>,
    #[command(flatten)]
    operation: operating::Operation,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) if examples::lost_output() => ExitCode::FAILURE,
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain!("sync_daemon: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

async fn run(options: Options) -> Result<(), Failure> {
    let config = Config::read(&options.config)?;
    logs::start(&config.logs)?;
    let variable = |name: &str| std::env::var(name).ok().map(SecretString::from);
    let lists_letters = options.task.dead_letters == Some(dead_letters::Action::List);
    if options.task.status || lists_letters {
        let secrets = Secrets::read_of_store(&config, variable)?;
        let store = storage::open_read_only(&config.store, &secrets);
        if lists_letters {
            // Wrong options are told before the store is opened.
            let meant = options.letters.connections(&config)?;
            return dead_letters::list(store.await?.as_ref(), meant, &options.letters, options.json).await;
        }
        return status::show(&config, store.await?.as_ref(), options.json).await;
    }
    let secrets = Secrets::read(&config, variable)?;
    if options.task.check {
        // A check does not open the store, which a daemon may have open. It changes nothing, so a signal may end it at any time.
        let nowhere: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let connections = host::open(&config, &secrets, &nowhere, &CancellationToken::new()).await?;
        return checking::check(&connections, options.json).await;
    }
    let stop = stopping::on_signals()?;
    let grace = Duration::from_secs(config.stop_within_seconds);
    let storage = Storage::open(&config.store, &secrets).await?;
    let work = work(options, config, &secrets, storage.store(), &stop);
    let outcome = stopping::within(grace, &stop, work).await;
    storage.close().await;
    outcome
}

/// Runs the tasks that change the store.
async fn work(
    options: Options,
    config: Config,
    secrets: &Secrets,
    store: Arc<dyn Store>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let connections = host::open(&config, secrets, &store, stop).await?;
    if let Some(action) = options.task.dead_letters {
        return dead_letters::handle(&config, &connections, action, &options.letters, options.json).await;
    }
    if options.task.operation.is_asked_for() {
        let named = options.letters.connection.as_deref();
        let Options { task, records, json, .. } = &options;
        return task.operation.perform(&config, &connections, named, records, *json).await;
    }
    if options.task.once {
        return syncing::once(&connections, options.json).await;
    }
    match &config.events {
        Some(events) => tokio::select! {
            ended = syncing::keep_running(&connections) => ended,
            failed = events::push_all(&events.folder, &connections) => failed,
        },
        None => syncing::keep_running(&connections).await,
    }
}

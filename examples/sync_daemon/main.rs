//! A complete host: keeps Hatch in step with any number of ServiceTitan tenants, as configured in a TOML file.
//!
//! Run it with `cargo run --release --example sync_daemon -- run --config my.toml`; `sync_daemon.toml` beside this file shows every option.
//! Secrets come from the environment variables that the file names. Logs go to standard error, results to standard output.
//!
//! Exit codes: 0 success, or stopped on request; 1 a part failed and is named, the next run retries it; 2 wrong command line, or an unknown event; 3 wrong
//! configuration file or environment; 4 refused by ServiceTitan or Hatch; 5 the store cannot be used; 6 ServiceTitan cannot be reached;
//! 130 ended by a second signal.

mod arguments;
mod bars;
mod checking;
mod choosing;
mod command;
mod config;
mod copying;
mod dead_letters;
mod events;
mod explaining;
mod failure;
mod fields;
mod host;
mod init;
mod logs;
mod measuring;
mod narrating;
mod operating;
mod operators_page;
mod pace;
mod registry;
mod retired;
mod running;
mod secrets;
mod serving;
mod status;
mod stopping;
mod storage;
mod syncing;

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use examples::complain;
use sync_core::{MemoryStore, Store};
use tokio_util::sync::CancellationToken;

use bars::Bars;
use command::{Command, DeadLetters, Options};
use config::Config;
use dead_letters::Action;
use failure::Failure;
use operating::Operation;
use pace::HatchLimit;
use secrets::Secrets;
use storage::Storage;
use syncing::Show;

/// A task that opens the store for writing, which one process at a time can, and ends.
enum Work {
    Once { json: bool },
    DeadLetters(Action, dead_letters::Filter),
    Operate(Operation),
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => return retired::report(&error, std::env::args().skip(1)),
    };
    match run(options).await {
        Ok(()) if examples::lost_output() => ExitCode::FAILURE,
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain!("sync_daemon: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

async fn run(options: Options) -> Result<(), Failure> {
    let file = &options.config;
    match options.command.unwrap_or(Command::Run) {
        Command::Init(answers) => init::write(file, answers),
        Command::Fields(wanted) => fields::list(&wanted),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Options::command(), "sync_daemon", &mut io::stdout());
            Ok(())
        }
        Command::Status(output) => {
            let config = configured(file)?.0;
            let store = storage::open_read_only(&config.store, &Secrets::of_store(&config.store)?).await?;
            status::show(&config, store.as_ref(), output.json).await
        }
        Command::Explain(wanted) => explaining::explain(&configured(file)?.0, &wanted).await,
        Command::ExplainEvent(wanted) => explaining::explain_event(&configured(file)?.0, &wanted).await,
        Command::DeadLetters(DeadLetters::List(filter)) => {
            dead_letters::list(&configured(file)?.0, &filter).await
        }
        Command::CopyStore(wanted) => copying::copy(&configured(file)?.0, &wanted).await,
        Command::Check(output) => check(&configured(file)?.0, output.json).await,
        Command::Run => work(file, None).await,
        Command::Once(output) => work(file, Some(Work::Once { json: output.json })).await,
        Command::DeadLetters(DeadLetters::Retry(filter)) => {
            work(file, Some(Work::DeadLetters(Action::Retry, filter))).await
        }
        Command::DeadLetters(DeadLetters::Discard(filter)) => {
            work(file, Some(Work::DeadLetters(Action::Discard, filter))).await
        }
        Command::Pause(it) => work(file, Some(Work::Operate(Operation::Pause(it)))).await,
        Command::Resume(it) => work(file, Some(Work::Operate(Operation::Resume(it)))).await,
        Command::Redeliver(it) => work(file, Some(Work::Operate(Operation::Redeliver(it)))).await,
        Command::Erase(it) => work(file, Some(Work::Operate(Operation::Erase(it)))).await,
    }
}

/// Reads the configuration file and starts the logs.
fn configured(file: &Path) -> Result<(Config, Bars), Failure> {
    let config = Config::read(file)?;
    let bars = Bars::on_terminal();
    logs::start(&config.logs, &bars)?;
    Ok((config, bars))
}

/// Checks the connections. A check does not open the store, which a daemon may have open. It changes nothing, so a signal may end it at any
/// time.
async fn check(config: &Config, json: bool) -> Result<(), Failure> {
    let nowhere: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let connections =
        host::open(config, &Secrets::from_environment(config)?, &nowhere, &CancellationToken::new()).await?;
    checking::check(&connections, json).await
}

/// Runs a task that changes the store; `None`: keeps the tenants in step until a signal comes.
async fn work(file: &Path, work: Option<Work>) -> Result<(), Failure> {
    let (config, bars) = configured(file)?;
    let secrets = Secrets::from_environment(&config)?;
    let stop = stopping::on_signals()?;
    let grace = Duration::from_secs(config.stop_within_seconds);
    let storage = Storage::open(&config.store, &secrets).await?;
    let show = Show { bars, limit: HatchLimit(config.hatch.requests_per_10_seconds) };
    let work = perform(file, work, config, &secrets, storage.store(), &stop, &show);
    let outcome = stopping::within(grace, &stop, work).await;
    storage.close().await;
    outcome
}

async fn perform(
    file: &Path,
    work: Option<Work>,
    config: Config,
    secrets: &Secrets,
    store: Arc<dyn Store>,
    stop: &CancellationToken,
    show: &Show,
) -> Result<(), Failure> {
    let Some(work) = work else { return running::run(file, config, store, stop, show).await };
    let connections = host::open(&config, secrets, &store, stop).await?;
    match work {
        Work::DeadLetters(action, filter) => {
            dead_letters::handle(&config, &connections, action, &filter).await
        }
        Work::Operate(operation) => operation.perform(&config, &connections).await,
        Work::Once { json } => syncing::once(&connections, show, json).await,
    }
}

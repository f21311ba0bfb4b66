//! A web service that embeds the engine: ServiceTitan's webhooks come in and are in Hatch within seconds, Hatch's come in and are notes in
//! ServiceTitan, and operators look at `/healthz`, `/status` and `/metrics`.
//!
//! `cargo run --release --example embed_axum` runs it against a simulator in the same process; with the variables of `settings.rs` it serves a
//! real tenant.

mod background;
mod hatch_webhook;
mod measured;
mod routes;
mod settings;
mod stopping;

use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use examples::{complain, say};
use serde_json::json;
use sqlite_store::SqliteStore;
use sync_core::{FindingStatus, MemoryStore, Store};
use tokio::net::TcpListener;

use background::Background;
use routes::Service;
use settings::Settings;

/// Serves webhooks of ServiceTitan and Hatch, and keeps one tenant's jobs in step meanwhile.
#[derive(Parser)]
#[command(name = "embed_axum")]
struct Options {
    /// The port of the web service; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The SQLite file with the engine's state. Without it, it is in memory and begins anew with each start.
    #[arg(long)]
    store: Option<std::path::PathBuf>,
    /// How many jobs the simulated tenant has.
    #[arg(long, default_value_t = 200)]
    jobs: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    // A service outlives whoever reads its logs: without this a failure to write them would be printed with `eprintln!`, which panics then.
    tracing_subscriber::fmt()
        .log_internal_errors(false)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("This did not work: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let metrics = measured::install()?;
    let stop = stopping::on_signals()?;
    // The port first: the simulator has to be told where its webhooks go.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(|error| {
        format!(
            "port {} cannot be listened on ({error}): name another one, or 0 for a free one, with `--port`",
            options.port
        )
    })?;
    let url = format!("http://{}", listener.local_addr()?);
    let settings = match Settings::from_environment()? {
        Some(settings) => settings,
        None => Settings::of_simulator(options.jobs, &url).await?,
    };
    let file = match options.store {
        Some(path) => Some(Arc::new(SqliteStore::open(path).await?)),
        None => None,
    };
    let store: Arc<dyn Store> = match &file {
        Some(file) => file.clone(),
        None => Arc::new(MemoryStore::new()),
    };
    let engine = Arc::new(settings.engine(Arc::clone(&store), stop.clone()).await?);

    let check = engine.check().await;
    complain!("{check}");
    // What may go away by itself keeps nobody from starting.
    if check.with_status(FindingStatus::Error).any(|finding| !finding.temporary) {
        return Err("the connection has to be repaired first".into());
    }

    let background = Background::start(Arc::clone(&engine));
    let service = Service {
        engine,
        store,
        connection: settings::CONNECTION.to_owned(),
        hatch_key: settings.hatch_webhook_key,
        last_run: background.last_run(),
        metrics,
    };
    // One line that a program can wait for.
    say!("{}", json!({ "url": url, "simulator": settings.simulator_urls() }));
    axum::serve(listener, routes::router(service))
        .with_graceful_shutdown(stop.clone().cancelled_owned())
        .await?;
    // No request is open any more; the engine stops between two transactions.
    let finished = background.finish().await;
    if let Some(file) = file {
        file.close().await;
    }
    finished
}

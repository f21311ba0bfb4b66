//! A web service that embeds the engine. ServiceTitan's webhooks are delivered to Hatch within seconds, Hatch's webhooks become notes in
//! ServiceTitan, and operators have their page under `/operate` and read `/healthz`, `/status` and `/metrics`.
//!
//! `cargo run --release --example embed_axum` runs it against a simulator in the same process; with the variables in `settings.rs` it serves a
//! real tenant.

mod authentication;
mod background;
mod hatch_webhook;
mod measured;
mod routes;
mod settings;
mod stopping;

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use dashboard::{Connections, Dashboard, EngineConnection};
use examples::{complain, say};
use serde_json::json;
use sqlite_store::SqliteStore;
use sync_core::{FindingStatus, MemoryStore, Store};
use tokio::net::TcpListener;

use authentication::Password;
use background::Background;
use routes::Service;
use settings::{Settings, Simulated};

/// Receives webhooks of ServiceTitan and Hatch, and keeps the jobs of one tenant in step.
#[derive(Parser)]
#[command(name = "embed_axum")]
struct Options {
    /// Port of the web service; 0 takes a free port.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Address that the service listens on. One that other machines reach needs a password for operators, in OPERATORS_PASSWORD.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// SQLite file for the engine's state. Without it, the state is in memory and lost at the end.
    #[arg(long)]
    store: Option<std::path::PathBuf>,
    /// Number of jobs of the simulated tenant.
    #[arg(long, default_value_t = 200)]
    jobs: usize,
    /// Number of deliveries that the simulated Hatch is sent in a second, to watch a backfill; without a limit by default.
    #[arg(long)]
    deliveries_per_second: Option<u32>,
    /// Number of opportunities that the simulated Hatch refuses once, to see dead letters.
    #[arg(long, default_value_t = 0)]
    refusals: u32,
}

impl Options {
    fn simulated(&self) -> Simulated {
        Simulated {
            jobs: self.jobs,
            deliveries_per_second: self.deliveries_per_second,
            refusals: self.refusals,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    // A service may outlive the reader of its logs. By default, a failure to write them is reported with `eprintln!`, which panics then.
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
            complain!("embed_axum failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let metrics = measured::install(settings::CONNECTION)?;
    let stop = stopping::on_signals()?;
    let password = Password::from_environment()?;
    authentication::check_address(options.listen, password.as_ref())?;
    // The port is opened first, since the simulator needs its address for webhooks.
    let listener = TcpListener::bind((options.listen, options.port)).await.map_err(|error| {
        format!(
            "the service cannot listen on port {} ({error}): choose another port with `--port`, or 0 for a free one",
            options.port
        )
    })?;
    let url = format!("http://{}", listener.local_addr()?);
    let settings = match Settings::from_environment()? {
        Some(settings) => settings,
        None => Settings::of_simulator(&options.simulated(), &url).await?,
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
    // Temporary errors do not prevent the start.
    if check.with_status(FindingStatus::Error).any(|finding| !finding.temporary) {
        return Err("the connection is not ready: repair the errors listed above".into());
    }

    let limits = settings.limits_to_show();
    let mut connection = EngineConnection::new(Arc::clone(&engine), Arc::clone(&store))
        .requests_per_second(limits.requests_per_second);
    if let Some(limit) = limits.deliveries_per_10_seconds {
        connection = connection.deliveries_per_10_seconds(limit);
    }
    let connection = Arc::new(connection);
    let page = Dashboard::builder(Arc::new(Connections::of([Arc::clone(&connection)])))
        .mounted_at("/operate")
        .stopping_with(stop.clone());
    let page = if password.is_some() { page.behind_authentication() } else { page }.build();
    if password.is_none() {
        tracing::info!("OPERATORS_PASSWORD is not set: the operators' page answers this machine only");
    }
    tokio::spawn(page.watch());
    let background = Background::start(Arc::clone(&engine), Arc::clone(&connection));
    let service = Service { engine, store, connection, hatch_key: settings.hatch_webhook_key, metrics };
    // One line for programs that wait until the service is ready.
    say!(
        "{}",
        json!({ "url": url, "operators": format!("{url}/operate"), "simulator": settings.simulator_urls() })
    );
    let routes = routes::router(service, &page, password);
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop.clone().cancelled_owned())
        .await?;
    // All requests are finished; the engine stops between two transactions.
    let finished = background.finish().await;
    if let Some(file) = file {
        file.close().await;
    }
    finished
}

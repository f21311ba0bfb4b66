//! ServiceTitan and Hatch on this machine, for a host to be tried against: `cargo run --release --example simulator`.
//!
//! Once both answer, one line of JSON gives their URLs and the credentials of each tenant. The endpoints under `/_sim/` on the ServiceTitan
//! port show requests and Hatch's contacts, change a tenant at random, and set the level of trouble. Ctrl-C or SIGTERM stops the simulator
//! once the requests that are running are answered.

mod host;

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use http::Uri;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use simulator::{
    CourierTrouble, FaultPlan, Simulator, SimulatorConfig, TenantHandle, WebhookTarget, WorldHandle,
};

/// Serves simulated ServiceTitan tenants and a simulated Hatch.
#[derive(Parser)]
#[command(name = "simulator")]
struct Options {
    /// The seed of the tenants' records, their credentials and all chance.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The number of tenants. Each has a seed, credentials and Hatch departments of its own.
    #[arg(long, default_value_t = 1)]
    tenants: usize,
    /// The number of jobs of each tenant.
    #[arg(long, default_value_t = 2000)]
    jobs: usize,
    /// The number of memberships of each tenant.
    #[arg(long, default_value_t = 300)]
    memberships: usize,
    /// The level of trouble.
    #[arg(long, value_enum, default_value_t = Level::None)]
    faults: Level,
    /// The port of the simulated ServiceTitan; a free one unless it is given.
    #[arg(long, default_value_t = 0)]
    servicetitan_port: u16,
    /// The port of the simulated Hatch; a free one unless it is given.
    #[arg(long, default_value_t = 0)]
    hatch_port: u16,
    /// Requests per second that ServiceTitan takes before it answers 429; no limit unless it is given.
    #[arg(long)]
    servicetitan_limit: Option<u32>,
    /// Requests per ten seconds and API key that Hatch takes before it answers 429; no limit unless it is given.
    #[arg(long)]
    hatch_limit: Option<u32>,
    /// Where webhooks go for changes made through `/_sim/mutate`, such as `http://127.0.0.1:8080/webhooks/servicetitan`. With faults
    /// some get lost, doubled and late.
    #[arg(long, value_name = "URL")]
    webhooks_to: Option<String>,
    /// Lets Hatch keep the bodies of opportunities where the tenants are too large for it: it keeps their fingerprints then.
    #[arg(long)]
    hatch_bodies: bool,
    /// Writes a configuration for `sync_daemon` into a folder, with each tenant as a connection: `sync_daemon.toml` and `secrets.sh`.
    #[arg(long, value_name = "FOLDER")]
    write_config: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    None,
    Light,
    Heavy,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            examples::complain!("the simulator cannot run: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start(config(&options)?).await?;
    if let Some(folder) = &options.write_config {
        host::write_config(folder, &simulator)
            .map_err(|error| format!("{} cannot be written into: {error}", folder.display()))?;
    }
    // Whoever reads the line may send a signal at once.
    let stopping = stopping()?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{}", ready(&simulator))?;
    stdout.flush()?;
    let worlds = simulator.tenants().map(|tenant| tenant.world()).collect();
    let clock = tokio::spawn(keep_time(worlds));
    stopping.await;
    clock.abort();
    simulator.shutdown().await;
    Ok(())
}

fn config(options: &Options) -> Result<SimulatorConfig, Box<dyn Error>> {
    let trouble = if options.faults == Level::None { CourierTrouble::NONE } else { CourierTrouble::HEAVY };
    let webhooks = match &options.webhooks_to {
        None => None,
        Some(url) => Some(WebhookTarget { url: webhook_address(url)?, trouble }),
    };
    Ok(SimulatorConfig {
        seed: options.seed,
        tenants: options.tenants,
        jobs: options.jobs,
        memberships: options.memberships,
        faults: match options.faults {
            Level::None => FaultPlan::none(),
            Level::Light => FaultPlan::light(options.seed),
            Level::Heavy => FaultPlan::heavy(options.seed),
        },
        undocumented_page_caps: options.faults != Level::None,
        servicetitan_rate_limit: options.servicetitan_limit,
        hatch_rate_limit: options.hatch_limit,
        control_endpoints: true,
        hatch_bodies: options.hatch_bodies.then_some(true),
        webhooks,
        servicetitan_port: options.servicetitan_port,
        hatch_port: options.hatch_port,
        ..SimulatorConfig::default()
    })
}

fn webhook_address(url: &str) -> Result<Uri, String> {
    let uri: Option<Uri> = url.parse().ok();
    uri.filter(|uri| uri.scheme_str() == Some("http") && uri.host().is_some()).ok_or_else(|| {
        format!("--webhooks-to is {url:?}, which does not look like http://127.0.0.1:8080/path")
    })
}

/// The URLs and credentials that a host needs: those of the first tenant, and those of every tenant as a list. The secrets open nothing but
/// this simulator.
fn ready(simulator: &Simulator) -> Value {
    let tenants: Vec<Value> = simulator.tenants().map(|tenant| access(&tenant)).collect();
    let mut ready = tenants.first().cloned().unwrap_or_default();
    ready["servicetitanUrl"] = simulator.servicetitan_url().into();
    ready["hatchUrl"] = simulator.hatch_url().into();
    ready["controlUrl"] = format!("{}/_sim", simulator.servicetitan_url()).into();
    ready["tenants"] = tenants.into();
    ready
}

/// The credentials of a tenant.
fn access(tenant: &TenantHandle) -> Value {
    let credentials = tenant.credentials();
    let hatch = tenant.hatch_departments().map(|department| {
        json!({ "name": department.name, "source": department.source,
            "apiKey": department.api_key.expose_secret() })
    });
    json!({
        "tenant": credentials.tenant, "appKey": credentials.app_key.expose_secret(),
        "clientId": credentials.client_id, "clientSecret": credentials.client_secret.expose_secret(),
        "webhookKey": credentials.webhook_key.expose_secret(), "hatch": hatch,
    })
}

/// Lets the tenants' clocks go as fast as the machine's, so that tokens grow old.
async fn keep_time(worlds: Vec<WorldHandle>) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.tick().await;
    loop {
        seconds.tick().await;
        for world in &worlds {
            world.advance(chrono::Duration::seconds(1));
        }
    }
}

/// Listens for Ctrl-C and SIGTERM from now on, and answers when one of them has come.
#[cfg(unix)]
fn stopping() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Answers when Ctrl-C has come.
#[cfg(not(unix))]
fn stopping() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a way to listen it runs until it is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

//! A whole sync on one machine: the simulator plays ServiceTitan and Hatch over real HTTP, and the engine keeps them in step.
//!
//! Run it with `cargo run --release --example quickstart`; `-- --help` lists the options.

mod print;
mod tenant;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use examples::say;
use futures::StreamExt;
use hatch_mapping::{Channel, HatchEvent, HatchEventKind};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;
use simulator::{NoteParent, Simulator, SimulatorConfig};
use sync_core::{Engine, Progress, PushOutcome, SyncReport};

use print::Show;
use tenant::{JOBS, MEMBERSHIPS, Tenant};

/// Syncs a simulated ServiceTitan tenant into a simulated Hatch, and shows each step.
#[derive(Parser)]
#[command(name = "quickstart")]
struct Options {
    /// Seed of the simulated tenant: the same seed gives the same tenant.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Number of jobs of the tenant.
    #[arg(long, default_value_t = 2000)]
    jobs: usize,
    /// Number of memberships of the tenant.
    #[arg(long, default_value_t = 300)]
    memberships: usize,
    /// Print the details of one opportunity as a tree with paths, for example of `job:100123` or `membership:100456`.
    #[arg(long, value_name = "MODEL:ID")]
    show: Option<Show>,
    /// Use a wrong client secret, to see the error message.
    #[arg(long)]
    wrong_secret: bool,
    /// Use a tenant that the app is not connected to, to see the error message.
    #[arg(long)]
    unknown_tenant: bool,
    /// Use a closed port instead of ServiceTitan, to see the error message.
    #[arg(long)]
    port_closed: bool,
    /// Take this scope away from the app, for example `tn.sal.estimates:r`, to see the sync go on without it.
    #[arg(long, value_name = "SCOPE")]
    withhold_scope: Vec<String>,
    /// Keep the engine's state in this PostgreSQL database, for example `postgres://sync@localhost/sync`: in the schema `quickstart`, where each
    /// run is a connection of its own. The password comes from the environment variable PGPASSWORD. By default, the state is in an SQLite
    /// file that is removed in the end.
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            examples::complain!("\nThe quickstart failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let simulator = Simulator::start(SimulatorConfig {
        seed: options.seed,
        jobs: options.jobs,
        memberships: options.memberships,
        withheld_scopes: options.withhold_scope.clone(),
        ..SimulatorConfig::default()
    })
    .await?;
    say!(
        "Simulated ServiceTitan: {}; simulated Hatch: {}.",
        simulator.servicetitan_url(),
        simulator.hatch_url()
    );
    let world = simulator.world();
    say!(
        "The tenant has {} jobs, {} memberships, {} customers, {} appointments and {} estimates.",
        world.count("jobs"),
        world.count("memberships"),
        world.count("customers"),
        world.count("appointments"),
        world.count("estimates"),
    );

    let folder = tempfile::tempdir()?;
    let tenant = Tenant::open(&simulator, folder.path(), &options).await?;
    let engine = Arc::clone(&tenant.engine);

    print::heading("1. Checking the connection");
    let check = engine.check().await;
    say!("{check}");
    if !check.ok {
        return Err("the connection is not ready: repair the errors listed above".into());
    }
    let mut steps = vec![("check", tenant.requests())];

    print::heading("2. Backfilling the last 90 days into two integrations of one tenant");
    let backfill = with_progress_bars(&engine).await?;
    print::report(&backfill);
    steps.push(("backfill", tenant.requests()));

    print::heading("3. Changing records in ServiceTitan, and syncing the changes");
    let before = tenant.bodies(&simulator);
    for line in tenant::change_things(&world)? {
        say!("- {line}");
    }
    let incremental = engine.sync_once().await?;
    print::report(&incremental);
    print::changes(&before, &tenant.bodies(&simulator));
    steps.push(("incremental sync", tenant.requests()));

    print::heading("4. Turning an event of Hatch into a note in ServiceTitan");
    let job = before[JOBS].keys().find_map(|id| id.parse::<i64>().ok()).ok_or("no job was delivered")?;
    let mut event =
        HatchEvent::new("quickstart-1", JOBS, job.to_string(), world.now(), HatchEventKind::CampaignMessage);
    event.channel = Some(Channel::Text);
    event.campaign = Some("Estimate follow-up".to_owned());
    event.content = Some("Hi! Would you like us to hold your estimate for another week?".to_owned());
    if let PushOutcome::Stored(report) = engine.push(event).await? {
        for (target, outcome) in report.notes {
            say!("Note on the {target:?}: {outcome:?}.");
        }
    }
    for note in world.notes(NoteParent::Job, job) {
        say!("Note in ServiceTitan on job {job}:\n  {}", note.text.replace('\n', "\n  "));
    }
    steps.push(("push", tenant.requests()));

    print::heading("5. Opportunities in Hatch");
    let bodies = tenant.bodies(&simulator);
    print::table(&bodies);
    print::costs(&steps);
    if let Some(show) = &options.show {
        print::tree(show, &bodies)?;
    }

    let requests = tenant.requests();
    let delivered = |report: &SyncReport| report.integrations.values().map(|it| it.delivered).sum::<u64>();
    let unchanged = |report: &SyncReport| report.integrations.values().map(|it| it.unchanged).sum::<u64>();
    drop(engine);
    simulator.shutdown().await;
    let totals = json!({
        "opportunities_delivered": delivered(&backfill) + delivered(&incremental),
        "opportunities_unchanged": unchanged(&backfill) + unchanged(&incremental),
        "notes_written": world.note_count(),
        "api_requests": requests,
        "seconds": (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
    });
    say!("\n{totals}");
    Ok(())
}

/// Runs a sync with a progress bar for each integration.
async fn with_progress_bars(engine: &Arc<Engine>) -> Result<SyncReport, Box<dyn Error>> {
    let bars = MultiProgress::new();
    let style =
        ProgressStyle::with_template("{prefix:12} [{bar:40}] {pos}/{len} {msg}")?.progress_chars("=> ");
    let bar = |name: &'static str| bars.add(ProgressBar::new(0).with_style(style.clone()).with_prefix(name));
    let (jobs, memberships) = (bar(JOBS), bar(MEMBERSHIPS));
    let of = |name: &str| if name == JOBS { &jobs } else { &memberships };
    let mut steps = std::pin::pin!(engine.progress());
    let mut sync = std::pin::pin!(engine.sync_once());
    let report = loop {
        tokio::select! {
            biased;
            Some(step) = steps.next() => match step {
                Progress::Page { resource, .. } => {
                    jobs.set_message(format!("reading {resource}"));
                    memberships.set_message(format!("reading {resource}"));
                }
                Progress::Waiting { integration, opportunities } => {
                    of(&integration).set_length(opportunities);
                    of(&integration).set_message("delivering");
                }
                Progress::Settled { integration, opportunities } => of(&integration).inc(opportunities),
                _ => {}
            },
            report = &mut sync => break report,
        }
    };
    for bar in [&jobs, &memberships] {
        bar.set_position(bar.length().unwrap_or_default());
        bar.finish_with_message("done");
    }
    Ok(report?)
}

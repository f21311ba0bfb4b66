//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Syncs tenants on many machines, driven by Restate.
#[derive(Parser)]
#[command(name = "restate_worker")]
pub struct Arguments {
    #[command(subcommand)]
    pub task: Task,
}

#[derive(Subcommand)]
pub enum Task {
    /// Works on the steps that Restate hands out. Prints its counts as a line of JSON whenever they have changed.
    Work(WorkOptions),
    /// Receives events of Hatch and webhooks of ServiceTitan: `POST /events/{connection}` and `POST /webhooks/{connection}`.
    Intake(IntakeOptions),
    /// Starts the cycles of every tenant. Those that were started stay as they are.
    Start(StartOptions),
}

/// The places of the tenants and of their state.
#[derive(Args, Clone)]
pub struct HostOptions {
    /// The file with the tenants: the line that the simulator prints.
    #[arg(long)]
    pub tenants: PathBuf,
    /// The schema of the database that POSTGRES_URL names.
    #[arg(long, default_value = "restate_worker")]
    pub schema: String,
    /// Number of sessions with PostgreSQL.
    #[arg(long, default_value_t = 8)]
    pub pool_size: usize,
    /// Requests per second that ServiceTitan takes for each tenant.
    #[arg(long, default_value_t = 60)]
    pub servicetitan_limit: u32,
    /// Requests per ten seconds that Hatch takes for each API key.
    #[arg(long, default_value_t = 100)]
    pub hatch_limit: u32,
    /// Seconds from one reading of a tenant's reference tables to the next one; 0 for each cycle.
    #[arg(long, default_value_t = 3600)]
    pub reference_tables_every: u64,
    /// The deadline of a call to ServiceTitan, in seconds: the longest time that a step waits for one.
    #[arg(long, default_value_t = 20)]
    pub deadline: u64,
}

#[derive(Args)]
pub struct WorkOptions {
    #[command(flatten)]
    pub host: HostOptions,
    /// The address that Restate finds the worker at. Several workers on one machine may have the same one.
    #[arg(long, default_value = "127.0.0.1:9080")]
    pub listen: SocketAddr,
    /// Seconds from one cycle of a tenant to the next one.
    #[arg(long, default_value_t = 900.0)]
    pub rhythm: f64,
}

#[derive(Args)]
pub struct IntakeOptions {
    #[command(flatten)]
    pub host: HostOptions,
    /// The address of the web service; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:9090")]
    pub listen: SocketAddr,
    /// Restate's ingress.
    #[arg(long, env = "RESTATE_URL", default_value = "http://127.0.0.1:8080")]
    pub restate: String,
}

#[derive(Args)]
pub struct StartOptions {
    /// The file with the tenants.
    #[arg(long)]
    pub tenants: PathBuf,
    /// Restate's ingress.
    #[arg(long, env = "RESTATE_URL", default_value = "http://127.0.0.1:8080")]
    pub restate: String,
    /// Also begins a cycle of every tenant now.
    #[arg(long)]
    pub now: bool,
}

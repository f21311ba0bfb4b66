//! A worker of a host that runs on many machines: `cargo run --release --example restate_worker -- work --tenants tenants.json`.
//!
//! Restate hands steps out to workers, and PostgreSQL keeps what they know. Start as many as you like; on one machine they share a port. The
//! README shows the four terminals. `intake` is the web service that Hatch's events and ServiceTitan's webhooks come to.

mod arguments;
mod budgets;
mod host;
mod intake;
mod logs;
mod restate;
mod shutdown;
mod tenants;
mod work;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Task};

#[tokio::main]
async fn main() -> ExitCode {
    logs::to_stderr();
    let outcome = match Arguments::parse().task {
        Task::Work(options) => work::work(&options).await,
        Task::Intake(options) => intake::serve(&options).await,
        Task::Start(options) => restate::start(&options.tenants, &options.restate, options.now).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            examples::complain!("restate_worker cannot go on: {error}");
            ExitCode::FAILURE
        }
    }
}

//! `sync_daemon`, run as a program: its commands, and its messages for misuse and failures.

#[path = "../../sync_daemon/config/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the program uses the rest")]
mod config;
#[path = "../../sync_daemon/failure.rs"]
#[allow(dead_code, reason = "the program uses the rest")]
mod failure;
#[path = "../../sync_daemon/pace.rs"]
mod pace;
#[path = "../postgres_schema/mod.rs"]
mod postgres_schema;
#[path = "../program/mod.rs"]
mod program;

mod command_line;
mod configuration;
mod copying;
mod events;
mod explaining;
mod failures;
mod init;
mod operators;
mod postgres;
mod speed;
mod store;
mod syncing;
mod tenants;

use std::time::Duration;

use simulator::{Simulator, SimulatorConfig};

async fn simulator() -> Simulator {
    with(SimulatorConfig::default()).await
}

async fn with(config: SimulatorConfig) -> Simulator {
    let config = SimulatorConfig { seed: 3, jobs: 40, memberships: 10, ..config };
    Simulator::start(config).await.expect("the simulator starts")
}

/// Waits until the condition holds, without a limit of its own: the test runner limits the test's time.
async fn until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

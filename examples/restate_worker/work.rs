//! The worker: serves the virtual objects to Restate.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use restate_adapter::{Connection, Notes, Worker, WorkerOptions};
use restate_sdk::prelude::{Endpoint, HttpServer};
use serde_json::json;
use tokio::net::{TcpListener, TcpSocket};

use crate::arguments::WorkOptions;
use crate::host::TenantsHost;
use crate::shutdown::shutdown;

/// Number of connections that wait for their acceptance.
const BACKLOG: u32 = 1024;

/// Works until the process is asked to stop; steps that are under way are finished.
pub async fn work(options: &WorkOptions) -> Result<(), Box<dyn Error>> {
    let host = Arc::new(TenantsHost::open(&options.host).await?);
    let rhythm = Duration::try_from_secs_f64(options.rhythm)?;
    let worker = Worker::new(host, WorkerOptions { rhythm, ..WorkerOptions::default() });
    let listener = listen(options.listen)?;
    let counting = tokio::spawn(print_counts(worker.clone()));
    let endpoint = Endpoint::builder().bind(Connection::new(worker.clone())).bind(Notes::new(worker)).build();
    HttpServer::new(endpoint).serve_with_cancel(listener, shutdown()?).await;
    counting.abort();
    Ok(())
}

/// Listens on an address that other workers of this machine may listen on too: the system spreads Restate's connections over them. On several
/// machines a load balancer does that.
fn listen(address: SocketAddr) -> Result<TcpListener, Box<dyn Error>> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)]
    socket.set_reuseport(true)?;
    socket.bind(address).map_err(|error| format!("{address} cannot be listened on: {error}"))?;
    Ok(socket.listen(BACKLOG)?)
}

/// Prints the worker's counts now, and whenever they have changed within a second.
async fn print_counts(worker: Worker) {
    let mut printed = None;
    loop {
        let counts = worker.counts();
        if printed.replace(counts) != Some(counts) {
            examples::say!(
                "{}",
                json!({"steps": counts.steps, "failed": counts.failed, "fenced": counts.fenced, "open": counts.open})
            );
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

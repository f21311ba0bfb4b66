//! Starting, asking and stopping both servers.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::SimulatorConfig;
use crate::credentials::{HatchDepartment, SimulatorCredentials};
use crate::exchange::{CallBroken, Trickle, exchange};
use crate::faults::{Fault, FaultPlan, Server};
use crate::hatch::{AcceptedUpsert, HatchContact, StepBack};
use crate::serving::serve;
use crate::stats::Stats;
use crate::systems::Systems;
use crate::world::WorldHandle;

/// The reason why a simulator could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A port could not be taken.
    #[error("the {server} server could not listen on {address}: {source}")]
    Listen {
        /// The server.
        server: &'static str,
        /// The address that was to be listened on.
        address: SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
}

/// ServiceTitan and Hatch in this process: on two loopback ports, or [without sockets](Self::in_process).
///
/// Dropping it stops both servers at once; [`shutdown`](Self::shutdown) lets running requests finish.
#[derive(Debug)]
pub struct Simulator {
    systems: Arc<Systems>,
    servicetitan_url: String,
    hatch_url: String,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

impl Simulator {
    /// Grows the world and starts both servers on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// When a port cannot be taken.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let (servicetitan_port, hatch_port) = (config.servicetitan_port, config.hatch_port);
        let (servicetitan, servicetitan_url) = listen("ServiceTitan", servicetitan_port).await?;
        let (hatch, hatch_url) = listen("Hatch", hatch_port).await?;
        let systems = Arc::new(Systems::new(config));
        let (stop, stopped) = watch::channel(false);
        let servers = vec![
            tokio::spawn(serve(servicetitan, Server::ServiceTitan, Arc::clone(&systems), stopped.clone())),
            tokio::spawn(serve(hatch, Server::Hatch, Arc::clone(&systems), stopped)),
        ];
        Ok(Self { systems, servicetitan_url, hatch_url, stop, servers })
    }

    /// Grows the world without servers: requests go through [`call`](Self::call), on whatever clock and runtime the caller has, so that a
    /// run can be repeated step by step. The URLs lead nowhere (RFC 2606 keeps `.invalid` free of hosts).
    pub fn in_process(config: SimulatorConfig) -> Self {
        Self {
            systems: Arc::new(Systems::new(config)),
            servicetitan_url: "https://servicetitan.invalid".to_owned(),
            hatch_url: "https://hatch.invalid".to_owned(),
            stop: watch::Sender::new(false),
            servers: Vec::new(),
        }
    }

    /// Asks one of the servers without a socket. Faults strike as over HTTP. Only path and query of the URI count.
    ///
    /// # Errors
    ///
    /// When a fault broke the connection.
    pub async fn call(
        &self,
        server: Server,
        request: &Request<Bytes>,
    ) -> Result<Response<Bytes>, CallBroken> {
        let mut answer = exchange(&self.systems, server, request).await?;
        if let Some(Trickle(every)) = answer.extensions_mut().remove() {
            let bytes = u32::try_from(answer.body().len()).unwrap_or(u32::MAX);
            tokio::time::sleep(every * bytes).await;
        }
        Ok(answer)
    }

    /// The base URL of ServiceTitan's API and its token endpoint (`/connect/token`), without a slash at the end.
    pub fn servicetitan_url(&self) -> &str {
        &self.servicetitan_url
    }

    /// The base URL of Hatch's API, without a slash at the end.
    pub fn hatch_url(&self) -> &str {
        &self.hatch_url
    }

    /// The credentials that a client presents to ServiceTitan.
    pub fn credentials(&self) -> SimulatorCredentials {
        self.systems.credentials.clone()
    }

    /// The two Hatch departments: the first for job opportunities, the second for membership opportunities.
    pub fn hatch_departments(&self) -> [HatchDepartment; 2] {
        self.systems.departments.clone()
    }

    /// The tenant's records, to look at and to change.
    pub fn world(&self) -> WorldHandle {
        WorldHandle { systems: Arc::clone(&self.systems) }
    }

    /// The contacts and upserts that Hatch holds.
    pub fn hatch(&self) -> HatchHandle {
        HatchHandle { systems: Arc::clone(&self.systems) }
    }

    /// The counts of all requests so far.
    pub fn stats(&self) -> Stats {
        self.systems.stats().clone()
    }

    /// Starts counting anew.
    pub fn reset_stats(&self) {
        *self.systems.stats() = Stats::default();
    }

    /// Orders a fault for requests to come.
    pub fn inject(&self, fault: Fault) {
        self.systems.faults.order(fault);
    }

    /// Draws random faults from a plan, in place of the plan before.
    pub fn plan_faults(&self, plan: FaultPlan) {
        self.systems.faults.plan(plan);
    }

    /// Takes back all ordered faults and the plan. Records that faults made odd stay so: see [`WorldHandle::mend`].
    pub fn clear_faults(&self) {
        self.systems.faults.clear();
    }

    /// Stops both servers once the requests that are running are answered.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        for server in self.servers.drain(..) {
            // A server that was cancelled has stopped as well.
            let _ = server.await;
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

async fn listen(server: &'static str, port: u16) -> Result<(TcpListener, String), StartError> {
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let failed = |source| StartError::Listen { server, address: wanted, source };
    let listener = TcpListener::bind(wanted).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, format!("http://{address}")))
}

/// The contacts and upserts that the simulated Hatch holds. Departments go by their source.
#[derive(Debug, Clone)]
pub struct HatchHandle {
    systems: Arc<Systems>,
}

impl HatchHandle {
    /// A department's contacts with their opportunities, oldest first.
    pub fn contacts(&self, source: &str) -> Vec<HatchContact> {
        self.systems.hatch().contacts(source)
    }

    /// The number of upserts that a department has accepted.
    pub fn upserts(&self, source: &str) -> u64 {
        self.systems.hatch().upserts(source)
    }

    /// The number of upserts that all departments have accepted.
    pub fn total_upserts(&self) -> u64 {
        self.systems.hatch().all_upserts()
    }

    /// The upserts that a department has accepted, in order.
    pub fn accepted(&self, source: &str) -> Vec<AcceptedUpsert> {
        self.systems.hatch().accepted(source)
    }

    /// Opportunities that were sent from an older state of one of their records than before. Needs
    /// [`reveal_revisions`](SimulatorConfig::reveal_revisions): without it there is nothing to tell by.
    pub fn steps_back(&self, source: &str) -> Vec<StepBack> {
        self.systems.hatch().steps_back(source)
    }

    /// The latest body that a department accepted for an `externalID`, whatever contact it went to.
    pub fn last_body(&self, source: &str, external_id: &str) -> Option<Value> {
        self.systems.hatch().last_body(source, external_id)
    }

    /// The latest body that a department accepted for each `externalID`.
    pub fn last_bodies(&self, source: &str) -> BTreeMap<String, Value> {
        self.systems.hatch().last_bodies(source)
    }
}

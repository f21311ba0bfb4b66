//! Starting, asking and stopping both servers.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::SimulatorConfig;
use crate::credentials::{HatchDepartment, SimulatorCredentials};
use crate::exchange::{CallBroken, Trickle, exchange};
use crate::faults::{Fault, FaultPlan, Server};
use crate::serving::serve;
use crate::stats::Stats;
use crate::tenant::{HatchHandle, TenantHandle};
use crate::tenants::Tenants;
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
    tenants: Arc<Tenants>,
    servicetitan_url: String,
    hatch_url: String,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

impl Simulator {
    /// Grows the first tenant's world and starts both servers on the current Tokio runtime. The worlds of further tenants are grown when they
    /// are first asked for.
    ///
    /// # Errors
    ///
    /// When a port cannot be taken.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let (servicetitan_port, hatch_port) = (config.servicetitan_port, config.hatch_port);
        let (servicetitan, servicetitan_url) = listen("ServiceTitan", servicetitan_port).await?;
        let (hatch, hatch_url) = listen("Hatch", hatch_port).await?;
        let tenants = Arc::new(Tenants::new(config));
        let (stop, stopped) = watch::channel(false);
        let servers = vec![
            tokio::spawn(serve(servicetitan, Server::ServiceTitan, Arc::clone(&tenants), stopped.clone())),
            tokio::spawn(serve(hatch, Server::Hatch, Arc::clone(&tenants), stopped)),
        ];
        Ok(Self { tenants, servicetitan_url, hatch_url, stop, servers })
    }

    /// Makes the tenants without servers: requests go through [`call`](Self::call), on whatever clock and runtime the caller has, so that a
    /// run can be repeated step by step. The URLs lead nowhere (RFC 2606 keeps `.invalid` free of hosts).
    pub fn in_process(config: SimulatorConfig) -> Self {
        Self {
            tenants: Arc::new(Tenants::new(config)),
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
        let mut answer = exchange(&self.tenants, server, request).await?;
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

    /// The tenants, by ID. The methods of the simulator itself are about the first one.
    pub fn tenants(&self) -> impl Iterator<Item = TenantHandle> {
        self.tenants.all().iter().map(|systems| TenantHandle { systems: Arc::clone(systems) })
    }

    fn first(&self) -> TenantHandle {
        TenantHandle { systems: Arc::clone(self.tenants.first()) }
    }

    /// The credentials that a client presents to ServiceTitan.
    pub fn credentials(&self) -> SimulatorCredentials {
        self.first().credentials()
    }

    /// The two Hatch departments: the first for job opportunities, the second for membership opportunities.
    pub fn hatch_departments(&self) -> [HatchDepartment; 2] {
        self.first().hatch_departments()
    }

    /// The tenant's records, to look at and to change.
    pub fn world(&self) -> WorldHandle {
        self.first().world()
    }

    /// The contacts and upserts that Hatch holds.
    pub fn hatch(&self) -> HatchHandle {
        self.first().hatch()
    }

    /// The counts of all requests so far, over all tenants.
    pub fn stats(&self) -> Stats {
        self.tenants.shared().stats().clone()
    }

    /// Starts counting anew.
    pub fn reset_stats(&self) {
        *self.tenants.shared().stats() = Stats::default();
    }

    /// Orders a fault for requests to come.
    pub fn inject(&self, fault: Fault) {
        self.tenants.shared().faults.order(fault);
    }

    /// Draws random faults from a plan, in place of the plan before.
    pub fn plan_faults(&self, plan: FaultPlan) {
        self.tenants.shared().faults.plan(plan);
    }

    /// Takes back all ordered faults and the plan. Records that faults made odd stay so: see [`WorldHandle::mend`].
    pub fn clear_faults(&self) {
        self.tenants.shared().faults.clear();
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

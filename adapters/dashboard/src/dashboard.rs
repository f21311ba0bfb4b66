//! Building the page.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use sync_core::{Clock, SystemClock};
use tokio_util::sync::CancellationToken;

use crate::host::Host;
use crate::links::Links;
use crate::live::STREAMS;
use crate::page_state::Shared;
use crate::routes;
use crate::watch;

/// The operators' page of a host.
#[derive(Clone)]
pub struct Dashboard {
    shared: Arc<Shared>,
}

impl Dashboard {
    /// Returns a builder of the page of a host.
    pub fn builder(host: Arc<dyn Host>) -> DashboardBuilder {
        DashboardBuilder {
            host,
            clock: Arc::new(SystemClock),
            path: String::new(),
            is_behind_authentication: false,
            stop: CancellationToken::new(),
        }
    }

    /// Returns the routes of the page, below the path that it is [mounted at](DashboardBuilder::mounted_at): merge them into the host's router. Without
    /// an authentication of the host, serve that with `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn router(&self) -> Router {
        routes::router(Arc::clone(&self.shared))
    }

    /// Watches the connections, until the [token](DashboardBuilder::stopping_with) is cancelled: keeps their progress and the samples of the charts. To be
    /// spawned beside the server; without it the page has neither.
    pub fn watch(&self) -> impl Future<Output = ()> + Send + use<> {
        watch::watch(Arc::clone(&self.shared))
    }
}

impl fmt::Debug for Dashboard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Dashboard").field("path", &self.shared.links.base()).finish_non_exhaustive()
    }
}

/// Builds a [`Dashboard`].
pub struct DashboardBuilder {
    host: Arc<dyn Host>,
    clock: Arc<dyn Clock>,
    path: String,
    is_behind_authentication: bool,
    stop: CancellationToken,
}

impl DashboardBuilder {
    /// Sets the path that the page is mounted at, such as `/operate`; the root by default. It is plain text without parameters.
    #[must_use]
    pub fn mounted_at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// States that the host authenticates everybody who reaches the page, as an operator who may see and erase customers' data. Without this, the page
    /// answers this machine only.
    #[must_use]
    pub fn behind_authentication(mut self) -> Self {
        self.is_behind_authentication = true;
        self
    }

    /// Ends live updates and [`Dashboard::watch`] once the token is cancelled, so that a server can stop gracefully.
    #[must_use]
    pub fn stopping_with(mut self, stop: CancellationToken) -> Self {
        self.stop = stop;
        self
    }

    /// Sets the clock; the machine's by default.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Returns the page.
    pub fn build(self) -> Dashboard {
        let DashboardBuilder { host, clock, path, is_behind_authentication, stop } = self;
        let links = Links::below(&path);
        let shared = Shared::new(host, clock, links, is_behind_authentication, stop, STREAMS);
        Dashboard { shared: Arc::new(shared) }
    }
}

impl fmt::Debug for DashboardBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DashboardBuilder")
            .field("path", &self.path)
            .field("is_behind_authentication", &self.is_behind_authentication)
            .finish_non_exhaustive()
    }
}

//! The tenants of a simulator, and the one that a request is for.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use secrecy::ExposeSecret;

use crate::authorization::bearer;
use crate::config::SimulatorConfig;
use crate::faults::Server;
use crate::servicetitan::TOKEN_PATH;
use crate::systems::{Shared, Systems};

/// All tenants, each with its ServiceTitan and its Hatch.
#[derive(Debug)]
pub(crate) struct Tenants {
    shared: Arc<Shared>,
    /// At least one.
    all: Vec<Arc<Systems>>,
    first: Arc<Systems>,
    by_client: HashMap<String, usize>,
    by_api_key: HashMap<String, usize>,
}

impl Tenants {
    pub(crate) fn new(config: SimulatorConfig) -> Self {
        let count = u32::try_from(config.tenants).unwrap_or(u32::MAX).max(1);
        let shared = Arc::new(Shared::new(config));
        let all: Vec<Arc<Systems>> =
            (0..count).map(|number| Arc::new(Systems::new(&shared, number))).collect();
        let first = all.first().map_or_else(|| Arc::new(Systems::new(&shared, 0)), Arc::clone);
        // A large world takes longer to grow than a caller waits for an answer.
        first.grow();
        let (mut by_client, mut by_api_key) = (HashMap::new(), HashMap::new());
        for (number, systems) in all.iter().enumerate() {
            by_client.insert(systems.credentials.client_id.clone(), number);
            for department in &systems.departments {
                by_api_key.insert(department.api_key.expose_secret().to_owned(), number);
            }
        }
        Self { shared, all, first, by_client, by_api_key }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn all(&self) -> &[Arc<Systems>] {
        &self.all
    }

    pub(crate) fn first(&self) -> &Arc<Systems> {
        &self.first
    }

    /// The tenant with this ID.
    pub(crate) fn named(&self, tenant: i64) -> Option<&Arc<Systems>> {
        let number = tenant.checked_sub(self.first.credentials.tenant)?;
        self.all.get(usize::try_from(number).ok()?)
    }

    /// The tenant that a request is for: the one that its path, its client ID or its API key names. The first one where none is named; it
    /// refuses the request.
    pub(crate) fn of_request(&self, server: Server, request: &Request<Bytes>) -> &Arc<Systems> {
        let found = match server {
            Server::ServiceTitan if request.uri().path() == TOKEN_PATH => {
                let mut form = url::form_urlencoded::parse(request.body());
                let client = form.find(|(name, _)| name == "client_id");
                client.and_then(|(_, id)| self.by_client.get(id.as_ref())).and_then(|it| self.all.get(*it))
            }
            Server::ServiceTitan => {
                let tenant = request.uri().path().split('/').nth(4).and_then(|it| it.parse().ok());
                tenant.and_then(|tenant| self.named(tenant))
            }
            Server::Hatch => {
                let key = bearer(request.headers()).and_then(|key| self.by_api_key.get(key));
                key.and_then(|number| self.all.get(*number))
            }
        };
        found.unwrap_or(&self.first)
    }
}

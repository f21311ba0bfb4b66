//! The check of a connection: credentials, tenant, app key and scopes.

use std::fmt;
use std::time::Duration;

use ::http::Response;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::IgnoredAny;

use super::answer::decode;
use super::call::{PathValues, Plan, ServiceTitan};
use crate::environment::Environment;
use crate::error::Error;
use crate::ids::TenantId;
use crate::operations::Operation;
use crate::scopes::Scope;

/// Small lists, of which most apps may read one. Reading one proves app key and tenant, which the token alone does not.
const PROBES: &[Operation] = &[
    Operation::get(
        "business_units.list",
        "settings/v2/tenant/{tenant}/business-units",
        "tn.stt.businessunits:r",
    ),
    Operation::get("job_types.list", "jpm/v2/tenant/{tenant}/job-types", "tn.jpm.jobtypes:r"),
    Operation::get("jobs.list", "jpm/v2/tenant/{tenant}/jobs", "tn.jpm.jobs:r"),
    Operation::get("customers.list", "crm/v2/tenant/{tenant}/customers", "tn.crm.customers:r"),
];

/// The result of [`ServiceTitan::check`]. Its `Display` is made for a person, with scopes in the portal's words.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectionReport {
    /// The environment.
    pub environment: Environment,
    /// The app, by its client ID in the tenant.
    pub client_id: String,
    /// The tenant.
    pub tenant: TenantId,
    /// The app's scopes, in alphabetical order; empty if the access token does not name them.
    pub scopes: Vec<Scope>,
    /// The time until the present access token expires. The client renews it by itself.
    pub token_expires_in: Duration,
    /// The time by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
    /// Whether a list was read, so that app key and tenant are known to be right. `false` if the app may read none of the lists
    /// that the check tries.
    pub app_key_confirmed: bool,
}

impl ServiceTitan {
    /// Tries the connection: credentials and tenant, and the app key by one small read. The client's deadline bounds the check as a whole.
    ///
    /// # Errors
    /// [`Error::Auth`] names the credential that is refused and the remedy, [`Error::Transport`] the address that does not answer.
    pub async fn check(&self) -> Result<ConnectionReport, Error> {
        let limit = self.time_limit();
        let token = self.own_token(&limit).await?;
        let mut report = ConnectionReport {
            environment: self.inner.app.environment.clone(),
            client_id: self.inner.tokens.client_id(),
            tenant: self.inner.tenant,
            scopes: token.scopes.clone(),
            token_expires_in: token.expires.saturating_duration_since(tokio::time::Instant::now()),
            server_time: None,
            app_key_confirmed: false,
        };
        let granted = |probe: &&Operation| token.scopes.is_empty() || token.scopes.contains(&probe.scope());
        for probe in PROBES.iter().filter(granted) {
            let mut plan = Plan::of(probe, PathValues::default());
            plan.query = plan.query.set("page", Some(1)).set("pageSize", Some(1));
            let read = |answer: &Response<Bytes>| decode::whole::<IgnoredAny>(answer.body());
            match self.perform_within(&limit, &plan, read).await {
                Ok(done) => {
                    report.server_time = done.server_time;
                    report.app_key_confirmed = true;
                    break;
                }
                // The token's list of scopes is only a hint: the next list may be readable.
                Err(Error::MissingScope { .. } | Error::UnknownPath { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(report)
    }

    /// Returns the scopes that the access token names, in alphabetical order.
    ///
    /// # Errors
    /// As [`check`](Self::check). A token is requested if none is at hand, and nothing else.
    pub async fn granted_scopes(&self) -> Result<Vec<Scope>, Error> {
        Ok(self.own_token(&self.time_limit()).await?.scopes.clone())
    }

    /// Returns those of the needed scopes that the app lacks, and none if the access token names no scopes at all. This is a hint: ServiceTitan
    /// decides in its answer to a call.
    ///
    /// # Errors
    /// As [`granted_scopes`](Self::granted_scopes).
    pub async fn missing_scopes(&self, needed: &[Scope]) -> Result<Vec<Scope>, Error> {
        let token = self.own_token(&self.time_limit()).await?;
        let missing = |scope: &&Scope| !token.scopes.is_empty() && !token.scopes.contains(scope);
        Ok(needed.iter().filter(missing).cloned().collect())
    }
}

impl fmt::Display for ConnectionReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "App {}", self.client_id)?;
        writeln!(formatter, "Tenant {} on {}", self.tenant, self.environment)?;
        if !self.app_key_confirmed {
            writeln!(
                formatter,
                "The app key is unconfirmed: the app may read none of the lists that the check tries"
            )?;
        }
        if self.scopes.is_empty() {
            return writeln!(formatter, "The access token does not tell which scopes the app has");
        }
        writeln!(formatter, "The app may use {} scopes:", self.scopes.len())?;
        for scope in &self.scopes {
            writeln!(formatter, "  {scope}")?;
        }
        Ok(())
    }
}

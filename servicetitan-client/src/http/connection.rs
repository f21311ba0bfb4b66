//! Whether the connection works, and what it may do.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::IgnoredAny;

use super::client::ServiceTitan;
use super::decode;
use super::path::PathValues;
use super::perform::Plan;
use super::token::{self, Token};
use crate::environment::Environment;
use crate::error::Error;
use crate::ids::TenantId;
use crate::operations::Operation;
use crate::scopes::Scope;

/// Small lists, one of which most apps may read: reading one proves app key and tenant, which the token does not.
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

/// What [`ServiceTitan::check`] found. `Display` tells it to a person, scopes in the portal's words.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectionReport {
    /// The environment.
    pub environment: Environment,
    /// The app, by its client ID in the tenant.
    pub client_id: String,
    /// The tenant.
    pub tenant: TenantId,
    /// What the app was given, in alphabetical order; empty if the access token does not tell.
    pub scopes: Vec<Scope>,
    /// For how long the present access token is good. It is renewed by itself.
    pub token_expires_in: Duration,
    /// The time by ServiceTitan's clock.
    pub server_time: Option<DateTime<Utc>>,
    /// Whether a list was read, so that app key and tenant are known to be right. `false` if the app may read none of the lists
    /// that are tried.
    pub app_key_confirmed: bool,
}

impl ServiceTitan {
    /// Tries the connection: credentials, tenant, and with one small read the app key.
    ///
    /// # Errors
    /// [`Error::Auth`] says what is not accepted and what to do, [`Error::Transport`] where nobody answers.
    pub async fn check(&self) -> Result<ConnectionReport, Error> {
        let token = self.own_token().await?;
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
            match self.perform(&plan, |answer| decode::whole::<IgnoredAny>(answer.body())).await {
                Ok(done) => {
                    report.server_time = done.server_time;
                    report.app_key_confirmed = true;
                    break;
                }
                // The token's list of scopes is a hint; what ServiceTitan refuses may be read elsewhere.
                Err(Error::MissingScope { .. } | Error::UnknownPath { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(report)
    }

    /// What the app was given, in alphabetical order, as the access token says.
    ///
    /// # Errors
    /// As [`check`](Self::check); only a token is asked for, if none is at hand.
    pub async fn granted_scopes(&self) -> Result<Vec<Scope>, Error> {
        Ok(self.own_token().await?.scopes.clone())
    }

    /// Which of these the app was not given; none if the access token does not tell of any. A hint: ServiceTitan decides in its answer to a
    /// call.
    ///
    /// # Errors
    /// As [`granted_scopes`](Self::granted_scopes).
    pub async fn missing_scopes(&self, needed: &[Scope]) -> Result<Vec<Scope>, Error> {
        let token = self.own_token().await?;
        let missing = |scope: &&Scope| !token.scopes.is_empty() && !token.scopes.contains(scope);
        Ok(needed.iter().filter(missing).cloned().collect())
    }

    async fn own_token(&self) -> Result<std::sync::Arc<Token>, Error> {
        let token = self.inner.tokens.token(None).await?;
        self.same_tenant(&token, token::call(0))?;
        Ok(token)
    }
}

impl fmt::Display for ConnectionReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "App {}", self.client_id)?;
        writeln!(formatter, "Tenant {} on {}", self.tenant, self.environment)?;
        if !self.app_key_confirmed {
            writeln!(formatter, "The app key could not be tried: the app may read none of the usual lists")?;
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

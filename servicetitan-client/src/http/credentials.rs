//! Keys and secrets: whether they can be right, and their replacement while a client is in use.

use std::sync::{Arc, PoisonError};

use ::http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use super::client::{Inner, ServiceTitan};
use super::token::{self, Credentials};
use crate::error::Error;
use crate::ids::TenantId;

impl ServiceTitan {
    /// Another tenant that has connected the same app: a client of its own token and its own counts, which shares connections, app key and
    /// [limits](crate::RequestLimits) with this one. It starts in this one's lane and with its deadline.
    ///
    /// # Errors
    /// [`Error::Configuration`] as from the builder. Sends nothing.
    pub fn for_tenant(
        &self,
        tenant: TenantId,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Result<ServiceTitan, Error> {
        self::tenant(tenant)?;
        let credentials = of_tenant(client_id.into(), client_secret.into())?;
        let inner = Inner::new(self.inner.app.clone(), tenant, credentials);
        Ok(ServiceTitan { inner: Arc::new(inner), lane: self.lane, deadline: self.deadline })
    }

    /// Replaces client ID and secret, for all clones and without a restart. They are tried first: if ServiceTitan does not give a
    /// token for them, the present ones stay in use.
    ///
    /// # Errors
    /// [`Error::Auth`] if they are not accepted or belong to another tenant, and every failure of a call.
    pub async fn rotate_credentials(
        &self,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Result<(), Error> {
        let credentials = of_tenant(client_id.into(), client_secret.into())?;
        self.inner.tokens.replace(credentials, |token| self.same_tenant(token, token::call(1))).await
    }

    /// Replaces the app key, for all clones and all tenants that share it, from the next request on.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it is no key. Sends nothing: [`check`](Self::check) tries it.
    pub fn rotate_app_key(&self, key: impl Into<SecretString>) -> Result<(), Error> {
        let key = app_key(&key.into())?;
        *self.inner.app.app_key.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }

    pub(crate) fn app_key(&self) -> HeaderValue {
        self.inner.app.app_key.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub(crate) fn tenant(tenant: TenantId) -> Result<(), Error> {
    if tenant.get() > 0 { Ok(()) } else { Err(Error::configuration("a tenant ID is a positive number")) }
}

pub(crate) fn of_tenant(client_id: String, client_secret: SecretString) -> Result<Credentials, Error> {
    pasted_whole("client ID", &client_id)?;
    pasted_whole("client secret", client_secret.expose_secret())?;
    Ok(Credentials { client_id, client_secret })
}

pub(crate) fn app_key(key: &SecretString) -> Result<HeaderValue, Error> {
    pasted_whole("app key", key.expose_secret())?;
    let mut key = HeaderValue::from_str(key.expose_secret())
        .map_err(|_| Error::configuration("the app key contains characters that no app key has"))?;
    key.set_sensitive(true);
    Ok(key)
}

/// ServiceTitan answers a secret that has white space around it as it answers a wrong one, so it is told here.
fn pasted_whole(what: &str, text: &str) -> Result<(), Error> {
    let problem = if text.is_empty() {
        "is empty"
    } else if text.trim() != text {
        "begins or ends with white space, which often comes from pasting: remove it"
    } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        "contains white space or a line break, which no key has: copy it again"
    } else {
        return Ok(());
    };
    Err(Error::configuration(format!("the {what} {problem}")))
}

//! Other credentials for a client in use, and clients for other tenants of its app.

use std::sync::{Arc, PoisonError};

use secrecy::SecretString;

use super::call::{Inner, ServiceTitan};
use super::token::Credentials;
use super::token::credentials::{app_key_header, check_tenant};
use crate::error::{Call, Error};
use crate::ids::TenantId;

impl ServiceTitan {
    /// Returns a client for another tenant that has connected the same app. It has a token and counts of its own, and shares connections, app key
    /// and [limits](crate::RequestLimits) with this client. It starts with this client's lane, deadline and retries.
    ///
    /// # Errors
    /// [`Error::Configuration`] as from the builder. Sends nothing.
    pub fn for_tenant(
        &self,
        tenant: TenantId,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Result<ServiceTitan, Error> {
        check_tenant(tenant)?;
        let credentials = Credentials::new(client_id.into(), client_secret.into())?;
        let inner = Inner::new(self.inner.app.clone(), tenant, credentials);
        Ok(ServiceTitan { inner: Arc::new(inner), settings: self.settings })
    }

    /// Replaces client ID and secret for all clones, without a restart. The new ones are tried first: if ServiceTitan does not give a
    /// token for them, the present ones stay in use.
    ///
    /// # Errors
    /// [`Error::Auth`] if the credentials are not accepted or belong to another tenant, and every failure of a call.
    pub async fn rotate_credentials(
        &self,
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Result<(), Error> {
        let credentials = Credentials::new(client_id.into(), client_secret.into())?;
        let limit = self.time_limit();
        let of_this_tenant = |token: &_| self.check_token_tenant(token, Call::for_token(1));
        let replaced = limit.bound(self.inner.tokens.replace(credentials, of_this_tenant)).await;
        replaced.unwrap_or_else(|| Err(self.no_token_in_time(&limit, Call::for_token(1))))
    }

    /// Replaces the app key, for all clones and all tenants that share it, from the next request on.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it cannot be a key. Sends nothing: [`check`](Self::check) tries the key.
    pub fn rotate_app_key(&self, key: impl Into<SecretString>) -> Result<(), Error> {
        let key = app_key_header(&key.into())?;
        *self.inner.app.app_key.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }
}

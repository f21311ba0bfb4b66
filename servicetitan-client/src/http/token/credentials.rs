//! Keys and secrets, and the checks that find a badly pasted one before a request is sent.

use ::http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;
use crate::ids::TenantId;

/// The app in a tenant: what ServiceTitan gives an access token for.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
}

impl Credentials {
    /// # Errors
    /// [`Error::Configuration`] if one of the two cannot be right.
    pub(crate) fn new(client_id: String, client_secret: SecretString) -> Result<Credentials, Error> {
        check_pasted("client ID", &client_id)?;
        check_pasted("client secret", client_secret.expose_secret())?;
        Ok(Credentials { client_id, client_secret })
    }
}

/// Checks that a tenant ID can be one.
pub(crate) fn check_tenant(tenant: TenantId) -> Result<(), Error> {
    if tenant.get() > 0 { Ok(()) } else { Err(Error::configuration("a tenant ID is a positive number")) }
}

/// Checks an app key and makes it the value of a header.
pub(crate) fn app_key_header(key: &SecretString) -> Result<HeaderValue, Error> {
    check_pasted("app key", key.expose_secret())?;
    let mut key = HeaderValue::from_str(key.expose_secret())
        .map_err(|_| Error::configuration("the app key contains characters that no app key has"))?;
    key.set_sensitive(true);
    Ok(key)
}

/// Finds white space in a key. ServiceTitan answers to it as to a wrong key, so the fault is named here.
fn check_pasted(what: &str, text: &str) -> Result<(), Error> {
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

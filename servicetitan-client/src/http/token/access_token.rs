//! An access token and the times at which it expires and is renewed.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::claims::{self, Claims};
use crate::scopes::Scope;

/// The usual life of ServiceTitan's tokens: 15 minutes.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(900);
/// A token is renewed this long before it expires, or earlier if its life is short.
const RESERVE: Duration = Duration::from_secs(60);

/// An access token, and the scopes and the tenant that it names.
pub(crate) struct AccessToken {
    pub(crate) secret: SecretString,
    pub(crate) claims: Claims,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) expires: Instant,
    pub(super) renew: Instant,
}

/// The answer of the token endpoint. All but the token are hints: an odd one does not cost the token.
#[derive(Deserialize)]
pub(super) struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    scope: Value,
}

impl AccessToken {
    /// The token of an answer to a request that was sent at this time.
    pub(super) fn new(granted: Granted, sent: Instant) -> AccessToken {
        let lifetime = lifetime(&granted.expires_in);
        let claims = Claims::of(&granted.access_token);
        let mut scopes = claims::scopes_of(&granted.scope);
        scopes.extend(claims.scopes.iter().cloned());
        scopes.sort();
        scopes.dedup();
        AccessToken {
            secret: granted.access_token.into(),
            claims,
            scopes,
            expires: sent + lifetime,
            renew: sent + lifetime - RESERVE.min(lifetime / 4),
        }
    }
}

/// Returns the life of a token from `expires_in`, which is in seconds.
fn lifetime(expires_in: &Value) -> Duration {
    let seconds = expires_in.as_f64().or_else(|| expires_in.as_str()?.trim().parse().ok());
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|lifetime| !lifetime.is_zero())
        .unwrap_or(DEFAULT_LIFETIME)
        .min(Duration::from_secs(86_400))
}

//! The access tokens that ServiceTitan has granted.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::credentials::SimulatorCredentials;

/// The lifetime of a token, in seconds of the world's clock.
pub(crate) const TOKEN_SECONDS: i64 = 900;

/// The tokens that were granted to all tenants.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    granted: HashMap<String, Granted>,
    count: u64,
}

/// A token that was granted.
#[derive(Debug)]
struct Granted {
    tenant: i64,
    ends: DateTime<Utc>,
}

impl Tokens {
    /// Grants a token: a JWT without a signature, whose claims name tenant and scopes.
    pub(crate) fn grant(
        &mut self,
        credentials: &SimulatorCredentials,
        scopes: &[String],
        now: DateTime<Utc>,
    ) -> String {
        let ends = now + Duration::seconds(TOKEN_SECONDS);
        self.count += 1;
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!(
            "{}.{}.",
            part(json!({ "alg": "none", "typ": "at+jwt" })),
            part(json!({
                "client_id": credentials.client_id, "tenant": credentials.tenant.to_string(), "scope": scopes,
                "iat": now.timestamp(), "exp": ends.timestamp(), "jti": self.count.to_string(),
            })),
        );
        let tenant = credentials.tenant;
        self.granted.retain(|_, it| it.tenant != tenant || now < it.ends);
        self.granted.insert(token.clone(), Granted { tenant, ends });
        token
    }

    /// The tenant of a token; `None` where it was never granted or has ended.
    pub(crate) fn tenant_of(&self, token: &str, now: DateTime<Utc>) -> Option<i64> {
        self.granted.get(token).filter(|it| now < it.ends).map(|it| it.tenant)
    }

    /// Ends a token before its time.
    pub(crate) fn end(&mut self, token: &str) {
        self.granted.remove(token);
    }

    /// Ends every token of a tenant, as when the app's access was taken away.
    pub(crate) fn revoke_all(&mut self, tenant: i64) {
        self.granted.retain(|_, it| it.tenant != tenant);
    }
}

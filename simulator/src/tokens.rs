//! The access tokens that ServiceTitan has granted.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::credentials::SimulatorCredentials;

/// The lifetime of a token, in seconds of the world's clock.
pub(crate) const TOKEN_SECONDS: i64 = 900;

/// The tokens that were granted, each with its end.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    ends: HashMap<String, DateTime<Utc>>,
    granted: u64,
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
        self.granted += 1;
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!(
            "{}.{}.",
            part(json!({ "alg": "none", "typ": "at+jwt" })),
            part(json!({
                "client_id": credentials.client_id, "tenant": credentials.tenant.to_string(), "scope": scopes,
                "iat": now.timestamp(), "exp": ends.timestamp(), "jti": self.granted.to_string(),
            })),
        );
        self.ends.retain(|_, ends| now < *ends);
        self.ends.insert(token.clone(), ends);
        token
    }

    /// Returns whether a token was granted and has not ended.
    pub(crate) fn is_valid(&self, token: &str, now: DateTime<Utc>) -> bool {
        self.ends.get(token).is_some_and(|ends| now < *ends)
    }

    /// Ends a token before its time.
    pub(crate) fn end(&mut self, token: &str) {
        self.ends.remove(token);
    }

    /// Ends every token, as when the app's access was taken away.
    pub(crate) fn revoke_all(&mut self) {
        self.ends.clear();
    }
}

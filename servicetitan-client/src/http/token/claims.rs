//! The claims of an access token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::ids::TenantId;
use crate::scopes::Scope;

/// The tenant and the scopes that a token names. The token is not verified: it came from its issuer, and the claims only save a round trip.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) tenant: Option<TenantId>,
    pub(crate) scopes: Vec<Scope>,
}

#[derive(Deserialize, Default)]
struct Payload {
    #[serde(default)]
    tenant: serde_json::Value,
    #[serde(default)]
    scope: serde_json::Value,
}

impl Claims {
    /// Reads the claims of a token. A token that is no JWT has none.
    pub(crate) fn of(token: &str) -> Claims {
        let payload = token
            .split('.')
            .nth(1)
            .and_then(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok())
            .and_then(|bytes| serde_json::from_slice::<Payload>(&bytes).ok())
            .unwrap_or_default();
        let tenant = match &payload.tenant {
            serde_json::Value::String(digits) => digits.parse().ok(),
            number => number.as_i64().map(TenantId),
        };
        Claims { tenant, scopes: scopes_of(&payload.scope) }
    }
}

/// Returns the scopes of a list, or of a text that separates them by spaces.
pub(crate) fn scopes_of(scope: &serde_json::Value) -> Vec<Scope> {
    let of_text = |text: &str| text.split_whitespace().map(Scope::new).collect::<Vec<_>>();
    match scope {
        serde_json::Value::String(text) => of_text(text),
        serde_json::Value::Array(list) => {
            list.iter().filter_map(|scope| scope.as_str()).flat_map(of_text).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_tenant_may_be_digits_or_a_number() {
        for payload in [r#"{"tenant":"42"}"#, r#"{"tenant":42}"#] {
            assert_eq!(Claims::of(&token(payload)).tenant, Some(TenantId(42)));
        }
    }

    #[test]
    fn scopes_may_be_a_list_or_one_text() {
        for payload in [r#"{"scope":["a:r","b:w"]}"#, r#"{"scope":"a:r b:w"}"#] {
            assert_eq!(Claims::of(&token(payload)).scopes, [Scope::new("a:r"), Scope::new("b:w")]);
        }
    }

    #[test]
    fn a_token_that_is_no_jwt_has_no_claims() {
        for text in ["", "opaque", "a.b.c", "a.%%%.c", "..", &token("[]"), &token("null")] {
            assert_eq!(Claims::of(text), Claims::default(), "{text}");
        }
    }
}

//! Who may come in: the token endpoint, and the checks before each call.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use http::{HeaderMap, StatusCode, header};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::answer::{self, Answer};
use crate::resources::RESOURCES;
use crate::servicetitan::problem::Problem;
use crate::systems::Systems;

/// How long a token lives, in seconds of the world's clock.
const TOKEN_SECONDS: i64 = 900;

/// The tokens that were granted and when each ends.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    ends: HashMap<String, DateTime<Utc>>,
    granted: u64,
}

impl Tokens {
    /// Forgets every token, as when the app's access was taken away.
    pub(crate) fn revoke_all(&mut self) {
        self.ends.clear();
    }
}

/// The scopes that the app has, in a fixed order.
fn scopes(systems: &Systems) -> Vec<String> {
    let families: BTreeSet<&str> = RESOURCES.iter().map(|resource| resource.scope).collect();
    families
        .into_iter()
        .flat_map(|scope| [format!("{scope}:r"), format!("{scope}:w")])
        .filter(|scope| !systems.config.withheld_scopes.contains(scope))
        .collect()
}

/// `POST /connect/token`: the client-credentials grant.
pub(crate) fn token(systems: &Systems, body: &[u8]) -> Answer {
    let form: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| form.get(name).map(String::as_str);
    let refuse = |error: &str| answer::json(StatusCode::BAD_REQUEST, &json!({ "error": error }));
    if field("grant_type") != Some("client_credentials") {
        return refuse("unsupported_grant_type");
    }
    let credentials = &systems.credentials;
    if field("client_id") != Some(credentials.client_id.as_str())
        || field("client_secret") != Some(credentials.client_secret.expose_secret())
    {
        return refuse("invalid_client");
    }
    let now = systems.store().now();
    let ends = now + Duration::seconds(TOKEN_SECONDS);
    let scopes = scopes(systems);
    let mut tokens = systems.tokens();
    tokens.granted += 1;
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!(
        "{}.{}.",
        part(json!({ "alg": "none", "typ": "at+jwt" })),
        part(json!({
            "client_id": credentials.client_id, "tenant": credentials.tenant.to_string(), "scope": scopes,
            "iat": now.timestamp(), "exp": ends.timestamp(), "jti": tokens.granted.to_string(),
        })),
    );
    tokens.ends.insert(token.clone(), ends);
    let granted = json!({
        "access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer", "scope": scopes.join(" "),
    });
    answer::json(StatusCode::OK, &granted)
}

/// The token of the `Authorization` header, when it is one.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Ends the token of a request before its time.
pub(crate) fn end_token(systems: &Systems, headers: &HeaderMap) {
    if let Some(token) = bearer(headers) {
        systems.tokens().ends.remove(token);
    }
}

/// Checks the token and the app key.
pub(crate) fn check_caller(systems: &Systems, headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |title: &str| Problem::new(StatusCode::UNAUTHORIZED, title);
    let token = bearer(headers).ok_or_else(|| refuse("Access token is missing."))?;
    let key = headers.get("st-app-key").ok_or_else(|| refuse("Application key is missing."))?;
    if key.as_bytes() != systems.credentials.app_key.expose_secret().as_bytes() {
        return Err(refuse("Application key is not valid."));
    }
    let now = systems.store().now();
    match systems.tokens().ends.get(token) {
        Some(ends) if now < *ends => Ok(()),
        _ => Err(refuse("Access token is not valid or has expired.")),
    }
}

/// Checks that the path's tenant is the one the token was granted for.
pub(crate) fn check_tenant(systems: &Systems, tenant: &str) -> Result<(), Problem> {
    if tenant == systems.credentials.tenant.to_string() {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "The application has no access to this tenant."))
}

/// Checks that the app was granted a resource in a direction, `r` or `w`.
pub(crate) fn check_scope(systems: &Systems, scope: &str, direction: &str) -> Result<(), Problem> {
    if systems.faults.forbids(scope) {
        systems.stats().count_fault("forbidden".to_owned());
        return Err(Problem::new(StatusCode::FORBIDDEN, "Scope validation failed"));
    }
    if systems.config.withheld_scopes.contains(&format!("{scope}:{direction}")) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "Scope validation failed"));
    }
    Ok(())
}

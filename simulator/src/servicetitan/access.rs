//! The token endpoint, and the checks before each call.

use std::collections::{BTreeSet, HashMap};

use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::answer::{self, Answer};
use crate::authorization::bearer;
use crate::problem::Problem;
use crate::resources::RESOURCES;
use crate::systems::Systems;
use crate::tokens::TOKEN_SECONDS;

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
    let now = systems.present();
    let scopes = scopes(systems);
    let token = systems.tokens().grant(credentials, &scopes, now);
    let granted = json!({
        "access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer", "scope": scopes.join(" "),
    });
    answer::json(StatusCode::OK, &granted)
}

/// Ends the token of a request before its time.
pub(crate) fn end_token(systems: &Systems, headers: &HeaderMap) {
    if let Some(token) = bearer(headers) {
        systems.tokens().end(token);
    }
}

/// Checks the token and the app key, and returns the tenant that the token is for.
pub(crate) fn check_caller(systems: &Systems, headers: &HeaderMap) -> Result<i64, Problem> {
    let refuse = |title: &str| Problem::new(StatusCode::UNAUTHORIZED, title);
    let token = bearer(headers).ok_or_else(|| refuse("Access token is missing."))?;
    let key = headers.get("st-app-key").ok_or_else(|| refuse("Application key is missing."))?;
    if key.as_bytes() != systems.credentials.app_key.expose_secret().as_bytes() {
        return Err(refuse("Application key is not valid."));
    }
    let now = systems.present();
    let tenant = systems.tokens().tenant_of(token, now);
    tenant.ok_or_else(|| refuse("Access token is not valid or has expired."))
}

/// Checks that the path's tenant is the one the token was granted for.
pub(crate) fn check_tenant(path: &str, granted: i64) -> Result<(), Problem> {
    if path == granted.to_string() {
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

//! The authentication of operators: one password for all, over HTTP Basic. A host with accounts of its own uses those in its place.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// Variable with the operators' password. If it is not set, the service listens to this machine only.
const PASSWORD: &str = "OPERATORS_PASSWORD";

/// Shortest password.
const SHORTEST: usize = 16;

/// The operators' password.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Reads the password from the environment.
    pub fn from_environment() -> Result<Option<Self>, String> {
        match std::env::var(PASSWORD) {
            Ok(password) if password.len() < SHORTEST => {
                Err(format!("{PASSWORD} is too short: make it {SHORTEST} letters or longer"))
            }
            Ok(password) => Ok(Some(Password(password.into()))),
            Err(_) => Ok(None),
        }
    }

    /// Returns true if the header of a request carries the password, under any name.
    fn is_in(&self, request: &Request) -> bool {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|header| header.to_str().ok());
        let encoded = header.and_then(|header| header.strip_prefix("Basic "));
        let decoded = encoded.and_then(|encoded| STANDARD.decode(encoded.trim()).ok());
        let Some(colon) = decoded.as_ref().and_then(|text| text.iter().position(|byte| *byte == b':')) else {
            return false;
        };
        let sent = decoded.as_ref().map_or(&[][..], |text| &text[colon + 1..]);
        // In a time that does not tell how many bytes are right.
        sent.ct_eq(self.0.expose_secret().as_bytes()).into()
    }
}

/// Fails for an address that others reach, without a password.
pub fn check_address(address: IpAddr, password: Option<&Password>) -> Result<(), String> {
    if address.is_loopback() || password.is_some() {
        return Ok(());
    }
    Err(format!(
        "the operators' page shows customers' data, so the service listens on {address} only with a password: set {PASSWORD}, or listen on 127.0.0.1"
    ))
}

/// Lets a request pass that carries the password.
pub async fn require(State(password): State<Password>, request: Request, next: Next) -> Response {
    if password.is_in(&request) {
        return next.run(request).await;
    }
    let ask = [(header::WWW_AUTHENTICATE, "Basic realm=\"operators\", charset=\"UTF-8\"")];
    (StatusCode::UNAUTHORIZED, ask, "the operators' password is missing or wrong").into_response()
}

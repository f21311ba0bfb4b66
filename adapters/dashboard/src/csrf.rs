//! The guard against forged requests, as part of the routes: cookies for browsers, and forms that carry the right [token](crate::tokens).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Form, FromRef, FromRequest, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::page_state::Shared;
use crate::tokens::{COOKIE, FIELD, Visitor};

/// Gives every browser its cookie, and hands it on to the pages.
pub(crate) async fn know_visitor(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = Visitor::of(request.headers());
    let is_new = known.is_none();
    // Behind a proxy only the proxy knows.
    let is_https = request.headers().get("x-forwarded-proto").is_some_and(|protocol| protocol == "https");
    let Some(visitor) = known.or_else(Visitor::random) else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "there is no randomness for tokens").into_response();
    };
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    if is_new {
        let path = if shared.links.base().is_empty() { "/" } else { shared.links.base() };
        let secure = if is_https { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={}; Path={path}; HttpOnly; SameSite=Strict{secure}", visitor.text());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// The fields of a form that carries the right token. Every handler of a form takes this, so that none can forget the token.
pub(crate) struct Confirmed(BTreeMap<String, String>);

impl Confirmed {
    /// A field's text; empty where the form has no such field.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl<S> FromRequest<S> for Confirmed
where
    S: Send + Sync,
    Arc<Shared>: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let shared = Arc::<Shared>::from_ref(state);
        // The cookie that came, not one that was made for this request.
        let visitor = Visitor::of(request.headers());
        let form = Form::<BTreeMap<String, String>>::from_request(request, state).await;
        let Form(fields) = form.map_err(IntoResponse::into_response)?;
        let is_ours =
            visitor.zip(fields.get(FIELD)).is_some_and(|(it, token)| shared.token_key.fits(&it, token));
        if is_ours {
            return Ok(Confirmed(fields));
        }
        let told = "This form is out of date, or it was not this page's. Go back, load the page again and repeat it.";
        Err((StatusCode::FORBIDDEN, told).into_response())
    }
}

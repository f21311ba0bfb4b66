//! Tokens against forged requests: every form carries one, and only the page's own forms can.
//!
//! A browser gets a random cookie that scripts and other sites cannot read. A form's token is a keyed hash of the cookie, and the key never leaves
//! the process.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Form, FromRef, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::shared::Shared;

/// The cookie's name.
const COOKIE: &str = "hatch_sync_visitor";

/// The name of the form's field.
pub(crate) const FIELD: &str = "token";

/// The key of the tokens.
pub(crate) struct TokenKey([u8; 32]);

impl TokenKey {
    /// A key of this process. Without randomness there is no key, and no token is ever right.
    pub(crate) fn random() -> Self {
        TokenKey(random_bytes().unwrap_or_default())
    }

    fn token(&self, visitor: &Visitor) -> blake3::Hash {
        blake3::keyed_hash(&self.0, visitor.0.as_bytes())
    }
}

fn random_bytes() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// The random text in a browser's cookie.
#[derive(Clone)]
pub(crate) struct Visitor(String);

impl Visitor {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|it| it.trim().split_once('='));
        let value = pairs.find(|(name, _)| *name == COOKIE)?.1;
        // The form that this page gives its cookies: anything else is made up.
        let is_ours = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Visitor(value.to_owned()))
    }

    fn random() -> Option<Self> {
        Some(Visitor(blake3::Hash::from_bytes(random_bytes()?).to_hex().to_string()))
    }

    /// The token of this browser's forms.
    pub(crate) fn token(&self, key: &TokenKey) -> String {
        key.token(self).to_hex().to_string()
    }
}

/// Gives every browser its cookie, and hands it on to the pages.
pub(crate) async fn know_visitor(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = Visitor::of(request.headers());
    let is_new = known.is_none();
    let Some(visitor) = known.or_else(Visitor::random) else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "there is no randomness for tokens").into_response();
    };
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    if is_new {
        let path = if shared.links.base().is_empty() { "/" } else { shared.links.base() };
        let cookie = format!("{COOKIE}={}; Path={path}; HttpOnly; SameSite=Strict", visitor.0);
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
        let sent = fields.get(FIELD).and_then(|token| blake3::Hash::from_hex(token).ok());
        // Hashes are compared in constant time.
        match (visitor, sent) {
            (Some(visitor), Some(sent)) if sent == shared.token_key.token(&visitor) => Ok(Confirmed(fields)),
            _ => Err((
                StatusCode::FORBIDDEN,
                "This form is out of date, or it was not this page's. Go back, load the page again and repeat it.",
            )
                .into_response()),
        }
    }
}

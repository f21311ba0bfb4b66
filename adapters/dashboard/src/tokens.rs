//! Tokens against forged requests: every form carries one, and only the page's own forms can.
//!
//! A browser gets a random cookie that scripts and other sites cannot read. A form's token is a keyed hash of the cookie, and the key never leaves
//! the process.

use axum::http::{HeaderMap, header};

/// The cookie's name.
pub(crate) const COOKIE: &str = "hatch_sync_visitor";

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

    /// Returns true if a form's token is that of a visitor.
    pub(crate) fn fits(&self, visitor: &Visitor, token: &str) -> bool {
        // Hashes are compared in constant time.
        blake3::Hash::from_hex(token).is_ok_and(|token| token == self.token(visitor))
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
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|it| it.trim().split_once('='));
        let value = pairs.find(|(name, _)| *name == COOKIE)?.1;
        // The form that this page gives its cookies: anything else is made up.
        let is_ours = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Visitor(value.to_owned()))
    }

    pub(crate) fn random() -> Option<Self> {
        Some(Visitor(blake3::Hash::from_bytes(random_bytes()?).to_hex().to_string()))
    }

    /// The text in the cookie.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The token of this browser's forms.
    pub(crate) fn token(&self, key: &TokenKey) -> String {
        key.token(self).to_hex().to_string()
    }
}

//! The access token: requested once for all callers, renewed before it expires.

mod access_token;
mod claims;
pub(super) mod credentials;
mod endpoint;
mod source;

#[cfg(test)]
mod token_tests;

pub(super) use access_token::AccessToken;
pub(super) use credentials::Credentials;
pub(super) use endpoint::Endpoint;
pub(super) use source::TokenSource;

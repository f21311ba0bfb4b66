//! The part of a URL that may stand in a message.

use ::http::Uri;

/// Returns host and port. The rest of a URL may name a customer.
pub(crate) fn address_of(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    format!("{host}:{port}")
}

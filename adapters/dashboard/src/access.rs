//! Access to the page, and the headers that guard its answers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::page_state::Shared;

/// The policy: the page's own style sheet and script, its live updates, its forms, and nothing else.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Refuses requests from elsewhere and from other sites, and sets the headers.
pub(crate) async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let refused = if !shared.is_behind_authentication && !is_from_this_machine(&request) {
        Some(
            "The operators' page has no authentication configured, so it answers this machine only. To reach it from elsewhere, mount it behind an \
             authentication.",
        )
    } else if is_caused_by_another_site(&request) {
        Some("This request was caused by another site.")
    } else {
        None
    };
    let mut response = match refused {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Returns true if the request comes from this machine and means this machine. The address alone does not tell: a site that resolves its name to
/// 127.0.0.1 would have the operator's own browser send its requests.
fn is_from_this_machine(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    peer.is_some_and(|ip| ip.to_canonical().is_loopback()) && names_this_machine(request.headers())
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

/// Returns true if a browser says that another site caused a request that may change something.
fn is_caused_by_another_site(request: &Request) -> bool {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
    changes && site.is_some_and(|site| site != "same-origin" && site != "none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_count_as_such() {
        let names = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            names_this_machine(&headers)
        };
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.9.9.9", "[::1]:8080", "[::1]"] {
            assert!(names(host), "{host}");
        }
        for host in ["example.com", "127.0.0.1.example.com:80", "localhost.example.com", "10.0.0.1", ""] {
            assert!(!names(host), "{host}");
        }
        assert!(!names_this_machine(&HeaderMap::new()));
    }
}

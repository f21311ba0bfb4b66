//! A browser of few means: it keeps its cookie, and fills in forms.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// A browser at one address.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookie: Option<String>,
    /// Headers that go with every request.
    pub headers: HeaderMap,
    /// The address that the requests come from.
    pub peer: Option<SocketAddr>,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The values of an attribute anywhere on the page.
    pub fn attributes(&self, name: &str) -> Vec<String> {
        let start = format!(" {name}=\"");
        let values = self.text.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
        values.map(|value| value.replace("&amp;", "&")).collect()
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The token of the page's forms.
    pub fn token(&self) -> String {
        let rest = self.text.split("name=\"token\" value=\"").nth(1);
        rest.and_then(|rest| rest.split('"').next())
            .unwrap_or_else(|| panic!("no form: {}", self.text))
            .to_owned()
    }
}

impl Browser {
    pub fn of(router: Router) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:8080".parse().expect("a header"));
        Browser { router, cookie: None, headers, peer: None }
    }

    async fn send(&mut self, method: Method, address: &str, kind: &str, body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(address).header(header::CONTENT_TYPE, kind);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("other=1; {cookie}"));
        }
        let mut request = request.body(Body::from(body)).expect("a request");
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(body.to_vec()).expect("text");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.send(Method::GET, address, "text/plain", String::new()).await
    }

    /// Gets a page that has to be there.
    pub async fn page(&mut self, address: &str) -> Answer {
        let answer = self.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
        answer
    }

    /// Sends a form with these fields and no others.
    pub async fn post_bare(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let body = reqwest::Url::parse_with_params("http://a", fields).expect("fields");
        let body = body.query().unwrap_or_default().to_owned();
        self.send(Method::POST, address, "application/x-www-form-urlencoded", body).await
    }

    /// Sends a form of a page, with its token.
    pub async fn post(&mut self, page: &str, address: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.page(page).await.token();
        let fields = [fields, &[("token", token.as_str())]].concat();
        self.post_bare(address, &fields).await
    }

    /// Sends a form and follows where it leads.
    pub async fn submit(&mut self, page: &str, address: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(page, address, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{address}: {}", answer.text);
        let next = answer.header(header::LOCATION).to_owned();
        self.page(&next).await
    }

    pub async fn post_json(&mut self, address: &str, body: &Value) -> Answer {
        self.send(Method::POST, address, "application/json", body.to_string()).await
    }
}

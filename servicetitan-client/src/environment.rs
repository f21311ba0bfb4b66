//! Environments: the ServiceTitan servers that a client talks to.

use std::fmt;

use url::{Host, Url};

use crate::Error;

/// A ServiceTitan environment: the addresses of its API and of its token endpoint.
///
/// A client ID and its secret belong to one environment; an app key works in both.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// The live environment of ServiceTitan's customers: `api.servicetitan.io`.
    Production,
    /// The sandbox for developers: `api-integration.servicetitan.io`.
    Integration,
    /// Another server, such as the simulator; made by [`Environment::custom`].
    Custom(CustomEnvironment),
}

/// The addresses of a server that is not one of ServiceTitan's two; made by [`Environment::custom`].
#[derive(Clone, PartialEq, Eq)]
pub struct CustomEnvironment {
    api: String,
    token: String,
}

impl Environment {
    /// Returns an environment for another server, from the base address of its API and that of its authentication server.
    /// `/connect/token` is appended to the latter unless it ends with it.
    ///
    /// # Errors
    /// [`Error::Configuration`] if an address is not a URL, contains credentials, a query or a fragment, or would send the
    /// secret unencrypted: `http` is accepted for this machine only (`localhost`, `127.0.0.1`, `[::1]`).
    ///
    /// ```
    /// use servicetitan_client::Environment;
    ///
    /// let simulator = Environment::custom("http://localhost:4010", "http://localhost:4010")?;
    /// assert_eq!(simulator.token_url(), "http://localhost:4010/connect/token");
    /// assert!(Environment::custom("http://st.example", "https://auth.example").is_err());
    /// # Ok::<(), servicetitan_client::Error>(())
    /// ```
    pub fn custom(api_url: &str, auth_url: &str) -> Result<Environment, Error> {
        let api = address(api_url, "API")?;
        let mut token = address(auth_url, "authentication")?;
        if !token.ends_with("/connect/token") {
            token.push_str("/connect/token");
        }
        Ok(Environment::Custom(CustomEnvironment { api, token }))
    }

    /// Returns the base address of the API, without a slash at its end.
    pub fn api_url(&self) -> &str {
        match self {
            Environment::Production => "https://api.servicetitan.io",
            Environment::Integration => "https://api-integration.servicetitan.io",
            Environment::Custom(custom) => &custom.api,
        }
    }

    /// Returns the address of the token endpoint.
    pub fn token_url(&self) -> &str {
        match self {
            Environment::Production => "https://auth.servicetitan.io/connect/token",
            Environment::Integration => "https://auth-integration.servicetitan.io/connect/token",
            Environment::Custom(custom) => &custom.token,
        }
    }

    /// Returns true if all requests stay on this machine, so that neither TLS roots nor proxies are needed.
    pub(crate) fn is_loopback_http(&self) -> bool {
        self.api_url().starts_with("http:") && self.token_url().starts_with("http:")
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Environment::Production => formatter.pad("production"),
            Environment::Integration => formatter.pad("integration"),
            Environment::Custom(custom) => formatter.pad(&custom.api),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Debug for CustomEnvironment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.api)
    }
}

fn address(text: &str, what: &str) -> Result<String, Error> {
    let refuse = |why: &str| Err(Error::configuration(format!("the {what} address {why}")));
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse("is not a URL. Use the form https://host");
    };
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return refuse("has no host name. Use the form https://host"),
    };
    match url.scheme() {
        "https" => {}
        "http" if on_this_machine => {}
        "http" => return refuse("uses http, which would send the secret unencrypted. Use https"),
        _ => return refuse("uses neither https nor http. Use https"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("contains a user name or password. Give credentials to the builder instead");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("contains a query or a fragment. Remove the part from `?` or `#`");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unencrypted_address_is_taken_on_this_machine_only() {
        for loopback in ["http://localhost:8080", "http://127.0.0.1:1/", "http://[::1]:80"] {
            assert!(Environment::custom(loopback, loopback).is_ok(), "{loopback}");
        }
        for outside in
            ["http://example.com", "http://127.0.0.1.example.com", "http://10.0.0.1", "ftp://localhost"]
        {
            assert!(Environment::custom(outside, "https://example.com").is_err(), "{outside}");
            assert!(Environment::custom("https://example.com", outside).is_err(), "{outside}");
        }
    }

    #[test]
    fn the_token_endpoint_may_be_given_whole_or_as_its_server() {
        let short = Environment::custom("https://a.example", "https://b.example/").unwrap();
        let whole = Environment::custom("https://a.example/", "https://b.example/connect/token").unwrap();
        assert_eq!(short, whole);
        assert_eq!(short.token_url(), "https://b.example/connect/token");
    }

    #[test]
    fn credentials_in_an_address_are_refused_and_not_repeated() {
        let error = Environment::custom("https://me:hunter2@a.example", "https://a.example").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}

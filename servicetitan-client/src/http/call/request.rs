//! The HTTP request of a plan.

use ::http::{Request, header};
use bytes::Bytes;
use secrecy::ExposeSecret as _;
use url::Url;

use super::client::ServiceTitan;
use super::plan::Plan;
use crate::error::Error;
use crate::http::token::AccessToken;

impl ServiceTitan {
    /// Adds token, app key and headers to a plan.
    pub(super) fn request_of(
        &self,
        plan: &Plan,
        url: &str,
        token: &AccessToken,
    ) -> Result<Request<Bytes>, Error> {
        let mut bearer = header::HeaderValue::try_from(format!("Bearer {}", token.secret.expose_secret()))
            .map_err(|_| Error::configuration("the access token cannot be sent in a header"))?;
        bearer.set_sensitive(true);
        let mut request = Request::builder()
            .method(plan.method.clone())
            .uri(url)
            .header(header::AUTHORIZATION, bearer)
            .header("ST-App-Key", self.app_key())
            .header(header::ACCEPT, "application/json");
        if plan.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request
            .body(plan.body.clone().unwrap_or_default())
            .map_err(|_| Error::configuration(format!("the path {} cannot be sent", plan.template)))
    }

    /// Returns the address of a plan's request.
    pub(super) fn url(&self, plan: &Plan) -> Result<String, Error> {
        let path = plan.path_values.fill(&plan.template, self.inner.tenant).ok_or_else(|| {
            Error::configuration(format!(
                "an ID in the path {} is empty or consists of dots only",
                plan.template
            ))
        })?;
        let mut url =
            Url::parse(&format!("{}/{}", self.inner.app.environment.api_url(), path.trim_start_matches('/')))
                .map_err(|_| Error::configuration(format!("{} is not a path", plan.template)))?;
        if !plan.query.pairs().is_empty() {
            url.query_pairs_mut().extend_pairs(plan.query.pairs());
        }
        Ok(url.into())
    }
}

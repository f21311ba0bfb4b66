//! ServiceTitan's webhooks.

use http::HeaderMap;

use super::Engine;
use crate::{OnWebhookError, WebhookOutcome};

impl Engine {
    /// Ingests a webhook as ServiceTitan delivered it: `body` is the request's very bytes, over which it is signed.
    ///
    /// A record that is newer than the mirror's is ingested together with the marks of the opportunities that it affects, in one commit, and
    /// these are delivered at once, also while a sync runs in another task. No cursor moves. A base record enters only if it was modified since
    /// the start of the first sync. An event that came before is ignored, also after a restart; of the newest eight thousand the IDs are kept.
    ///
    /// The answer waits for all that. ServiceTitan does not say how long it waits; dropping the future loses nothing that the feeds do not bring.
    ///
    /// # Errors
    ///
    /// [`OnWebhookError`]; nothing was changed then, or the next run delivers what was changed.
    pub async fn on_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<WebhookOutcome, OnWebhookError> {
        let webhooks = self.webhooks.as_ref().ok_or(OnWebhookError::NotConfigured)?;
        webhooks.receive(headers, body).await
    }
}

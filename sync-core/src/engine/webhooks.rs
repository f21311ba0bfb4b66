//! ServiceTitan's webhooks.

use http::HeaderMap;

use super::Engine;
use crate::{OnWebhookError, Resource, SyncError, WebhookOutcome};

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
        self.webhooks.receive(headers, body).await
    }

    /// Ingests the record that a webhook told of, and delivers the opportunities that it affects, as [`on_webhook`](Self::on_webhook) does:
    /// for a host that verifies webhooks in another process, which hands on the event's ID and
    /// [the record](crate::webhook_subject), and no customer's data. Whether the webhook is this tenant's is for that process to find out.
    /// An event that came before is ignored.
    ///
    /// # Errors
    ///
    /// [`SyncError`]; nothing was changed then, or the next run delivers what was changed.
    pub async fn bring_forward(
        &self,
        event: &str,
        resource: Resource,
        id: i64,
    ) -> Result<WebhookOutcome, SyncError> {
        self.webhooks.bring_forward(event, resource, id).await
    }
}

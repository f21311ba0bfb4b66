//! Sending the webhooks of changes as they are made.

use std::time::Duration;

use super::{WebhookCourier, WebhookTarget};
use crate::world::{Change, WorldHandle};

/// The duration of one round of the courier.
const ROUND: Duration = Duration::from_secs(1);

/// Sends the webhooks of changes in the background, where the configuration names a target.
pub(crate) fn send(world: &WorldHandle, changes: &[Change]) {
    let Some(WebhookTarget { url, trouble }) = world.systems.config.webhooks.clone() else { return };
    let key = &world.systems.credentials.webhook_key;
    let seed = world.systems.dice().below(u64::MAX);
    let mut courier = WebhookCourier::new(seed, trouble);
    for change in changes {
        if let Some(delivery) = world.webhook(change, key) {
            courier.hand_in(delivery);
        }
    }
    tokio::spawn(async move {
        while !courier.is_idle() {
            for delivery in courier.next_round() {
                let url = url.clone();
                // Each is tried again by itself and holds up no other.
                tokio::spawn(async move { delivery.deliver(&url).await });
            }
            tokio::time::sleep(ROUND).await;
        }
    });
}

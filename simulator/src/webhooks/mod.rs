//! ServiceTitan's webhooks: made, carried badly, and posted.

mod courier;
mod event;
mod post;

pub use courier::{CourierTrouble, WebhookCourier};
pub use event::{SIGNATURE_HEADER, WebhookDelivery};

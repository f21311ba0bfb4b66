//! ServiceTitan's webhooks: made, carried badly, and posted.

mod courier;
mod event;
mod post;
mod send;

pub use courier::{CourierTrouble, WebhookCourier};
pub use event::{SIGNATURE_HEADER, WebhookDelivery};
pub use send::WebhookTarget;
pub(crate) use send::send;

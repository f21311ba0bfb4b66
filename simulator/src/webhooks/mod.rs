//! ServiceTitan's webhooks: made, carried badly, and posted.

mod courier;
mod delivery;
mod event;
mod post;
mod send;

pub use courier::{CourierTrouble, WebhookCourier, WebhookTarget};
pub use delivery::{SIGNATURE_HEADER, WebhookDelivery};
pub(crate) use send::send;

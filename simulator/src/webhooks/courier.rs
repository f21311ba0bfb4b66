//! Webhooks get lost, doubled, late and out of order on their way.

use http::Uri;

use crate::dice::Dice;
use crate::webhooks::WebhookDelivery;

/// The shares of webhooks that meet trouble on their way, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourierTrouble {
    /// The share that never arrives.
    pub lost: u8,
    /// The share that arrives twice.
    pub doubled: u8,
    /// The share that arrives in a later round, up to four rounds late, and so behind newer ones.
    pub late: u8,
}

impl CourierTrouble {
    /// Everything arrives once and in order.
    pub const NONE: CourierTrouble = CourierTrouble { lost: 0, doubled: 0, late: 0 };
    /// A fifth is lost, a fifth doubled, and a third late.
    pub const HEAVY: CourierTrouble = CourierTrouble { lost: 20, doubled: 20, late: 33 };
}

/// The receiver of webhooks, and the trouble on their way.
#[derive(Debug, Clone)]
pub struct WebhookTarget {
    /// The host's endpoint on this machine, by `http`.
    pub url: Uri,
    /// The trouble on their way.
    pub trouble: CourierTrouble,
}

/// Carries webhooks in rounds, as badly as told, the same way for the same seed.
#[derive(Debug)]
pub struct WebhookCourier {
    dice: Dice,
    trouble: CourierTrouble,
    /// With the number of rounds that each still waits.
    under_way: Vec<(u64, WebhookDelivery)>,
}

impl WebhookCourier {
    /// A courier with nothing under way.
    pub fn new(seed: u64, trouble: CourierTrouble) -> Self {
        Self { dice: Dice::new(seed ^ 0x00c0_071e), trouble, under_way: Vec::new() }
    }

    /// Takes a webhook, and loses or doubles it where that is its fate.
    pub fn hand_in(&mut self, delivery: WebhookDelivery) {
        if self.dice.chance(self.trouble.lost.into()) {
            return;
        }
        if self.dice.chance(self.trouble.doubled.into()) {
            self.send_off(delivery.clone());
        }
        self.send_off(delivery);
    }

    fn send_off(&mut self, delivery: WebhookDelivery) {
        let late = self.dice.chance(self.trouble.late.into());
        let rounds = if late { 1 + self.dice.below(4) } else { 0 };
        self.under_way.push((rounds, delivery));
    }

    /// Returns the webhooks that arrive in this round, in the order of arrival.
    pub fn next_round(&mut self) -> Vec<WebhookDelivery> {
        let (arriving, waiting) = self.under_way.drain(..).partition::<Vec<_>, _>(|(rounds, _)| *rounds == 0);
        self.under_way = waiting.into_iter().map(|(rounds, delivery)| (rounds - 1, delivery)).collect();
        arriving.into_iter().map(|(_, delivery)| delivery).collect()
    }

    /// Returns whether no webhook is under way.
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn carried(seed: u64, trouble: CourierTrouble) -> Vec<u64> {
        let mut courier = WebhookCourier::new(seed, trouble);
        let mut arrived = Vec::new();
        for number in 0..200_u64 {
            courier.hand_in(WebhookDelivery {
                event_type: "t".to_owned(),
                event_id: number.to_string(),
                body: Bytes::new(),
                signature: String::new(),
            });
            arrived.extend(courier.next_round());
        }
        while !courier.is_idle() {
            arrived.extend(courier.next_round());
        }
        arrived.into_iter().map(|delivery| delivery.event_id.parse().unwrap()).collect()
    }

    #[test]
    fn without_trouble_everything_arrives_once_and_in_order() {
        assert_eq!(carried(1, CourierTrouble::NONE), (0..200).collect::<Vec<_>>());
    }

    #[test]
    fn with_trouble_some_are_lost_some_doubled_and_some_overtaken_by_seed() {
        let arrived = carried(1, CourierTrouble::HEAVY);
        assert_eq!(arrived, carried(1, CourierTrouble::HEAVY));
        assert_ne!(arrived, carried(2, CourierTrouble::HEAVY));
        let mut distinct = arrived.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() < 180, "{} arrived at all", distinct.len());
        assert!(arrived.len() > distinct.len() + 10);
        assert!(arrived.windows(2).any(|pair| pair[1] < pair[0]));
    }
}

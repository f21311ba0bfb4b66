//! What a host does with the engine beside a run: steps of a job queue, and webhooks.

use std::future::pending;
use std::time::Duration;

use http::HeaderMap;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use secrecy::SecretString;
use servicetitan_client::webhooks::SIGNATURE_HEADER;
use simulator::WorldHandle;
use sync_core::Engine;

use crate::office::Ledger;

/// How many webhooks may be taken at the same time.
const RECEIVERS: usize = 3;

/// A host that does more than run after run.
pub struct Host<'a> {
    pub engine: &'a Engine,
    pub world: WorldHandle,
    pub ledger: &'a Ledger,
    pub webhook_key: SecretString,
    pub integrations: Vec<&'static str>,
    /// The longest pause between two steps, in milliseconds.
    pub pause: u64,
}

impl Host<'_> {
    /// Works until it is dropped. A step that fails is the next run's affair.
    pub async fn work(&self, dice: &mut StdRng) {
        let mut own_dice = || StdRng::seed_from_u64(dice.random());
        let (mut pulling, mut delivering) = (own_dice(), own_dice());
        let receivers: Vec<StdRng> = (0..RECEIVERS).map(|_| own_dice()).collect();
        let receiving = futures::future::join_all(receivers.into_iter().map(|dice| self.receive(dice)));
        futures::join!(self.pull(&mut pulling), self.deliver(&mut delivering), receiving);
        pending::<()>().await;
    }

    async fn pause(&self, dice: &mut StdRng) {
        tokio::time::sleep(Duration::from_millis(dice.random_range(1..self.pause))).await;
    }

    /// What is marked by this while it is being delivered has to be delivered again.
    async fn pull(&self, dice: &mut StdRng) {
        let feeds = self.engine.feeds();
        loop {
            self.pause(dice).await;
            let _ = self.engine.pull_page(feeds[dice.random_range(0..feeds.len())]).await;
        }
    }

    async fn deliver(&self, dice: &mut StdRng) {
        loop {
            self.pause(dice).await;
            let integration = self.integrations[dice.random_range(0..self.integrations.len())];
            let _ = self.engine.deliver_batch(integration, 0).await;
        }
    }

    async fn receive(&self, mut dice: StdRng) {
        loop {
            self.pause(&mut dice).await;
            let news = self.ledger.take_news();
            let delivery = news.and_then(|change| self.world.webhook(&change, &self.webhook_key));
            let Some(delivery) = delivery else { continue };
            let mut headers = HeaderMap::new();
            headers.insert(SIGNATURE_HEADER, delivery.signature.parse().expect("a header"));
            let _ = self.engine.on_webhook(&headers, &delivery.body).await;
        }
    }
}

//! Work of a host alongside a run: steps of a job queue, webhooks, and operations of its operators.

use std::future::pending;
use std::time::Duration;

use http::HeaderMap;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use secrecy::SecretString;
use servicetitan_client::webhooks::SIGNATURE_HEADER;
use simulator::WorldHandle;
use sync_core::{Engine, Redelivery};

use crate::office::Ledger;

/// Number of webhooks that are handled at the same time.
const RECEIVERS: usize = 3;

/// Wait of the operators after they have erased a customer.
const BETWEEN_CUSTOMERS: Duration = Duration::from_secs(60);

/// A host that works with the engine alongside its runs.
pub struct Host<'a> {
    pub engine: &'a Engine,
    pub world: WorldHandle,
    pub ledger: &'a Ledger,
    pub webhook_key: SecretString,
    pub integrations: Vec<&'static str>,
    /// True if operators pause, resume, redeliver, retry and erase.
    pub operated: bool,
    /// Longest pause between two steps, in milliseconds.
    pub pause: u64,
}

impl Host<'_> {
    /// Works until it is dropped. A failed step is left to the next run.
    pub async fn work(&self, dice: &mut StdRng) {
        let mut own_dice = || StdRng::seed_from_u64(dice.random());
        let (mut ingesting, mut delivering) = (own_dice(), own_dice());
        let receivers: Vec<StdRng> = (0..RECEIVERS).map(|_| own_dice()).collect();
        let receiving = futures::future::join_all(receivers.into_iter().map(|dice| self.receive(dice)));
        let operating = self.operated.then(|| self.operate(own_dice()));
        futures::join!(
            self.ingest(&mut ingesting),
            self.deliver(&mut delivering),
            receiving,
            futures::future::OptionFuture::from(operating)
        );
        pending::<()>().await;
    }

    async fn pause(&self, dice: &mut StdRng) {
        tokio::time::sleep(Duration::from_millis(dice.random_range(1..self.pause))).await;
    }

    /// Ingests pages. An opportunity that a page marks during its delivery has to be delivered again.
    async fn ingest(&self, dice: &mut StdRng) {
        let feeds = self.engine.feeds();
        loop {
            self.pause(dice).await;
            let _ = self.engine.ingest_page(feeds[dice.random_range(0..feeds.len())]).await;
        }
    }

    async fn deliver(&self, dice: &mut StdRng) {
        loop {
            self.pause(dice).await;
            let integration = self.integrations[dice.random_range(0..self.integrations.len())];
            let _ = self.engine.deliver_batch(integration, 0).await;
        }
    }

    async fn operate(&self, mut dice: StdRng) {
        loop {
            self.pause(&mut dice).await;
            let integration = self.integrations[dice.random_range(0..self.integrations.len())];
            match dice.random_range(0..40) {
                0..8 => drop(self.engine.pause(integration).await),
                8..24 => drop(self.engine.resume(integration).await),
                24..28 => drop(self.engine.redeliver(integration, &Redelivery::default()).await),
                28..34 => {
                    let some =
                        Redelivery::of(self.world.ids("jobs").into_iter().filter(|_| dice.random_bool(0.3)));
                    drop(self.engine.redeliver(integration, &some).await);
                }
                34..39 => {
                    for letter in self.engine.dead_letters().await.unwrap_or_default() {
                        drop(self.engine.retry_dead_letter(&letter).await);
                    }
                }
                _ => {
                    let customers = self.world.ids("customers");
                    let customer = customers[dice.random_range(0..customers.len())];
                    self.ledger.enter_erased(customer);
                    drop(self.engine.erase(customer).await);
                    // An erasure makes lookups in progress start again, so erasures must not be too frequent.
                    tokio::time::sleep(BETWEEN_CUSTOMERS).await;
                }
            }
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

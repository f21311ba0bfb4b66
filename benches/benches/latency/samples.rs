//! Pushes and webhooks, one after the other, each with the time until it was answered.

use std::time::Duration;

use hatch_mapping::{HatchEvent, HatchEventKind};
use http::{HeaderMap, HeaderValue};
use serde_json::json;
use servicetitan_client::webhooks::SIGNATURE_HEADER;
use sync_core::{Engine, NoteOutcome, PushOutcome, WebhookOutcome};
use tokio::time::Instant;

use crate::tenant::{JOBS, Tenant, webhook_key};

/// Pause between two samples; not a multiple of a budget's slots.
const PAUSE: Duration = Duration::from_millis(137);

/// The work that somebody waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The note of an event of Hatch.
    Push,
    /// The upsert after a webhook of ServiceTitan.
    Webhook,
}

/// Durations, in ascending order.
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    fn of(mut took: Vec<Duration>) -> Self {
        took.sort_unstable();
        Samples(took)
    }

    /// Returns the smallest duration that this share of the samples does not exceed.
    fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() * percent).div_ceil(100) - 1]
    }

    /// Prints a row of a table.
    pub(crate) fn report(&self, what: &str, load: &str, idle: Option<&Samples>) {
        let [median, late, slowest] = [50, 99, 100].map(|percent| self.percentile(percent));
        let ratio = |percent| {
            let ratio = |idle: &Samples| {
                self.percentile(percent).as_secs_f64() / idle.percentile(percent).as_secs_f64()
            };
            idle.map_or_else(String::new, |idle| format!("{:.2}", ratio(idle)))
        };
        println!(
            "| {what} | {load} | {} ms | {} ms | {} ms | {} | {} |",
            median.as_millis(),
            late.as_millis(),
            slowest.as_millis(),
            ratio(50),
            ratio(99)
        );
    }
}

/// Takes a sample with each of these jobs.
pub(crate) async fn take_samples(kind: Kind, tenant: &Tenant, engine: &Engine, jobs: &[i64]) -> Samples {
    match kind {
        Kind::Push => push_events(engine, jobs).await,
        Kind::Webhook => receive_webhooks(tenant, engine, jobs).await,
    }
}

/// Pushes an event about each of these jobs.
async fn push_events(engine: &Engine, jobs: &[i64]) -> Samples {
    let mut took = Vec::new();
    for job in jobs {
        tokio::time::sleep(PAUSE).await;
        let at = "2026-03-01T12:00:00Z".parse().unwrap();
        let kind = HatchEventKind::IncomingMessage;
        let event = HatchEvent::new(format!("event {job}"), JOBS, job.to_string(), at, kind);
        let began = Instant::now();
        let outcome = engine.push(event).await.unwrap();
        took.push(began.elapsed());
        let PushOutcome::Stored(report) = outcome else { panic!("{outcome:?}") };
        assert!(report.notes.iter().all(|(_, outcome)| *outcome == NoteOutcome::Written), "{report:?}");
    }
    Samples::of(took)
}

/// Changes each of these jobs, and hands the engine the webhook of the change.
async fn receive_webhooks(tenant: &Tenant, engine: &Engine, jobs: &[i64]) -> Samples {
    let mut took = Vec::new();
    let key = webhook_key();
    for job in jobs {
        tokio::time::sleep(PAUSE).await;
        let change = tenant.world().set("jobs", *job, json!({ "summary": "Leaks again" })).unwrap();
        let delivery = tenant.world().webhook(&change, &key).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(SIGNATURE_HEADER, HeaderValue::from_str(&delivery.signature).unwrap());
        let began = Instant::now();
        let outcome = engine.on_webhook(&headers, &delivery.body).await.unwrap();
        took.push(began.elapsed());
        // A lookup may bring a record of another opportunity, too. A backfill may have delivered the opportunity meanwhile, as it is now.
        let WebhookOutcome::BroughtForward { affected: 1.., .. } = outcome else { panic!("{outcome:?}") };
        assert!(tenant.was_sent_since(*job, began), "{outcome:?}");
    }
    Samples::of(took)
}

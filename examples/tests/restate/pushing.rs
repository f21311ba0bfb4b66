//! The events that Hatch tells of, through the intake.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::Utc;
use hatch_mapping::{HatchEvent, HatchEventKind};
use reqwest::StatusCode;
use simulator::TenantHandle;

use crate::scene::connection;

/// Words of customers in the events.
pub const CONTACT: &str = "Grace Hopper";
pub const CONTENT: &str = "Friday suits me";

/// An event that was pushed.
pub struct Pushed {
    pub tenant: TenantHandle,
    pub event: HatchEvent,
    pub job: i64,
    pub customer: i64,
}

/// The events so far.
pub struct Pushing {
    http: reqwest::Client,
    intake: String,
    /// Events that were accepted, by ID.
    pub accepted: BTreeMap<String, Pushed>,
    /// Events that could not be stored, such as without PostgreSQL: Hatch sends them again.
    refused: Vec<Pushed>,
    next: u64,
}

impl Pushing {
    pub fn new(intake: String) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().expect("a client");
        Pushing { http, intake, accepted: BTreeMap::new(), refused: Vec::new(), next: 0 }
    }

    /// Pushes an event about a job, twice now and then, as Hatch does.
    pub async fn push(&mut self, tenant: &TenantHandle, job: i64) {
        let customer = tenant.world().record("jobs", job).and_then(|job| job["customerId"].as_i64());
        let Some(customer) = customer else { return };
        self.next += 1;
        let id = format!("event-{}", self.next);
        let mut event =
            HatchEvent::new(id, "jobs", job.to_string(), Utc::now(), HatchEventKind::IncomingMessage);
        event.contact_name = Some(CONTACT.to_owned());
        event.content = Some(format!("{CONTENT}, says number {}.", self.next));
        let pushed = Pushed { tenant: tenant.clone(), event, job, customer };
        if self.next.is_multiple_of(3) {
            self.send(&pushed).await;
        }
        self.keep(pushed).await;
    }

    /// Pushes the events again that could not be stored.
    pub async fn repeat_refused(&mut self) {
        for pushed in std::mem::take(&mut self.refused) {
            self.keep(pushed).await;
        }
        assert!(self.refused.is_empty(), "{} events are refused without faults", self.refused.len());
    }

    async fn keep(&mut self, pushed: Pushed) {
        match self.send(&pushed).await {
            Some(StatusCode::ACCEPTED) => {
                self.accepted.insert(pushed.event.id.clone(), pushed);
            }
            Some(StatusCode::UNPROCESSABLE_ENTITY) => {}
            _ => self.refused.push(pushed),
        }
    }

    async fn send(&self, pushed: &Pushed) -> Option<StatusCode> {
        let url = format!("{}/events/{}", self.intake, connection(&pushed.tenant));
        Some(self.http.post(url).json(&pushed.event).send().await.ok()?.status())
    }
}

//! The end: what Hatch and ServiceTitan hold against what they should, and what Restate has kept.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel};
use postgres_store::PostgresStore;
use simulator::{NoteParent, TenantHandle};
use sync_core::Store;

use crate::expectation;
use crate::pushing::{CONTACT, CONTENT};
use crate::scene::{Scene, connection};
use crate::servers::files_with;

/// Largest piece of a journal or of an object's state, in bytes.
const LARGEST_KEPT: u64 = 4096;

/// The findings, and what they rest on.
#[derive(Debug, Default)]
pub struct Verdict {
    pub wrong: Vec<String>,
    pub opportunities: u64,
    pub notes: u64,
    pub dead_letters: u64,
    pub requests: u64,
}

impl Scene {
    async fn store(&self) -> PostgresStore {
        PostgresStore::open(&self.schema.options()).await.expect("a store")
    }

    /// Returns the differences of those tenants that have some left, by tenant.
    pub async fn left(&self, tenants: Vec<TenantHandle>) -> Vec<(TenantHandle, Vec<String>)> {
        let store = self.store().await;
        let mut left = Vec::new();
        for tenant in tenants {
            let mut lines = differences(&store, &tenant).await.0;
            let waiting = store.outbox(&connection(&tenant), 0, 100).await.expect("an outbox");
            lines.extend(waiting.iter().map(|event| format!("{} waits", event.event.id)));
            if !lines.is_empty() {
                left.push((tenant, lines));
            }
        }
        left
    }

    /// Returns the findings once everything is quiet.
    pub async fn verdict(&self) -> Verdict {
        let store = self.store().await;
        let mut verdict = Verdict::default();
        for tenant in self.tenants() {
            let (wrong, opportunities) = differences(&store, &tenant).await;
            verdict.wrong.extend(wrong);
            verdict.opportunities += opportunities;
            for department in tenant.hatch_departments() {
                let back = tenant.hatch().steps_back(&department.source);
                verdict
                    .wrong
                    .extend(back.iter().map(|step| format!("sent from an older revision: {step:?}")));
            }
            self.judge_notes(&store, &tenant, &mut verdict).await;
        }
        let stats = self.simulator.stats();
        verdict.requests = stats.servicetitan_requests() + stats.hatch_requests();
        for ((endpoint, status), count) in stats.servicetitan.iter().chain(&stats.hatch) {
            if *status == 429 {
                verdict.wrong.push(format!("{count} times over the limit: {endpoint}"));
            }
        }
        self.judge_kept(&mut verdict).await;
        verdict
    }

    /// Every accepted event's notes are there exactly once, or dead letters.
    async fn judge_notes(&self, store: &PostgresStore, tenant: &TenantHandle, verdict: &mut Verdict) {
        let name = connection(tenant);
        let letters = store.dead_letters(&name).await.expect("dead letters");
        let dead: BTreeSet<&str> = letters.iter().filter_map(|letter| letter.event_id()).collect();
        verdict.dead_letters += dead.len() as u64;
        for (id, pushed) in &self.pushing.accepted {
            if connection(&pushed.tenant) != name {
                continue;
            }
            let content = pushed.event.content.as_deref().unwrap_or_default();
            let customer = survivor(tenant, pushed.customer);
            for (parent, record) in
                [(NoteParent::Job, vec![pushed.job]), (NoteParent::Customer, vec![pushed.customer, customer])]
            {
                let records: BTreeSet<i64> = record.into_iter().collect();
                let notes = records.iter().flat_map(|record| tenant.world().notes(parent, *record));
                let written = notes.filter(|note| note.text.contains(content)).count();
                verdict.notes += written as u64;
                let wanted = if dead.contains(id.as_str()) { written <= 1 } else { written == 1 };
                if !wanted {
                    verdict
                        .wrong
                        .push(format!("{name}: the note of {id} on the {parent:?} is there {written} times"));
                }
            }
        }
    }

    /// Restate keeps small things, and nothing of a customer.
    async fn judge_kept(&self, verdict: &mut Verdict) {
        for (what, sql) in [
            ("an entry of a journal", "SELECT max(raw_length) AS largest FROM sys_journal"),
            ("a state", "SELECT max(length(value_utf8)) AS largest FROM state"),
        ] {
            for row in self.restate.query(sql).await {
                if row["largest"].as_u64().unwrap_or_default() > LARGEST_KEPT {
                    verdict.wrong.push(format!("{what} has {} bytes", row["largest"]));
                }
            }
        }
        for word in [CONTACT, CONTENT] {
            verdict
                .wrong
                .extend(files_with(word).into_iter().map(|file| format!("{file} has {word:?} in it")));
        }
        // Restate's files can be searched: the IDs of events are in them.
        if files_with("event-1").is_empty() {
            verdict.wrong.push("the search of Restate's files finds nothing that is there".to_owned());
        }
    }
}

/// The customer that a customer was finally merged into.
fn survivor(tenant: &TenantHandle, customer: i64) -> i64 {
    let mut seen = BTreeSet::new();
    let mut customer = customer;
    while seen.insert(customer)
        && let Some(next) =
            tenant.world().record("customers", customer).and_then(|it| it["mergedToId"].as_i64())
    {
        customer = next;
    }
    customer
}

/// The differences between Hatch and `map(source)` of a tenant, and the number of opportunities that were compared.
async fn differences(store: &PostgresStore, tenant: &TenantHandle) -> (Vec<String>, u64) {
    let name = connection(tenant);
    let start = store.value(&name, "start").await.expect("a value");
    let Some(start) = start.and_then(|start| start.parse::<DateTime<Utc>>().ok()) else {
        return (vec![format!("{name} has no start")], 0);
    };
    let (mut wrong, mut opportunities) = (Vec::new(), 0);
    for (model, department) in
        [OpportunityModel::Job, OpportunityModel::Membership].into_iter().zip(tenant.hatch_departments())
    {
        let mut config = MapperConfig::new(model, department.source.clone());
        config.selection = ObjectSelection::all(model);
        let mapper = Mapper::new(config).expect("a mapper");
        let expected = expectation::bodies(&tenant.world(), &mapper, start);
        opportunities += expected.len() as u64;
        let held = tenant.hatch().last_bodies(&department.source);
        wrong.extend(
            expectation::differences(&expected, &held).into_iter().map(|line| format!("{name}: {line}")),
        );
    }
    (wrong, opportunities)
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { opportunities, notes, dead_letters, requests, .. } = self;
        write!(
            formatter,
            "{opportunities} opportunities as mapped, {notes} notes, {dead_letters} dead letters, {requests} requests"
        )
    }
}

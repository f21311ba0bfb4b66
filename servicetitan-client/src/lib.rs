//! A typed client for ServiceTitan's API. It reads jobs, customers, memberships and their related records one by one, as lists and as change
//! feeds; it writes notes and every other change that the covered scopes allow; and it verifies webhooks.
//!
#![cfg_attr(
    all(feature = "http", feature = "crm", feature = "jpm"),
    doc = r#"
```no_run
use futures::TryStreamExt as _;
use servicetitan_client::{
    Environment, ExportFrom, JobFilter, JobId, Lane, Method, NewNote, Scope, SecretString, ServiceTitan, TenantId,
};

# async fn example(app_key: SecretString, client_secret: SecretString) -> Result<(), servicetitan_client::Error> {
let st = ServiceTitan::builder(Environment::Production)
    .app_key(app_key)
    .credentials("cid.…", client_secret)
    .tenant(TenantId(1234))
    .build()?;

// Check the connection, and name the scopes that are still to be ticked in the developer portal.
println!("{}", st.check().await?);
for scope in st.missing_scopes(&[Scope::from_static("tn.jpm.jobs:w")]).await? {
    println!("missing: {scope}");
}

// Read one record, and a list.
let job = st.jobs().get(JobId(42)).await?;
let since = "2026-03-01T00:00:00Z".parse().ok();
let changed = JobFilter { modified_on_or_after: since, ..JobFilter::default() };
let mut jobs = st.jobs().list(&changed).page_size(500).records();
while let Some(job) = jobs.try_next().await? {
    println!("{} {:?}", job.id, job.job_number);
}

// Follow a change feed, behind all other requests of this client. The next run starts at `continue_from`.
let backfill = st.with_lane(Lane::Backfill);
let mut feed = backfill.customers().export(ExportFrom::beginning());
while let Some(page) = feed.try_next().await? {
    for problem in &page.problems {
        let cost = if problem.is_record_lost() { "skipped" } else { "read but for one field" };
        println!("customer {:?} was {cost}: {}: {}", problem.id, problem.path, problem.reason);
    }
    println!("{} customers; the next run starts at {:?}", page.records.len(), page.continue_from);
}

// Write a note, and make a call that has no method here.
let note = st.jobs().add_note(job.id, &NewNote::text("Customer replied").pinned()).await;
if note.is_err_and(|error| error.may_have_been_carried_out()) {
    println!("look at the job's notes before writing it again");
}
let types: serde_json::Value =
    st.request(Method::GET, "jpm/v2/tenant/{tenant}/job-types").query("pageSize", 10).send_json().await?;
# Ok(())
# }
```
"#
)]
//!
//! # What a call can rely on
//!
//! - **Errors**: one enum, with predicates for the decisions that most callers make. An error names the call, its place in a list or a feed, the
//!   number of attempts, ServiceTitan's trace ID, and the deadline if one ended the call. See `Error`.
//! - **Deadline**: it bounds the whole call, two minutes by default: waiting for a turn and for an access token, all attempts, and a body that
//!   trickles in.
//! - **Retries**: reads are repeated after a `429`, a failure of the server, a timeout or a broken answer; writes only when they cannot have been
//!   carried out.
//! - **Limits**: one budget of requests, 60 per second by default, is shared by a client's clones, by the clients that it makes for
//!   other tenants, and by all clients that are given clones of one `RequestLimits`. Lanes decide which request goes first, and a `429` pauses all of
//!   them.
//! - **Token**: requested once for all callers, renewed before it expires, and once more if ServiceTitan stops accepting it. Client ID,
//!   secret and app key can be replaced while the client is in use.
//! - **Lists and feeds**: streams that read up to two pages ahead; dropping one ends its requests. A list by `by_creation` skips no row
//!   while rows come and go; a feed's page carries the position at which the next run starts. A record without a readable ID is
//!   reported, and the rest of its page is kept.
//! - **Records**: fields that ServiceTitan adds are kept in `extra`, new values of enums in `Other`, and both survive being written back. A field
//!   whose value does not fit its type (`"completedOn": "soon"`) reads as absent, is written back as it came, and is reported with its path: by the
//!   `problems` of a page, and by `unread_fields()` of any record.
//! - **Writes**: a body is built from its required fields. ServiceTitan may echo in its answer what was sent and not what was stored, so only a read
//!   proves a change; a field that it is known to ignore cannot be set, and the method's documentation names the one that works.
//! - **Transport**: the part that carries requests can be replaced, by a wrapper, by a simulator in the same process, or by a script. All waiting
//!   goes by tokio's clock, so that a test can pause it.
//! - **Secrets and customers' data** are in no error, no `Debug` output and no log.
//!
//! # Features
//!
//! `http` (default) is the client; without it the models remain, free of I/O, and build for `wasm32-unknown-unknown`. `webhooks` (default)
//! verifies and reads ServiceTitan's webhooks, and enables the families of their events. Each API family is a feature, all on by default:
//! `accounting`, `crm`, `dispatch`, `jpm`, `marketing`, `memberships`, `sales`, `settings`.
//!
//! A clean debug build of this crate, dependencies aside, takes 2.3 s of CPU with `http` and `jpm`, and 5.8 s with `http` and all families (a
//! two-core machine, Rust 1.95).
//!
//! # Operations
//!
//! `st.<resource>().<method>(…)` covers every operation of the scopes that Hatch's page on ServiceTitan asks for, and those of projects.
#![cfg_attr(feature = "http", doc = "[`operations`] has the table, with methods, paths and scopes.")]
//! Reads return models, lists and change feeds are streams of pages, and bodies are built from their required fields:
//!
#![cfg_attr(
    all(feature = "http", feature = "crm", feature = "jpm"),
    doc = r#"
```no_run
use servicetitan_client::{Change, CustomerId, Error, JobId, JobUpdate, NewCustomerNote, ServiceTitan};

# async fn example(st: ServiceTitan) -> Result<(), Error> {
// Set one field, clear another, and leave the others alone.
let update = JobUpdate::new().summary("No heat upstairs").sold_by_id(Change::Clear);
let job = st.jobs().update(JobId(42), &update).await?;

let note = NewCustomerNote::new("Prefers to be called in the evening").add_to_locations(true);
st.customers().add_note(CustomerId(7), &note).await?;
# Ok(())
# }
```
"#
)]
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Connecting ServiceTitan](../../../docs/book/connecting-servicetitan.html), [Webhooks](../../../docs/book/webhooks.html),
//! [Troubleshooting](../../../docs/book/troubleshooting.html).
//!
#![doc = include_str!("../ADDING_A_RESOURCE.md")]
#![cfg_attr(
    not(any(
        feature = "accounting",
        feature = "crm",
        feature = "dispatch",
        feature = "jpm",
        feature = "marketing",
        feature = "memberships",
        feature = "sales",
        feature = "settings"
    )),
    allow(dead_code, unused_imports, reason = "without a family only raw requests are left")
)]

#[cfg(test)]
#[cfg(feature = "http")]
mod contract;
mod custom_fields;
mod declare;
mod external_data;
pub mod ids;
pub mod model;
mod modified;
mod notes;
#[cfg(feature = "http")]
pub mod operations;
#[cfg(any(feature = "http", feature = "webhooks"))]
mod repair;
pub mod scopes;
#[cfg(feature = "webhooks")]
pub mod webhooks;

#[cfg(feature = "http")]
mod environment;
#[cfg(feature = "http")]
mod error;
#[cfg(feature = "http")]
mod http;

#[cfg(feature = "accounting")]
pub mod accounting;
#[cfg(feature = "crm")]
pub mod crm;
#[cfg(feature = "dispatch")]
pub mod dispatch;
#[cfg(feature = "jpm")]
pub mod jpm;
#[cfg(feature = "marketing")]
pub mod marketing;
#[cfg(feature = "memberships")]
pub mod memberships;
#[cfg(feature = "sales")]
pub mod sales;
#[cfg(feature = "settings")]
pub mod settings;

#[cfg(feature = "accounting")]
pub use accounting::*;
#[cfg(feature = "crm")]
pub use crm::*;
pub use custom_fields::*;
#[cfg(feature = "dispatch")]
pub use dispatch::*;
pub use external_data::*;
pub use ids::*;
#[cfg(feature = "jpm")]
pub use jpm::*;
#[cfg(feature = "marketing")]
pub use marketing::*;
#[cfg(feature = "memberships")]
pub use memberships::*;
pub use model::{Change, Decimal, ProblemKind, Record, RecordProblem, UnreadField};
pub use modified::*;
pub use notes::*;
#[cfg(feature = "http")]
pub use operations::Operation;
#[cfg(feature = "sales")]
pub use sales::*;
pub use scopes::Scope;
#[cfg(feature = "settings")]
pub use settings::*;

#[cfg(feature = "http")]
pub use environment::{CustomEnvironment, Environment};
#[cfg(feature = "http")]
pub use error::{Call, Deadline, Error, FieldProblem, Stage, TransportKind};
#[cfg(feature = "http")]
pub use http::{
    ActiveFilter, AnyOf, ConnectionReport, ContinueFrom, ExportFrom, ExportPage, ExportRequest,
    HttpTransport, Lane, ListRequest, Page, RawRequest, RequestCounts, RequestLimits, ServiceTitan,
    ServiceTitanBuilder, Transport, TransportFailure,
};

// Types of other crates that occur in signatures of this one.
#[cfg(feature = "http")]
pub use ::http::Method;
#[cfg(any(feature = "http", feature = "webhooks"))]
pub use secrecy::SecretString;

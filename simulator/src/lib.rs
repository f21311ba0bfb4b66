//! ServiceTitan and Hatch in one process, for tests, demos and a host's own tests.
//!
//! A [`Simulator`] grows a tenant from a seed (customers, contacts, locations, jobs, appointments, estimates,
//! invoices, memberships and the reference tables they name) and serves it over real HTTP on two loopback ports: one
//! speaks ServiceTitan (token endpoint, lists, exports, notes), the other Hatch (upserts and their matching rules).
//! The JSON follows the published schemas and shares no type with `servicetitan-client`, so that a wrong model cannot
//! hide on both sides.
//!
//! ```
//! use simulator::{Simulator, SimulatorConfig};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::start(SimulatorConfig { seed: 7, jobs: 50, memberships: 10, ..Default::default() }).await?;
//!
//! // A client is pointed at `simulator.servicetitan_url()` with `simulator.credentials()`, and Hatch's at
//! // `simulator.hatch_url()` with the key of one of `simulator.hatch_departments()`. Meanwhile the office works:
//! let world = simulator.world();
//! let job = world.jobs_with_open_estimate()[0];
//! let estimate = world.open_estimates_of(job)[0];
//! let change = world.sell_estimate(estimate)?;
//! assert_eq!(change.opportunities, [("jobs", job)]);
//! assert_eq!(world.record("estimates", estimate).unwrap()["status"]["name"], "Sold");
//!
//! // Requests are counted, and Hatch's contacts can be read at any time.
//! assert_eq!(simulator.stats().servicetitan_requests(), 0);
//! assert_eq!(simulator.hatch().total_upserts(), 0);
//! simulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # The world
//!
//! - The world's clock stands still between changes. Its time is in the `Date` header of every answer, and tokens
//!   expire by it; [`WorldHandle::advance`] moves it.
//! - Lists show active records only, unless asked otherwise where the schema lets them be asked; exports show all. With
//!   [`SimulatorConfig::hold_back`], exports show a change only when it is some minutes old, or when
//!   `includeRecentChanges=true` asks for it.
//! - A contact can belong to several owners ([`SimulatorConfig::shared_contacts`]), and an e-mail contact can hold several
//!   addresses or none ([`SimulatorConfig::unclean_emails`]).
//! - A query parameter that an endpoint does not know is ignored, as on the real API, and counted in
//!   [`Stats::unknown_parameters`]: a test can insist that there were none. An update that sets an estimate's status is
//!   answered with 200 and does not set it.
//! - [`WorldHandle::mutate`] makes random changes of every [`ChangeKind`], and [`WorldHandle::revision`] counts the changes of each job and
//!   membership. With [`SimulatorConfig::reveal_revisions`], [`HatchHandle::steps_back`] finds upserts that were made from an older state
//!   than one before.
//! - [`WorldHandle::webhook`] makes the signed webhook of a change, and [`WebhookCourier`] loses, doubles and delays webhooks.
//!
//! # Faults
//!
//! [`Simulator::inject`] orders faults one by one, and [`Simulator::plan_faults`] draws them from a seed: refusals, outages, connections
//! that break before or after the request was carried out, pages that repeat or lack records, odd data and so on. The levels
//! [`light`](FaultPlan::light) and [`heavy`](FaultPlan::heavy) are ready-made; [`FaultPlan::with`] adds a kind to them. [`Stats::faults`]
//! counts each kind that struck. [`Simulator::clear_faults`] ends them, and [`WorldHandle::mend`] mends their damage.
//!
//! ```
//! use simulator::{Fault, FaultKind, FaultPlan, OddValue, Server, Simulator, SimulatorConfig};
//!
//! let simulator = Simulator::in_process(SimulatorConfig { jobs: 20, ..Default::default() });
//! // The third request for the jobs' feed meets a job with a time that is none, which it keeps until it changes.
//! let kind = FaultKind::OddField { value: OddValue::WordForTime, lasting: true };
//! simulator.inject(Fault::once(Server::ServiceTitan, kind).on_path("export/jobs").after(2));
//! // All others may meet whatever a bad day brings, and bodies with a byte order mark.
//! simulator.plan_faults(FaultPlan::light(7).with(FaultKind::ByteOrderMark));
//! ```
//!
//! # Tests
//!
//! - [`Simulator::in_process`] needs no sockets: [`Simulator::call`] takes a request and gives its answer, so that a whole run can stand on
//!   Tokio's paused clock and be repeated step by step.
//! - [`WorldHandle::reckon_requests`] says how few requests a synchronization can do with.
//! - With [`SimulatorConfig::control_endpoints`], a simulator that runs as a program of its own is watched and controlled under `/_sim/`.
//!
//! # Guide
//!
//! The chapters about this crate, once `.ci/book` has built the guide from `docs/src`:
//! [Testing your host](../../../docs/book/testing-your-host.html), [First sync in ten minutes](../../../docs/book/first-sync.html).

// `json!` takes a step of recursion per token, and some records have more than fifty fields.
#![recursion_limit = "512"]

mod answer;
mod authorization;
mod config;
mod control;
mod credentials;
mod dice;
mod exchange;
mod faults;
mod floor;
mod generator;
mod hatch;
mod hatch_api;
mod page_caps;
mod problem;
mod rate;
mod resources;
mod servicetitan;
mod serving;
mod simulator;
mod stats;
mod store;
mod systems;
mod tenant;
mod tenants;
mod time;
mod tokens;
mod webhooks;
mod world;

pub use config::SimulatorConfig;
pub use credentials::{HatchDepartment, SimulatorCredentials};
pub use exchange::CallBroken;
pub use faults::{Fault, FaultKind, FaultPlan, LateEffect, OddValue, Server};
pub use floor::{ReferenceReads, RequestFloor, RequestReckoning};
pub use hatch::{AcceptedUpsert, HatchContact, HatchOpportunity, StepBack, body_fingerprint};
pub use simulator::{Simulator, StartError};
pub use stats::Stats;
pub use store::{Note, NoteParent, OddField};
pub use tenant::{HatchHandle, TenantHandle};
pub use webhooks::{CourierTrouble, SIGNATURE_HEADER, WebhookCourier, WebhookDelivery, WebhookTarget};
pub use world::{Change, ChangeError, ChangeKind, WorldHandle};

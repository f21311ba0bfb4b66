//! The size of a simulated world and the behavior of its servers.

use chrono::{DateTime, Duration, Utc};

use crate::faults::FaultPlan;
use crate::webhooks::WebhookTarget;

/// The hold-back of exports where nobody says: ServiceTitan's is some minutes.
const DEFAULT_HOLD_BACK: Duration = Duration::minutes(10);

/// The size of the world, the seed that it grows from, and the behavior of its servers.
///
/// The same configuration with the same `now` gives the same world, record for record. The defaults suit
/// a quick test.
#[derive(Debug, Clone)]
pub struct SimulatorConfig {
    /// The seed that all records grow from.
    pub seed: u64,
    /// The number of jobs. Customers, locations, appointments, estimates and invoices follow from it.
    pub jobs: usize,
    /// The number of memberships.
    pub memberships: usize,
    /// Worlds with more jobs and memberships than this, over all tenants, keep an index of their records only, and make a record from the seed
    /// when it is asked for. They answer the same, more slowly and in a hundredth of the memory.
    pub whole_records_up_to: usize,
    /// True if some contacts belong to two customers, or to a customer and a location: each owner has a record of them, all with the same ID.
    pub shared_contacts: bool,
    /// True if some e-mail contacts hold several addresses, or none, such as `N/A`. Hatch refuses these.
    pub unclean_emails: bool,
    /// The first tenant's ID, as it stands in every path and in the token. Further tenants have the IDs that follow.
    pub tenant: i64,
    /// The number of tenants, each with as many jobs and memberships, a seed of its own, its own credentials and its own two Hatch departments.
    pub tenants: usize,
    /// The world's present. `None` takes the machine's clock once, at the start, cut to the second. From then on
    /// the world's clock moves only when told to, or by a second with each change made to the world.
    pub now: Option<DateTime<Utc>>,
    /// The most records on a page of an export.
    pub export_page_size: usize,
    /// The greatest `pageSize` that a list honours; a larger one is cut to it without a word, as on real tenants.
    pub max_page_size: usize,
    /// True if some resources cut the pages of their lists and exports shorter still. The seed decides which, and how short.
    pub undocumented_page_caps: bool,
    /// The age, by the world's clock, that a change has to have before an export shows it to callers that do not ask for
    /// `includeRecentChanges`. To callers that ask, younger changes come again with each read.
    pub hold_back: Duration,
    /// Scopes that the app was not granted, such as `tn.crm.locations:r`.
    pub withheld_scopes: Vec<String>,
    /// Requests per second that ServiceTitan takes before it answers 429; `None` does not count.
    pub servicetitan_rate_limit: Option<u32>,
    /// Requests per ten seconds and API key that Hatch takes before it answers 429; `None` does not count.
    pub hatch_rate_limit: Option<u32>,
    /// True if every record carries its revision in a field that the schemas do not know, `simulatorRevision`. The field travels through a client
    /// that keeps unknown fields into Hatch, where it tells from which state of which record an opportunity was made.
    pub reveal_revisions: bool,
    /// The plan for random faults from the start on; [`Simulator::plan_faults`](crate::Simulator::plan_faults) replaces it.
    pub faults: FaultPlan,
    /// Whether Hatch keeps the body of each opportunity and a list of all upserts, or fingerprints of bodies only, so that many opportunities
    /// fit into memory. `None` keeps bodies where records are kept whole.
    pub hatch_bodies: Option<bool>,
    /// True if the ServiceTitan port also answers under `/_sim/`: `GET stats`, `GET hatch/contacts`, `GET notes`, `GET floor`,
    /// `POST mutate` (`count`, `seed`) and `POST faults` (`level`, `seed`).
    pub control_endpoints: bool,
    /// The receiver of webhooks for changes made through `POST mutate`.
    pub webhooks: Option<WebhookTarget>,
    /// The loopback port of the ServiceTitan server; 0 lets the system choose.
    pub servicetitan_port: u16,
    /// The loopback port of the Hatch server; 0 lets the system choose.
    pub hatch_port: u16,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            jobs: 200,
            memberships: 30,
            whole_records_up_to: 5_000,
            shared_contacts: true,
            unclean_emails: true,
            tenant: 1_234_567,
            tenants: 1,
            now: None,
            export_page_size: 500,
            max_page_size: 5_000,
            undocumented_page_caps: false,
            hold_back: DEFAULT_HOLD_BACK,
            withheld_scopes: Vec::new(),
            servicetitan_rate_limit: None,
            hatch_rate_limit: None,
            reveal_revisions: false,
            faults: FaultPlan::none(),
            hatch_bodies: None,
            control_endpoints: false,
            webhooks: None,
            servicetitan_port: 0,
            hatch_port: 0,
        }
    }
}

impl SimulatorConfig {
    /// Returns whether Hatch keeps bodies.
    pub(crate) fn keeps_bodies(&self) -> bool {
        self.hatch_bodies.unwrap_or_else(|| self.keeps_records_whole())
    }

    /// Returns whether records are kept whole; else they are made from the seed.
    pub(crate) fn keeps_records_whole(&self) -> bool {
        self.jobs.saturating_add(self.memberships).saturating_mul(self.tenants) <= self.whole_records_up_to
    }
}

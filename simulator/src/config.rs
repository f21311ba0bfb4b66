//! What a simulated world is made of and how its servers behave.

use chrono::{DateTime, Duration, Utc};

use crate::faults::FaultPlan;
use crate::webhooks::WebhookTarget;

/// Whether worlds have contacts of several owners, and e-mail contacts that are no address, where nobody says. Both are off until the engine
/// keeps such contacts apart and picks addresses.
const SHARED_CONTACTS: bool = false;
const UNCLEAN_EMAILS: bool = false;

/// The hold-back of exports where nobody says: none, until the engine asks for recent changes.
const DEFAULT_HOLD_BACK: Duration = Duration::zero();

/// How large the world is, from which seed it grows, and how strict its servers are.
///
/// The same configuration with the same `now` gives the same world, record for record. Only sizes and server
/// behaviour have to be thought about; the defaults are what a quick test wants.
#[derive(Debug, Clone)]
pub struct SimulatorConfig {
    /// The seed that all records grow from.
    pub seed: u64,
    /// How many jobs the tenant has. Customers, locations, appointments, estimates and invoices follow from it.
    pub jobs: usize,
    /// How many memberships the tenant has.
    pub memberships: usize,
    /// Whether some contacts belong to two customers, or to a customer and a location: each owner has a record of them, all with the same ID.
    pub shared_contacts: bool,
    /// Whether some e-mail contacts hold several addresses or none, such as `N/A`. Hatch refuses these.
    pub unclean_emails: bool,
    /// The tenant's ID, as it stands in every path and in the token.
    pub tenant: i64,
    /// The world's present. `None` takes the machine's clock once, at the start, cut to the second. From then on
    /// the world's clock moves only when told to, or by a second with each change made to the world.
    pub now: Option<DateTime<Utc>>,
    /// How many records an export answers with at most.
    pub export_page_size: usize,
    /// The greatest `pageSize` that a list honours; a larger one is cut to it without a word, as on real tenants.
    pub max_page_size: usize,
    /// Whether some resources cut the pages of their lists and exports shorter still: which, and how short, follows from the seed.
    pub undocumented_page_caps: bool,
    /// How long an export holds its newest changes back, by the world's clock, from callers that do not ask for `includeRecentChanges`.
    pub hold_back: Duration,
    /// Scopes that the app was not granted, such as `tn.crm.locations:r`.
    pub withheld_scopes: Vec<String>,
    /// Requests per second that ServiceTitan takes before it answers 429; `None` does not count.
    pub servicetitan_rate_limit: Option<u32>,
    /// Requests per ten seconds and API key that Hatch takes before it answers 429; `None` does not count.
    pub hatch_rate_limit: Option<u32>,
    /// Whether every record carries its revision in a field that the schemas do not know, `simulatorRevision`. It travels through a client
    /// that keeps unknown fields into Hatch, where it tells from which state of which record an opportunity was made.
    pub reveal_revisions: bool,
    /// The random trouble from the start on; [`Simulator::plan_faults`](crate::Simulator::plan_faults) changes it.
    pub faults: FaultPlan,
    /// Whether the ServiceTitan port also answers under `/_sim/`: `GET stats`, `GET hatch/contacts`, `GET notes`, `GET floor`,
    /// `POST mutate` (`count`, `seed`) and `POST faults` (`level`, `seed`).
    pub control_endpoints: bool,
    /// Where webhooks go for changes made through `POST mutate`.
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
            shared_contacts: SHARED_CONTACTS,
            unclean_emails: UNCLEAN_EMAILS,
            tenant: 1_234_567,
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
            control_endpoints: false,
            webhooks: None,
            servicetitan_port: 0,
            hatch_port: 0,
        }
    }
}
